//! The values of an expression along a trace.

use std::collections::HashSet;
use std::ops::Range;

use crate::trace::Trace;
use crate::value::Value;

use super::error::{Error, ErrorKind, Span};
use super::eval::{Machine, Pool};
use super::explain::{Explanation, explain};
use super::names::nearest;
use super::program::Program;
use super::{Expr, Limits, needs_step, resolve, typing};

/// Evaluates an expression in the states, or over the steps, of one trace.
///
/// Step *i* leads into state *i*, as everywhere; a lasso has one more, from its last state back to the state where the
/// loop begins, and its number is the number of states. Where nothing that the expression looks at has changed, its
/// value is not computed again.
///
/// ```
/// use itf::expr::{Evaluator, Expr};
/// let traces = itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":4},{"x":9}]}"#)?;
/// let expr = Expr::parse("x' - x")?;
/// let mut along = Evaluator::new(&expr, &traces[0])?;
/// assert_eq!(along.steps(), 1..3);
/// assert_eq!(along.step(2)?, 5.into());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Evaluator<'t> {
    program: Program,
    text: String,
    trace: &'t Trace,
    states: usize,
    limits: Limits,
    pool: Pool,
    last: Option<(Inputs, Result<Value, Error>)>,
}

/// What an expression looks at: its variables before and after the step.
type Inputs = [Vec<Option<Value>>; 2];

