//! Expressions: what they mean, what they refuse and how they say it.

mod errors;
mod laws;
mod limits;
mod properties;
mod values;

use itf::expr::{Error, Expr};
use itf::{State, Value};

/// A state with one variable of each kind.
fn state() -> State {
    State::from(itf::Record::from_iter([
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

/// The value as text, or the error.
fn shown(text: &str) -> String {
    eval(text).map_or_else(|error| format!("error: {error}"), |value| value.to_string())
}
