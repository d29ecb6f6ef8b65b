//! Random walks: the same for the same seed, and as likely to find the bug as the design says.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use itf_adapters::engine::{Walk, WalkReport, Walks, parallel_walks, walk};
use itf_dns_spec::{Call, Choices, DnsSpace, Instance, Pick, Property, State, enabled, init, replay, step};

use crate::common::{instance, one};

/// A walk in one line: `g2:1=107,3=100` publishes plan 2 with those weights, `qA` lets A look, and so on.
fn text(calls: &[Call]) -> String {
    let word = |call: &Call| {
        if let Call::PlannerGenerate { plan_id: Pick::Of(plan), weights: Pick::Of(weights), .. } = *call {
            let number = plan.name().trim_start_matches("plan").trim_end_matches(".db.example.com");
            let weights: Vec<String> = weights
                .iter()
                .map(|(ip, weight)| format!("{}={weight}", ip.name().trim_start_matches("192.0.2.")))
                .collect();
            return format!("g{number}:{}", weights.join(","));
        }
        let action = call.action().trim_start_matches("deployer_");
        format!("{}{:?}", &action[..1], call.deployer().expect("a deployer's action"))
    };
    calls.iter().map(word).collect::<Vec<String>>().join(" ")
}

const ROOT: Option<Property> = Some(Property::NoInconsistentRoot);

/// A search by so many workers, and its findings.
fn search(instance: &Instance, walks: &Walks, jobs: usize) -> (WalkReport, Vec<Walk<State, Call>>) {
    let mut found = Vec::new();
    let make = || Ok(DnsSpace::new(instance.clone(), ROOT));
    let report = parallel_walks(&make, walks, jobs, &mut |walk| {
        found.push(walk);
        ControlFlow::Continue(())
    });
    (report.expect("no trouble"), found)
}

#[test]
fn a_seed_is_the_same_walk_everywhere_and_for_ever() {
    // Whoever wrote down a seed wants this walk. If this test fails, seeds have changed their meaning.
    assert_eq!(
        text(&one(&instance("n3_5_3"), None, 1, 0, 12).calls),
        "qB g1:1=103,2=104 qB aB g0:2=108,3=110 bC qA aA bC qB g2:3=100 aB"
    );
    assert_eq!(itf_adapters::engine::walk_seed(0, 0), 12_035_550_249_420_947_055);
}

#[test]
fn a_walk_is_a_run_and_stops_where_the_property_is_found() {
    let n3_5_3 = instance("n3_5_3");
    let walks = Walks { seed: 3, max_walks: 1_000, max_steps: 40, ..Walks::default() };
    let (report, found) = search(&n3_5_3, &walks, 1);
    let [found] = &found[..] else { panic!("one walk in ten finds it") };
    let states = replay(&n3_5_3, &found.calls).expect("a walk is enabled");
    let is_found: Vec<bool> = states.iter().map(|s| Property::NoInconsistentRoot.is_found_in(s)).collect();
    assert_eq!(is_found.iter().filter(|found| **found).count(), 1);
    assert_eq!((is_found.last(), states.last()), (Some(&true), Some(&found.end)));

    assert_eq!(one(&n3_5_3, ROOT, 3, found.number, 40), *found);
    assert_eq!(found.number, report.walks - 1);
    assert_eq!(report.steps, 40 * (report.walks - 1) + found.calls.len() as u64);
    // Without a property the same walk goes on.
    let on = one(&n3_5_3, None, 3, found.number, 40);
    assert_eq!((on.calls.len(), &on.calls[..found.calls.len()]), (40, &found.calls[..]));
}

#[test]
fn a_search_that_finds_nothing_says_how_far_it_went() {
    let walks = Walks { max_walks: 20, max_steps: 10, ..Walks::default() };
    let (report, found) = search(&instance("n3_5_3"), &walks, 1);
    assert!(found.is_empty());
    assert_eq!((report.found, report.walks, report.steps), (0, 20, 200));
    let taken: u64 = report.profile.actions().iter().map(|action| action.taken).sum();
    assert_eq!(taken, 200);
}

#[test]
fn the_number_of_workers_changes_nothing() {
    let n3_5_3 = instance("n3_5_3");
    for max_findings in [1, 7, 60, usize::MAX] {
        let walks = Walks { seed: 5, max_walks: 700, max_findings, ..Walks::default() };
        let alone = search(&n3_5_3, &walks, 1);
        for jobs in [2, 5] {
            assert_eq!(search(&n3_5_3, &walks, jobs), alone, "{jobs} workers, {max_findings} findings");
        }
    }
}