impl<'t> Evaluator<'t> {
    /// Finds out what the names in the expression mean in this trace.
    ///
    /// # Errors
    ///
    /// Names that are no variable or parameter of the trace.
    ///
    /// ```
    /// # use itf::expr::{Evaluator, Expr};
    /// let traces = itf::read(br#"{"vars":["round"],"states":[{"round":1}]}"#)?;
    /// let expr = Expr::parse("ruond > 0")?;
    /// let error = Evaluator::new(&expr, &traces[0]).err().unwrap();
    /// assert_eq!(error.hint_text(), Some("did you mean `round`?"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(expr: &Expr, trace: &'t Trace) -> Result<Self, Error> {
        Self::with_limits(expr, trace, Limits::default())
    }

    /// [`Evaluator::new`] with other limits for each state or step.
    ///
    /// ```
    /// # use itf::expr::{ErrorKind, Evaluator, Expr, Limits};
    /// let traces = itf::read(br#"{"vars":["x"],"states":[{"x":1}]}"#)?;
    /// let expr = Expr::parse("1.to(100).fold(x, (a, b) => a + b)")?;
    /// let limits = Limits { steps: 50, ..Limits::default() };
    /// let mut along = Evaluator::with_limits(&expr, &traces[0], limits)?;
    /// assert_eq!(along.state(0).unwrap_err().kind(), ErrorKind::Limit);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_limits(expr: &Expr, trace: &'t Trace, limits: Limits) -> Result<Self, Error> {
        let mut names: Vec<String> = trace.variables().into_iter().map(str::to_owned).collect();
        names.extend(trace.params.iter().cloned());
        let program = resolve::resolve(&expr.ast, Some(&names))?;
        typing::check(&program, &typing::of_trace(&program.variables, trace))?;
        let text = expr.text().to_owned();
        let states = states(trace);
        Ok(Self { program, text, trace, states, limits, pool: Pool::default(), last: None })
    }

    /// How many states of the trace there are to evaluate in: all, but for a last one that holds nothing. That is no state
    /// of the machine: Quint writes it at the end of a test that failed.
    ///
    /// ```
    /// # use itf::expr::{Evaluator, Expr};
    /// let traces = itf::read(br##"{"vars":["x"],"states":[{"x":1},{"#meta":{"index":1}}]}"##)?;
    /// assert_eq!(Evaluator::new(&Expr::parse("x > 0")?, &traces[0])?.states(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn states(&self) -> usize {
        self.states
    }

    /// Whether the expression is about steps.
    ///
    /// ```
    /// # use itf::{Trace, expr::{Evaluator, Expr}};
    /// let trace = Trace::new(["x"], []);
    /// assert!(Evaluator::new(&Expr::parse("next(x) == x")?, &trace)?.is_step());
    /// # Ok::<(), itf::expr::Error>(())
    /// ```
    pub fn is_step(&self) -> bool {
        self.program.steps
    }

    /// The steps of the trace, by the states into which they lead.
    ///
    /// A lasso whose last state is the one to which it returns needs no step for that: this is how model checkers
    /// write it, and a step that changes nothing would only look like one.
    ///
    /// ```
    /// # use itf::expr::{Evaluator, Expr};
    /// let traces = itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}],"loop":0}"#)?;
    /// assert_eq!(Evaluator::new(&Expr::parse("x' != x")?, &traces[0])?.steps(), 1..3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn steps(&self) -> Range<usize> {
        let states = &self.trace.states[..self.states];
        let back = self.loop_state().zip(states.last());
        let returns = back.is_some_and(|(at, last)| states[at].value != last.value);
        let end = if returns { states.len() + 1 } else { states.len() };
        1..end.max(1)
    }

    /// The state to which the trace returns, if there is one.
    fn loop_state(&self) -> Option<usize> {
        let at = usize::try_from(self.trace.loop_index?).ok()?;
        (at < self.states).then_some(at)
    }

    /// The value in a state.
    ///
    /// # Errors
    ///
    /// As of [`Expr::eval`], with the state; there is no value in a state that the trace has not.
    ///
    /// ```
    /// # use itf::expr::{Evaluator, Expr};
    /// let traces = itf::read(br#"{"params":["n"],"vars":["x"],"states":[{"n":3,"x":1},{"x":2}]}"#)?;
    /// let expr = Expr::parse("x < n")?;
    /// assert_eq!(Evaluator::new(&expr, &traces[0])?.state(1)?, true.into());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn state(&mut self, at: usize) -> Result<Value, Error> {
        if self.program.steps {
            return Err(needs_step(&self.program));
        }
        let inputs = [self.inputs(at)?, Vec::new()];
        self.value(inputs).map_err(|error| error.in_state(at))
    }

    /// The value over the step into a state.
    ///
    /// ```
    /// # use itf::expr::{Evaluator, Expr};
    /// let traces = itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#)?;
    /// assert_eq!(Evaluator::new(&Expr::parse("x' > x")?, &traces[0])?.step(1)?, true.into());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn step(&mut self, into: usize) -> Result<Value, Error> {
        let inputs = self.step_inputs(into)?;
        self.value(inputs).map_err(|error| error.in_state(into))
    }

    /// Why a condition has the value that it has in a state.
    ///
    /// ```
    /// # use itf::expr::{Evaluator, Expr};
    /// let traces = itf::read(br#"{"vars":["x"],"states":[{"x":3}]}"#)?;
    /// let why = Evaluator::new(&Expr::parse("x > 0 and x + 1 < 4")?, &traces[0])?.explain_state(0)?;
    /// assert_eq!(why.to_string(), "x + 1 = 4");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain_state(&mut self, at: usize) -> Result<Explanation, Error> {
        let inputs = [self.inputs(at)?, Vec::new()];
        Ok(self.explain(&inputs))
    }

    /// Why a condition has the value that it has over the step into a state.
    ///
    /// ```
    /// # use itf::expr::{Evaluator, Expr};
    /// let traces = itf::read(br#"{"vars":["x"],"states":[{"x":3},{"x":2}]}"#)?;
    /// let why = Evaluator::new(&Expr::parse("x' >= x")?, &traces[0])?.explain_step(1)?;
    /// assert_eq!(why.to_string(), "x' = 2\nx = 3");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain_step(&mut self, into: usize) -> Result<Explanation, Error> {
        let inputs = self.step_inputs(into)?;
        Ok(self.explain(&inputs))
    }

    /// Names that the expression takes for tags and that occur in no value of the trace, with the tag that may be
    /// meant: perhaps they are mistyped, perhaps they just never happen.
    ///
    /// ```
    /// # use itf::expr::{Evaluator, Expr};
    /// let traces = itf::read(br#"{"vars":["x"],"states":[{"x":{"tag":"None","value":{}}}]}"#)?;
    /// let along = Evaluator::new(&Expr::parse("x == Nome")?, &traces[0])?;
    /// let (tag, span, near) = &along.strange_tags()[0];
    /// assert_eq!((tag.as_str(), span.clone(), near.as_deref()), ("Nome", 5..9, Some("None")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn strange_tags(&self) -> Vec<(String, Span, Option<String>)> {
        if self.program.tags.is_empty() {
            return Vec::new();
        }
        let known = tags(self.trace);
        let strange = self.program.tags.iter().filter(|(tag, _)| {
            let last = tag.rsplit("::").next().unwrap_or(tag);
            !known.contains(last)
        });
        strange
            .map(|(tag, span)| {
                (tag.clone(), span.clone(), nearest(tag, known.iter().copied()).map(str::to_owned))
            })
            .collect()
    }

    pub(super) fn program(&self) -> &Program {
        &self.program
    }

    fn inputs(&self, at: usize) -> Result<Vec<Option<Value>>, Error> {
        let Some(state) = self.trace.states.get(at) else {
            let message = format!("the trace has no state {at}");
            return Err(Error::new(ErrorKind::Missing, self.program.root.span.clone(), message));
        };
        let get = |name: &String| {
            // Parameters are in the first state only.
            let constant = || self.trace.states[0].get(name).filter(|_| self.trace.params.contains(name));
            state.get(name).or_else(constant).cloned()
        };
        Ok(self.program.variables.iter().map(get).collect())
    }

    fn step_inputs(&self, into: usize) -> Result<Inputs, Error> {
        let states = self.states;
        let after = if into == states { self.loop_state() } else { Some(into) };
        if let (Some(before), Some(after)) = (into.checked_sub(1), after) {
            return Ok([self.inputs(before)?, self.inputs(after)?]);
        }
        let message = format!("the trace has no step into state {into}");
        Err(Error::new(ErrorKind::Missing, self.program.root.span.clone(), message))
    }

    fn value(&mut self, inputs: Inputs) -> Result<Value, Error> {
        if let Some((last, value)) = &self.last
            && *last == inputs
        {
            return value.clone();
        }
        let mut machine = Machine::new(&self.program.variables, &self.limits, &mut self.pool);
        machine.load(false, inputs[0].iter().map(Option::as_ref));
        machine.load(true, inputs[1].iter().map(Option::as_ref));
        let value = machine.value(&self.program.root);
        self.last = Some((inputs, value.clone()));
        value
    }

    fn explain(&mut self, inputs: &Inputs) -> Explanation {
        let mut machine = Machine::new(&self.program.variables, &self.limits, &mut self.pool);
        machine.load(false, inputs[0].iter().map(Option::as_ref));
        machine.load(true, inputs[1].iter().map(Option::as_ref));
        explain(&mut machine, &self.program, &self.text)
    }
}

