//! The real Quint as the judge of expressions: the same expressions, in the same states, have the same values.
//!
//! Quint runs the states of `interop_expr.qnt` and writes them as ITF. In each of them every expression of
//! `interop_expr.txt`, and random ones, are evaluated here; then Quint is asked, in its own evaluator and the same
//! state, whether the expression equals the value we found, or whether it fails, too.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use itf::Trace;
use itf::expr::Expr;

use crate::interop::tool;

const TYPES: &str = include_str!("interop_types.txt");
const STATES: &str = include_str!("interop_expr.qnt");
const EXPRESSIONS: &str = include_str!("interop_expr.txt");

/// So many states, and so many random expressions in each of them.
const STEPS: usize = 3;
const RANDOM: usize = 120;

#[test]
#[expect(clippy::print_stderr, reason = "how much was compared is worth knowing")]
fn quint_agrees_about_expressions() {
    let Some(quint) = tool("ITF_QUINT") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("states.qnt"), STATES).expect("the module");
    let trace = states(&quint, folder.path());
    assert_eq!(trace.states.len(), STEPS + 1);

    let listed = EXPRESSIONS.lines().filter(|line| !line.is_empty() && !line.starts_with("// "));
    let mut questions = Vec::new();
    for (at, state) in trace.states.iter().enumerate() {
        let mut random = Random { seed: 0x2545_f491_4f6c_dd1d ^ at as u64, slips: false };
        let random: Vec<String> = (0..RANDOM).map(|n| random.expression(KINDS[n % KINDS.len()], 4)).collect();
        for text in listed.clone().map(str::to_owned).chain(random) {
            let ours = Expr::parse(&text).and_then(|expr| expr.eval(state));
            questions.push(Question { state: at, text, ours });
        }
    }
    let answers = ask(&quint, folder.path(), &questions);
    let mut wrong = String::new();
    let mut values = 0;
    for (question, answer) in questions.iter().zip(&answers) {
        let failed = answer.contains("error:");
        let agrees = match &question.ours {
            Ok(_) => answer.trim() == "true",
            Err(_) => failed,
        };
        values += usize::from(question.ours.is_ok() && agrees);
        if !agrees {
            let ours = question.ours.as_ref().map_or_else(|e| format!("error: {e}"), ToString::to_string);
            let _ = writeln!(
                wrong,
                "state {}: {}\n  ours:  {ours}\n  Quint: {}",
                question.state,
                question.text,
                answer.trim()
            );
        }
    }
    eprintln!(
        "{} expressions compared with Quint: {values} values, {} errors",
        questions.len(),
        questions.len() - values
    );
    assert!(wrong.is_empty(), "Quint disagrees:\n{wrong}");
}

/// As many random expressions, many of them with a slip, are asked for their types only.
const TYPED: usize = 160;

#[test]
#[expect(clippy::print_stderr, reason = "how much was compared is worth knowing")]
fn quint_agrees_about_types() {
    let Some(quint) = tool("ITF_QUINT") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("states.qnt"), STATES).expect("the module");
    let trace = states(&quint, folder.path());
    let mut random = Random { seed: 0x9e37_79b9_7f4a_7c15, slips: true };
    let random = (0..TYPED).map(|n| random.expression(KINDS[n % KINDS.len()], 4));
    let listed = TYPES.lines().filter(|line| !line.is_empty() && !line.starts_with("// "));
    let questions: Vec<Question> = listed
        .map(str::to_owned)
        .chain(random)
        .map(|text| {
            // What is not used is not evaluated: what is wrong then is the type.
            let text = format!("{{ val unused = ({text}) true }}");
            let expression = Expr::parse(&text);
            let ours = expression.and_then(|expr| itf::expr::Evaluator::new(&expr, &trace)?.state(0));
            Question { state: 0, text, ours }
        })
        .collect();
    let answers = ask(&quint, folder.path(), &questions);
    let (mut wrong, mut refused) = (String::new(), 0);
    for (question, answer) in questions.iter().zip(&answers) {
        let accepted = answer.trim() == "true";
        refused += usize::from(!accepted);
        if accepted != question.ours.is_ok() {
            let ours = question.ours.as_ref().map_or_else(|e| e.report(&question.text), ToString::to_string);
            let _ = writeln!(wrong, "{}\n  ours:  {ours}\n  Quint: {}", question.text, answer.trim());
        }
    }
    eprintln!("the types of {} expressions compared with Quint: {refused} refused", questions.len());
    assert!(refused > 80 && refused + 80 < questions.len());
    assert!(wrong.is_empty(), "Quint disagrees:\n{wrong}");
}

