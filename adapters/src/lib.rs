//! How an executable spec (a producer) and a system under test (a consumer) plug into the toolkit, and what is done with
//! them: replaying traces against a system, and re-executing edited schedules of a spec while a trace is shrunk.
//!
//! The traits are object safe and speak ITF values; the examples that plug in are crates of their own beside this one
//! (`itf-dns-spec`, `itf-dns-lab`). What is not Rust plugs in over the JSON-lines protocol of [`jsonl`].
//!
//! | module of the vocabulary | what is in it |
//! |---|---|
//! | actions | [`Action`], [`Picks`] |
//! | specs | [`Producer`], [`Next`], [`Property`], [`Search`], [`Shortest`] |
//! | systems | [`Consumer`], [`Reply`], [`Bindings`], [`View`] |
//! | Rust types on both sides | [`StateMachine`], [`Spec`], [`Driver`], [`driven`] |
//! | exploring a spec | [`engine`], [`search_space`] |
//! | judging a step | [`Oracle`], [`Step`], [`Judgement`], [`Outcomes`], [`OwnAccount`], [`SameView`] |
//! | runs | [`System`], [`Replay`], [`Replayer`], [`explain`], [`schedule_of`], [`execute`] |
//! | tests | [`testing`], [`assert_itf_eq!`] |
//! | judging a candidate | [`ProducerOracle`], [`CommandOracle`] |
//! | adapters in any language | [`jsonl`] |
//! | services, declared in TOML | [`http`] |
//! | specs in Wunderspec and Quint | [`bridge`] |
//! | what a campaign found, as a document | [`report`] |
//! | making schedules simpler | [`Simplest`] |
//! | trouble | [`Fault`] |

mod action;
pub mod bridge;
mod command;
mod consumer;
pub mod engine;
mod fault;
pub mod http;
mod journal;
pub mod jsonl;
mod judge;
mod normalise;
mod oracles;
mod producer;
mod relabel;
mod replay;
pub mod report;
mod schedule;
mod search;
pub mod testing;
mod typed;

pub use action::{Action, Picks};
pub use command::{CommandOracle, Limits, Rule, RuleError, candidate_trace};
pub use consumer::{Bindings, Consumer, Reply, View};
pub use fault::{Effect, Fault, FaultKind};
pub use journal::{
    Journal, JournalError, JournalHead, Journaled, Start, StateId, fingerprint, fingerprint_of_calls,
    fingerprint_of_file,
};
pub use judge::{Judgement, Oracle, Outcomes, OwnAccount, SameView, Step};
pub use normalise::Simplest;
pub use oracles::{Classes, ProducerOracle};
pub use producer::{Next, Producer, Property, PropertyKind, Shortest, Starts};
pub use relabel::{LabelStyle, relabel};
pub use replay::{
    Discrepancy, DiscrepancyKind, Divergence, End, Explain, KINDS, Nearest, Replay, ReplayedStep, Replayer,
    System, discrepancies, explain, unlabelled,
};
pub use schedule::{Execution, Learned, conventions, execute, schedule_of, trace_of};
pub use search::{Search, SearchReport, Watch, search_space, walked};
#[cfg(feature = "proptest")]
pub use typed::Reference;
#[cfg(feature = "stateright")]
pub use typed::Stateright;
pub use typed::{Driver, Holds, Spec, StateMachine, TypedProperty, driven};