/// How many states a trace has, without a last one in which nothing is while there is something in those before.
fn states(trace: &Trace) -> usize {
    match trace.states.as_slice() {
        [before @ .., last] if last.value.is_empty() && before.iter().any(|s| !s.value.is_empty()) => {
            before.len()
        }
        all => all.len(),
    }
}

/// The tags of all values of a trace.
fn tags(trace: &Trace) -> HashSet<&str> {
    let (mut tags, mut seen) = (HashSet::new(), HashSet::new());
    let mut todo: Vec<&Value> = Vec::new();
    for state in &trace.states {
        todo.extend(state.value.values());
        while let Some(value) = todo.pop() {
            let inside: &[Value] = match value {
                Value::List(items) => items,
                Value::Tuple(items) => items,
                Value::Set(items) => items,
                Value::Record(record) => record.values(),
                Value::Map(_) | Value::Variant(_) => &[],
                _ => continue,
            };
            if !seen.insert(value) {
                continue;
            }
            todo.extend(inside);
            match value {
                Value::Map(map) => todo.extend(map.iter().flat_map(|(key, value)| [key, value])),
                Value::Variant(variant) => {
                    tags.insert(variant.tag().as_str());
                    todo.push(variant.payload());
                }
                _ => {}
            }
        }
    }
    tags
}
