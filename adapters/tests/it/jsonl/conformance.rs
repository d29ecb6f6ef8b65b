//! The conformance list finds what is wrong, and nothing where nothing is.

use itf_adapters::jsonl::check::{Finding, Outcome, Trial, check};
use itf_adapters::jsonl::{Limits, Role};

use super::{hasty, limits, misbehaving};

fn findings(mode: &str, role: Option<Role>, limits: Limits) -> Vec<Finding> {
    let trial = Trial { role, limits, ..Trial::default() };
    check(&misbehaving(mode), &trial, &mut |_| {}).expect("it can be tried")
}

fn failed(findings: &[Finding]) -> Vec<(&str, &str)> {
    let failed = findings.iter().filter_map(|finding| match &finding.outcome {
        Outcome::Failed(why) => Some((finding.item, why.as_str())),
        _ => None,
    });
    failed.collect()
}

#[test]
fn a_good_adapter_passes_in_both_roles() {
    for role in [Role::Consumer, Role::Producer] {
        let findings = findings("good", Some(role), limits());
        assert_eq!(failed(&findings), [], "{findings:#?}");
        assert!(findings.iter().filter(|f| f.outcome == Outcome::Passed).count() >= 8, "{findings:#?}");
    }
}

#[test]
fn each_fault_is_found_and_explained() {
    for (mode, item, word) in [
        ("hello-version", "answers hello", "speaks protocol 2"),
        ("hello-dies", "answers hello", "exit status: 4"),
        ("shutdown-hangs", "ends after shutdown", "no answer to shutdown"),
        ("shutdown-fails", "ends after shutdown", "exit status: 9"),
        ("outlives", "ends with its standard input", "nobody ends it"),
    ] {
        let findings = findings(mode, Some(Role::Consumer), hasty());
        let failed = failed(&findings);
        assert!(failed.len() == 1 && failed[0].0 == item && failed[0].1.contains(word), "{mode}: {failed:?}");
    }
}

#[test]
fn what_cannot_be_started_cannot_be_tried() {
    assert!(check(&["no-such-adapter".into()], &Trial::default(), &mut |_| {}).is_err());
}

/// A lamp that is lit or not, as a system: how it answers reset decides where a run begins.
fn lamp(reset: &str) -> Vec<String> {
    let script = format!(
        r#"lit=true; while IFS= read -r line; do id=${{line#*'"id":'}}; id=${{id%%[!0-9]*}}; answer='"status":"ok","outcome":"done"'
case $line in
*'"op":"hello"'*) answer='"status":"ok","protocol":1,"name":"lamp","view":["lit"],"actions":{{"Toggle":{{}}}}' ;;
*'"op":"reset"'*) {reset} ;;
*'"action":"Toggle"'*) case $lit in true) lit=false ;; *) lit=true ;; esac ;;
*'"op":"shutdown"'*) ;;
*) answer='"status":"unsupported"' ;;
esac
printf '{{"id":%s,%s,"observed":{{"lit":%s}}}}\n' "$id" "$answer" "$lit"
case $line in *'"op":"shutdown"'*) exit 0 ;; esac
done"#
    );
    vec!["sh".into(), "-c".into(), script]
}

fn toggled() -> itf::Trace {
    let text = br#"{"vars":["lit","action"],"states":[{"lit":true,"action":{"tag":"Init","value":{}}},{"lit":false,"action":{"tag":"Toggle","value":{}}}]}"#;
    itf::read(text).expect("ITF").remove(0)
}

#[test]
fn a_reset_that_does_not_reset_is_found() {
    let trial = || Trial { trace: Some(toggled()), limits: limits(), ..Trial::default() };
    for (reset, expected) in [
        ("lit=true", None),
        (":", Some(("begins again where it began", "after a run, lit: expected true, observed false"))),
        (
            "lit=false",
            Some(("executes the trace", "does not look like state 0 of the trace: lit: expected true")),
        ),
    ] {
        let findings = check(&lamp(reset), &trial(), &mut |_| {}).expect("it can be tried");
        let failed = failed(&findings);
        match expected {
            None => assert_eq!(failed, [], "{reset}"),
            Some((item, word)) => {
                assert!(
                    failed.len() == 1 && failed[0].0 == item && failed[0].1.contains(word),
                    "{reset}: {failed:?}"
                );
            }
        }
    }
}

#[test]
fn what_was_wrong_from_the_beginning_is_not_blamed_on_a_step() {
    let consumer =
        itf_adapters::jsonl::JsonlConsumer::start(&lamp("lit=false"), limits()).expect("it answers");
    let mut lamp = consumer.into_system();
    let trace = toggled();
    let labels = itf::Labels::parse("variant:action").expect("a rule");
    let replay = lamp.replay(&trace, &labels, &mut |_| {}).expect("a replay");
    let text = itf_adapters::explain("t", &trace, &replay, &itf_adapters::Explain::default());
    assert!(text.contains("fails at step 1"), "{text}");
    assert!(text.contains("right after its reset it looked different already"), "{text}");
    assert!(text.contains("    lit: expected true, observed false\n"), "{text}");
}

/// A spec that pushes items; `actions` of hello is what is given.
fn stack(actions: &str) -> Vec<String> {
    let script = format!(
        r#"s=0; while IFS= read -r line; do id=${{line#*'"id":'}}; id=${{id%%[!0-9]*}}
state() {{ answer='"status":"ok","state":{{"top":'$s',"action":{{"tag":"Push","value":{{"item":'$s'}}}}}}'; }}
case $line in
*'"op":"hello"'*) answer='"status":"ok","protocol":1,"name":"stack","vars":["top","action"],"capabilities":{{"enabled":true}},"actions":{actions}' ;;
*'"op":"reset"'*) s=0; state ;;
*'"op":"enabled"'*) answer='"status":"ok","calls":[{{"action":"Push","args":{{"item":7}}}}]' ;;
*'"action":"Push"'*) case $line in *'"item":'*7*) s=7 ;; *) s=1 ;; esac; state ;;
*'"op":"shutdown"'*) answer='"status":"ok"' ;;
*) answer='"status":"unsupported"' ;;
esac
printf '{{"id":%s,%s}}\n' "$id" "$answer"
case $line in *'"op":"shutdown"'*) exit 0 ;; esac
done"#
    );
    vec!["sh".into(), "-c".into(), script]
}

#[test]
fn arguments_that_hello_does_not_name_are_found() {
    let text = br#"{"vars":["top","action"],"states":[{"top":0,"action":{"tag":"Push","value":{"item":0}}},{"top":7,"action":{"tag":"Push","value":{"item":7}}}]}"#;
    let trace = itf::read(text).expect("ITF").remove(0);
    let trial =
        Trial { trace: Some(trace), role: Some(Role::Producer), limits: limits(), ..Trial::default() };
    let good = check(&stack(r#"{"Push":{"args":["item"]}}"#), &trial, &mut |_| {}).expect("it can be tried");
    assert_eq!(failed(&good), []);
    let findings = check(&stack(r#"{"Push":{}}"#), &trial, &mut |_| {}).expect("it can be tried");
    let failed = failed(&findings);
    let items: Vec<&str> = failed.iter().map(|(item, _)| *item).collect();
    assert_eq!(items, ["executes what it calls enabled", "re-executes the trace"]);
    assert!(failed.iter().all(|(_, why)| why.contains("`item`") && why.contains("hello")), "{failed:?}");
}
