//! Expected against observed as JSON, the same in the reports of `itf replay` and of `itf diff --allowed`.

use itf::{Label, Value};
use serde_json::{Map, Value as Json, json};

/// What was done.
pub(super) fn action(label: &Label) -> Json {
    json!({"name": &*label.name, "args": Value::Record(label.args.clone())})
}

/// One thing that is not as expected: where, what it is called, and what there is on each side.
pub(super) fn difference(path: &itf::Path, kind: &str, [expected, observed]: [Option<&Value>; 2]) -> Json {
    let mut map = Map::new();
    map.insert("path".to_owned(), path.to_string().into());
    map.insert("kind".to_owned(), kind.into());
    for (key, value) in [("expected", expected), ("observed", observed)] {
        if let Some(value) = value {
            map.insert(key.to_owned(), json!(value));
        }
    }
    Json::Object(map)
}
