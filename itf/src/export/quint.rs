//! A trace as a module of Quint with a test that replays it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::words::{QUINT_BUILTINS, QUINT_KEYWORDS, words};
use super::{Exported, Names, left_out};
use crate::trace::Trace;
use crate::types::{Row, Type, Types, infer};
use crate::value::{Str, Value};

/// A trace as a Quint module: a variable for each variable with its type, an action `state3` for each state, and the test
/// `replayTest`, which goes through all of them; of a lasso, once around the loop and back.
///
/// Sum types get names, `Sum1`, `Sum2`, …; tags, fields and variables whose names Quint does not take, or that several sum
/// types have, get others, and a note says so. So it does of variables that are left out because their values have no type.
///
/// ```
/// let trace = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#)?[0];
/// let module = itf::export::to_quint(trace, "counter").text;
/// assert!(module.contains("var x: int") && module.contains("run replayTest = state0.then(state1)"));
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn to_quint(trace: &Trace, name: &str) -> Exported {
    let trace = &*with_params(trace);
    let inferred = infer([trace]);
    let (declared, _) = Types::declared(trace);
    let states: Vec<String> = (0..trace.states.len()).map(|at| format!("state{at}")).collect();
    let taken = words(QUINT_KEYWORDS).chain(words(QUINT_BUILTINS)).chain(["replayTest"]);
    let names = Names::new(taken.chain(states.iter().map(String::as_str)));
    let mut module = Module { sums: BTreeMap::new(), names, notes: Vec::new() };
    let mut variables: Vec<(String, String, Type)> = Vec::new();
    for variable in trace.params.iter().map(String::as_str).chain(trace.variables()) {
        if inferred.conflicts.iter().any(|conflict| conflict.variable == variable) {
            module.notes.push(format!("{variable} is left out: its values have no type together"));
            continue;
        }
        let t = declared.get(variable).or_else(|| inferred.types.get(variable)).map(Type::closed);
        let (Some(t), false) = (t, trace.states.iter().any(|s| s.get(variable).is_none_or(has_no_meaning)))
        else {
            module.notes.push(format!(
                "{variable} is left out: it has no value in some state, or one without a meaning"
            ));
            continue;
        };
        // Quint's types are closed and not recursive: what is open in the inferred one may have values of no other type.
        if trace.states.iter().filter_map(|s| s.get(variable)).any(|value| !t.has(value)) {
            module.notes.push(format!("{variable} is left out: its values have no type of Quint together"));
            continue;
        }
        module.collect(&t);
        let own = module.names.identifier(variable);
        if own != variable {
            module.notes.push(format!("the variable {variable} is called {own}"));
        }
        let values = || trace.states.iter().filter_map(|s| s.get(variable));
        let is_changed = |part: &Value| matches!(part, Value::Str(text) if text.chars().any(is_unwritable));
        if values().any(|value| has_within(value, &is_changed)) {
            module.notes.push(format!(
                "strings of {variable} are changed: Quint cannot write quotation marks and control characters"
            ));
        }
        if values()
            .any(|value| has_within(value, &|part| matches!(part, Value::Tuple(items) if items.len() == 1)))
        {
            module.notes.push(format!("tuples of one in {variable} become what they hold"));
        }
        variables.push((variable.to_owned(), own, t));
    }
    module.notes.extend(left_out(trace));
    let mut text = format!("module {name} {{\n");
    for (row, sum) in &module.sums {
        let options: Vec<String> = row
            .fields
            .iter()
            .map(|(tag, t)| {
                let own = &sum.tags[tag];
                if is_unit(t) { own.clone() } else { format!("{own}({})", module.type_text(t)) }
            })
            .collect();
        // A single option without the bar in front would be the name of another type.
        let bar = if options.len() == 1 { "| " } else { "" };
        let _ = writeln!(text, "  type {} = {bar}{}", sum.name, options.join(" | "));
    }
    for (_, own, t) in &variables {
        let _ = writeln!(text, "  var {own}: {}", module.type_text(t));
    }
    for (at, state) in trace.states.iter().enumerate() {
        let _ = write!(text, "\n  action state{at} = all {{\n");
        for (variable, own, t) in &variables {
            if let Some(value) = state.get(variable) {
                let _ = writeln!(text, "    {own}' = {},", module.value_text(value, t));
            }
        }
        // Quint wants something in the braces.
        text.push_str(if variables.is_empty() { "    true,\n  }\n" } else { "  }\n" });
    }
    let mut order: Vec<usize> = (0..trace.states.len()).collect();
    order.extend(trace.loop_index.and_then(|index| usize::try_from(index).ok()));
    let steps: Vec<String> = order
        .iter()
        .enumerate()
        .map(|(at, state)| if at == 0 { format!("state{state}") } else { format!(".then(state{state})") })
        .collect();
    // One a line where they are many: somebody will put other actions in their places.
    let glue = if steps.len() > 6 { "\n    " } else { "" };
    if !steps.is_empty() {
        let _ = writeln!(text, "\n  run replayTest = {}", steps.join(glue));
    }
    text.push_str("}\n");
    Exported { text, notes: module.notes }
}

