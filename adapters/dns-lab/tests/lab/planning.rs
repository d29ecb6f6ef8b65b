//! Plans.

use itf_dns_lab::{Balancer, Data, GenerateError, Plan, Planner, names};
use serde_json::json;

#[test]
fn a_plan_is_this_json() {
    let mut planner = Planner::new();
    let balancers = [Balancer { id: 12, weight: 0 }, Balancer { id: 2, weight: 120 }];
    let plan = planner.generate(&balancers).expect("fine balancers");
    let expected = json!({
        "version": 1,
        "root": "clouddb.us-east-1.api.acme",
        "plan_name": "plan-001.cdb.acme",
        "records": [
            {"name": "plan-001.cdb.acme", "type": "ALIAS", "value": [
                {"name": "lb-001-2.cdb.acme", "weight": 120},
                {"name": "lb-001-12.cdb.acme", "weight": 0},
            ]},
            {"name": "lb-001-2.cdb.acme", "type": "A", "value": "192.0.1.2"},
            {"name": "lb-001-12.cdb.acme", "type": "A", "value": "192.0.1.12"},
        ],
    });
    assert_eq!(serde_json::to_value(plan).expect("plans serialize"), expected);
    assert_eq!(serde_json::from_value::<Plan>(expected).expect("plans deserialize"), *plan);
}

#[test]
fn without_balancers_there_is_one() {
    let (mut default, mut explicit) = (Planner::new(), Planner::new());
    assert_eq!(default.generate(&[]), explicit.generate(&[Balancer { id: 1, weight: 1 }]));
}

#[test]
fn versions_are_consecutive_and_plans_stay() {
    let mut planner = Planner::new();
    let first = planner.generate(&[]).expect("a default plan").clone();
    for version in 2..=300 {
        assert_eq!(planner.generate(&[]).expect("a default plan").version, version);
    }
    assert_eq!(planner.plan(1), Some(&first));
    assert_eq!(planner.plan(0), None);
    assert_eq!(planner.plan(301), None);
    let versions: Vec<u64> = planner.plans().map(|plan| plan.version).collect();
    assert_eq!(versions, (1..=300).collect::<Vec<_>>());
    let wrapped = planner.plan(258).expect("published");
    assert_eq!(wrapped.records[1].data, Data::A(names::address(2, 1)));
}

#[test]
fn a_refused_plan_uses_up_no_version() {
    let mut planner = Planner::new();
    let balancer = |id| Balancer { id, weight: u64::MAX };
    let cases = [
        (vec![balancer(0)], GenerateError::BalancerId(0), "balancer id must be from 1 to 255: 0"),
        (
            vec![balancer(1), balancer(256)],
            GenerateError::BalancerId(256),
            "balancer id must be from 1 to 255: 256",
        ),
        (vec![balancer(3), balancer(3)], GenerateError::DuplicateBalancer(3), "balancer id given twice: 3"),
    ];
    for (balancers, error, text) in cases {
        assert_eq!(planner.generate(&balancers), Err(error));
        assert_eq!(error.to_string(), text);
    }
    assert_eq!(planner.generate(&[balancer(255)]).expect("the largest id").version, 1);
}
