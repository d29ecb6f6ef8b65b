//! Failures that do not show in every run.
//!
//! The rate at which the original fails is measured first. From there on a candidate is run until a sequential test can
//! tell "about as often as the original" from "less often than the floor": [`Sprt`](sprt::Sprt) has the statistics,
//! [`Repeated`](repeated::Repeated) is the oracle that makes one verdict of many runs, `work` is the order of things: calibration, the
//! passes, backtracking when the best turns out to fail too seldom, and two batches of fresh runs at the end. The first
//! of these decides. The second only measures, so what it reports is a rate with a confidence that holds.

mod options;
mod rate;
mod repeated;
mod report;
mod sprt;
mod work;

pub use options::FlakyOptions;
pub use rate::Rate;
pub use report::{Certificate, FlakyReport, Reliability};
pub use work::Flaky;
