//! Guards, effects and picks of each action, by example.

use itf_dns_spec::Deployer::{A, B, C};
use itf_dns_spec::{
    Call, Disabled, Instance, IpSet, Label, Lock, Pick, PickName, PlanId, State, View, Weights, init, replay,
    step, step_in_place,
};

use crate::common::{after, before_the_outage, generate, instance, ip, plan};

fn disabled(state: &State, call: &Call) -> Disabled {
    let mut unchanged = state.clone();
    let answer = step_in_place(&instance("n3_5_3"), &mut unchanged, call);
    assert_eq!(&unchanged, state, "a disabled call changes nothing");
    answer.expect_err("a disabled call")
}

fn lock(holder: itf_dns_spec::Deployer, epoch: u8) -> Lock {
    Lock { holder: Some(holder), epoch }
}

fn zone_text(state: &State) -> Vec<String> {
    let text = |r: &itf_dns_spec::Record| format!("{} {} {} {}", r.name, r.kind.name(), r.value.0, r.value.1);
    state.zone_records().iter().map(text).collect()
}

#[test]
fn init_is_as_the_design_says() {
    let state = after(&[]);
    assert_eq!(
        zone_text(&state),
        [
            "db.us-east-1.example.com CNAME plan-init.db.example.com 1",
            "lock.example.com TXT genesis 0",
            "plan-init.db.example.com CNAME lb-1-init.db.example.com 100",
            "rollback.db.example.com CNAME plan-init.db.example.com 1",
        ]
    );
    assert!(state.planner_updates().is_empty());
    for deployer in [A, B, C] {
        let view = View { lock: Lock::GENESIS, root: PlanId::INITIAL, rollback: PlanId::INITIAL };
        assert_eq!((state.next_plan(deployer), state.view(deployer)), (0, view));
    }
    assert_eq!(state.ghost_action(), Label::Init);
}

#[test]
fn generate_publishes_and_leaves_the_zone_alone() {
    let weights: Weights = [(ip(1), 101), (ip(3), 120)].into_iter().collect();
    let state = after(&[Call::generate(plan(3), weights)]);
    assert_eq!(zone_text(&state), zone_text(&after(&[])));
    let [published] = state.planner_updates() else { panic!("one plan") };
    assert_eq!(published.plan_id, plan(3));
    let created: Vec<_> = published.creates().iter().map(|r| (r.name, r.kind.name(), r.value)).collect();
    let name = "plan3.db.example.com";
    assert_eq!(
        created,
        [
            (name, "A", ("192.0.2.1", 1)),
            (name, "A", ("192.0.2.3", 1)),
            (name, "CNAME", ("lb-1-3.db.example.com", 101)),
            (name, "CNAME", ("lb-3-3.db.example.com", 120)),
        ]
    );
    assert_eq!(state.ghost_action(), Label::GeneratePlan { plan_id: plan(3), weights });
}

#[test]
fn generate_does_not_publish_a_plan_twice() {
    let once = after(&[generate(2)]);
    assert_eq!(
        disabled(&once, &generate(2)),
        Disabled::PickStale { pick: PickName::PlanId, choices: 4 },
        "four plans are left"
    );
    let all = after(&[4, 3, 2, 1, 0].map(generate));
    assert_eq!(disabled(&all, &generate(0)), Disabled::NoPlanLeft);
}

#[test]
fn picks_of_generate_must_be_in_their_sets() {
    let state = after(&[]);
    let stale = |pick, choices| Disabled::PickStale { pick, choices };
    let two = IpSet::first(2);
    let call = |plan_id, ips, weights| Call::PlannerGenerate { plan_id, ips, weights };
    let good = Pick::Of(Weights::even(two, 100));
    let first = Pick::Of(plan(0));

    assert_eq!(disabled(&state, &generate(5)), stale(PickName::PlanId, 5), "n3_5_3 has five plans");
    let initial = call(Pick::Of(PlanId::INITIAL), Pick::Of(two), good);
    assert_eq!(disabled(&state, &initial), stale(PickName::PlanId, 5));
    assert_eq!(disabled(&state, &call(Pick::Foreign, Pick::Of(two), good)), stale(PickName::PlanId, 5));
    assert_eq!(disabled(&state, &call(first, Pick::Of(IpSet::default()), good)), stale(PickName::Ips, 7));
    assert_eq!(disabled(&state, &call(first, Pick::Foreign, good)), stale(PickName::Ips, 7));
    let other_domain = Pick::Of(Weights::even(IpSet::first(3), 100));
    assert_eq!(disabled(&state, &call(first, Pick::Of(two), other_domain)), stale(PickName::Weights, 441));
    for weight in [99, 121] {
        let out_of_range = Pick::Of(Weights::even(two, weight));
        assert_eq!(
            disabled(&state, &call(first, Pick::Of(two), out_of_range)),
            stale(PickName::Weights, 441)
        );
    }

    let missing = |pick, choices| Disabled::PickMissing { pick, choices };
    assert_eq!(disabled(&state, &call(Pick::Missing, Pick::Of(two), good)), missing(PickName::PlanId, 5));
    assert_eq!(disabled(&state, &call(first, Pick::Missing, good)), missing(PickName::Ips, 7));
    let no_weights = call(first, Pick::Of(two), Pick::Missing);
    assert_eq!(disabled(&state, &no_weights), missing(PickName::Weights, 441));
    assert_eq!(
        disabled(&state, &no_weights).to_string(),
        "no pick for `weights`, which has 441 choices",
        "a reason in words"
    );
}

