//! Expressions over the states of a trace, in the syntax of Quint: `votes.keys().forall(n => votes.get(n) <= round')`.
//!
//! An [`Expr`] is parsed once. It has a value in a state ([`Expr::eval`]) or, with primes, over a step
//! ([`Expr::eval_step`]); an [`Evaluator`] gives its values along a whole trace, and [`check_invariant`],
//! [`check_step`] and [`check_eventually`] say where a property fails, and why.
//!
//! The language is that of Quint 0.33, without what needs a machine to run: nondeterministic choice, actions, temporal
//! formulas. What is different, by intent:
//!
//! - `x'` is the value after the step, for any expression that looks at the state; Quint only assigns with primes.
//! - A variable `node::round` may be written `round`, where that is the only one.
//! - A name with a capital that is no variable is a tag: `Some(1)`, `None`. There are no type declarations to ask.
//! - Types are inferred as Quint infers them, before anything is evaluated: those of variables from the values of the
//!   trace, or from what it declares. Where values have no type together nothing is refused for its type; and a sum type may
//!   have tags that no value has, so that a `match` may leave some out.
//! - The encodings of unit, `()`, `{}` and `null`, are one value.
//! - Keywords may be names of fields and variables where that is unambiguous; `{}` and `(e,)` are expressions.
//! - `fold` takes the elements of a set in ascending order, so that its result is always the same.
//! - `setToMap` takes the greatest of several values for a key; in Quint it depends on how the set was made. `Int` is not
//!   finite.
//!
//! ```
//! use itf::expr::Expr;
//! use itf::{Record, State, Value};
//!
//! let state = State::from(Record::from_iter([("votes", Value::map([("a", 3), ("b", 5)]))]));
//! let expr = Expr::parse(r#"votes.keys().filter(n => votes.get(n) > 4)"#)?;
//! assert_eq!(expr.eval(&state)?, Value::set(["b"]));
//! # Ok::<(), itf::expr::Error>(())
//! ```

mod builtin;
mod error;
mod eval;
mod evaluator;
mod explain;
mod names;
mod parse;
mod program;
mod property;
mod resolve;
mod syntax;
mod typing;

use std::sync::Arc;

use crate::trace::State;
use crate::value::{Record, Value};

pub use error::{Error, ErrorKind, Span};
pub use evaluator::Evaluator;
pub use explain::{Explanation, Reason, Says};
pub use property::{Failure, check_eventually, check_invariant, check_step};

use eval::{Machine, Pool};
use program::Program;
use syntax::Ast;

/// What an evaluation may use, so that no expression can exhaust the machine.
///
/// ```
/// let limits = itf::expr::Limits { steps: 1_000, ..Default::default() };
/// assert!(limits.elements >= 1_000);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How many steps: parts evaluated, elements looked at.
    pub steps: u64,
    /// How many elements a set or list may have that is made from a rule: `powerset`, `to`, `range`.
    pub elements: usize,
    /// How many parts a value that is made may have, written out.
    pub size: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 10_000_000, elements: 1_000_000, size: 20_000_000 }
    }
}

/// An expression, parsed.
///
/// ```
/// let expr = itf::expr::Expr::parse("x + 1 > y")?;
/// assert_eq!(expr.text(), "x + 1 > y");
/// # Ok::<(), itf::expr::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Expr {
    text: Arc<str>,
    ast: Arc<Ast>,
}

impl Expr {
    /// Reads an expression. Which names there are, and of which types, is asked when it is evaluated; operators, their
    /// arguments as far as no variable is in them, and where primes stand are checked here.
    ///
    /// # Errors
    ///
    /// Text that is no expression, with the place and often with advice:
    ///
    /// ```
    /// let error = itf::expr::Expr::parse("S.forall(x, x > 0)").unwrap_err();
    /// assert_eq!(error.to_string(), "`forall` takes two arguments, found three arguments");
    /// ```
    pub fn parse(text: &str) -> Result<Self, Error> {
        let ast = parse::parse(text)?;
        let program = resolve::resolve(&ast, None)?;
        typing::check(&program, &typing::of_nothing(&program.variables))?;
        Ok(Self { text: text.into(), ast: Arc::new(ast) })
    }

    /// The text it was parsed from.
    ///
    /// ```
    /// assert_eq!(itf::expr::Expr::parse(" x ")?.text(), " x ");
    /// # Ok::<(), itf::expr::Error>(())
    /// ```
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is about a step: whether a prime, or `next`, occurs in it.
    ///
    /// ```
    /// # use itf::expr::Expr;
    /// assert!(Expr::parse("x' > x")?.is_step() && !Expr::parse("x > 0")?.is_step());
    /// # Ok::<(), itf::expr::Error>(())
    /// ```
    pub fn is_step(&self) -> bool {
        // Without the variables every name is one: nothing is left that could fail.
        resolve::resolve(&self.ast, None).is_ok_and(|program| program.steps)
    }

    /// The value in a state.
    ///
    /// # Errors
    ///
    /// Unknown names, values of the wrong kind, what is not there or not defined, and limits, each with its place in
    /// the text; [`Error::report`] shows it.
    ///
    /// ```
    /// use itf::expr::Expr;
    /// let state = itf::State::from(itf::Record::from_iter([("x", 20)]));
    /// assert_eq!(Expr::parse("x * 2 + 2")?.eval(&state)?, 42.into());
    /// assert_eq!(Expr::parse("x + X")?.eval(&state).unwrap_err().to_string(), "expected an integer, found `X`");
    /// # Ok::<(), itf::expr::Error>(())
    /// ```
    pub fn eval(&self, state: &State) -> Result<Value, Error> {
        let program = self.resolve(state.value.names())?;
        typing::check(&program, &typing::of_states(&program.variables, std::slice::from_ref(state)))?;
        if program.steps {
            return Err(needs_step(&program));
        }
        evaluate(&program, &state.value, None)
    }

    /// The value over a step: primes mean the state `after`.
    ///
    /// ```
    /// # use itf::{Record, State, expr::Expr};
    /// let [a, b] = [1, 5].map(|x| State::from(Record::from_iter([("x", x)])));
    /// assert_eq!(Expr::parse("x' - x")?.eval_step(&a, &b)?, 4.into());
    /// # Ok::<(), itf::expr::Error>(())
    /// ```
    pub fn eval_step(&self, before: &State, after: &State) -> Result<Value, Error> {
        let program = self.resolve(before.value.names())?;
        let states = [before.clone(), after.clone()];
        typing::check(&program, &typing::of_states(&program.variables, &states))?;
        evaluate(&program, &before.value, Some(&after.value))
    }

    fn resolve(&self, names: &[crate::Str]) -> Result<Program, Error> {
        let variables: Vec<String> = names.iter().map(ToString::to_string).collect();
        resolve::resolve(&self.ast, Some(&variables))
    }
}

fn needs_step(program: &Program) -> Error {
    let error = Error::new(
        ErrorKind::Prime,
        program.root.span.clone(),
        "a prime needs a step, and here is one state",
    );
    error.hint("check it over the steps of a trace")
}

fn evaluate(program: &Program, before: &Record, after: Option<&Record>) -> Result<Value, Error> {
    let (limits, mut pool) = (Limits::default(), Pool::default());
    let mut machine = Machine::new(&program.variables, &limits, &mut pool);
    machine.load(false, program.variables.iter().map(|name| before.get(name)));
    if let Some(after) = after {
        machine.load(true, program.variables.iter().map(|name| after.get(name)));
    }
    machine.value(&program.root)
}
