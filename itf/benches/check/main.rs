//! Checking, against reading alone and against a JSON Schema: `cargo bench -p itf-toolkit --bench check`. One argument
//! selects rows that contain it.
//!
//! Ours is all of a check: reading, what a trace says of itself, values, types; of the trace as a whole, and in one pass
//! with some states in memory, which is compared with reading in such a pass. `jsonschema` is the published schema in the
//! crate `jsonschema`, on the document as `serde_json` parses it, which finds a part of the same.
#![expect(clippy::print_stdout, reason = "a table is what a benchmark is for")]

#[path = "../../../benches/figure.rs"]
mod figure;
#[path = "../read/input.rs"]
mod input;
#[path = "../read/table.rs"]
mod table;

use std::hint::black_box;

use input::{Change, Input};
use table::{Side, Table};

fn main() {
    let mut table = Table::from_args();
    let schema = include_str!("../../../schemas/itf.schema.json");
    let validator =
        jsonschema::validator_for(&serde_json::from_str(schema).expect("JSON")).expect("a schema");
    let by_schema = Side::new("jsonschema", move |text| {
        for line in text.lines() {
            let json: serde_json::Value = serde_json::from_str(line).expect("JSON");
            assert!(black_box(validator.is_valid(&json)));
            keep(json);
        }
    });
    let reading = Side::new("reading", |text| {
        let mut reader = itf::Reader::new();
        keep(reader.read(text.as_bytes()).expect("ITF"));
        keep(reader);
    });
    let reading_in_one_pass = Side::new("reading in one pass", |text| {
        let mut reader = itf::Reader::new();
        for event in reader.events(text.as_bytes()) {
            black_box(event.expect("ITF"));
        }
    });
    let in_one_pass = Side::new("itf in one pass", |text| {
        let mut reader = itf::Reader::new();
        let mut events = reader.events(text.as_bytes());
        while let Some(checked) = itf::check::check_next(&mut events, &itf::check::Levels::new(false)) {
            black_box(checked.expect("ITF"));
        }
    });
    let ours = Side::new("itf", |text| {
        let mut reader = itf::Reader::new();
        for document in reader.documents(text.as_bytes()) {
            let document = document.expect("ITF");
            black_box(itf::check::check(&document, false));
            keep(document);
        }
        keep(reader);
    });
    let mut rows = |make: &dyn Fn() -> Input| {
        let input = make();
        table.row(&input, 3, &ours, &reading, Some(0.7));
        table.row(&input, 3, &in_one_pass, &reading_in_one_pass, Some(0.7));
        table.row(&input, 3, &in_one_pass, &by_schema, Some(5.0));
    };
    rows(&|| input::stuttering("200 kB trace", 2));
    rows(&|| input::stuttering("128 MB, stuttering", 1280));
    rows(&|| input::differing("128 MB, variables differ", 128, Change::Variable));
    rows(&|| input::differing("128 MB, leaves differ", 128, Change::Leaf));
    rows(&|| input::lines("128 MB of lines", 128));
    println!("{table}");
}

/// Keeps what was read until the clock has stopped.
fn keep<T: 'static>(value: T) {
    table::KEPT.with_borrow_mut(|kept| kept.push(Box::new(value)));
}