#[test]
fn weights_decide_how_often_an_action_is_taken() {
    let n3_5_3 = instance("n3_5_3");
    let taken = |weights: &[(&str, u32)]| {
        let weights = weights.iter().map(|(name, weight)| ((*name).to_owned(), *weight)).collect();
        let walks = Walks { max_walks: 300, max_findings: usize::MAX, weights, ..Walks::default() };
        let (report, _) = search(&n3_5_3, &walks, 2);
        let of = |name| report.profile.actions().iter().find(|a| a.name == name).map_or(0, |a| a.taken);
        ["planner_generate", "deployer_query", "deployer_backoff", "deployer_apply", "deployer_gc"].map(of)
    };
    let usual = taken(&[]);
    assert!(usual.iter().all(|count| *count > 0), "{usual:?}");
    let [_, query, _, _, gc] = taken(&[("deployer_gc", 0), ("deployer_query", 40)]);
    assert!(gc == 0 && 2 * query > 3 * usual[1], "{gc} {query} {usual:?}");
    // With nothing but cleaning up to do, nothing can be done.
    let rest = ["planner_generate", "deployer_query", "deployer_backoff", "deployer_apply"];
    let weights = rest.map(|name| (name.to_owned(), 0)).into();
    let walks = Walks { max_walks: 3, weights, ..Walks::default() };
    let (report, _) = search(&n3_5_3, &walks, 1);
    assert_eq!((report.stuck, report.steps), (3, 0));

    let walks = Walks { weights: vec![("Deploy".into(), 1)], ..Walks::default() };
    let fault = walk(&mut DnsSpace::new(n3_5_3, None), &walks, 0).expect_err("no such action");
    assert!(fault.message.contains("`Deploy`") && fault.message.contains("deployer_apply"), "{fault}");
}

#[test]
fn about_every_tenth_walk_finds_the_outage() {
    let n3_5_3 = instance("n3_5_3");
    let walks = 10_000;
    let mut lengths: Vec<usize> = (0..walks)
        .map(|index| one(&n3_5_3, ROOT, 11, index, 40))
        .filter(|walk| walk.found)
        .map(|walk| walk.calls.len() + 1)
        .collect();
    lengths.sort_unstable();
    assert!((900..=1_200).contains(&lengths.len()), "{} of {walks}", lengths.len());
    let median = lengths[lengths.len() / 2];
    assert!((28..=37).contains(&median), "{median}");
    assert!(lengths[0] >= 12, "{}", lengths[0]);
}

#[test]
fn walks_make_every_choice() {
    let instance = Instance::new("small", 3, 2, 5..=6, 0).expect("within bounds");
    let mut made = BTreeMap::new();
    for index in 0..3_000 {
        let calls = one(&instance, None, 4, index, 1).calls;
        *made.entry(text(&calls)).or_insert(0) += 1;
    }
    let state = init(&instance);
    let possible: BTreeSet<String> =
        enabled(&instance, &state, Choices::All).map(|call| text(&[call])).collect();
    assert_eq!(made.keys().cloned().collect::<BTreeSet<String>>(), possible);
    // Three plans and three sets of ips: 2 + 2 + 4 maps; and three deployers can look.
    assert_eq!(possible.len(), 3 * (2 + 2 + 4) + 3);
    // Publishing and looking are equally likely; among sets of ips the draw is uniform, whatever their size.
    let looks: i32 = made.iter().filter(|(text, _)| text.starts_with('q')).map(|(_, count)| count).sum();
    assert!((1_350..=1_650).contains(&looks), "{looks}");
    let both: i32 = made.iter().filter(|(text, _)| text.contains(',')).map(|(_, count)| count).sum();
    assert!((420..=580).contains(&both), "{both}");
}

#[test]
fn all_enabled_calls_are_different_and_enabled() {
    let instance = Instance::new("small", 3, 3, 5..=7, 1).expect("within bounds");
    let mut state = init(&instance);
    for call in one(&instance, None, 9, 0, 40).calls {
        let calls: Vec<Call> = enabled(&instance, &state, Choices::All).collect();
        let left = 3 - state.planner_updates().len();
        assert_eq!(calls.iter().filter(|call| call.deployer().is_none()).count(), left * (4 * 4 * 4 - 1));
        let mut successors = std::collections::HashSet::new();
        for call in &calls {
            let (next, used) = step(&instance, &state, call).expect("listed as enabled");
            assert_eq!(used, *call);
            assert!(successors.insert(next), "{call:?}");
        }
        assert!(calls.contains(&call));
        state = step(&instance, &state, &call).expect("the walk is enabled").0;
    }
}
