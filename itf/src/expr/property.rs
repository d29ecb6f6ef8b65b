//! Properties over a whole trace: where they fail first, and why.

use std::fmt;

use crate::trace::Trace;
use crate::value::Value;

use super::error::{Error, ErrorKind};
use super::eval::brief;
use super::evaluator::Evaluator;
use super::explain::Explanation;
use super::{Expr, needs_step};

/// Where a property fails first, and why.
///
/// ```
/// use itf::expr::{Expr, check_step};
/// let traces = itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":5},{"x":4}]}"#)?;
/// let failure = check_step(&Expr::parse("x' >= x")?, &traces[0])?.unwrap();
/// assert_eq!(failure.state(), 2);
/// assert_eq!(failure.to_string(), "fails over the step from state 1 to state 2\n  x' = 4\n  x = 5");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    state: usize,
    place: Place,
    explanation: Explanation,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    State,
    Step { from: usize },
    Never { states: usize, lasso: bool },
}

impl Failure {
    /// The state in which it fails, or into which the step leads over which it fails; of something that is never
    /// reached, the last state.
    ///
    /// ```
    /// # use itf::{Record, State, Trace, expr::{Expr, check_invariant}};
    /// let states = [1, 2].map(|x| State::from(Record::from_iter([("x", x)])));
    /// let failure = check_invariant(&Expr::parse("x < 2")?, &Trace::new(["x"], states))?.unwrap();
    /// assert_eq!(failure.state(), 1);
    /// # Ok::<(), itf::expr::Error>(())
    /// ```
    pub fn state(&self) -> usize {
        self.state
    }

    /// The state from which the step comes over which it fails.
    ///
    /// ```
    /// # use itf::expr::{Expr, check_step};
    /// let traces = itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}],"loop":0}"#)?;
    /// let failure = check_step(&Expr::parse("x' > x")?, &traces[0])?.unwrap();
    /// assert_eq!((failure.from(), failure.state()), (Some(1), 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from(&self) -> Option<usize> {
        match self.place {
            Place::Step { from } => Some(from),
            _ => None,
        }
    }

    /// Whether the trace says that the property can never hold: it is a lasso, and what is not reached in it never is.
    /// After the end of any other trace it might still be.
    ///
    /// ```
    /// # use itf::expr::{Expr, check_eventually};
    /// let traces = itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}],"loop":0}"#)?;
    /// let failure = check_eventually(&Expr::parse("x == 3")?, &traces[0])?.unwrap();
    /// assert!(failure.is_for_ever());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_for_ever(&self) -> bool {
        !matches!(self.place, Place::Never { lasso: false, .. })
    }

    /// The values that decided.
    ///
    /// ```
    /// # use itf::{Record, State, Trace, expr::{Expr, check_invariant}};
    /// let trace = Trace::new(["x"], [State::from(Record::from_iter([("x", 1)]))]);
    /// let failure = check_invariant(&Expr::parse("x + 1 > 2")?, &trace)?.unwrap();
    /// assert_eq!(failure.explanation().to_string(), "x + 1 = 2");
    /// # Ok::<(), itf::expr::Error>(())
    /// ```
    pub fn explanation(&self) -> &Explanation {
        &self.explanation
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::State => write!(f, "fails in state {}", self.state)?,
            Place::Step { from } if self.state <= from => {
                write!(f, "fails over the step from state {from} back to state {}", self.state)?;
            }
            Place::Step { from } => {
                write!(f, "fails over the step from state {from} to state {}", self.state)?;
            }
            Place::Never { states: 0, .. } => f.write_str("is not reached: there are no states")?,
            Place::Never { lasso: true, .. } => {
                f.write_str("is never reached: not before the loop, and not in it")?;
            }
            Place::Never { states, .. } => {
                write!(
                    f,
                    "is not reached by the end of {states} {}",
                    if states == 1 { "state" } else { "states" }
                )?;
            }
        }
        for line in self.explanation.to_string().lines() {
            write!(f, "\n  {line}")?;
        }
        Ok(())
    }
}

