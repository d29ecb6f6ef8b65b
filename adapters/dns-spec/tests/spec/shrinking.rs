//! Findings of one bug, shrunk: to the shortest trace there is, and to the same one.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use itf::expr::Expr;
use itf::{Labels, Record, Trace};
use itf_adapters::{Action, Classes, Producer, ProducerOracle, Search, Simplest, execute, schedule_of};
use itf_dns_spec::{DnsSpec, Instance};
use itf_shrink::{Claim, Options, Oracle, Report, Semantics, Shrinker, Verdict, Without};

const PROPERTY: &str = "no_inconsistent_root";

fn spec() -> DnsSpec {
    DnsSpec::new(Instance::named("n3_5_3").expect("an instance"))
}

fn fixture(name: &str) -> Trace {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name);
    itf::read(&fs::read(file).expect("the fixture is there")).expect("ITF").remove(0)
}

fn calls(spec: &mut DnsSpec, trace: &Trace) -> Vec<Action> {
    let labels = Labels::parse("variant:ghost_action").expect("a convention");
    schedule_of(spec, trace, &labels).expect("a schedule").calls
}

fn shrink(trace: &Trace, semantics: Semantics, normalise: bool) -> Report<Action, Record> {
    let mut spec = spec();
    let calls = calls(&mut spec, trace);
    let simplest = Simplest::of(trace, &calls);
    let strict = semantics == Semantics::Strict;
    let mut oracle = ProducerOracle::new(&mut spec, strict).property(PROPERTY).expect("a property");
    let shrinker = Shrinker::new(&mut oracle)
        .options(Options { semantics, ..Options::default() })
        .classes(&|call| Classes::of(call));
    let shrinker = if normalise { shrinker.normalise(&simplest) } else { shrinker };
    shrinker.shrink(&calls).expect("it fails")
}

/// No call can be left out: every single deletion is executed here, without the engine and its cache.
fn assert_one_minimal(report: &Report<Action, Record>) {
    assert_eq!(report.claim, Claim::OneMinimal);
    let mut spec = spec();
    for at in 0..report.items.len() {
        let mut rest = report.items.clone();
        rest.remove(at);
        spec.reset().expect("the spec starts");
        for call in &rest {
            spec.execute(call).expect("an answer");
            assert!(spec.holds(PROPERTY).expect("a property"), "{} can go", report.items[at]);
        }
        assert!(!matches!(report.needed[at].without, Without::Fails | Without::Untested));
    }
}

/// What random walks with this seed find.
fn walk(seed: u64) -> Trace {
    let mut found = None;
    let search = Search {
        property: Some(PROPERTY.into()),
        max_steps: 40,
        max_samples: 20_000,
        max_findings: 1,
        seed,
        ..Search::default()
    };
    spec()
        .search(&search, &mut |trace| {
            found = Some(trace);
            std::ops::ControlFlow::Break(())
        })
        .expect("a search");
    found.expect("about every tenth walk finds it")
}

#[test]
fn different_findings_come_to_one_shortest_trace() {
    let mut findings: Vec<Trace> = (1..=5).map(|n| fixture(&format!("wunderspec/root-{n}.ndjson"))).collect();
    findings.extend((1..=4).map(|n| fixture(&format!("quint/root-{n}.itf.json"))));
    findings.extend((100..112).map(walk));
    for semantics in [Semantics::Skip, Semantics::Strict] {
        let mut forms = BTreeSet::new();
        let (mut plain, mut normalised) = (0, 0);
        for trace in &findings {
            let report = shrink(trace, semantics, true);
            assert_one_minimal(&report);
            normalised += report.calls;
            plain += shrink(trace, semantics, false).calls;
            forms.insert(report.items.iter().map(ToString::to_string).collect::<Vec<_>>());
        }
        assert_eq!(forms.len(), 1, "{forms:#?}");
        assert!(normalised <= plain + 17 * findings.len(), "{semantics:?}: {normalised} against {plain}");
        // That nothing is shorter was found by breadth-first search: `breadth` has it.
        assert_eq!(forms.first().map(Vec::len), Some(11));
    }
}

#[test]
fn nothing_is_shorter() {
    let shortest = spec().shortest(PROPERTY, 11).expect("a search");
    assert!(matches!(shortest, itf_adapters::Shortest::NoneUpTo { len: 11, .. }), "{shortest:?}");
}

#[test]
fn the_simplest_form_stays_as_it_is() {
    let report = shrink(&fixture("wunderspec/root-1.ndjson"), Semantics::Skip, true);
    let mut spec = spec();
    let execution = execute(&mut spec, &report.items).expect("it executes");
    let trace = itf_adapters::trace_of(&spec.header(), execution.states);
    let again = shrink(&trace, Semantics::Skip, true);
    assert_eq!(again.items, report.items);
    assert!(again.history.len() == 1, "{:?}", again.history);
}

#[test]
fn an_expression_judges_as_the_property_does() {
    // The root names a plan of which no record is there.
    let text = "zone_records.filter(r => r.name == \"db.us-east-1.example.com\" and r.kind == \"CNAME\")\
                .forall(root => zone_records.exists(r => r.kind == \"CNAME\" and r.name == root.value._1))";
    let trace = fixture("wunderspec/root-3.ndjson");
    let mut spec = spec();
    let calls = calls(&mut spec, &trace);
    let mut oracle =
        ProducerOracle::new(&mut spec, false).invariant(Expr::parse(text).expect("an expression"));
    let run = oracle.run(&calls);
    assert!(matches!(&run.verdict, Verdict::Fails(f) if f.kind == "expression"), "{:?}", run.verdict);
    let small = Shrinker::new(&mut oracle).shrink(&calls).expect("it fails");
    assert_eq!(small.items.len(), 11);
    // Together with a property both have to fail, and with one that cannot, nothing does.
    let both = ProducerOracle::new(&mut spec, false).property(PROPERTY).expect("a property");
    let mut both = both.invariant(Expr::parse("planner_updates.length() < 4").expect("an expression"));
    let failure = Shrinker::new(&mut both).shrink(&calls).expect("it fails").failure;
    assert_eq!(failure.kind, "invariant and expression");
    let never = ProducerOracle::new(&mut spec, false).property(PROPERTY).expect("a property");
    let mut never = never.invariant(Expr::parse("planner_updates.length() < 40").expect("an expression"));
    assert_eq!(never.run(&calls).verdict, Verdict::Passes);
}
