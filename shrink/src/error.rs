//! Why there is nothing to shrink.

use std::fmt;

use crate::{Failure, Rate, Stop, Unresolved};

/// Why shrinking could not begin. Once it has begun it always ends with a [`Report`](crate::Report).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShrinkError {
    /// The original passes, so there is nothing to keep.
    DoesNotFail,
    /// The run of the original had no verdict.
    Unresolved(Unresolved),
    /// The initial state alone fails, before any item: the shortest sequence is the empty one.
    InitialFails(Failure),
    /// The original fails less often than the result is to: [`FlakyOptions::min_rate`](crate::FlakyOptions::min_rate).
    TooRare {
        /// Its first runs.
        before: Rate,
        /// What they say of its rate, in words.
        measured: String,
        /// The rate that was asked for.
        floor: String,
    },
    /// The budget or the stop function forbade even the first run.
    Stopped(Stop),
}

impl fmt::Display for ShrinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShrinkError::DoesNotFail => write!(f, "the original does not fail"),
            ShrinkError::Unresolved(Unresolved::Fault(why)) => {
                write!(f, "the original has no verdict: {why}")
            }
            ShrinkError::Unresolved(why @ Unresolved::Invalid(_)) => write!(f, "the original {why}"),
            ShrinkError::InitialFails(failure) => write!(f, "the initial state alone fails: {failure}"),
            ShrinkError::TooRare { before, measured, floor } => write!(
                f,
                "the original failed in {before} runs, {measured}, which is less often than the rate of {floor} that the \
                 result is to have"
            ),
            ShrinkError::Stopped(Stop::Calls) => write!(f, "no run is allowed by the limit on calls"),
            ShrinkError::Stopped(Stop::Asked | Stop::Time | Stop::Length) => {
                write!(f, "stopped before the first run")
            }
        }
    }
}

impl std::error::Error for ShrinkError {}
