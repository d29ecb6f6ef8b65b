//! Typed decoding, against the crate `itf` 0.4.0.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::table::Table;

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
    kind: Kind,
    name: String,
    value: (String, i64),
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
enum Kind {
    A,
    #[serde(rename = "CNAME")]
    Cname,
    #[serde(rename = "TXT")]
    Txt,
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

pub(crate) fn rows(_table: &mut Table) {}
