//! Sync, deploy and cleanup.

use itf_dns_lab::{
    BatchErrorKind, Change, CleanupAnswer, DeployAnswer, DeployError, Deployer, KEPT_PLANS, Lab, Planner,
    Record, Wormhole53, names,
};
use serde_json::{Value, json};

use crate::{A, B, C, alias, counters, install, lock, publish, refusal, seeded, sync};

const STALE_LOCK: &str = "record mismatch: _lock.clouddb.us-east-1.api.acme|TXT";

fn cleaned<const N: usize>(versions: [u64; N]) -> CleanupAnswer {
    CleanupAnswer::Cleaned { deleted_versions: versions.to_vec() }
}

#[test]
fn a_deploy_writes_plan_root_rollback_and_lock() {
    let mut lab = seeded(2);
    assert_eq!(lab.deploy(A), Ok(DeployAnswer::Installed { version: 1 }));
    assert_eq!(lock(&lab), Some(Record::txt(names::LOCK, "deployer-a 1")));
    assert_eq!(alias(&lab, names::ROOT), Some("plan-001.cdb.acme"));
    assert_eq!(alias(&lab, names::ROLLBACK), Some(names::INITIAL_PLAN));
    let published = &lab.planner().plan(1).expect("published").records;
    assert!(published.iter().all(|record| lab.zone().records().any(|stored| stored == record)));
    assert_eq!(lab.zone().records().count(), 4 + published.len());
    assert_eq!(counters(&lab, A), (2, 1));

    sync(&mut lab, A);
    install(&mut lab, A, 2);
    assert_eq!(alias(&lab, names::ROLLBACK), Some("plan-001.cdb.acme"));
    assert_eq!(lab.resolve(names::ROLLBACK).ips, [names::address(1, 1)]);
    assert_eq!(lab.health().ips, [names::address(2, 1)]);
}

#[test]
fn without_its_next_plan_a_deployer_is_idle_even_with_a_stale_lock() {
    let mut lab = seeded(1);
    install(&mut lab, A, 1);
    let before = lab.clone();
    assert_eq!(lab.deploy(A), Ok(DeployAnswer::Idle));
    assert_eq!(lab, before, "an idle deploy leaves counters and memory alone");

    sync(&mut lab, B);
    install(&mut lab, B, 1);
    // Now A's memory is stale. The model would say so first; the lab looks for a plan first.
    assert_ne!(lab.deployer(A).expect("known").lock().cloned(), lock(&lab));
    assert_eq!(lab.deploy(A), Ok(DeployAnswer::Idle));
}

#[test]
fn a_stale_lock_is_refused_and_only_the_epoch_moves() {
    let mut lab = seeded(2);
    install(&mut lab, A, 1);
    let zone = lab.zone().clone();
    let remembered = lab.deployer(B).expect("known").lock().cloned();

    let error = refusal(&mut lab, B);
    assert_eq!(error.to_string(), STALE_LOCK);
    assert!(matches!(&error, DeployError::Batch(error) if error.kind() == BatchErrorKind::Mismatch));
    assert_eq!(lab.zone(), &zone);
    assert_eq!(counters(&lab, B), (1, 1));
    assert_eq!(lab.deployer(B).expect("known").lock().cloned(), remembered);

    sync(&mut lab, B);
    install(&mut lab, B, 1);
    assert_eq!(
        lock(&lab),
        Some(Record::txt(names::LOCK, "deployer-b 2")),
        "the refused attempt used up epoch 1"
    );
    assert_eq!(counters(&lab, B), (2, 2));
}

#[test]
fn a_deploy_does_not_refresh_what_the_deployer_remembers() {
    let mut lab = seeded(2);
    let before = lab.deployer(A).expect("known").clone();
    assert_eq!(lab.deploy(A), Ok(DeployAnswer::Installed { version: 1 }));
    let after = lab.deployer(A).expect("known").clone();
    assert_eq!((after.lock(), after.root()), (before.lock(), before.root()));

    assert_eq!(refusal(&mut lab, A).to_string(), STALE_LOCK);
    assert_eq!(counters(&lab, A), (2, 2));
}

#[test]
fn a_deployer_that_remembers_no_lock_expects_none() {
    let mut lab = Lab::new();
    publish(&mut lab, 1);
    assert_eq!(lab.deploy(A), Ok(DeployAnswer::Installed { version: 1 }));
    let error = refusal(&mut lab, B);
    assert_eq!(error.to_string(), "record already exists: _lock.clouddb.us-east-1.api.acme|TXT");
    assert_eq!(counters(&lab, B), (1, 1));

    let mut emptied = Wormhole53::new();
    let mut planner = Planner::new();
    planner.generate(&[]).expect("a default plan");
    let mut deployer = Deployer::new(C);
    deployer.sync(&[Record::txt(names::LOCK, "genesis 0")].into_iter().collect());
    let answer = deployer.deploy(&planner, &mut emptied);
    let expected = json!({"ok": false, "message": "record missing: _lock.clouddb.us-east-1.api.acme|TXT"});
    assert_eq!(serde_json::to_value(answer).expect("answers serialize"), expected);
}

