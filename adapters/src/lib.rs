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
//! | judging a step | [`Oracle`], [`Step`], [`Judgement`], [`Outcomes`], [`OwnAccount`], [`SameView`] |
//! | runs | [`System`], [`Replay`], [`schedule_of`], [`execute`] |
//! | judging a candidate | [`ModelOracle`], [`SystemOracle`], [`CommandOracle`] |
//! | adapters in any language | [`jsonl`] |
//! | services, declared in TOML | [`http`] |
//! | specs in Wunderspec and Quint | [`bridge`] |
//! | trouble | [`Fault`] |

mod action;
pub mod bridge;
mod command;
mod consumer;
mod fault;
pub mod http;
pub mod jsonl;
mod judge;
mod oracles;
mod producer;
mod replay;
mod schedule;

pub use action::{Action, Picks};
pub use command::{CommandOracle, candidate_trace};
pub use consumer::{Bindings, Consumer, Reply, View};
pub use fault::{Effect, Fault, FaultKind};
pub use judge::{Judgement, Oracle, Outcomes, OwnAccount, SameView, Step};
pub use oracles::{Classes, ModelOracle, SystemOracle};
pub use producer::{Next, Producer, Property, PropertyKind, Search, SearchReport, Shortest};
pub use replay::{End, Replay, ReplayedStep, System};
pub use schedule::{Execution, Learned, conventions, execute, schedule_of, trace_of};
