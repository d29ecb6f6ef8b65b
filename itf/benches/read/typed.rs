//! Typed decoding, against the crate `itf` 0.4.0.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::input::{self, Change};
use super::keep;
use super::table::{Side, Table};

/// What a test of the DNS control plane looks at.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "decoded, and not looked at")]
struct Plane {
    zone_records: BTreeSet<Entry>,
    planner_updates: Vec<Update>,
    deployer_next_plan: BTreeMap<String, i64>,
    deployer_view: BTreeMap<String, View>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Entry {
    kind: String,
    name: String,
    value: (String, i64),
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "decoded, and not looked at")]
struct Update {
    plan_id: String,
    creates: BTreeSet<Entry>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "decoded, and not looked at")]
struct View {
    lock: Entry,
    rollback: String,
    root: String,
}

pub(crate) fn rows(table: &mut Table) {
    let inputs = [
        || input::stuttering("1.5 MB trace, typed", 15),
        || input::stuttering("16 MB trace, typed", 160),
        || input::differing("16 MB, variables differ, typed", 16, Change::Variable),
    ];
    for make in inputs {
        let input = make();
        let ours = Side::new("itf", |text| keep(itf::trace_from_str::<Plane>(text).expect("ITF")));
        let peer = Side::new("itf 0.4.0", |text| keep(itf04::trace_from_str::<Plane>(text).expect("ITF")));
        table.row(&input, 3, &ours, &peer, Some(5.0));
    }
}
