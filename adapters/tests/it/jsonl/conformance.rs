//! The conformance list finds what is wrong, and nothing where nothing is.

use itf_adapters::jsonl::check::{Finding, Outcome, Trial, check};
use itf_adapters::jsonl::{Limits, Role};

use super::{hasty, limits, misbehaving};

fn findings(mode: &str, role: Option<Role>, limits: Limits) -> Vec<Finding> {
    let trial = Trial { role, limits, ..Trial::default() };
    check(&misbehaving(mode), &trial, &mut |_| {}).expect("it can be tried")
}

fn failed(findings: &[Finding]) -> Vec<(&str, &str)> {
    let failed = findings.iter().filter_map(|finding| match &finding.outcome {
        Outcome::Failed(why) => Some((finding.item, why.as_str())),
        _ => None,
    });
    failed.collect()
}

#[test]
fn a_good_adapter_passes_in_both_roles() {
    for role in [Role::Consumer, Role::Producer] {
        let findings = findings("good", Some(role), limits());
        assert_eq!(failed(&findings), [], "{findings:#?}");
        assert!(findings.iter().filter(|f| f.outcome == Outcome::Passed).count() >= 8, "{findings:#?}");
    }
}

#[test]
fn each_fault_is_found_and_explained() {
    for (mode, item, word) in [
        ("hello-version", "answers hello", "speaks protocol 2"),
        ("hello-dies", "answers hello", "exit status: 4"),
        ("shutdown-hangs", "ends after shutdown", "no answer to shutdown"),
        ("shutdown-fails", "ends after shutdown", "exit status: 9"),
        ("outlives", "ends with its standard input", "nobody ends it"),
    ] {
        let findings = findings(mode, Some(Role::Consumer), hasty());
        let failed = failed(&findings);
        assert!(failed.len() == 1 && failed[0].0 == item && failed[0].1.contains(word), "{mode}: {failed:?}");
    }
}

#[test]
fn what_cannot_be_started_cannot_be_tried() {
    assert!(check(&["no-such-adapter".into()], &Trial::default(), &mut |_| {}).is_err());
}
