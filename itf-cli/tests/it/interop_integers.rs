//! Integers of any size, with Python's as the judge: read, written, compared and computed with.
//!
//! Needs `ITF_PYTHON`; see `interop` for what happens without.

use std::process::Command;

use crate::common::{itf_with, stderr};
use crate::interop::tool;

/// Writes a trace of pairs of integers, and a line for each of what Python makes of it. Division cuts towards zero, as
/// Quint's does, and the rest has the sign of the dividend.
const JUDGE: &str = r##"
import json, random, sys
sys.set_int_max_str_digits(0)
dice = random.Random(int(sys.argv[1]))
def number():
    bits = dice.choice([1, 8, 31, 32, 33, 63, 64, 65, 127, 128, 129, 500, 4000])
    n = dice.choice([dice.getrandbits(bits), (1 << bits) - dice.randrange(3), 10 ** (bits // 4) + dice.randrange(-1, 2)])
    return dice.choice([n, -n])
states, lines = [], []
for _ in range(int(sys.argv[2])):
    a, b = number(), number()
    if dice.randrange(8) == 0: b = a + dice.randrange(-1, 2)
    if b == 0: b = 1
    spelled = lambda n: {"#bigint": ("-" if n < 0 else "") + "0" * dice.choice([0, 0, 0, 5]) + str(abs(n))}
    states.append({"a": spelled(a), "b": spelled(b), "k": {"#bigint": str(dice.randrange(12))}})
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    k = int(states[-1]["k"]["#bigint"])
    lines.append([str(x) for x in (a, b, a + b, a - b, a * b, quotient, a - quotient * b, a ** k, -a)]
        + [a < b, a <= b, a == b, a > b])
print(json.dumps({"vars": ["a", "b", "k"], "states": states}))
print(json.dumps(lines))
"##;

const EXPRESSIONS: [&str; 13] = [
    "a", "b", "a + b", "a - b", "a * b", "a / b", "a % b", "a^k", "-a", "a < b", "a <= b", "a == b", "a > b",
];

#[test]
fn python_agrees_about_integers() {
    let Some(python) = tool("ITF_PYTHON") else { return };
    for seed in ["1", "2", "3"] {
        let judge = Command::new(&python).args(["-c", JUDGE, seed, "200"]).output().expect("Python starts");
        assert!(judge.status.success(), "{}", stderr(&judge));
        let text = String::from_utf8(judge.stdout).expect("text");
        let (trace, verdicts) = text.trim_end().split_once('\n').expect("two lines");
        let verdicts: Vec<Vec<serde_json::Value>> = serde_json::from_str(verdicts).expect("JSON");
        let mut args = vec!["eval", "--format", "itf"];
        args.extend(EXPRESSIONS.iter().flat_map(|expression| ["-e", expression]));
        let output = itf_with(&args, trace.as_bytes());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let ours = itf::read(&output.stdout).expect("ITF").remove(0);
        assert_eq!(ours.states.len(), verdicts.len());
        for (state, verdicts) in ours.states.iter().zip(&verdicts) {
            for (expression, verdict) in EXPRESSIONS.iter().zip(verdicts) {
                let value = state.get(expression).unwrap_or_else(|| panic!("no `{expression}`"));
                match verdict.as_str() {
                    Some(digits) => {
                        assert_eq!(
                            value.as_int().map(ToString::to_string).as_deref(),
                            Some(digits),
                            "{expression}"
                        );
                    }
                    None => assert_eq!(value.as_bool(), verdict.as_bool(), "{expression}"),
                }
            }
        }
    }
}
