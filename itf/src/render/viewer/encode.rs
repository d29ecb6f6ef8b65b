//! Traces as JSON in which every distinct value is there once. Almost nothing changes from one state to the next, so this
//! is small where the trace is large, and to compare two states costs what differs.

use std::collections::HashMap;
use std::fmt::Write;

use crate::action::Labels;
use crate::trace::{Json, Meta, Trace};
use crate::value::{Record, Str, Value};

/// JavaScript's numbers are exact up to here.
const SAFE: u64 = 1 << 53;

/// The distinct values, parts before wholes, and the lists of the names of records.
///
/// A value is `null`, a boolean, a number or a string as in JSON, or a list: `["i", digits]` an integer that is no
/// number, `["u", text]` unserializable, `["o", text]` other JSON, and of the numbers of other values `["l", …]` a list,
/// `["t", …]` a tuple, `["s", …]` a set, `["m", key, value, …]` a map, `["r", names, …]` a record, `["v", tag, value]` a
/// variant.
#[derive(Default)]
pub(super) struct Table {
    nodes: String,
    known: HashMap<Value, usize>,
    shapes: String,
    names: HashMap<Vec<Str>, usize>,
}

impl Table {
    /// The number of a value.
    fn value(&mut self, value: &Value) -> usize {
        if let Some(known) = self.known.get(value) {
            return *known;
        }
        let mut text = String::new();
        let parts: Vec<usize> = match value {
            Value::Tuple(parts) => parts.iter().map(|part| self.value(part)).collect(),
            Value::List(parts) => parts.iter().map(|part| self.value(part)).collect(),
            Value::Set(parts) => parts.iter().map(|part| self.value(part)).collect(),
            Value::Map(map) => map.iter().flat_map(|(k, v)| [self.value(k), self.value(v)]).collect(),
            Value::Record(record) => self.record(record),
            Value::Variant(variant) => vec![self.value(variant.payload())],
            _ => Vec::new(),
        };
        let open = match value {
            Value::Tuple(_) => "[\"t\"",
            Value::List(_) => "[\"l\"",
            Value::Set(_) => "[\"s\"",
            Value::Map(_) => "[\"m\"",
            Value::Record(_) => "[\"r\"",
            Value::Variant(variant) => {
                text.push_str("[\"v\",");
                write_text(&mut text, variant.tag());
                ""
            }
            atom => {
                write_atom(&mut text, atom);
                return self.add(value, &text);
            }
        };
        text.push_str(open);
        for part in parts {
            // Writing to a string cannot fail.
            let _ = write!(text, ",{part}");
        }
        text.push(']');
        self.add(value, &text)
    }

    /// The number of the list of names, and those of the values.
    fn record(&mut self, record: &Record) -> Vec<usize> {
        let known = self.names.get(record.names()).copied();
        let shape = known.unwrap_or_else(|| {
            let next = self.names.len();
            self.names.insert(record.names().to_vec(), next);
            self.shapes.push_str(if next > 0 { ",[" } else { "[" });
            for (at, name) in record.names().iter().enumerate() {
                self.shapes.push_str(if at > 0 { "," } else { "" });
                write_text(&mut self.shapes, name);
            }
            self.shapes.push(']');
            next
        });
        std::iter::once(shape).chain(record.values().iter().map(|part| self.value(part))).collect()
    }

    fn add(&mut self, value: &Value, text: &str) -> usize {
        let number = self.known.len();
        self.nodes.push_str(if number > 0 { "," } else { "" });
        self.nodes.push_str(text);
        self.known.insert(value.clone(), number);
        number
    }

