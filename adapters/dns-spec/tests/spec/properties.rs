//! Truth tables of the properties.

use itf_dns_spec::Deployer::{A, B};
use itf_dns_spec::Property::{Epoch5, NoInconsistentRollback, NoInconsistentRoot, Plans3};
use itf_dns_spec::{Call, Property, PropertyKind};

use crate::common::{after, before_the_outage, generate};

/// The truth values in the order of [`Property::ALL`].
fn values(calls: &[Call]) -> [bool; 4] {
    let state = after(calls);
    Property::ALL.map(|property| property.holds(&state))
}

#[test]
fn properties_by_example() {
    assert_eq!(Property::ALL, [NoInconsistentRoot, NoInconsistentRollback, Epoch5, Plans3]);
    assert_eq!(values(&[]), [true, true, false, false]);
    assert_eq!(values(&[generate(0), generate(1)]), [true, true, false, false]);
    assert_eq!(values(&[generate(0), generate(1), generate(2)]), [true, true, false, true]);

    let mut calls = before_the_outage();
    assert_eq!(values(&calls[..calls.len() - 1]), [true, true, false, true], "epoch 4");
    assert_eq!(values(&calls), [true, true, true, true], "epoch 5");
    calls.push(Call::gc(A));
    assert_eq!(values(&calls), [false, true, true, true], "the root's plan is gone");
    calls.push(Call::apply(B));
    assert_eq!(values(&calls), [true, false, true, true], "now it is the rollback's; epoch 6 counts as well");
    calls.push(Call::apply(B));
    assert_eq!(values(&calls), [true, true, true, true]);
}

#[test]
fn invariants_are_found_when_violated_and_examples_when_shown() {
    let kinds = Property::ALL.map(Property::kind);
    assert_eq!(kinds, {
        use PropertyKind::{Example, Invariant};
        [Invariant, Invariant, Example, Example]
    });
    let mut outage = before_the_outage();
    outage.push(Call::gc(A));
    let state = after(&outage);
    assert_eq!(Property::ALL.map(|property| property.is_found_in(&state)), [true, false, true, true]);
}

#[test]
fn names_are_those_of_the_design() {
    let names = ["no_inconsistent_root", "no_inconsistent_rollback", "epoch5", "plans3"];
    assert_eq!(Property::ALL.map(Property::name), names);
    assert_eq!(names.map(Property::named), Property::ALL.map(Some));
}
