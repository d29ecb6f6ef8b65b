//! Machines of stateright and of proptest, where their features are on.

#[cfg(feature = "proptest")]
mod proptest_machine {
    use std::ops::ControlFlow;

    use itf_adapters::{FaultKind, Producer, Reference, Search, Spec, schedule_of};
    use proptest::prelude::*;
    use proptest_state_machine::ReferenceStateMachine;
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Debug, Serialize, Deserialize)]
    enum Transition {
        Add { n: u8 },
        Take,
    }

    struct Heap;

    impl ReferenceStateMachine for Heap {
        type State = Vec<u8>;
        type Transition = Transition;

        fn init_state() -> BoxedStrategy<Vec<u8>> {
            Just(Vec::new()).boxed()
        }

        fn transitions(_: &Vec<u8>) -> BoxedStrategy<Transition> {
            prop_oneof![any::<u8>().prop_map(|n| Transition::Add { n }), Just(Transition::Take)].boxed()
        }

        fn apply(mut heap: Vec<u8>, transition: &Transition) -> Vec<u8> {
            match transition {
                Transition::Add { n } => heap.push(*n),
                Transition::Take => drop(heap.pop()),
            }
            heap
        }

        fn preconditions(heap: &Vec<u8>, transition: &Transition) -> bool {
            matches!(transition, Transition::Add { .. }) || !heap.is_empty()
        }
    }

    #[test]
    fn a_reference_state_machine_walks_and_re_executes() {
        let mut heap = Spec::new("heap", Reference::<Heap>::new());
        let mut walk = |seed, jobs| {
            let mut traces = Vec::new();
            let search = Search { max_steps: 20, max_findings: 5, seed, jobs, ..Search::default() };
            let report = heap.search(&search, &mut |trace| {
                traces.push(trace);
                ControlFlow::Continue(())
            });
            assert!(report.expect("no trouble").profile.never().is_empty());
            traces
        };
        let traces = walk(1, 1);
        assert_eq!(traces, walk(1, 3));
        assert_ne!(traces, walk(2, 1));
        let labels = heap.labels();
        for trace in &traces {
            assert_eq!(trace.states.len(), 21);
            let learned = schedule_of(&mut heap, trace, &labels).expect("its own trace");
            assert_eq!(learned.differs_at, None);
        }
        let fault = heap.shortest("nope", 3).expect_err("no such property");
        assert_eq!(fault.kind, FaultKind::Unsupported);
    }
}

#[cfg(feature = "stateright")]
mod stateright_model {
    use itf_adapters::{Producer, PropertyKind, Shortest, Spec, Stateright, execute};
    use serde::{Deserialize, Serialize};
    use stateright::{Model, Property};

    /// Two processes that count without a lock.
    #[derive(Clone)]
    struct Racers;

    #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
    struct Race {
        count: u8,
        read: Vec<Option<u8>>,
        done: Vec<bool>,
    }

    #[derive(Clone, Debug, Serialize, Deserialize)]
    enum Action {
        Read { who: usize },
        Write { who: usize },
    }

    impl Model for Racers {
        type State = Race;
        type Action = Action;

        fn init_states(&self) -> Vec<Race> {
            vec![Race { count: 0, read: vec![None; 2], done: vec![false; 2] }]
        }

        fn actions(&self, _: &Race, actions: &mut Vec<Action>) {
            actions.extend((0..2).flat_map(|who| [Action::Read { who }, Action::Write { who }]));
        }

        fn next_state(&self, race: &Race, action: Action) -> Option<Race> {
            let mut next = race.clone();
            match action {
                Action::Read { who } if race.read[who].is_none() => next.read[who] = Some(race.count),
                Action::Write { who } if !race.done[who] => {
                    next.count = race.read[who]? + 1;
                    next.done[who] = true;
                }
                _ => return None,
            }
            Some(next)
        }

        fn properties(&self) -> Vec<Property<Self>> {
            vec![
                Property::always("counts", |_, race: &Race| race.count == 2 || race.done != [true, true]),
                Property::sometimes("two", |_, race: &Race| race.count == 2),
            ]
        }
    }

    #[test]
    fn a_model_is_searched_and_its_counterexample_re_executes() {
        let mut spec = Spec::new("racers", Stateright::new(Racers).expect("an initial state"));
        let kinds: Vec<PropertyKind> = spec.properties().iter().map(|p| p.kind).collect();
        assert_eq!(kinds, [PropertyKind::Invariant, PropertyKind::Example]);
        let Ok(Shortest::Found { calls, .. }) = spec.shortest("counts", 10) else { panic!("a race") };
        assert_eq!(calls.len(), 4);
        let run = execute(&mut spec, &calls).expect("no trouble");
        assert_eq!(run.states.last().and_then(|s| s.get("count").cloned()), Some(1.into()));
        assert!(matches!(spec.shortest("two", 10), Ok(Shortest::Found { calls, .. }) if calls.len() == 4));
    }
}