#[test]
fn an_ip_beyond_the_instance_is_no_choice() {
    let two_ips = Instance::new("two ips", 2, 2, 1..=2, 0).expect("within bounds");
    let call = Call::generate(plan(0), Weights::even(IpSet::first(3), 1));
    let answer = step(&two_ips, &init(&two_ips), &call).map(|_| ());
    assert_eq!(answer, Err(Disabled::PickStale { pick: PickName::Ips, choices: 3 }));
}

#[test]
fn a_pick_from_one_element_is_that_element() {
    let n3_5_3 = instance("n3_5_3");
    let four = after(&[0, 1, 2, 4].map(generate));
    let (state, used) = step(&n3_5_3, &four, &generate(1)).expect("plan 3 is the only one left");
    assert_eq!(used, generate(3));
    assert_eq!(state.planner_updates()[4].plan_id, plan(3));

    let single = Instance::new("single", 1, 1, 7..=7, 0).expect("within bounds");
    let exact = Call::generate(plan(0), Weights::even(IpSet::first(1), 7));
    for call in [
        Call::PlannerGenerate { plan_id: Pick::Missing, ips: Pick::Missing, weights: Pick::Missing },
        Call::PlannerGenerate { plan_id: Pick::Foreign, ips: Pick::Foreign, weights: Pick::Foreign },
        Call::generate(plan(2), Weights::even(IpSet::first(3), 100)),
    ] {
        let (_, used) = step(&single, &init(&single), &call).expect("no pick is a choice");
        assert_eq!(used, exact);
    }
}

#[test]
fn query_sees_the_zone_whatever_its_picks_say() {
    let n3_5_3 = instance("n3_5_3");
    let before = after(&[generate(0), generate(1), Call::apply(A)]);
    let zone = View { lock: lock(A, 1), root: plan(0), rollback: PlanId::INITIAL };
    let exact = Call::DeployerQuery {
        deployer: B,
        lock: Pick::Of(zone.lock),
        root: Pick::Of(zone.root),
        rollback: Pick::Of(zone.rollback),
    };
    let stale = Call::DeployerQuery {
        deployer: B,
        lock: Pick::Of(Lock::GENESIS),
        root: Pick::Of(PlanId::INITIAL),
        rollback: Pick::Foreign,
    };
    for call in [exact, stale, Call::query(B)] {
        let (state, used) = step(&n3_5_3, &before, &call).expect("a query is always enabled");
        assert_eq!(used, exact);
        assert_eq!(state.view(B), zone);
        assert_eq!(state.view(C), before.view(C));
        assert_eq!(zone_text(&state), zone_text(&before));
        assert_eq!(state.ghost_action(), Label::Sync { deployer: B, view: zone });
    }
}

#[test]
fn backoff_needs_a_lost_lock_and_changes_nothing_but_the_label() {
    let published = after(&[generate(0), generate(1)]);
    let why = disabled(&published, &Call::backoff(B));
    assert_eq!(why, Disabled::LockHeld { deployer: B, lock: Lock::GENESIS });
    assert_eq!(why.to_string(), "the zone still has the lock that deployer-b has seen (genesis, epoch 0)");

    let lost = after(&[generate(0), generate(1), Call::apply(A)]);
    let (state, _) = step(&instance("n3_5_3"), &lost, &Call::backoff(B)).expect("A took the lock");
    assert_eq!(state.ghost_action(), Label::Backoff { deployer: B, lock: Lock::GENESIS });
    assert_eq!((state.zone_records(), state.view(B)), (lost.zone_records(), lost.view(B)));
    assert_eq!(disabled(&lost, &Call::backoff(A)), Disabled::LockHeld { deployer: A, lock: lock(A, 1) });
}

