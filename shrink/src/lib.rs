//! Delta debugging: the shortest sequence that still fails in the same way.
//!
//! The engine knows sequences, oracles and verdicts. It starts no processes, reads no files and knows no traces:
//! an [`Oracle`] runs a candidate and says what it showed, and, if it knows, what really executed and which
//! states there were. Both are used:
//!
//! - what executed is *adopted*: under skip semantics a disabled item is dropped for good, at no cost;
//! - every state of every run goes into a learned graph. The shortest way through it to the failure is free but
//!   for the one run that confirms it, and candidates whose outcome is foreseeable are not run.
//!
//! A failure has an identity, kind and site, fixed by the first run. A candidate that fails in another way is
//! kept beside ([`Report::also`]) and never followed. A report claims what was shown and no more: see [`Claim`].
//!
//! ```
//! use itf_shrink::{Claim, Predicate, Shrinker, Verdict};
//!
//! // "Deleting what another client has open fails": needs the open, and a later delete by somebody else.
//! let mut oracle = Predicate(|steps: &[(&str, char)]| {
//!     let open = steps.iter().position(|(what, _)| *what == "open");
//!     match open.map(|at| steps[at + 1..].iter().any(|(w, who)| *w == "delete" && *who != steps[at].1)) {
//!         Some(true) => Verdict::fails("invariant", "no_lost_file", ""),
//!         _ => Verdict::Passes,
//!     }
//! });
//! let steps = [("list", 'b'), ("open", 'a'), ("list", 'a'), ("read", 'a'), ("delete", 'b'), ("list", 'a')];
//! let report = Shrinker::new(&mut oracle)
//!     .classes(&|(what, who)| vec![(*what).to_owned(), who.to_string()])
//!     .shrink(&steps)?;
//! assert_eq!(report.items, [("open", 'a'), ("delete", 'b')]);
//! assert_eq!(report.claim, Claim::OneMinimal);
//! # Ok::<(), itf_shrink::ShrinkError>(())
//! ```
//!
//! [`Algorithm`] has the classic algorithms as well. `cargo bench -p itf-shrink` prints a table that compares
//! them with this crate's own passes, in final steps and in runs of the oracle.

mod ahead;
mod attempt;
mod classic;
mod error;
mod flaky;
mod graph;
mod intern;
mod observe;
mod options;
mod oracle;
mod origin;
mod passes;
mod report;
mod schedule;
mod session;
mod shrinker;
mod verdict;
mod workers;

pub use attempt::{Attempt, Simpler, Tried, fewer_switches};
pub use error::ShrinkError;
pub use flaky::{Certificate, Flaky, FlakyOptions, FlakyReport, Rate, Reliability};
pub use observe::{Observer, Progress};
pub use options::{Algorithm, Effort, Options, Pass, Passes, Semantics, UnknownAlgorithm};
pub use oracle::{Oracle, Predicate, Run};
pub use report::{Also, Claim, Needed, Record, Report, Stop, Unproven, Without};
pub use shrinker::{ClassKey, Normalise, Shrinker, shrink};
pub use verdict::{Failure, Unresolved, Verdict};
pub use workers::{Pool, Workers};