#[test]
fn a_rollback_needs_a_remembered_root() {
    let mut lab = Lab::new();
    publish(&mut lab, 1);
    assert_eq!(lab.deploy(A), Ok(DeployAnswer::Installed { version: 1 }));
    assert_eq!(alias(&lab, names::ROLLBACK), None);
}

#[test]
fn a_root_that_is_already_this_plan_becomes_no_rollback() {
    let mut lab = seeded(2);
    install(&mut lab, A, 1);
    sync(&mut lab, B);
    install(&mut lab, B, 1);
    assert_eq!(alias(&lab, names::ROOT), Some("plan-001.cdb.acme"));
    assert_eq!(alias(&lab, names::ROLLBACK), Some(names::INITIAL_PLAN), "as A left it");
}

#[test]
fn a_missing_root_target_is_refused_before_the_lock_is_even_tried() {
    let mut zone: Wormhole53 = [
        Record::txt(names::LOCK, "deployer-b 7"),
        Record::alias(names::ROOT, "plan-009.cdb.acme"),
        Record::a("plan-009.cdb.acme", [192, 0, 2, 1]),
    ]
    .into_iter()
    .collect();
    let mut planner = Planner::new();
    planner.generate(&[]).expect("a default plan");
    let mut deployer = Deployer::new(A);
    deployer.sync(&zone);
    zone.batch([Change::Upsert(Record::txt(names::LOCK, "deployer-c 1"))]).expect("never refused");
    let before = zone.clone();

    let answer = deployer.deploy(&planner, &mut zone);
    assert_eq!(answer, DeployAnswer::Refused(DeployError::RootTargetMissing("plan-009.cdb.acme".into())));
    let expected = json!({"ok": false, "message": "current root target is missing: plan-009.cdb.acme"});
    assert_eq!(serde_json::to_value(answer).expect("answers serialize"), expected);
    assert_eq!(zone, before);
    assert_eq!((deployer.next_version(), deployer.epoch()), (1, 0));
}

#[test]
fn sync_answers_with_what_the_zone_says_now() {
    let mut lab = Lab::new();
    let answer =
        |lab: &mut Lab| serde_json::to_value(lab.sync(A).expect("known")).expect("answers serialize");
    assert_eq!(answer(&mut lab), json!({"ok": true, "lock": Value::Null, "root": Value::Null}));
    lab.seed();
    let expected = json!({
        "ok": true,
        "lock": {"name": "_lock.clouddb.us-east-1.api.acme", "type": "TXT", "value": "genesis 0"},
        "root": {"name": "clouddb.us-east-1.api.acme", "type": "ALIAS", "value": "plan-init.cdb.acme"},
    });
    assert_eq!(answer(&mut lab), expected);

    let mut deployer = lab.deployer(A).expect("known").clone();
    deployer.sync(&Wormhole53::new());
    assert_eq!((deployer.lock(), deployer.root()), (None, None), "what is gone is forgotten");
}

#[test]
fn cleanup_keeps_the_last_n_and_the_next() {
    let mut lab = seeded(6);
    for version in 1..=6 {
        install(&mut lab, A, version);
    }
    // The next plan is 7: versions below 4 are old. The spec's deployer is at 6 and removes indices 0, 1 and 2.
    assert_eq!(lab.cleanup(A, KEPT_PLANS), Ok(cleaned([1, 2, 3])));
    let mut left: Vec<u64> =
        lab.zone().records().filter_map(|record| names::version_of(&record.name)).collect();
    left.sort_unstable();
    assert_eq!(left, [4, 4, 5, 5, 6, 6]);
    let rest: Vec<&str> = lab.zone().records().map(|record| record.name.as_str()).collect();
    for name in [names::ROOT, names::ROLLBACK, names::LOCK, names::INITIAL_PLAN] {
        assert!(rest.contains(&name), "{name}");
    }

    assert_eq!(lab.cleanup(A, KEPT_PLANS), Ok(cleaned([])), "only what was there is reported");
    assert_eq!(lab.cleanup(A, u64::MAX), Ok(cleaned([])));
    assert_eq!(lab.cleanup(B, 0), Ok(cleaned([])), "B installed nothing, so nothing is old for it");
    assert_eq!(lab.cleanup(A, 0), Ok(cleaned([4, 5, 6])));
    assert!(!lab.health().ok);
}

#[test]
fn cleanup_begins_at_version_1_and_ends_before_the_bound() {
    let mut lab = seeded(4);
    for version in 1..=3 {
        install(&mut lab, A, version);
        assert_eq!(lab.cleanup(A, KEPT_PLANS), Ok(cleaned([])));
    }
    install(&mut lab, A, 4);
    assert_eq!(lab.cleanup(A, KEPT_PLANS), Ok(cleaned([1])));

    let kept = Record::txt("plan-000.cdb.acme", "");
    let mut zone: Wormhole53 = [kept.clone(), Record::txt("lb-001-x.cdb.acme", "")].into_iter().collect();
    assert_eq!(lab.deployer(A).expect("known").cleanup(0, &mut zone), cleaned([1]));
    assert_eq!(zone, [kept].into_iter().collect());
}
