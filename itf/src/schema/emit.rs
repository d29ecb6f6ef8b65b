//! From what was seen to JSON Schema.

use serde_json::{Map, Value as Json, json};

use super::parts::{Parts, mark};
use super::range::pattern;
use super::shape::{Fields, Range, Shape, Strings};
use super::{Options, Summary};

/// Any integer in decimal digits.
const DIGITS: &str = "^-?[0-9]+$";

pub(super) fn document(summary: &Summary, options: Options) -> Json {
    let mut emit = Emit { options, parts: Parts::default() };
    let traces = summary.traces;
    let state = match &summary.states {
        Some(fields) => emit.state(fields),
        None => json!({ "type": "object" }),
    };
    let (state, mut defs) = emit.parts.finish(&state);
    defs.insert("state".to_owned(), state);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Traces like those that were seen",
        "description": format!(
            "Made by `itf schema --infer` from {traces} {}.",
            if traces == 1 { "trace" } else { "traces" },
        ),
        "type": "object",
        "required": ["states"],
        "properties": { "states": { "type": "array", "items": { "$ref": "#/$defs/state" } } },
        "$defs": defs,
    })
}

/// Tuples of so many slots that are all alike are written as a list of a length.
const ALIKE: usize = 8;

struct Emit {
    options: Options,
    parts: Parts,
}

impl Emit {
    fn state(&mut self, fields: &Fields) -> Json {
        let mut state = self.fields(fields);
        state["properties"]["#meta"] = json!(true);
        state
    }

    /// Objects with these fields.
    fn fields(&mut self, fields: &Fields) -> Json {
        let properties: Map<String, Json> =
            fields.all.iter().map(|(name, shape)| (name.clone(), self.shape(shape))).collect();
        json!({
            "type": "object",
            "required": fields.always.iter().flatten().collect::<Vec<_>>(),
            "properties": properties,
            "additionalProperties": false,
        })
    }

    /// The mark of all that was seen at a place.
    fn shape(&mut self, shape: &Shape) -> Json {
        mark(self.part(shape))
    }

    fn part(&mut self, shape: &Shape) -> usize {
        let schema = self.kinds(shape);
        self.parts.add(schema)
    }

    /// All that was seen at a place; anything, if nothing was.
    fn kinds(&mut self, shape: &Shape) -> Json {
        // What has no meaning has no shape either.
        if shape.opaque {
            return json!({});
        }
        let mut kinds = Vec::new();
        // Tools write it in three ways, and one tool may read what another wrote.
        kinds.extend(shape.unit.then(|| json!({ "title": "unit", "enum": [{ "#tup": [] }, {}, null] })));
        kinds.extend(shape.boolean.then(|| json!({ "type": "boolean" })));
        kinds.extend(shape.integer.as_ref().map(|range| self.integer(range)));
        kinds.extend(shape.string.as_ref().map(|strings| self.string(strings)));
        if let Some(items) = &shape.list {
            kinds.push(json!({ "type": "array", "items": self.shape(items) }));
        }
        if let Some(items) = &shape.set {
            kinds.push(tagged("#set", &json!({ "type": "array", "items": self.shape(items) })));
        }
        if let Some(entry) = &shape.map {
            let pair = self.items([&entry.0, &entry.1].into_iter());
            kinds.push(tagged("#map", &json!({ "type": "array", "items": pair })));
        }
        for slots in shape.tuples.values() {
            kinds.push(tagged("#tup", &self.items(slots.iter())));
        }
        kinds.extend(shape.record.as_ref().map(|fields| self.fields(fields)));
        if !shape.variants.is_empty() {
            kinds.push(self.variants(shape));
        }
        if shape.unserializable {
            kinds.push(tagged("#unserializable", &json!({ "type": "string" })));
        }
        match kinds.len() {
            0 => json!({}),
            1 => kinds.remove(0),
            _ => json!({ "anyOf": kinds }),
        }
    }

    /// Arrays of exactly these.
    fn items<'a>(&mut self, slots: impl ExactSizeIterator<Item = &'a Shape>) -> Json {
        let count = slots.len();
        let mut schema = json!({ "type": "array", "minItems": count, "maxItems": count });
        let slots: Vec<usize> = slots.map(|slot| self.part(slot)).collect();
        match slots.first() {
            // The standard wants at least one prefix item.
            None => {}
            Some(&first) if count >= ALIKE && slots.iter().all(|&slot| slot == first) => {
                schema["items"] = mark(first);
            }
            Some(_) => schema["prefixItems"] = slots.into_iter().map(mark).collect(),
        }
        schema
    }

    /// Integers in both spellings. Most keywords concern one type of JSON only, so they can stand side by side.
    fn integer(&self, Range(low, high): &Range) -> Json {
        let mut digits = json!({ "type": "string", "pattern": DIGITS });
        if !self.options.ranges {
            return json!({
                "type": ["object", "integer"],
                "required": ["#bigint"],
                "properties": { "#bigint": digits },
                "additionalProperties": false,
            });
        }
        digits["description"] = json!(if low == high { low.to_string() } else { format!("{low} to {high}") });
        digits["pattern"] = json!(pattern(&low.to_string(), &high.to_string()));
        let mut schema = json!({
            "type": ["object", "integer"],
            "required": ["#bigint"],
            "properties": { "#bigint": digits },
            "additionalProperties": false,
        });
        for (key, bound) in [("minimum", low), ("maximum", high)] {
            // Beyond 64 bits, validators that hold numbers as doubles would not agree with each other.
            if let Some(bound) = bound.as_i64() {
                schema[key] = json!(bound);
            }
        }
        schema
    }

    fn string(&self, strings: &Strings) -> Json {
        match &strings.0 {
            Some(texts) if self.options.enums => json!({ "type": "string", "enum": texts }),
            _ => json!({ "type": "string" }),
        }
    }

    /// Variants: the tag says which payload is expected, so that an error is told of the payload and not of all variants.
    fn variants(&mut self, shape: &Shape) -> Json {
        let payloads: Vec<Json> = shape
            .variants
            .iter()
            .map(|(tag, payload)| {
                json!({
                    "if": { "properties": { "tag": { "const": tag } } },
                    "then": { "properties": { "value": self.shape(payload) } },
                })
            })
            .collect();
        json!({
            "type": "object",
            "required": ["tag", "value"],
            "properties": { "tag": { "enum": shape.variants.keys().collect::<Vec<_>>() }, "value": true },
            "additionalProperties": false,
            "allOf": payloads,
        })
    }
}

/// Objects with exactly this key.
fn tagged(key: &str, inside: &Json) -> Json {
    json!({
        "type": "object",
        "required": [key],
        "properties": { key: inside },
        "additionalProperties": false,
    })
}
