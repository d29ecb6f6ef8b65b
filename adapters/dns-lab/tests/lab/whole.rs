//! The lab as a whole: initial states, strangers, and the JSON of its answers.

use itf_dns_lab::{Change, DEPLOYERS, Lab, Record, Target, UnknownDeployer, names};
use serde_json::json;

use crate::{A, counters, install, publish, seeded};

#[test]
fn a_seeded_lab_is_the_specs_initial_state() {
    let lab = seeded(0);
    let balancer = Target { name: names::INITIAL_BALANCER.to_owned(), weight: 100 };
    let expected = [
        Record::txt("_lock.clouddb.us-east-1.api.acme", "genesis 0"),
        Record::alias("_rollback.clouddb.us-east-1.api.acme", "plan-init.cdb.acme"),
        Record::alias("clouddb.us-east-1.api.acme", "plan-init.cdb.acme"),
        Record::weighted("plan-init.cdb.acme", [balancer]),
    ];
    assert!(lab.zone().records().eq(&expected));
    assert!(lab.health().ips.is_empty());
    assert_eq!(lab.planner().plans().count(), 0);
    for name in DEPLOYERS {
        let deployer = lab.deployer(name).expect("known");
        assert_eq!(deployer.name(), name);
        assert_eq!((deployer.lock(), deployer.root()), (Some(&expected[0]), Some(&expected[2])));
        assert_eq!(counters(&lab, name), (1, 0));
    }
    assert!(lab.zone().records().all(|record| names::version_of(&record.name).is_none()));
}

#[test]
fn reset_and_seed_forget_everything() {
    let mut lab = seeded(2);
    install(&mut lab, A, 1);
    let used = lab.clone();
    lab.seed();
    assert_eq!(lab, seeded(0));

    lab = used;
    lab.reset();
    assert_eq!(lab, Lab::new());
    assert_eq!((lab.zone().records().count(), lab.planner().plans().count()), (0, 0));
    for name in DEPLOYERS {
        let deployer = lab.deployer(name).expect("known");
        assert_eq!((deployer.lock(), deployer.root()), (None, None));
        assert_eq!(counters(&lab, name), (1, 0));
    }
    assert_eq!(lab.generate(&[]).expect("a default plan").version, 1);
}

#[test]
fn a_stranger_is_an_error_and_changes_nothing() {
    let mut lab = seeded(1);
    let before = lab.clone();
    let stranger = UnknownDeployer("deployer-d".to_owned());
    assert_eq!(lab.sync("deployer-d").as_ref(), Err(&stranger));
    assert_eq!(lab.deploy("deployer-d").as_ref(), Err(&stranger));
    assert_eq!(lab.cleanup("deployer-d", 0).as_ref(), Err(&stranger));
    assert_eq!(lab.deployer("deployer-d"), Err(stranger));
    assert_eq!(lab, before);
}

#[test]
fn answers_are_this_json() {
    let mut lab = Lab::new();
    publish(&mut lab, 1);
    let installed = serde_json::to_value(lab.deploy(A).expect("known")).expect("answers serialize");
    assert_eq!(installed, json!({"ok": true, "message": "installed", "version": 1}));
    let idle = serde_json::to_value(lab.deploy(A).expect("known")).expect("answers serialize");
    assert_eq!(idle, json!({"ok": true, "message": "idle"}));
    let resolution = serde_json::to_value(lab.resolve("plan-001.cdb.acme")).expect("answers serialize");
    assert_eq!(resolution, json!({"name": "plan-001.cdb.acme", "ips": ["192.0.1.1"]}));
    let health = serde_json::to_value(lab.health()).expect("answers serialize");
    assert_eq!(health, json!({"ok": true, "name": "clouddb.us-east-1.api.acme", "ips": ["192.0.1.1"]}));
    let cleaned = serde_json::to_value(lab.cleanup(A, 0).expect("known")).expect("answers serialize");
    assert_eq!(cleaned, json!({"ok": true, "deleted_versions": [1]}));
}

#[test]
fn changes_read_and_write_as_json() {
    let change = Change::Upsert(Record::weighted("p", [Target { name: "b".into(), weight: u64::MAX }]));
    let value = json!({
        "type": "UPSERT",
        "record": {"name": "p", "type": "ALIAS", "value": [{"name": "b", "weight": u64::MAX}]},
    });
    assert_eq!(serde_json::to_value(&change).expect("changes serialize"), value);
    assert_eq!(serde_json::from_value::<Change>(value).expect("changes deserialize"), change);
}

#[test]
fn a_record_whose_value_does_not_fit_its_type_is_refused() {
    let bad = [
        json!({"name": "n", "type": "A", "value": "192.0.2.256"}),
        json!({"name": "n", "type": "TXT", "value": [{"name": "b", "weight": 1}]}),
        json!({"name": "n", "type": "ALIAS", "value": [{"name": "b", "weight": -1}]}),
        json!({"name": "n", "type": "CNAME", "value": "b"}),
        json!({"name": "n", "type": "A"}),
    ];
    for value in bad {
        assert!(serde_json::from_value::<Record>(value.clone()).is_err(), "{value}");
    }
}
