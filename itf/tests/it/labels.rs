//! Where traces say what their steps did.

use itf::Labels;

#[test]
fn a_step_that_quint_gave_no_name_leaves_the_others_theirs() {
    let text = br#"{"vars": ["x", "mbt::actionTaken"], "states": [
        {"x": 0, "mbt::actionTaken": "init"}, {"x": 1, "mbt::actionTaken": ""}, {"x": 2, "mbt::actionTaken": "up"}]}"#;
    let trace = &itf::read(text).expect("ITF")[0];
    assert_eq!(Labels::candidates(trace), [Labels::QuintMbt]);
    assert_eq!(Labels::QuintMbt.label(&trace.states[2], 2).expect("a label").name, "up");
    let nameless = Labels::QuintMbt.label(&trace.states[1], 1).expect_err("no label");
    assert!(nameless.to_string().contains("the step has no name"), "{nameless}");
    let text = String::from_utf8_lossy(text).replace("\"up\"", "\"\"");
    assert_eq!(Labels::candidates(&itf::read(text.as_bytes()).expect("ITF")[0]), []);
}

#[test]
fn a_name_is_one_word_and_its_arguments_stand_beside_it() {
    let found = |states: &str| {
        let text = format!(r#"{{"vars": [], "states": [{states}]}}"#);
        let all = Labels::candidates(&itf::read(text.as_bytes()).expect("ITF")[0]);
        all.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        found(
            r#"{"s": {"actionError": "", "actionTaken": "up"}}, {"s": {"actionError": "no such thing", "actionTaken": "up"}}"#
        ),
        ["fields:s.actionTaken"]
    );
    assert_eq!(found(r#"{"action": "a"}, {"action": ""}"#), [""; 0]);
    assert_eq!(
        found(r#"{"action_taken": "up", "args": {"by": 1}}, {"action_taken": "up", "args": {"by": 2}}"#),
        ["fields:action_taken,args"]
    );
    assert_eq!(
        found(
            r#"{"last_action": "up", "last_action_args": {"by": 1}, "args": 3}, {"last_action": "up", "last_action_args": {"by": 1}, "args": 3}"#
        ),
        ["fields:last_action,last_action_args"]
    );
}
