//! Batch and resolve.

use std::net::Ipv4Addr;

use itf_dns_lab::{BatchErrorKind, Change, Record, RecordType, Target, Wormhole53};

fn zone<const N: usize>(records: [Record; N]) -> Wormhole53 {
    records.into_iter().collect()
}

fn a(name: &str, last: u8) -> Record {
    Record::a(name, [192, 0, 2, last])
}

fn ips<const N: usize>(last: [u8; N]) -> Vec<Ipv4Addr> {
    last.iter().map(|&last| Ipv4Addr::new(192, 0, 2, last)).collect()
}

fn fan(name: &str, targets: &[&str]) -> Record {
    Record::weighted(name, targets.iter().map(|&name| Target { name: name.to_owned(), weight: 1 }))
}

#[test]
fn every_refusal_names_its_rule_and_its_record() {
    let stored = Record::txt("l", "a 1");
    let other = Record::txt("l", "a 2");
    let cases = [
        (Change::Create(other.clone()), BatchErrorKind::AlreadyExists, "record already exists: l|TXT"),
        (Change::Create(stored.clone()), BatchErrorKind::AlreadyExists, "record already exists: l|TXT"),
        (Change::Delete(other), BatchErrorKind::Mismatch, "record mismatch: l|TXT"),
        (Change::Delete(Record::txt("m", "a 1")), BatchErrorKind::Missing, "record missing: m|TXT"),
        (Change::Delete(a("l", 1)), BatchErrorKind::Missing, "record missing: l|A"),
        (Change::Delete(Record::alias("l", "a 1")), BatchErrorKind::Missing, "record missing: l|ALIAS"),
    ];
    for (change, kind, text) in cases {
        let mut store = zone([stored.clone()]);
        let identity = change.record().identity();
        let error = store.batch([change]).expect_err(text);
        assert_eq!((error.kind(), error.identity()), (kind, &identity));
        assert_eq!(error.to_string(), text);
        assert_eq!(store, zone([stored.clone()]));
    }
}

#[test]
fn name_and_type_together_identify_a_record() {
    let mut store = zone([Record::txt("n", "text")]);
    store
        .batch([Change::Create(a("n", 1)), Change::Create(Record::alias("n", "m"))])
        .expect("three identities");
    assert_eq!(store.records().count(), 3);
    assert_eq!(store.get("n", RecordType::Txt), Some(&Record::txt("n", "text")));
}

#[test]
fn delete_compares_weights_and_the_way_a_target_is_written() {
    let stored = Record::weighted("p", [Target { name: "b".into(), weight: 1 }]);
    for other in [Record::weighted("p", [Target { name: "b".into(), weight: 2 }]), Record::alias("p", "b")] {
        let error = zone([stored.clone()]).batch([Change::Delete(other)]).expect_err("another value");
        assert_eq!(error.kind(), BatchErrorKind::Mismatch);
    }
}

#[test]
fn a_refused_batch_changes_nothing() {
    let before = zone([Record::txt("lock", "a 1"), a("lb", 1)]);
    let mut store = before.clone();
    let error = store
        .batch([
            Change::Delete(Record::txt("lock", "a 1")),
            Change::Upsert(a("lb", 2)),
            Change::Create(a("new", 3)),
            Change::Create(a("lb", 4)),
        ])
        .expect_err("lb exists");
    assert_eq!(error.to_string(), "record already exists: lb|A");
    assert_eq!(store, before);
}

#[test]
fn a_change_sees_the_ones_before_it() {
    let (old, new) = (Record::txt("lock", "a 1"), Record::txt("lock", "b 1"));
    let mut store = zone([old.clone()]);
    store.batch([Change::Delete(old.clone()), Change::Create(new.clone())]).expect("the place was made free");
    assert_eq!(store, zone([new.clone()]));

    store.batch([Change::Upsert(old.clone()), Change::Delete(old.clone())]).expect("the upsert comes first");
    assert_eq!(store, Wormhole53::new());

    let twice = [Change::Create(old.clone()), Change::Create(old.clone())];
    assert_eq!(store.batch(twice).expect_err("taken").kind(), BatchErrorKind::AlreadyExists);
    let gone = [Change::Create(old.clone()), Change::Delete(old.clone()), Change::Delete(old)];
    assert_eq!(store.batch(gone).expect_err("gone").kind(), BatchErrorKind::Missing);
    let replaced =
        [Change::Create(new.clone()), Change::Upsert(Record::txt("lock", "c 1")), Change::Delete(new)];
    assert_eq!(store.batch(replaced).expect_err("replaced").kind(), BatchErrorKind::Mismatch);
    assert_eq!(store, Wormhole53::new());
}

#[test]
fn upsert_adds_and_replaces() {
    let mut store = Wormhole53::new();
    store.batch([Change::Upsert(a("lb", 1))]).expect("never refused");
    store.batch([Change::Upsert(a("lb", 2))]).expect("never refused");
    assert_eq!(store, zone([a("lb", 2)]));
}

#[test]
fn resolve_takes_all_branches_in_their_order() {
    let store = zone([
        Record::alias("root", "plan"),
        fan("plan", &["z", "y", "x"]),
        fan("y", &["y2", "y1"]),
        a("z", 1),
        a("y2", 2),
        a("y1", 3),
        a("x", 4),
    ]);
    assert_eq!(store.resolve("root"), ips([1, 2, 3, 4]));
    assert_eq!(store.resolve("y"), ips([2, 3]));
    assert_eq!(store.resolve("x"), ips([4]));
}

#[test]
fn a_missing_target_ends_its_branch_only() {
    let store = zone([fan("plan", &["gone", "lb", "text"]), a("lb", 1), Record::txt("text", "192.0.2.9")]);
    assert_eq!(store.resolve("plan"), ips([1]));
    assert_eq!(store.resolve("gone"), ips([]));
    assert_eq!(store.resolve("text"), ips([]));
    assert_eq!(zone([fan("plan", &[])]).resolve("plan"), ips([]));
}

#[test]
fn a_cycle_ends_its_branch_only() {
    let store = zone([fan("p", &["q", "lb"]), fan("q", &["p", "q", "lb2"]), a("lb", 1), a("lb2", 2)]);
    assert_eq!(store.resolve("p"), ips([2, 1]));
    assert_eq!(store.resolve("q"), ips([1, 2]));
    assert_eq!(zone([Record::alias("self", "self")]).resolve("self"), ips([]));
}

#[test]
fn branches_that_meet_are_no_cycle() {
    let store = zone([
        fan("p", &["q", "r"]),
        Record::alias("q", "shared"),
        Record::alias("r", "shared"),
        Record::alias("shared", "lb"),
        a("lb", 1),
    ]);
    assert_eq!(store.resolve("p"), ips([1, 1]));
}

#[test]
fn an_address_hides_an_alias_of_the_same_name() {
    let store = zone([a("both", 1), Record::alias("both", "lb"), a("lb", 2)]);
    assert_eq!(store.resolve("both"), ips([1]));
}

#[test]
fn a_long_chain_is_followed_to_its_end() {
    let mut store: Wormhole53 =
        (0..5_000_u32).map(|n| Record::alias(n.to_string(), (n + 1).to_string())).collect();
    store.batch([Change::Create(a("5000", 1))]).expect("the end of the chain");
    assert_eq!(store.resolve("0"), ips([1]));
}
