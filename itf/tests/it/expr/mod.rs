//! Expressions: what they mean, what they refuse and how they say it.

mod errors;
mod laws;
mod limits;
mod properties;
mod typing;
mod values;

use itf::expr::{Error, Evaluator, Expr};
use itf::{Record, State, Trace, Value};

/// A state with one variable of each kind.
fn state() -> State {
    State::from(Record::from_iter([
        ("x", Value::from(7)),
        ("p", Value::from(true)),
        ("s", Value::set([1, 2, 3])),
        ("m", Value::map([("a", 1), ("b", 2)])),
        ("l", Value::list([4, 5, 6])),
        ("r", Value::record([("name", Value::from("lock")), ("epoch", Value::from(2))])),
        ("t", Value::tuple([Value::from(1), Value::from("one")])),
        ("v", Value::variant("Some", 5)),
        ("none", Value::variant("None", Value::Null)),
    ]))
}

fn eval(text: &str) -> Result<Value, Error> {
    Expr::parse(text)?.eval(&state())
}

/// The value in a state of variables of which nothing is known: in another state they are something else.
fn untyped(text: &str, variables: &[(&str, &Value)]) -> Result<Value, Error> {
    let first =
        State::from(variables.iter().map(|(name, value)| (*name, (*value).clone())).collect::<Record>());
    let other = |value: &Value| if value.as_bool().is_some() { Value::from(0) } else { Value::from(true) };
    let second = variables.iter().map(|(name, value)| (*name, other(value)));
    let trace = Trace::new::<String>([], [first, State::from(second.collect::<Record>())]);
    Evaluator::new(&Expr::parse(text)?, &trace)?.state(0)
}

/// The value as text, or the error.
fn shown(text: &str) -> String {
    eval(text).map_or_else(|error| format!("error: {error}"), |value| value.to_string())
}