struct Question {
    state: usize,
    text: String,
    ours: Result<itf::Value, itf::expr::Error>,
}

/// The states, as Quint writes them.
fn states(quint: &Path, folder: &Path) -> Trace {
    let mut command = Command::new(quint);
    command.args(["run", "states.qnt", "--main", "states", "--backend", "typescript", "--verbosity", "0"]);
    command.args(["--max-samples", "1", "--max-steps", &STEPS.to_string(), "--out-itf", "states.itf.json"]);
    let output = command.current_dir(folder).output().expect("quint starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let bytes = std::fs::read(folder.join("states.itf.json")).expect("a trace");
    itf::read(&bytes).expect("ITF").swap_remove(0)
}

/// What Quint's REPL says to each question. It becomes slower with each line: no session is long.
fn ask(quint: &Path, folder: &Path, questions: &[Question]) -> Vec<String> {
    let sessions = questions.chunk_by(|a, b| a.state == b.state).flat_map(|state| state.chunks(SESSION));
    sessions.flat_map(|session| ask_session(quint, folder, session)).collect()
}

/// As many questions as one session of the REPL gets.
const SESSION: usize = 100;

fn ask_session(quint: &Path, folder: &Path, questions: &[Question]) -> Vec<String> {
    let mut input = "init\n".to_owned() + &"step\n".repeat(questions[0].state);
    for (number, question) in questions.iter().enumerate() {
        // A comment would swallow the parenthesis.
        let text = question.text.split("//").next().unwrap_or_default();
        let value = question.ours.as_ref().map_or_else(|_| text.to_owned(), ToString::to_string);
        // The marker tells which answer is which, whatever was said to the question before.
        let _ = writeln!(input, "\"@{number}\"\n({text}) == ({value})");
    }
    let _ = writeln!(input, "\"@{}\"", questions.len());
    let mut command = Command::new(quint);
    command.args(["repl", "--backend", "typescript", "--quiet", "--require", "states.qnt::states"]);
    command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("quint starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || pipe.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("quint ends");
    writer.join().expect("the writer ends").expect("quint reads all");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let answer = |number: usize| {
        let (from, to) = (format!("\"@{number}\"\n"), format!("\"@{}\"\n", number + 1));
        let found = text.split_once(&from).and_then(|(_, rest)| rest.split_once(&to));
        found.map_or_else(|| "(nothing)".to_owned(), |(said, _)| said.to_owned())
    };
    (0..questions.len()).map(answer).collect()
}

/// The types of random expressions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    Bool,
    Set,
    List,
    Map,
    Pair,
    Pairs,
}

const KINDS: [Kind; 7] = [Kind::Int, Kind::Bool, Kind::Set, Kind::List, Kind::Map, Kind::Pair, Kind::Pairs];

/// A small generator of expressions: well-typed, unless it slips.
struct Random {
    seed: u64,
    slips: bool,
}

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        (self.seed >> 16) % bound
    }

    /// An expression of this type, nested at most so deep.
    fn expression(&mut self, kind: Kind, depth: u32) -> String {
        let slip = self.slips && self.below(12) == 0;
        let kind = if slip { KINDS[usize::try_from(self.below(7)).expect("small")] } else { kind };
        if depth == 0 || self.below(6) == 0 {
            return self.leaf(kind);
        }
        let templates: &[&str] = match kind {
            Kind::Int => &[
                "(I + I)",
                "(I - I)",
                "I * I",
                "(I / I)",
                "I % I",
                "-I",
                "S.size()",
                "L.length()",
                "L[I]",
                "L.nth(I)",
                "S.fold(I, (a, b) => a + b)",
                "L.foldl(I, (a, b) => a - b)",
                "L.foldr(I, (a, b) => a - b)",
                "M.get(I)",
                "(if (B) I else I)",
                "P._1",
                "P._2",
                "{ val d = I d + d }",
                "(def f(a) = a * I f(I))",
                "{ f: I, g: B }.f",
                "L.head()",
                "(match A(3) { A(n) => n + I | _ => I })",
                "Q.size()",
                "S.getOnlyElement()",
                "M.keys().size()",
            ],
            Kind::Bool => &[
                "(B and B)",
                "(B or B)",
                "(B implies B)",
                "(B iff B)",
                "not(B)",
                "(I < I)",
                "(I <= I)",
                "(I == I)",
                "(I != I)",
                "I.in(S)",
                "S.contains(I)",
                "S.subseteq(S)",
                "(S == S)",
                "(L == L)",
                "(M == M)",
                "S.forall(e => e > I)",
                "S.exists(e => e == I)",
                "and { B, B, B }",
                "or { B, B }",
                "P.in(Q)",
                "Q.exists(((a, b)) => a > b)",
                "(I > I and B or B implies B)",
                "S.in(powerset(S))",
                "M.in(setOfMaps(S, Int))",
                "I.in(Nat)",
                "(A(I) == A(I))",
                "tuples(S, S).contains(P)",
            ],
            Kind::Set => &[
                "Set(I, I, I)",
                "S.union(S)",
                "S.intersect(S)",
                "S.exclude(S)",
                "S.filter(e => e % 2 == I)",
                "S.map(e => e * I)",
                "0.to(S.size())",
                "M.keys()",
                "L.indices()",
                "Q.map(((a, b)) => a + b)",
                "Set(S, S).flatten()",
                "Q.map(q => q._2)",
                "(if (B) S else S)",
            ],
            Kind::List => &[
                "[I, I]",
                "L.append(I)",
                "L.concat(L)",
                "L.tail()",
                "L.select(e => e > I)",
                "L.replaceAt(I, I)",
                "range(0, S.size())",
                "L.slice(0, I)",
                "L.foldl([], (a, e) => a.append(e + 1))",
            ],
            Kind::Map => &[
                "Map(I -> I, I -> I)",
                "S.mapBy(e => e + I)",
                "M.put(I, I)",
                "M.set(I, I)",
                "M.setBy(I, o => o + 1)",
            ],
            Kind::Pair => &["(I, I)", "(I -> I)", "(P._2, P._1)", "{ val (a, b) = P (b, a) }"],
            Kind::Pairs => &[
                "tuples(S, S)",
                "Set(P, P)",
                "Q.union(Q)",
                "Q.filter(((a, b)) => a < b)",
                "S.map(e => (e, I))",
            ],
        };
        let template = templates[usize::try_from(self.below(templates.len() as u64)).expect("small")];
        let mut text = String::new();
        let bytes = template.as_bytes();
        for (at, c) in template.char_indices() {
            let alone =
                |i: Option<usize>| i.and_then(|i| bytes.get(i)).is_none_or(|b| !b.is_ascii_alphanumeric());
            let hole = alone(at.checked_sub(1)) && alone(Some(at + 1)) && bytes.get(at + 1) != Some(&b'(');
            let kind = match c {
                'I' => Kind::Int,
                'B' => Kind::Bool,
                'S' => Kind::Set,
                'L' => Kind::List,
                'M' => Kind::Map,
                'P' => Kind::Pair,
                'Q' => Kind::Pairs,
                _ => {
                    text.push(c);
                    continue;
                }
            };
            if hole { text.push_str(&self.expression(kind, depth - 1)) } else { text.push(c) }
        }
        text
    }

    fn leaf(&mut self, kind: Kind) -> String {
        let leaves: &[&str] = match kind {
            Kind::Int => &["0", "1", "2", "3", "x", "y", "r.n", "t._1", "(-1)"],
            Kind::Bool => &["true", "false", "p"],
            Kind::Set => &["s", "Set(0, 1)", "Set()", "0.to(2)"],
            Kind::List => &["l", "[0, 1, 2]", "[]"],
            Kind::Map => &["Map(0 -> 1, 1 -> 0)", "s.mapBy(e => e)"],
            Kind::Pair => &["(0, 1)", "(x, y)"],
            Kind::Pairs => &["pairs", "Set((0, 1), (1, 1))"],
        };
        leaves[usize::try_from(self.below(leaves.len() as u64)).expect("small")].to_owned()
    }
}