/// The first state of a trace in which a condition is false; `None`: it is true in all of them.
///
/// # Errors
///
/// The first state in which the condition has no value counts before any failure after it.
///
/// ```
/// use itf::expr::{Expr, check_invariant};
/// let traces = itf::read(br##"{"vars":["s"],"states":[{"s":{"#set":[1]}},{"s":{"#set":[1,7]}}]}"##)?;
/// let expr = Expr::parse("s.forall(n => n < 5)")?;
/// let failure = check_invariant(&expr, &traces[0])?.unwrap();
/// assert_eq!(failure.to_string(), "fails in state 1\n  n = 7 of s");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_invariant(expr: &Expr, trace: &Trace) -> Result<Option<Failure>, Error> {
    let mut along = Evaluator::new(expr, trace)?;
    for state in 0..along.states() {
        let value = along.state(state)?;
        if !truth(&value, expr, state)? {
            let explanation = along.explain_state(state)?;
            return Ok(Some(Failure { state, place: Place::State, explanation }));
        }
    }
    Ok(None)
}

/// The first step of a trace over which a condition is false; `None`: it is true over all of them, the step back to
/// the loop of a lasso among them.
///
/// ```
/// use itf::expr::{Expr, check_step};
/// let traces = itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2},{"x":3}]}"#)?;
/// assert_eq!(check_step(&Expr::parse("x' == x + 1")?, &traces[0])?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_step(expr: &Expr, trace: &Trace) -> Result<Option<Failure>, Error> {
    let mut along = Evaluator::new(expr, trace)?;
    for into in along.steps() {
        let value = along.step(into)?;
        if !truth(&value, expr, into)? {
            let explanation = along.explain_step(into)?;
            // The step with the number of states is the one back.
            let back = trace.loop_index.and_then(|at| usize::try_from(at).ok());
            let state = if into == along.states() { back.unwrap_or(0) } else { into };
            return Ok(Some(Failure { state, place: Place::Step { from: into - 1 }, explanation }));
        }
    }
    Ok(None)
}

/// Whether a trace reaches a state in which a condition is true; `None`: it does.
///
/// A lasso that does not reach it never will ([`Failure::is_for_ever`]); of any other trace it can only be said that it
/// does not by its end. Both are failures: a trace is asked for what it shows.
///
/// ```
/// use itf::expr::{Expr, check_eventually};
/// let traces = itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#)?;
/// assert_eq!(check_eventually(&Expr::parse("x == 2")?, &traces[0])?, None);
/// let failure = check_eventually(&Expr::parse("x == 3")?, &traces[0])?.unwrap();
/// assert_eq!(failure.to_string(), "is not reached by the end of 2 states\n  x = 2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_eventually(expr: &Expr, trace: &Trace) -> Result<Option<Failure>, Error> {
    let mut along = Evaluator::new(expr, trace)?;
    if along.is_step() {
        return Err(needs_step(along.program()));
    }
    let states = along.states();
    for state in 0..states {
        let value = along.state(state)?;
        if truth(&value, expr, state)? {
            return Ok(None);
        }
    }
    // An index beyond the states makes no lasso.
    let lasso = trace.loop_index.is_some_and(|at| usize::try_from(at).is_ok_and(|at| at < states));
    let state = states.saturating_sub(1);
    let explanation = if states > 0 { along.explain_state(state)? } else { Explanation::default() };
    Ok(Some(Failure { state, place: Place::Never { states, lasso }, explanation }))
}

fn truth(value: &Value, expr: &Expr, state: usize) -> Result<bool, Error> {
    value.as_bool().ok_or_else(|| {
        let found = format!("the {} {}", value.kind(), brief(value, 48));
        let message = format!("a property is true or false, found {found}");
        Error::new(ErrorKind::Type, 0..expr.text().len(), message).in_state(state)
    })
}