struct Sum {
    name: String,
    /// What each tag is called.
    tags: BTreeMap<String, String>,
}

struct Module {
    sums: BTreeMap<Row, Sum>,
    names: Names,
    notes: Vec<String>,
}

fn is_unit(t: &Type) -> bool {
    *t == Type::unit() || matches!(t, Type::Tuple(parts) if parts.is_empty())
}

fn has_no_meaning(value: &Value) -> bool {
    has_within(value, &|part| matches!(part, Value::Unserializable(_) | Value::Opaque(_)))
}

/// Whether something is so of a value or of what it holds.
fn has_within(value: &Value, is_so: &impl Fn(&Value) -> bool) -> bool {
    let has = |part: &Value| has_within(part, is_so);
    is_so(value)
        || match value {
            Value::Tuple(items) => items.iter().any(has),
            Value::List(items) => items.iter().any(has),
            Value::Set(items) => items.iter().any(has),
            Value::Map(map) => map.iter().any(|(key, value)| has(key) || has(value)),
            Value::Record(fields) => fields.values().iter().any(has),
            Value::Variant(v) => has(v.payload()),
            _ => false,
        }
}

impl Module {
    /// Finds the sum types in a type, those within others first.
    fn collect(&mut self, t: &Type) {
        match t {
            Type::Set(t) | Type::Seq(t) => self.collect(t),
            Type::Fun(from, to) => {
                self.collect(from);
                self.collect(to);
            }
            Type::Tuple(parts) => parts.iter().for_each(|t| self.collect(t)),
            Type::Record(row) => {
                for (name, own, t) in fields(row) {
                    let note = format!("the field {name} is called {own}");
                    if own != *name && !self.notes.contains(&note) {
                        self.notes.push(note);
                    }
                    self.collect(t);
                }
            }
            Type::Variant(row) => {
                row.fields.values().for_each(|t| self.collect(t));
                if self.sums.contains_key(row) {
                    return;
                }
                let name = self.names.identifier(&format!("Sum{}", self.sums.len() + 1));
                let mut tags = BTreeMap::new();
                for tag in row.fields.keys() {
                    let own = self.names.identifier(tag);
                    if own != *tag {
                        self.notes.push(format!("the tag {tag} is called {own} in {name}"));
                    }
                    tags.insert(tag.clone(), own);
                }
                self.sums.insert(row.clone(), Sum { name, tags });
            }
            _ => {}
        }
    }

