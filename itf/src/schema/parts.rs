//! The parts of a schema, each once. What is there so often that it would fill pages, and what lies deep, is written under
//! `$defs` and referred to: so the text grows with what was seen, and neither with how often a part is used nor with how
//! far in it would be indented.

use std::collections::HashMap;

use serde_json::{Map, Value as Json, json};

/// The bytes that the repetitions of a part may take before it is written once.
const REPEATED: u64 = 4096;

/// How many parts lie in each other before the next one is written beside them.
const DEEP: usize = 6;

/// All parts so far. What is within a part is there before it.
#[derive(Default)]
pub(super) struct Parts {
    known: HashMap<String, usize>,
    parts: Vec<Part>,
}

struct Part {
    /// With a [mark](mark) for each part in it.
    schema: Json,
    /// The parts in it, as often as they are.
    within: Vec<usize>,
    /// How long it is, with all that is in it.
    length: u64,
}

/// What stands for a part where it is used: no schema has an array of one number.
pub(super) fn mark(part: usize) -> Json {
    json!([part])
}

fn marked(json: &Json) -> Option<usize> {
    match json.as_array()?.as_slice() {
        [number] => usize::try_from(number.as_u64()?).ok(),
        _ => None,
    }
}

impl Parts {
    /// The number of the part that is `schema`.
    pub(super) fn add(&mut self, schema: Json) -> usize {
        let text = schema.to_string();
        if let Some(&known) = self.known.get(&text) {
            return known;
        }
        let mut within = Vec::new();
        marks(&schema, &mut within);
        let lengths = within.iter().map(|&part| self.parts[part].length);
        let length = lengths.fold(text.len() as u64, u64::saturating_add);
        let number = self.parts.len();
        self.known.insert(text, number);
        self.parts.push(Part { schema, within, length });
        number
    }

    /// `root` with its parts in it, and those beside it, by name.
    pub(super) fn finish(self, root: &Json) -> (Json, Map<String, Json>) {
        let names = self.named(root);
        let whole = self.fill(root, &names);
        let beside = (0..self.parts.len()).filter_map(|part| {
            let name = names[part].clone()?;
            Some((name, self.fill(&self.parts[part].schema, &names)))
        });
        (whole, beside.collect())
    }

    /// Which parts are written beside the others, and how they are called: numbered from the outside in.
    fn named(&self, root: &Json) -> Vec<Option<String>> {
        // How often each is written, and how deep, if those around it are not written beside.
        let mut seen = vec![(0_u64, 0_usize); self.parts.len()];
        let mut within = Vec::new();
        marks(root, &mut within);
        let look = |within: &[usize], times: u64, depth: usize, seen: &mut [(u64, usize)]| {
            for &part in within {
                let (uses, deepest) = &mut seen[part];
                *uses = uses.saturating_add(times);
                *deepest = (*deepest).max(depth);
            }
        };
        look(&within, 1, 1, &mut seen);
        let mut names = vec![None; self.parts.len()];
        let mut count = 0;
        // Those around a part come after it.
        for (part, Part { within, length, .. }) in self.parts.iter().enumerate().rev() {
            let (uses, depth) = seen[part];
            if uses == 0 {
                continue;
            }
            let repeated = (uses - 1).saturating_mul(*length);
            if repeated > REPEATED || (depth >= DEEP && !within.is_empty()) {
                count += 1;
                names[part] = Some(format!("shape{count}"));
                look(within, 1, 1, &mut seen);
            } else {
                look(within, uses, depth + 1, &mut seen);
            }
        }
        names
    }

    /// `schema` with what its marks stand for.
    fn fill(&self, schema: &Json, names: &[Option<String>]) -> Json {
        if let Some(part) = marked(schema) {
            return match &names[part] {
                Some(name) => json!({ "$ref": format!("#/$defs/{name}") }),
                None => self.fill(&self.parts[part].schema, names),
            };
        }
        match schema {
            Json::Array(items) => items.iter().map(|item| self.fill(item, names)).collect(),
            Json::Object(entries) => Json::Object(
                entries.iter().map(|(key, value)| (key.clone(), self.fill(value, names))).collect(),
            ),
            scalar => scalar.clone(),
        }
    }
}

fn marks(schema: &Json, found: &mut Vec<usize>) {
    if let Some(part) = marked(schema) {
        return found.push(part);
    }
    match schema {
        Json::Array(items) => items.iter().for_each(|item| marks(item, found)),
        Json::Object(entries) => entries.values().for_each(|value| marks(value, found)),
        _ => {}
    }
}
