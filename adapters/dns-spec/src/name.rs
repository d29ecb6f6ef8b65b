//! The names of the spec. Ids are indices into these tables, so that a state holds no text.

use std::sync::LazyLock;

use crate::id::{MAX_IPS, MAX_PLANS};

pub(crate) const ZONE: &str = "db.us-east-1.example.com";
pub(crate) const ROLLBACK: &str = "rollback.db.example.com";
pub(crate) const LOCK: &str = "lock.example.com";
pub(crate) const INITIAL_PLAN: &str = "plan-init.db.example.com";
pub(crate) const INITIAL_BALANCER: &str = "lb-1-init.db.example.com";
pub(crate) const GENESIS: &str = "genesis";

static PLANS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let numbered = (0..MAX_PLANS).map(|i| format!("plan{i}.db.example.com"));
    std::iter::once(INITIAL_PLAN.to_owned()).chain(numbered).collect()
});

static IPS: LazyLock<Vec<String>> =
    LazyLock::new(|| (1..=MAX_IPS).map(|number| format!("192.0.2.{number}")).collect());

static BALANCERS: LazyLock<Vec<String>> = LazyLock::new(|| {
    (0..MAX_PLANS).flat_map(|i| (1..=MAX_IPS).map(move |ip| format!("lb-{ip}-{i}.db.example.com"))).collect()
});

/// Index 0 is the initial plan; plan number `i` of `PLAN_IDS` has index `i + 1`.
pub(crate) fn plan(index: usize) -> &'static str {
    &PLANS[index]
}

pub(crate) fn plan_index(name: &str) -> Option<usize> {
    PLANS.iter().position(|plan| plan == name)
}

/// Ips count from 0.
pub(crate) fn ip(index: usize) -> &'static str {
    &IPS[index]
}

pub(crate) fn ip_index(name: &str) -> Option<usize> {
    IPS.iter().position(|ip| ip == name)
}

/// The plan as in [`plan`] (not the initial one), the ip as in [`ip`].
pub(crate) fn balancer(plan: usize, ip: usize) -> &'static str {
    &BALANCERS[(plan - 1) * MAX_IPS + ip]
}