    fn type_text(&self, t: &Type) -> String {
        match t {
            Type::Bool => "bool".into(),
            // What an empty set would hold can be anything.
            Type::Int | Type::Var(_) => "int".into(),
            t if is_unit(t) => "()".into(),
            Type::Set(t) => format!("Set[{}]", self.type_text(t)),
            Type::Seq(t) => format!("List[{}]", self.type_text(t)),
            Type::Fun(from, to) => format!("({} -> {})", self.type_text(from), self.type_text(to)),
            Type::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(|t| self.type_text(t)).collect();
                format!("({})", parts.join(", "))
            }
            Type::Record(row) if row.fields.is_empty() => "()".into(),
            Type::Record(row) => {
                let fields = fields(row).map(|(_, own, t)| format!("{own}: {}", self.type_text(t)));
                format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
            }
            Type::Variant(row) => self.sums.get(row).map_or_else(|| "int".into(), |sum| sum.name.clone()),
            _ => "str".into(),
        }
    }

    fn value_text(&self, value: &Value, t: &Type) -> String {
        let list = |items: &mut dyn Iterator<Item = String>| items.collect::<Vec<_>>().join(", ");
        match (value, t) {
            (unit, _) if unit.is_unit() => "()".into(),
            (Value::Str(_), t) if is_unit(t) => "()".into(),
            (Value::Set(items), Type::Set(t)) => {
                format!("Set({})", list(&mut items.iter().map(|v| self.value_text(v, t))))
            }
            (Value::List(items), Type::Seq(t)) => {
                format!("[{}]", list(&mut items.iter().map(|v| self.value_text(v, t))))
            }
            (Value::Tuple(items), Type::Tuple(parts)) => {
                format!("({})", list(&mut items.iter().zip(parts).map(|(v, t)| self.value_text(v, t))))
            }
            (Value::Map(map), Type::Fun(from, to)) => {
                let entry = |(k, v)| format!("{} -> {}", self.value_text(k, from), self.value_text(v, to));
                format!("Map({})", list(&mut map.iter().map(entry)))
            }
            (Value::Record(values), Type::Record(row)) => {
                let field = |(name, own, t): (&str, String, &Type)| {
                    format!("{own}: {}", values.get(name).map_or_else(String::new, |v| self.value_text(v, t)))
                };
                format!("{{ {} }}", list(&mut fields(row).map(field)))
            }
            (Value::Variant(v), Type::Variant(row)) => {
                let (Some(sum), Some(t)) = (self.sums.get(row), row.fields.get(&**v.tag())) else {
                    return value.to_string();
                };
                let own = &sum.tags[&**v.tag()];
                if is_unit(t) { own.clone() } else { format!("{own}({})", self.value_text(v.payload(), t)) }
            }
            (Value::Str(text), _) => quoted(text),
            (other, _) => other.to_string(),
        }
    }
}

/// The fields of a record type: the name, the name in Quint, the type.
fn fields(row: &Row) -> impl Iterator<Item = (&str, String, &Type)> {
    let mut names = Names::new(words(QUINT_KEYWORDS));
    row.fields.iter().map(move |(name, t)| (name.as_str(), names.identifier(name), t))
}

/// Quint knows no escapes: a quote or the end of a line cannot be in a string.
fn is_unwritable(c: char) -> bool {
    c == '"' || c.is_control()
}

fn quoted(text: &str) -> String {
    let plain = |c: char| match c {
        '"' => '\'',
        c if is_unwritable(c) => '?',
        c => c,
    };
    format!("\"{}\"", text.chars().map(plain).collect::<String>())
}

/// The trace with its parameters in every state, as variables have to be.
fn with_params(trace: &Trace) -> Cow<'_, Trace> {
    let is_missing = |param: &String| trace.states.iter().any(|state| state.get(param).is_none());
    let missing: Vec<&String> = trace.params.iter().filter(|param| is_missing(param)).collect();
    let Some(first) = trace.states.first().filter(|_| !missing.is_empty()) else {
        return Cow::Borrowed(trace);
    };
    let constants: Vec<(Str, Value)> = missing
        .iter()
        .filter_map(|param| Some((Str::from(param.as_str()), first.get(param)?.clone())))
        .collect();
    let mut whole = trace.clone();
    for state in whole.states.iter_mut().skip(1) {
        let own = state.value.iter().map(|(name, value)| (name.clone(), value.clone()));
        let absent = constants.iter().filter(|(name, _)| state.get(name).is_none()).cloned();
        state.value = own.chain(absent.collect::<Vec<_>>()).collect();
    }
    Cow::Owned(whole)
}
