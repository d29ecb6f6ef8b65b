//! Short names for ids and calls that exist, and schedules that several tests start from.

use itf_adapters::engine::{Walk, Walks, walk};
use itf_dns_spec::Deployer::{A, B};
use itf_dns_spec::{Call, DnsSpace, Instance, Ip, IpSet, PlanId, Property, State, Weights, replay};

pub(crate) fn instance(name: &str) -> Instance {
    Instance::named(name).expect("an instance that comes with the spec")
}

pub(crate) fn plan(number: usize) -> PlanId {
    PlanId::numbered(number).expect("a plan number within bounds")
}

pub(crate) fn ip(number: usize) -> Ip {
    Ip::numbered(number).expect("an ip number within bounds")
}

/// Publishes a plan with the first ip alone.
pub(crate) fn generate(number: usize) -> Call {
    Call::generate(plan(number), Weights::even(IpSet::first(1), 100))
}

/// The state after a schedule that must be enabled, on `n3_5_3`.
pub(crate) fn after(calls: &[Call]) -> State {
    let states = replay(&instance("n3_5_3"), calls).expect("an enabled schedule");
    states.last().expect("at least the initial state").clone()
}

/// The known shortest violation of `no_inconsistent_root`, without its last step, the cleanup by A.
pub(crate) fn before_the_outage() -> Vec<Call> {
    let mut calls: Vec<Call> = (0..4).map(generate).collect();
    calls.extend([Call::apply(A); 4]);
    calls.extend([Call::query(B), Call::apply(B)]);
    calls
}

/// The walk with a number, of so many steps.
pub(crate) fn one(
    instance: &Instance,
    property: Option<Property>,
    seed: u64,
    number: u64,
    max_steps: usize,
) -> Walk<State, Call> {
    let walks = Walks { seed, max_steps, until_found: property.is_some(), ..Walks::default() };
    walk(&mut DnsSpace::new(instance.clone(), property), &walks, number).expect("no trouble")
}