    /// A trace, of which the states `first..=last` are in the page.
    pub(super) fn trace(
        &mut self,
        name: &str,
        trace: &Trace,
        labels: Option<&Labels>,
        first: usize,
        last: usize,
    ) -> String {
        let states =
            || trace.states.iter().enumerate().skip(first).take(last.saturating_sub(first).saturating_add(1));
        let mut out = String::from("{\"name\":");
        write_text(&mut out, name);
        let json = |names: &[String]| serde_json::Value::from(names.to_vec()).to_string();
        let (params, vars) = (json(&trace.params), json(&trace.vars));
        let back = trace.loop_index.map_or_else(|| "null".to_owned(), |back| back.to_string());
        let partial = states().count() < trace.states.len();
        let _ = write!(
            out,
            ",\"params\":{params},\"vars\":{vars},\"loop\":{back},\"first\":{first},\"partial\":{partial},\"fails\":{},\"meta\":{},\
             \"about\":{}",
            fails(&trace.meta),
            meta(&trace.meta),
            json(&about(&trace.meta)),
        );
        out.push_str(",\"extra\":[");
        for (at, (name, value)) in trace.extra.iter().enumerate() {
            out.push_str(if at > 0 { ",[" } else { "[" });
            write_text(&mut out, name);
            out.push(',');
            write_text(&mut out, value.text());
            out.push(']');
        }
        out.push_str("],\"states\":[");
        for (at, (_, state)) in states().enumerate() {
            let _ = write!(
                out,
                "{}{}",
                if at > 0 { "," } else { "" },
                self.value(&Value::Record(state.value.clone()))
            );
        }
        out.push(']');
        if states().any(|(_, state)| state.meta.text().is_some()) {
            let metas: Vec<String> = states().map(|(_, state)| meta(&state.meta)).collect();
            out.extend([",\"metas\":[", &metas.join(","), "]"]);
        }
        if let Some(labels) = labels {
            out.push_str(",\"labels\":[");
            for (number, (at, state)) in states().enumerate() {
                out.push_str(if number > 0 { "," } else { "" });
                match labels.label(state, at) {
                    Ok(label) => {
                        out.push('[');
                        write_text(&mut out, &label.name);
                        let args = (!label.args.is_empty()).then(|| self.value(&Value::Record(label.args)));
                        let _ = match args {
                            Some(args) => write!(out, ",{args}]"),
                            None => write!(out, ",-1]"),
                        };
                    }
                    Err(_) => out.push_str("null"),
                }
            }
            out.push(']');
        }
        out.push('}');
        out
    }

    /// The tables, as members of an object.
    pub(super) fn finish(&self) -> String {
        format!("\"shapes\":[{}],\"nodes\":[{}]", self.shapes, self.nodes)
    }
}

/// JSON that may stand in an element of a page: what could end it is written as an escape, which is only in strings.
pub(super) fn in_block(json: &str) -> String {
    json.replace('<', "\\u003c")
}

fn write_text(out: &mut String, text: &str) {
    // A string is always JSON.
    out.push_str(&serde_json::Value::from(text).to_string());
}

fn write_atom(out: &mut String, value: &Value) {
    let mut tagged = |kind: char, text: &str| {
        let _ = write!(out, "[\"{kind}\",");
        write_text(out, text);
        out.push(']');
    };
    match value {
        Value::Bool(b) => {
            let _ = write!(out, "{b}");
        }
        Value::Int(int) => match int.as_i64() {
            Some(number) if number.unsigned_abs() <= SAFE => {
                let _ = write!(out, "{number}");
            }
            _ => tagged('i', &int.to_string()),
        },
        Value::Str(text) => write_text(out, text),
        Value::Unserializable(text) => tagged('u', text),
        Value::Opaque(text) => tagged('o', text),
        _ => out.push_str("null"),
    }
}

/// `#meta` as text in JSON, or `null`.
fn meta(meta: &Meta) -> String {
    meta.text().map_or_else(|| "null".to_owned(), |text| serde_json::Value::from(text).to_string())
}

/// Whether a trace says that it was kept for what is wrong in its last state.
fn fails(meta: &Meta) -> bool {
    let is = |key: &str, what: &[&str]| {
        meta.get(key).is_some_and(|value| value.as_str().is_some_and(|text| what.contains(&text)))
    };
    meta.get("violation").is_some()
        || is("status", &["violation", "failure", "deadlock"])
        || is("predicate_kind", &["invariant"])
}

/// What a trace says about itself in few words.
fn about(meta: &Meta) -> Vec<String> {
    let said = |(key, json): (String, Json)| match json.parse() {
        serde_json::Value::String(text) if ["source", "predicate_name", "status"].contains(&key.as_str()) => {
            Some(text)
        }
        _ => None,
    };
    meta.entries().into_iter().filter_map(said).collect()
}
