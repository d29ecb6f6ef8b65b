//! The parameters of the instances.

use itf_dns_spec::{BadInstance, Instance, MAX_IPS, MAX_PLANS};

use crate::common::instance;

#[test]
fn the_instances_of_the_design() {
    for (name, plans, max_plan_age) in [("n3_5_3", 5, 3), ("n3_20_3", 20, 3), ("n3_30_20", 30, 20)] {
        let parameters = instance(name).parameters();
        assert_eq!(parameters.deployers, ["deployer-a", "deployer-b", "deployer-c"]);
        let plan_ids: Vec<String> = (0..plans).map(|i| format!("plan{i}.db.example.com")).collect();
        assert_eq!(parameters.plan_ids, plan_ids);
        assert_eq!(parameters.ips, ["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
        assert_eq!(parameters.weights, (100..=120).collect::<Vec<i64>>());
        assert_eq!(parameters.max_plan_age, max_plan_age);

        assert_eq!(parameters.balancer_names.len(), plans * 3);
        for (number, plan) in (0..).zip(&parameters.plan_ids) {
            for (ip_number, ip) in (1..).zip(&parameters.ips) {
                let balancer = format!("lb-{ip_number}-{number}.db.example.com");
                assert_eq!(parameters.balancer_names[&(*plan, *ip)], balancer);
            }
        }
    }
    assert_eq!(Instance::NAMES, ["n3_5_3", "n3_20_3", "n3_30_20"]);
}

#[test]
fn bounds_of_an_instance() {
    let instance = |plans, ips| Instance::new("own", plans, ips, 0..=255, 255).map(|_| ());
    assert_eq!(instance(MAX_PLANS, MAX_IPS), Ok(()));
    assert_eq!(instance(0, 1), Err(BadInstance::Plans(0)));
    assert_eq!(instance(MAX_PLANS + 1, 1), Err(BadInstance::Plans(32)));
    assert_eq!(instance(1000, 1), Err(BadInstance::Plans(1000)));
    assert_eq!(instance(1, 0), Err(BadInstance::Ips(0)));
    assert_eq!(instance(1, MAX_IPS + 1), Err(BadInstance::Ips(4)));
    #[expect(clippy::reversed_empty_ranges, reason = "an empty range is what is tested")]
    let empty = Instance::new("own", 1, 1, 2..=1, 0);
    assert_eq!(empty, Err(BadInstance::NoWeights));
    assert_eq!(
        BadInstance::Plans(32).to_string(),
        "32 plans, expected 1 to 31",
        "an error says what would be right"
    );
}

#[test]
fn as_many_plans_as_there_can_be_are_all_different() {
    let full = Instance::new("full", MAX_PLANS, MAX_IPS, 1..=1, 0).expect("within bounds");
    let parameters = full.parameters();
    let plans: std::collections::BTreeSet<_> = parameters.plan_ids.iter().collect();
    let balancers: std::collections::BTreeSet<_> = parameters.balancer_names.values().collect();
    assert_eq!((plans.len(), balancers.len()), (MAX_PLANS, MAX_PLANS * MAX_IPS));
}
