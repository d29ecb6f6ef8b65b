//! JSON Schemas: those that are inferred from traces, and those of ITF.

mod agreement;
mod infer;

use jsonschema::Validator;

/// The schema in `schemas/`.
fn published(name: &str) -> Validator {
    let path = format!("{}/../schemas/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a schema");
    jsonschema::validator_for(&serde_json::from_str(&text).expect("JSON")).expect("a JSON Schema")
}
