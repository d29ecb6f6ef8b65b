//! Rust types on both sides: state machines, drivers, and the engine over them.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use itf::{Label, Labels, Record, Trace, Value};
use itf_adapters::engine::{ProducerSpace, Space, Walks, random_walks};
use itf_adapters::{
    Action, Driver, FaultKind, Next, Producer, Reply, Search, Shortest, Spec, StateMachine, System,
    TypedProperty, assert_itf_eq, driven, execute, schedule_of, testing, trace_of,
};
use serde::{Deserialize, Serialize};

/// Two jugs of three and five litres.
pub(crate) struct Jugs;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Litres {
    small: u32,
    big: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Jug {
    Small,
    Big,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Do {
    Fill { jug: Jug },
    Empty(Jug),
    Pour { from: Jug },
    Wait,
}

impl StateMachine for Jugs {
    type State = Litres;
    type Action = Do;

    fn init(&self) -> Litres {
        Litres { small: 0, big: 0 }
    }

    fn step(&self, at: &Litres, action: &Do) -> Option<Litres> {
        let next = match action {
            Do::Fill { jug: Jug::Small } => Litres { small: 3, ..*at },
            Do::Fill { jug: Jug::Big } => Litres { big: 5, ..*at },
            Do::Empty(Jug::Small) => Litres { small: 0, ..*at },
            Do::Empty(Jug::Big) => Litres { big: 0, ..*at },
            Do::Pour { from: Jug::Small } => {
                let poured = at.small.min(5 - at.big);
                Litres { small: at.small - poured, big: at.big + poured }
            }
            Do::Pour { from: Jug::Big } => {
                let poured = at.big.min(3 - at.small);
                Litres { small: at.small + poured, big: at.big - poured }
            }
            Do::Wait => return None,
        };
        (next != *at).then_some(next)
    }

    fn actions(&self, _: &Litres) -> Vec<Do> {
        let mut all = vec![Do::Wait];
        for jug in [Jug::Small, Jug::Big] {
            all.extend([Do::Fill { jug: jug.clone() }, Do::Empty(jug.clone()), Do::Pour { from: jug }]);
        }
        all
    }

    fn properties(&self) -> Vec<TypedProperty<Self>> {
        vec![
            TypedProperty::invariant("not_four", |_, at: &Litres| at.big != 4),
            TypedProperty::example("four", |_, at: &Litres| at.big == 4),
        ]
    }
}

fn jugs() -> Spec<Jugs> {
    Spec::new("jugs", Jugs)
}

fn find(producer: &mut dyn Producer, search: &Search) -> Vec<Trace> {
    let mut found = Vec::new();
    let report = producer.search(search, &mut |trace| {
        found.push(trace);
        ControlFlow::Continue(())
    });
    assert_eq!(report.expect("no trouble").found, found.len());
    found
}

#[test]
fn a_state_machine_knows_its_actions_by_their_type() {
    assert_eq!(jugs().actions(), ["Fill", "Empty", "Pour", "Wait"]);
    assert_eq!(jugs().header().vars, ["big", "small", "action"]);
}

#[test]
fn the_shortest_way_to_four_litres_has_six_pours() {
    let Ok(Shortest::Found { calls, states, profile }) = jugs().shortest("four", 20) else {
        panic!("the puzzle has a solution")
    };
    assert_eq!(calls.len(), 6);
    // The puzzle has 16 reachable states.
    assert!(states <= 16, "{states}");
    assert_eq!(profile.actions().iter().find(|a| a.name == "Wait").map(|a| a.taken), Some(0));
    let last = execute(&mut jugs(), &calls).expect("no trouble").states.pop();
    assert_eq!(last.and_then(|state| state.get("big").cloned()), Some(4.into()));
    assert!(matches!(jugs().shortest("four", 6), Ok(Shortest::NoneUpTo { len: 6, .. })));
}

/// The same machine through its calls alone, as a producer elsewhere is searched: the same answers.
#[test]
fn a_producer_is_explored_by_its_enabled_calls_as_a_machine_by_its_actions() {
    struct Elsewhere(Spec<Jugs>);
    impl Producer for Elsewhere {
        fn name(&self) -> String {
            "elsewhere".into()
        }
        fn header(&self) -> Trace {
            self.0.header()
        }
        fn labels(&self) -> Labels {
            self.0.labels()
        }
        fn properties(&self) -> Vec<itf_adapters::Property> {
            self.0.properties()
        }
        fn reset(&mut self) -> Result<itf::State, itf_adapters::Fault> {
            self.0.reset()
        }
        fn execute(&mut self, action: &Action) -> Result<Next, itf_adapters::Fault> {
            self.0.execute(action)
        }
        fn holds(&mut self, property: &str) -> Result<bool, itf_adapters::Fault> {
            self.0.holds(property)
        }
        fn call(&self, label: &Label) -> Result<Action, itf_adapters::Fault> {
            self.0.call(label)
        }
        fn enabled(&mut self) -> Result<Vec<Action>, itf_adapters::Fault> {
            self.0.enabled()
        }
        fn fork(&self) -> Option<Box<dyn Producer + Send>> {
            Some(Box::new(Self(jugs())))
        }
    }
    let mut elsewhere = Elsewhere(jugs());
    let Ok(Shortest::Found { calls, states, .. }) = elsewhere.shortest("four", 20) else {
        panic!("the puzzle has a solution")
    };
    assert_eq!(calls.len(), 6);
    assert!(states <= 16, "{states}");
    let search = Search { property: Some("not_four".into()), max_findings: 4, ..Search::default() };
    let alone = find(&mut elsewhere, &search);
    assert_eq!(alone, find(&mut elsewhere, &Search { jobs: 3, ..search.clone() }));
    for trace in &alone {
        let learned = schedule_of(&mut jugs(), trace, &jugs().labels()).expect("its own trace");
        assert_eq!(learned.differs_at, None);
        let last = trace.states.last().expect("states");
        assert_eq!(last.get("big"), Some(&4.into()));
    }
    let unknown = elsewhere.shortest("nope", 3).expect_err("no such property");
    assert!(unknown.message.contains("not_four"), "{unknown}");
}

#[test]
fn walks_take_every_action_that_is_enabled_and_end_where_nothing_is() {
    let mut spec = jugs();
    let mut space = ProducerSpace::new(&mut spec, None).expect("a space");
    let walks =
        Walks { max_walks: 50, max_steps: 12, until_found: false, max_findings: 50, ..Walks::default() };
    let mut ends = BTreeSet::new();
    let report = random_walks(&mut space, &walks, &mut |walk| {
        assert_eq!(walk.calls, walk.end.calls());
        ends.insert(walk.end.state().to_owned().value.without("action"));
        ControlFlow::Continue(())
    });
    let report = report.expect("no trouble");
    assert_eq!((report.walks, report.steps, report.stuck), (50, 600, 0));
    assert_eq!(report.profile.never(), ["Wait"]);
    assert!(ends.len() > 5, "walks end in the same states");
    let start = space.start().expect("a state");
    assert!(space.enabled(&start).expect("calls").iter().all(|call| &*call.name == "Fill"));
}

#[test]
fn labels_become_actions_again() {
    let mut spec = jugs();
    let calls = [
        Action::new("Fill").arg("jug", Value::variant("Big", Value::unit())),
        // The payload of a variant that has no names.
        Action::new("Empty").arg("value", Value::variant("Big", Value::unit())),
        Action::new("Empty").arg("value", Value::variant("Big", Value::unit())),
    ];
    let run = execute(&mut spec, &calls).expect("no trouble");
    assert_eq!(run.calls, calls[..2]);
    assert_eq!(run.disabled.map(|(at, _)| at), Some(2));
    let trace = trace_of(&spec.header(), run.states);
    let learned = schedule_of(&mut spec, &trace, &jugs().labels()).expect("a schedule");
    assert_eq!((learned.calls.as_slice(), learned.differs_at), (&calls[..2], None));
    let unknown = spec.call(&Label::new("Spill", Record::default())).expect_err("no such action");
    assert!(unknown.kind == FaultKind::Unsupported && unknown.message.contains("Pour"), "{unknown}");
    let ill = spec.call(&Label::new("Fill", Record::from_iter([("jug", 3)]))).expect_err("no jug");
    assert_eq!(ill.kind, FaultKind::Invalid);
}

/// Real jugs; the big one has a leak.
#[derive(Default)]
struct Leaky {
    small: u32,
    big: u32,
}

impl Driver for Leaky {
    type State = Litres;
    type Action = Do;
    type Reply = Reply;
    type Observed = Litres;

    fn reset(&mut self, initial: Litres) {
        (self.small, self.big) = (initial.small, initial.big);
    }

    fn step(&mut self, action: Do) -> Reply {
        let before = Litres { small: self.small, big: self.big };
        let after = Jugs.step(&before, &action).expect("the model allows it");
        // What the wall of the small jug does not stand.
        assert!(before.small != 1 || after.small != 3, "the small jug bursts");
        (self.small, self.big) = (after.small, if after.big == 5 { 4 } else { after.big });
        Reply::new("done")
    }

    fn observe(&mut self) -> Option<Litres> {
        Some(Litres { small: self.small, big: self.big })
    }
}

fn leaky() -> System {
    driven("leaky", Leaky::default)
}

#[test]
fn a_driver_is_compared_by_the_variables_it_shows() {
    let fill = Action::new("Fill").arg("jug", Value::variant("Big", Value::unit()));
    let run = execute(&mut jugs(), &[fill]).expect("no trouble");
    let trace = trace_of(&jugs().header(), run.states);
    let replay = leaky().replay(&trace, &jugs().labels(), &mut |_| {}).expect("a replay");
    let failure = replay.failure().expect("it leaks");
    assert_eq!((failure.kind.as_str(), failure.site.as_str()), ("view", "big"));
    let text = itf::to_string(&trace, itf::Layout::Compact);
    let why = testing::replay_text(&mut leaky(), "a.json", text.as_bytes(), None).expect_err("it leaks");
    assert!(why.contains("a.json: fails at step 1 of 1\n  view: big: expected 5, observed 4\n"), "{why}");
}

#[test]
fn a_panic_is_a_failure_of_the_system_at_its_place_and_the_next_run_starts_afresh() {
    let Ok(Shortest::Found { calls, .. }) = jugs().shortest("four", 20) else { panic!("a solution") };
    let run = execute(&mut jugs(), &calls).expect("no trouble");
    let trace = trace_of(&jugs().header(), run.states);
    let mut system = leaky();
    // The leak is not looked at here.
    system.compare_views = false;
    let replay = system.replay(&trace, &jugs().labels(), &mut |_| {}).expect("a replay");
    let failure = replay.failure().expect("it bursts");
    assert_eq!(failure.kind, "panic");
    assert!(failure.site.contains("typed.rs:"), "{}", failure.site);
    assert!(failure.message.contains("the small jug bursts"), "{failure}");
    let again = system.replay(&trace, &jugs().labels(), &mut |_| {}).expect("a replay");
    assert_eq!(again.failure(), replay.failure());
}

#[test]
fn an_unknown_label_is_a_mistake_of_configuration() {
    let trace =
        &itf::read(br#"{"vars":["a"],"states":[{"small":0,"big":0,"action":"init"},{"action":"Spill"}]}"#);
    let trace = &trace.as_ref().expect("ITF")[0];
    let fault = leaky().labels(trace, None).expect_err("unknown");
    assert!(fault.message.contains("Spill") && fault.message.contains("Fill, Empty, Pour, Wait"), "{fault}");
}

#[test]
fn a_failed_assertion_shows_the_difference_alone() {
    let long = |last: u32| Litres { small: 1, big: last };
    assert_itf_eq!(long(5), Record::from_iter([("small", 1), ("big", 5)]).map_values(|_, v| v.clone()));
    let difference = testing::difference(&long(4), &long(5)).expect("they differ");
    assert_eq!(difference, "  big: expected 4, observed 5\n");
}
