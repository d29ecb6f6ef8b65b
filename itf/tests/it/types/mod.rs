//! Types: the notation, values against declared types, types of values.

mod check;
mod corpus;
mod grammar;
mod infer;

use itf::Trace;
use itf::types::Type;

fn parsed(text: &str) -> Type {
    text.parse().unwrap_or_else(|error: itf::types::TypeError| panic!("{}", error.report()))
}

/// A trace of one variable with these values, one a state.
fn trace(values: &str) -> Trace {
    let states: Vec<String> = values.split(';').map(|value| format!("{{\"x\":{value}}}")).collect();
    let text = format!(r#"{{"vars":["x"],"states":[{}]}}"#, states.join(","));
    itf::read(text.as_bytes()).expect("ITF").remove(0)
}
