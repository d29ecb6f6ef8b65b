//! Writing, against `serde_json::to_writer` of the same document. What is written is not kept, and speeds are of the
//! document's compact size, so that the wider canonical form gains nothing by its white space.

use std::io::sink;

use itf::Layout;

use super::input::{self, Change};
use super::table::{Side, Table};

pub(crate) fn rows(table: &mut Table) {
    let inputs: [fn() -> input::Input; 2] = [
        || input::stuttering("32 MB stuttering, written", 320),
        || input::differing("32 MB, leaves differ, written", 32, Change::Leaf),
    ];
    for make in inputs {
        let input = make();
        if !table.wants(input.name) {
            continue;
        }
        let trace = &itf::read(input.text.as_bytes()).expect("ITF")[0];
        let json: serde_json::Value = serde_json::from_str(&input.text).expect("JSON");
        let ours = Side::new("itf", |_| itf::write(&mut sink(), trace, Layout::Canonical).expect("written"));
        let peer =
            Side::new("serde_json::to_writer", |_| serde_json::to_writer(sink(), &json).expect("written"));
        table.row(&input, 3, &ours, &peer, Some(3.0));
    }
}
