//! Breadth-first search: the shortest lengths, with and without reductions, and what it says at its bounds.

use std::collections::HashSet;

use itf_adapters::engine::{Breadth, BreadthReport, Reached};
use itf_dns_spec::{Call, Instance, Property, Reduction, replay, shortest};

use crate::common::instance;
use crate::model::Model;

fn search(instance: &Instance, property: Property, reduction: Reduction) -> BreadthReport<Call> {
    let report = shortest(instance, property, reduction, &Breadth::default()).expect("no trouble");
    if let Reached::Found { calls, .. } = &report.reached {
        let states = replay(instance, calls).expect("the calls are those of a run");
        let found: Vec<bool> = states.iter().map(|state| property.is_found_in(state)).collect();
        assert_eq!(found.iter().position(|found| *found), Some(calls.len()), "found in the last state only");
    }
    report
}

#[test]
fn no_violation_has_fewer_than_twelve_states() {
    let n3_5_3 = instance("n3_5_3");
    for reduction in [Reduction::Picks, Reduction::Deployers, Reduction::Views] {
        let report = search(&n3_5_3, Property::NoInconsistentRoot, reduction);
        assert!(matches!(report.reached, Reached::Found { .. }));
        assert_eq!(report.none_shorter_than(), Some(12), "{reduction:?}");
    }
    // The same from the machine on plain sets of records, which merges nothing.
    assert_eq!(Model::shortest(&n3_5_3, Property::NoInconsistentRoot), Some(12));
}

#[test]
fn shortest_traces_of_all_properties() {
    for (name, lengths) in [("n3_5_3", [12, 13, 10, 4]), ("n3_20_3", [12, 13, 10, 4])] {
        for (property, len) in Property::ALL.into_iter().zip(lengths) {
            let report = search(&instance(name), property, Reduction::Views);
            assert_eq!(report.none_shorter_than(), Some(len), "{name} {property:?}");
        }
    }
}

#[test]
fn the_large_instance_needs_46_states() {
    let report = search(&instance("n3_30_20"), Property::NoInconsistentRoot, Reduction::Views);
    assert!(matches!(report.reached, Reached::Found { .. }));
    assert_eq!(report.none_shorter_than(), Some(46));
}

/// On instances small enough to try everything, all reductions say the same as no reduction at all.
#[test]
fn reductions_keep_the_shortest_length() {
    for (plans, ips, weights, age) in
        [(1, 2, 1..=2, 0), (2, 1, 1..=1, 0), (2, 2, 1..=1, 0), (2, 1, 1..=2, 1), (3, 1, 1..=1, 1)]
    {
        let instance = Instance::new("tiny", plans, ips, weights, age).expect("within bounds");
        for property in Property::ALL {
            let everything = search(&instance, property, Reduction::None);
            let merged = [Reduction::Picks, Reduction::Deployers, Reduction::Views]
                .map(|reduction| search(&instance, property, reduction));
            let mut states = everything.states;
            for report in merged {
                assert_eq!(
                    report.none_shorter_than(),
                    everything.none_shorter_than(),
                    "{instance:?} {property:?}"
                );
                assert!(report.states <= states, "a reduction that includes another visits no more");
                states = report.states;
            }
            assert_eq!(Model::shortest(&instance, property), everything.none_shorter_than(), "{property:?}");
        }
    }
}

/// Where a search visits everything, it visits as many states as the machine on plain sets has, merged by hand.
#[test]
fn reductions_merge_what_they_say_and_nothing_else() {
    for age in [0, 1] {
        let two_plans = Instance::new("two plans", 2, 1, 1..=1, age).expect("within bounds");
        let states = |reduction| {
            let report = search(&two_plans, Property::Plans3, reduction);
            assert_eq!(report.reached, Reached::Unreachable);
            report.states
        };
        let models = Model::reachable(&two_plans);
        assert_eq!(states(Reduction::Picks), models.len());
        let nameless: HashSet<Model> = models.iter().map(Model::without_names).collect();
        assert_eq!(states(Reduction::Deployers), nameless.len());
        let blind: HashSet<_> = models.iter().map(Model::without_views).collect();
        assert_eq!(states(Reduction::Views), blind.len());
        assert!(models.len() > 3 * nameless.len() && nameless.len() > 2 * blind.len());
    }
}

#[test]
fn what_cannot_happen_is_unreachable() {
    // Three deployers that can deploy one plan each never come to epoch 5.
    let one_plan = Instance::new("one plan", 1, 1, 1..=1, 0).expect("within bounds");
    for reduction in [Reduction::None, Reduction::Views] {
        let report = search(&one_plan, Property::Epoch5, reduction);
        assert_eq!((&report.reached, report.none_shorter_than()), (&Reached::Unreachable, None));
    }
}

#[test]
fn bounds_are_said_in_states_of_a_trace() {
    let n3_5_3 = instance("n3_5_3");
    let bounded = |max_len, max_states| {
        let bounds = Breadth { max_len, max_states };
        shortest(&n3_5_3, Property::NoInconsistentRoot, Reduction::Views, &bounds).expect("no trouble")
    };
    assert_eq!(bounded(11, usize::MAX).reached, Reached::NoneUpTo { len: 11 });
    assert_eq!(bounded(11, usize::MAX).none_shorter_than(), Some(12));
    assert!(matches!(bounded(12, usize::MAX).reached, Reached::Found { .. }));
    assert_eq!(bounded(0, usize::MAX).reached, Reached::NoneUpTo { len: 0 });

    let first = bounded(1, usize::MAX);
    assert_eq!((first.reached, first.states, first.steps), (Reached::NoneUpTo { len: 1 }, 1, 0));
    // From the initial state only publishing leads anywhere: a query shows what was seen already.
    let second = bounded(2, usize::MAX);
    assert_eq!((second.states, second.steps), (2, 4));

    let hit = bounded(usize::MAX, 50);
    assert_eq!(hit.states, 50);
    let Reached::BoundHit { complete_len } = hit.reached else { panic!("{hit:?}") };
    assert!(bounded(complete_len, usize::MAX).states < 50);
    assert!(bounded(complete_len + 1, usize::MAX).states >= 50);
}