#[test]
fn apply_writes_lock_plan_root_and_rollback_at_once() {
    let state = after(&[generate(1), generate(0), Call::apply(C), Call::apply(C)]);
    assert_eq!(
        zone_text(&state),
        [
            "db.us-east-1.example.com CNAME plan0.db.example.com 100",
            "lock.example.com TXT deployer-c 2",
            "plan-init.db.example.com CNAME lb-1-init.db.example.com 100",
            "plan0.db.example.com A 192.0.2.1 1",
            "plan0.db.example.com CNAME lb-1-0.db.example.com 100",
            "plan1.db.example.com A 192.0.2.1 1",
            "plan1.db.example.com CNAME lb-1-1.db.example.com 100",
            "rollback.db.example.com CNAME plan1.db.example.com 1",
        ]
    );
    assert_eq!(state.view(C), View { lock: lock(C, 2), root: plan(0), rollback: plan(1) });
    assert_eq!((state.next_plan(C), state.next_plan(A)), (2, 0));
    assert_eq!(
        state.ghost_action(),
        Label::Deploy {
            deployer: C,
            plan_id: plan(0),
            previous_root: plan(1),
            new_root: plan(0),
            rollback: plan(1),
            new_epoch: 2,
        }
    );
}

#[test]
fn apply_needs_a_published_plan_and_the_lock() {
    let empty = after(&[]);
    assert_eq!(disabled(&empty, &Call::apply(A)), Disabled::NoNextPlan { deployer: A, next_plan: 0 });
    let ahead = after(&[generate(0), Call::apply(A)]);
    assert_eq!(disabled(&ahead, &Call::apply(A)), Disabled::NoNextPlan { deployer: A, next_plan: 1 });
    assert_eq!(disabled(&ahead, &Call::apply(B)), Disabled::LockLost { deployer: B, lock: Lock::GENESIS });
    let (looked, _) = step(&instance("n3_5_3"), &ahead, &Call::query(B)).expect("always enabled");
    assert!(step(&instance("n3_5_3"), &looked, &Call::apply(B)).is_ok());
}

#[test]
fn gc_removes_plans_by_age_alone() {
    let mut calls: Vec<Call> = (0..5).map(generate).collect();
    calls.extend([Call::apply(A); 3]);
    let three = after(&calls);
    // Plan 0 is old from next plan 4 on: 4 > 0 + 3.
    assert_eq!(disabled(&three, &Call::gc(A)), Disabled::NothingOld { deployer: A, next_plan: 3 });

    calls.push(Call::apply(A));
    let four = after(&calls);
    assert_eq!(disabled(&four, &Call::gc(B)), Disabled::NothingOld { deployer: B, next_plan: 0 });
    calls.push(Call::gc(A));
    let cleaned = after(&calls);
    assert_eq!(cleaned.ghost_action(), Label::Cleanup { deployer: A, next_plan: 4, old_plans: 1 });
    assert!(!cleaned.is_installed(plan(0)));
    assert!((1..4).all(|number| cleaned.is_installed(plan(number))));
    assert_eq!(cleaned.zone_records().len(), four.zone_records().len() - 2);
    assert_eq!(disabled(&cleaned, &Call::gc(A)), Disabled::NothingOld { deployer: A, next_plan: 4 });

    // The label names all old plans, those removed long ago too.
    calls.extend([Call::apply(A), Call::gc(A)]);
    let again = after(&calls);
    assert_eq!(again.ghost_action(), Label::Cleanup { deployer: A, next_plan: 5, old_plans: 2 });
    assert!(!again.is_installed(plan(1)) && again.is_installed(plan(2)));
}

#[test]
fn the_outage_takes_twelve_states() {
    let mut calls = before_the_outage();
    let before = after(&calls);
    assert_eq!(before.zone(), View { lock: lock(B, 5), root: plan(0), rollback: plan(3) });
    assert!(itf_dns_spec::Property::NoInconsistentRoot.holds(&before));

    calls.push(Call::gc(A));
    let states = replay(&instance("n3_5_3"), &calls).expect("the schedule is enabled");
    assert_eq!(states.len(), 12);
    let violated: Vec<usize> =
        (0..12).filter(|&index| !itf_dns_spec::Property::NoInconsistentRoot.holds(&states[index])).collect();
    assert_eq!(violated, [11]);
}

#[test]
fn replay_stops_at_the_first_disabled_call() {
    let calls = [generate(0), Call::apply(A), Call::apply(B), Call::gc(C)];
    let refused = replay(&instance("n3_5_3"), &calls).expect_err("B has lost the lock");
    assert_eq!(refused.index, 2);
    assert_eq!(
        refused.to_string(),
        "call 2 is disabled: the zone no longer has the lock that deployer-b has seen (genesis, epoch 0)"
    );
}
