//! A comparison for tools that know JSON and nothing of traces: RFC 6902.

use std::collections::HashMap;

use serde_json::{Value as Json, json};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::diff::TraceDiff;
use crate::serde::exact::{Restored, guarded, held};
use crate::trace::Trace;
use crate::write::{Layout, to_string};

/// The operations of RFC 6902 that make the canonical document of `right` of that of `left` (`itf fmt`), `#meta` and all.
/// `diff` says which states correspond. What lasts in a trace is there once for each state: JSON has no word for it.
///
/// # Errors
///
/// None that is known: the text of a trace is JSON.
///
/// ```
/// use itf::diff::{Options, diff_traces};
/// use itf::render::json_patch;
/// let a = &itf::read(br#"{"vars":["x"],"states":[{"x":1},{"x":2}]}"#)?[0];
/// let b = &itf::read(br#"{"vars":["x"],"states":[{"x":2}]}"#)?[0];
/// let patch = json_patch(a, b, &diff_traces(a, b, &Options::default()))?;
/// let patch: serde_json::Value = serde_json::from_str(&patch)?;
/// assert_eq!(patch, serde_json::json!([{"op": "remove", "path": "/states/0"}]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn json_patch(left: &Trace, right: &Trace, diff: &TraceDiff) -> Result<String, serde_json::Error> {
    // Numbers stay what they are, digit for digit.
    let parse = |trace: &Trace| serde_json::from_str::<Json>(&guarded(&to_string(trace, Layout::Canonical)));
    let (mut old, mut new) = (parse(left)?, parse(right)?);
    let states = |document: &mut Json| match document.get_mut("states").map(Json::take) {
        Some(Json::Array(states)) => states,
        _ => Vec::new(),
    };
    let (old_states, new_states) = (states(&mut old), states(&mut new));
    let mut patch = Patch::default();
    patch.values(&mut String::new(), &old, &new);
    let mut path = "/states".to_owned();
    let mut list = List::default();
    for &(i, j) in diff.pairs.iter().chain([&(old_states.len(), new_states.len())]) {
        list.replace(&mut patch, &mut path, list.old..i, &new_states[list.new..j]);
        if let (Some(old), Some(new)) = (old_states.get(i), new_states.get(j)) {
            list.pair(&mut patch, &mut path, old, new);
        }
    }
    let operations = Json::Array(patch.operations);
    serde_json::to_string_pretty(&Restored(&operations))
}

/// Operations, in the order in which they are applied.
#[derive(Default)]
struct Patch {
    operations: Vec<Json>,
}

/// An array on which operations are done from its beginning to its end.
#[derive(Default)]
struct List {
    /// What of the old and of the new one is done.
    old: usize,
    new: usize,
}

impl List {
    /// Removes the old items of a range and adds new ones in their place. What is before the place is new already.
    fn replace(&mut self, patch: &mut Patch, path: &mut String, old: std::ops::Range<usize>, new: &[Json]) {
        for _ in old.clone() {
            patch.operations.push(json!({"op": "remove", "path": format!("{path}/{}", self.new)}));
        }
        for value in new {
            patch
                .operations
                .push(json!({"op": "add", "path": format!("{path}/{}", self.new), "value": value}));
            self.new += 1;
        }
        self.old = self.old.max(old.end);
    }

    /// Makes the new item of the old one.
    fn pair(&mut self, patch: &mut Patch, path: &mut String, old: &Json, new: &Json) {
        patch.below(path, &self.new.to_string(), old, new);
        self.old += 1;
        self.new += 1;
    }
}

impl Patch {
    fn below(&mut self, path: &mut String, token: &str, old: &Json, new: &Json) {
        let len = path.len();
        path.push('/');
        path.push_str(&token.replace('~', "~0").replace('/', "~1"));
        self.values(path, old, new);
        path.truncate(len);
    }

    fn values(&mut self, path: &mut String, old: &Json, new: &Json) {
        if old == new {
            return;
        }
        let before = self.operations.len();
        match (old, new) {
            (Json::Object(a), Json::Object(b)) if held(old).is_none() && held(new).is_none() => {
                for (key, value) in a {
                    match b.get(key) {
                        Some(new) => self.below(path, key, value, new),
                        None => self.at_key("remove", path, key, None),
                    }
                }
                for (key, value) in b.iter().filter(|(key, _)| !a.contains_key(*key)) {
                    self.at_key("add", path, key, Some(value));
                }
            }
            (Json::Array(a), Json::Array(b)) => self.arrays(path, a, b),
            _ => return self.operations.push(json!({"op": "replace", "path": path, "value": new})),
        }
        // Many small operations are no account of what happened, where the whole is shorter.
        let whole = json!({"op": "replace", "path": path, "value": new});
        let parts: usize = self.operations[before..].iter().map(|op| op.to_string().len()).sum();
        if !path.is_empty() && whole.to_string().len() < parts {
            self.operations.truncate(before);
            self.operations.push(whole);
        }
    }

    fn at_key(&mut self, op: &str, path: &str, key: &str, value: Option<&Json>) {
        let path = format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
        self.operations.push(match value {
            Some(value) => json!({"op": op, "path": path, "value": value}),
            None => json!({"op": op, "path": path}),
        });
    }

    fn arrays(&mut self, path: &mut String, old: &[Json], new: &[Json]) {
        let mut numbers: HashMap<&Json, usize> = HashMap::new();
        let mut number = |value| {
            let next = numbers.len();
            *numbers.entry(value).or_insert(next)
        };
        let a: Vec<usize> = old.iter().map(&mut number).collect();
        let b: Vec<usize> = new.iter().map(&mut number).collect();
        let mut list = List::default();
        for op in capture_diff_slices(Algorithm::Myers, &a, &b) {
            match op {
                DiffOp::Equal { len, .. } => (list.old, list.new) = (list.old + len, list.new + len),
                DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => {
                    let (i, j) = (op.old_range(), op.new_range());
                    let both = i.len().min(j.len());
                    for at in 0..both {
                        list.pair(self, path, &old[i.start + at], &new[j.start + at]);
                    }
                    list.replace(self, path, i.start + both..i.end, &new[j.start + both..j.end]);
                }
            }
        }
    }
}
