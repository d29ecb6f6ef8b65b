//! The last batches, for people.

use std::time::SystemTime;

use crate::record::{Alias, Data, Record};
use crate::wormhole53::Wormhole53;

/// One batch that a deployer asked for.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    pub(super) at: SystemTime,
    pub(super) who: String,
    pub(super) what: String,
    pub(super) outcome: Outcome,
}

/// What came of it.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    /// What is different now.
    Done(Vec<Changed>),
    /// Nothing is, and why.
    Refused(String),
}

/// One record that is different now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Changed {
    /// `+` there is one more, `−` one less, `~` it has another value.
    pub(super) sign: char,
    pub(super) name: String,
    pub(super) text: String,
}

/// How many differences of one batch are remembered.
const CHANGES: usize = 40;

/// What is different in the second zone.
pub(super) fn changes(before: &Wormhole53, after: &Wormhole53) -> Vec<Changed> {
    let old = |record: &Record| before.get(&record.name, record.record_type());
    let gone = before.records().filter(|r| after.get(&r.name, r.record_type()).is_none());
    let gone = gone.map(|record| ('−', record));
    let new = after.records().filter_map(|record| match old(record) {
        None => Some(('+', record)),
        Some(old) if old != record => Some(('~', record)),
        Some(_) => None,
    });
    let said = gone.chain(new).take(CHANGES);
    said.map(|(sign, r)| Changed { sign, name: r.name.clone(), text: value(r) }).collect()
}

/// The value of a record, in one line.
pub(super) fn value(record: &Record) -> String {
    match &record.data {
        Data::A(address) => address.to_string(),
        Data::Txt(text) => format!("“{text}”"),
        Data::Alias(Alias::Name(name)) => format!("→ {name}"),
        Data::Alias(Alias::Weighted(targets)) => {
            let each = targets.iter().map(|t| format!("→ {} ×{}", t.name, t.weight));
            each.collect::<Vec<_>>().join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_told_by_what_it_changed() {
        let zone = |records: &[Record]| records.iter().cloned().collect::<Wormhole53>();
        let (old, new) = (Record::txt("lock", "a 1"), Record::txt("lock", "b 1"));
        let before = zone(&[old, Record::a("lb", [192, 0, 2, 1]), Record::alias("root", "lb")]);
        let after = zone(&[new, Record::alias("root", "lb"), Record::alias("plan", "lb")]);
        let told = changes(&before, &after);
        let told: Vec<_> = told.iter().map(|c| format!("{} {} {}", c.sign, c.name, c.text)).collect();
        assert_eq!(told, ["− lb 192.0.2.1", "~ lock “b 1”", "+ plan → lb"]);
        assert_eq!(changes(&after, &after), []);
    }
}
