//! The latent bug. These tests say what goes wrong, and must keep passing: the lab is there to go wrong.

use itf_dns_lab::{CleanupAnswer, DeployAnswer, KEPT_PLANS, Lab, RecordType, names};

use crate::{A, B, C, alias, counters, install, publish, refusal, seeded, sync};

/// The shortest way there: with the initial state twelve states, because in the model a deploy includes the sync
/// that follows it.
fn broken() -> Lab {
    let mut lab = seeded(4);
    for version in 1..=4 {
        install(&mut lab, A, version);
        assert!(lab.health().ok);
    }
    sync(&mut lab, B);
    install(&mut lab, B, 1);
    assert!(lab.health().ok, "an old plan, but a whole one");
    assert_eq!(lab.cleanup(A, KEPT_PLANS), Ok(CleanupAnswer::Cleaned { deleted_versions: vec![1] }));
    lab
}

#[test]
fn a_slow_deployer_and_a_cleanup_take_the_root_down() {
    let lab = broken();
    assert_eq!(alias(&lab, names::ROOT), Some("plan-001.cdb.acme"));
    assert_eq!(lab.zone().get("plan-001.cdb.acme", RecordType::Alias), None);
    assert!(lab.health().ips.is_empty());
    let health = serde_json::json!({"ok": false, "name": "clouddb.us-east-1.api.acme", "ips": []});
    assert_eq!(serde_json::to_value(lab.health()).expect("answers serialize"), health);
    assert_eq!(alias(&lab, names::ROLLBACK), Some("plan-004.cdb.acme"));
    assert_eq!(lab.resolve(names::ROLLBACK).ips, [names::address(4, 1)], "the rollback would have worked");
}

#[test]
fn three_deploys_are_not_enough() {
    let mut lab = seeded(3);
    for version in 1..=3 {
        install(&mut lab, A, version);
    }
    sync(&mut lab, B);
    install(&mut lab, B, 1);
    assert_eq!(lab.cleanup(A, KEPT_PLANS), Ok(CleanupAnswer::Cleaned { deleted_versions: vec![] }));
    assert!(lab.health().ok);
}

#[test]
fn a_deployer_that_did_not_look_is_harmless() {
    let mut lab = seeded(4);
    for version in 1..=4 {
        install(&mut lab, A, version);
    }
    refusal(&mut lab, B);
    lab.cleanup(A, KEPT_PLANS).expect("known");
    assert_eq!(lab.health().ips, [names::address(4, 1)]);
}

#[test]
fn newer_plans_do_not_repair_it() {
    let mut lab = broken();
    publish(&mut lab, 1);
    for (deployer, next) in [(A, 5), (B, 2)] {
        let before = counters(&lab, deployer);
        sync(&mut lab, deployer);
        let error = refusal(&mut lab, deployer);
        assert_eq!(error.to_string(), "current root target is missing: plan-001.cdb.acme");
        assert_eq!(counters(&lab, deployer), before);
        assert_eq!(before.0, next);
    }
    assert!(!lab.health().ok);
}

#[test]
fn only_the_deleted_plan_itself_would() {
    let mut lab = broken();
    sync(&mut lab, C);
    assert_eq!(lab.deploy(C), Ok(DeployAnswer::Installed { version: 1 }));
    assert!(lab.health().ok);
    assert_eq!(lab.cleanup(A, KEPT_PLANS), Ok(CleanupAnswer::Cleaned { deleted_versions: vec![1] }));
    assert!(!lab.health().ok, "until the next cleanup");
}
