//! Inputs that want to exhaust the machine, under a limit of memory that the shell sets: each is handled, or refused with a
//! message that says what is too much and where.
//!
//! Sizes are such that a test takes seconds. With `ITF_RESOURCES=full` they are those of `docs/limits.md`, and so is the
//! memory: `ITF_RESOURCES=full cargo test --release -p itf-cli --test it resources -- --test-threads=1`, as `.ci/nightly` does.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::common::{ROOT, stderr, stdout};

/// A number for quick tests, and one for those that take their time.
fn size(quick: usize, full: usize) -> usize {
    let is_full = std::env::var_os("ITF_RESOURCES").is_some_and(|what| what == "full");
    if is_full { full } else { quick }
}

/// A folder of inputs.
struct Inputs(TempDir);

impl Inputs {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a trace whose text is `head`, so often what `body` makes of a number, and `tail`.
    fn trace(&self, name: &str, head: &str, times: usize, body: impl Fn(usize) -> String, tail: &str) {
        let mut out = BufWriter::new(File::create(self.path(name)).expect("a file"));
        out.write_all(head.as_bytes()).expect("room on the disk");
        for n in 0..times {
            out.write_all(body(n).as_bytes()).expect("room on the disk");
        }
        out.write_all(tail.as_bytes()).expect("room on the disk");
        out.flush().expect("room on the disk");
    }

    /// Runs a line of shell in the folder, where nobody has more than so many megabytes of address space.
    fn run(&self, megabytes: usize, line: &str) -> Output {
        let mut command = Command::new("bash");
        let kilobytes = megabytes * 1024;
        command.args(["-c", &format!("set -o pipefail\nulimit -v {kilobytes}\n{line}")]);
        command.current_dir(self.0.path()).stdin(Stdio::null()).env_remove("ITF_LIMITS");
        command.env("ITF", env!("CARGO_BIN_EXE_itf")).env("RAYON_NUM_THREADS", "2");
        // With few arenas address space is what is used, as on other systems.
        command.env("MALLOC_ARENA_MAX", "1").env("LC_ALL", "C.UTF-8");
        command.output().expect("bash starts")
    }

    /// It says what is too much, once, and does not succeed.
    fn is_refused(&self, megabytes: usize, line: &str, status: i32, words: &str) {
        let output = self.run(megabytes, line);
        let said = stdout(&output) + &stderr(&output);
        let shown = said.chars().take(2_000).collect::<String>();
        assert_eq!(output.status.code(), Some(status), "{line}: {shown}");
        assert!(said.contains(words), "{line}: `{words}` is not in {shown}");
        assert!(said.len() < 4_000, "{line}: {} bytes are said: {shown}", said.len());
        assert!(!said.contains("panicked"), "{line}: {shown}");
    }

    fn is_done(&self, megabytes: usize, line: &str) -> String {
        let output = self.run(megabytes, line);
        let said = stderr(&output).chars().take(2_000).collect::<String>();
        assert_eq!(output.status.code(), Some(0), "{line}: {said}");
        stdout(&output)
    }
}

const HEAD: &str = "{\"vars\":[\"x\"],\"states\":[{\"x\":";

#[test]
fn a_million_brackets_are_refused() {
    let inputs = Inputs::new();
    let many = 1_000_000;
    inputs.trace("open.json", HEAD, many, |_| "[".into(), "");
    inputs.trace("closed.json", HEAD, 1, |_| "[".repeat(many) + &"]".repeat(many), "}]}");
    inputs.trace("meta.json", "{\"#meta\":", 1, |_| "[".repeat(many) + &"]".repeat(many), ",\"states\":[]}");
    inputs.trace("objects.json", HEAD, many, |_| "{\"a\":".into(), "");
    inputs.trace("opaque.json", &format!("{HEAD}{{\"#other\":"), many, |_| "[".into(), "");
    inputs.trace("tla", "", 1, |_| "<<".repeat(many) + &">>".repeat(many), "");
    for file in ["open.json", "closed.json", "meta.json", "objects.json", "opaque.json"] {
        inputs.is_refused(128, &format!("$ITF check {file}"), 2, "nested deeper than the limit of 256");
        for command in ["show", "fmt", "info", "select", "convert --to tla", "schema --infer"] {
            inputs.is_refused(
                128,
                &format!("$ITF {command} {file}"),
                2,
                "nested deeper than the limit of 256",
            );
        }
    }
    inputs.is_refused(128, "$ITF diff open.json closed.json", 2, "nested deeper than the limit of 256");
    // Other languages than ITF.
    let fixture = format!("{ROOT}/fixtures/formats/before.itf.json");
    inputs.is_refused(128, &format!("$ITF patch {fixture} closed.json"), 2, "no diff document");
    inputs.is_refused(
        128,
        &format!("$ITF check --schema meta.json {fixture}"),
        2,
        "recursion limit exceeded",
    );
    let brackets = "$(printf '(%.0s' {1..50000})";
    inputs.is_refused(128, &format!("$ITF eval \"{brackets}\" {fixture} 2>&1 | head -c 3000"), 2, "deep");
    // As deep as can be asked for, and deeper.
    let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
    inputs.trace("deep.json", HEAD, 1, |_| deep(1_000), "}]}");
    for command in
        ["check", "fmt", "show", "info", "convert --to tla", "convert --to json", "show --format html"]
    {
        inputs.is_done(128, &format!("$ITF --input-limit depth=1000 {command} deep.json"));
    }
    inputs.is_refused(128, "$ITF --input-limit depth=1001 check deep.json", 2, "depth is at most 1000");
}

#[test]
fn a_string_of_gigabytes_is_refused() {
    let inputs = Inputs::new();
    // Half of the memory for the text, half for the buffer that grows.
    let (length, part, room) = (size(64, 4_096), size(8, 512), size(64, 1_600));
    let limit = format!("--input-limit part={part}MiB");
    let make = format!("(printf '%s\"' '{HEAD}'; head -c {length}M /dev/zero | tr '\\0' x; echo '\"}}]}}')");
    let words = "bytes of one state (or of another key of a trace), the limit (`part`) (at states[0].x)";
    inputs.is_refused(room, &format!("{make} | $ITF {limit} show"), 2, words);
    inputs.is_done(room, &format!("{make} > string.json"));
    inputs.is_refused(room, &format!("$ITF {limit} check string.json"), 2, words);
    inputs.is_refused(room, &format!("$ITF {limit} check < string.json"), 2, words);
    for command in ["info", "select", "diff string.json"] {
        inputs.is_refused(room, &format!("$ITF {limit} {command} string.json"), 2, words);
    }
    // What is on the next line is read all the same.
    inputs.is_done(room, "echo '{\"vars\":[\"y\"],\"states\":[{\"y\":true}]}' >> string.json");
    let output = inputs.run(room, &format!("$ITF {limit} select string.json"));
    assert_eq!(stdout(&output), "{\"vars\":[\"y\"],\"states\":[{\"y\":true}]}\n", "{}", stderr(&output));
    // In the environment, too; and a limit that is no limit is said.
    let output = inputs.run(room, &format!("ITF_LIMITS='part={part}MiB depth=9' $ITF check string.json"));
    assert!(stderr(&output).contains("the limit (`part`) (at states[0].x)"), "{}", stderr(&output));
    assert_eq!(
        (output.status.code(), stdout(&output).as_str()),
        (Some(2), "2 traces in 1 file: undecided; 1 trace beyond a limit\n")
    );
    inputs.is_refused(
        room,
        "ITF_LIMITS=parts=1 $ITF check string.json",
        2,
        "ITF_LIMITS: there is no limit `parts`",
    );
}

#[test]
fn packed_bombs_are_refused() {
    let inputs = Inputs::new();
    let (length, part, room) = (size(256, 8_192), size(8, 512), size(64, 1_600));
    let words = "bytes of one state (or of another key of a trace), the limit (`part`) (at states[0].x)";
    inputs.is_done(
        room,
        &format!(
            "(printf '%s\"' '{HEAD}'; head -c {length}M /dev/zero | tr '\\0' x) | gzip -1 > string.json.gz"
        ),
    );
    // A zstandard frame: a block of text, then blocks of 128 KiB that are one byte each.
    let mut zstd = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    let mut block = |kind: u32, size: u32, content: &[u8]| {
        zstd.extend(&((size << 3) | (kind << 1)).to_le_bytes()[..3]);
        zstd.extend(content);
    };
    let head = format!("{HEAD}\"");
    block(0, u32::try_from(head.len()).expect("short"), head.as_bytes());
    for _ in 0..length * 8 {
        block(1, 128 << 10, b"x");
    }
    // The last one.
    block(0, 0, b"");
    let end = zstd.len() - 3;
    zstd[end] |= 1;
    fs::write(inputs.path("string.json.zst"), zstd).expect("a file");
    for file in ["string.json.gz", "string.json.zst"] {
        let bytes = fs::metadata(inputs.path(file)).expect("a file").len();
        assert!(bytes < (length as u64) << 13, "{file} is packed to {bytes} bytes only");
        for (command, status) in [("check", 2), ("show", 2), ("fmt", 2)] {
            inputs.is_refused(
                room,
                &format!("$ITF --input-limit part={part}MiB {command} {file}"),
                status,
                words,
            );
        }
        // A million small traces, too many bytes together.
        let line = format!("$ITF --input-limit bytes=1MiB show {file}");
        inputs.is_refused(room, &line, 2, "more than 1048576 bytes of input, the limit");
    }
    // Of a window larger than memory nothing is made.
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff, 0x01, 0x00, 0x00];
    fs::write(inputs.path("window.json.zst"), frame).expect("a file");
    inputs.is_refused(room, "$ITF check window.json.zst", 2, "window.json.zst");
}

/// What two traces have in common decides how much of them is compared, each state with each.
#[test]
fn traces_that_hardly_correspond_are_compared() {
    let inputs = Inputs::new();
    let (many, room) = (size(3_000, 100_000), 512);
    let states = |name: &str, number: &dyn Fn(usize) -> usize| {
        let state = |n: usize| format!("{}{{\"x\":{}}}", if n == 0 { "" } else { "," }, number(n));
        inputs.trace(name, "{\"vars\":[\"x\"],\"states\":[", many, state, "]}\n");
    };
    // One state in common, at the beginning of one and at the end of the other.
    states("low.json", &|n| if n == many / 10 { 0 } else { n + 1 });
    states("high.json", &|n| if n == many * 9 / 10 { 0 } else { 11 * many + n });
    // A few here and there: Knuth's multiplicative hash, of two seeds.
    let random = |seed: usize| move |n: usize| (n + seed).wrapping_mul(2_654_435_761) / 1_024 % (2 * many);
    states("some.json", &random(1));
    states("other.json", &random(many));
    for pair in ["low.json high.json", "some.json other.json", "low.json some.json"] {
        for format in ["text", "json"] {
            let output = inputs.run(room, &format!("$ITF diff --format {format} {pair} | tail -c 1000"));
            assert_eq!(output.status.code(), Some(1), "{pair}: {}", stderr(&output));
        }
    }
}

#[test]
fn an_integer_of_ten_million_digits_is_refused() {
    let inputs = Inputs::new();
    let digits = 10_000_000;
    inputs.trace("quoted.json", &format!("{HEAD}{{\"#bigint\":\""), 1, |_| "7".repeat(digits), "\"}}]}");
    inputs.trace("plain.json", HEAD, 1, |_| "7".repeat(digits), "}]}");
    for file in ["quoted.json", "plain.json"] {
        let words = "an integer of 10000000 digits; the limit is 100000 (`digits`) (at states[0].x)";
        inputs.is_refused(128, &format!("$ITF check {file}"), 2, words);
        inputs.is_refused(128, &format!("$ITF fmt {file}"), 2, words);
    }
    // As long as the limit allows: read, compared and written in every form.
    for (name, digit) in [("long.json", "7"), ("other.json", "8")] {
        inputs.trace(name, &format!("{HEAD}{{\"#bigint\":\""), 1, |_| digit.repeat(100_000), "\"}}]}");
    }
    for command in ["check", "fmt", "show --full", "eval 'x + 1'", "convert --to tla"] {
        inputs.is_done(128, &format!("$ITF {command} long.json"));
    }
    let output = inputs.run(128, "$ITF diff long.json other.json");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let lead = "Error: Deadlock reached.\nError: The behavior up to this point is:\nState 1: <Initial predicate>\nx = ";
    inputs.trace("report.txt", lead, 1, |_| "7".repeat(digits), "\n\n");
    inputs.is_refused(
        256,
        "$ITF convert report.txt",
        2,
        "an integer of 10000000 digits; the limit is 100000",
    );
    let plain = "{\"vars\":[\"x\"],\"types\":{\"x\":\"Int\"},\"states\":[{\"x\":";
    inputs.trace("plain.txt", plain, 1, |_| "7".repeat(digits), "}]}");
    inputs.is_refused(
        256,
        "$ITF convert --from json --to itf plain.txt",
        2,
        "no integer of at most 100000 digits",
    );
    inputs.is_refused(128, "$ITF eval '10^10000000' long.json", 2, "this integer has more than 1048576 bits");
}

#[test]
fn a_set_of_a_million_elements_is_handled() {
    let inputs = Inputs::new();
    let many = size(50_000, 1_000_000);
    let room = size(128, 1_024);
    let set = |name: &str, from: usize| {
        let element = |n: usize| format!("{}\"element {}\"", if n == 0 { "" } else { "," }, from + n);
        inputs.trace(name, &format!("{HEAD}{{\"#set\":["), many, element, "]}}]}\n");
    };
    set("set.json", 0);
    set("next.json", 1);
    set("other.json", many);
    for command in ["check", "fmt", "info", "show", "eval 'x.size()'", "schema --infer"] {
        inputs.is_done(room, &format!("$ITF {command} set.json | tail -c 1000"));
    }
    // Two sets without a common element are two million differences.
    for (other, room) in [("next.json", room), ("other.json", 2 * room)] {
        let output = inputs.run(room, &format!("$ITF diff set.json {other} | tail -c 1000"));
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    }
    let powerset = inputs.run(room, "$ITF eval 'x.powerset().size()' set.json");
    assert_eq!(powerset.status.code(), Some(2), "{}", stderr(&powerset));
}

#[test]
fn ten_million_keys_are_handled() {
    let inputs = Inputs::new();
    let (many, room) = (size(50_000, 10_000_000), size(128, 12_288));
    let key = |n: usize| format!("\"k{n}\":0,");
    inputs.trace("record.json", &format!("{HEAD}{{"), many, key, "\"k\":0}}]}\n");
    let pair = |n: usize| format!("[\"k{n}\",{{\"#bigint\":\"{n}\"}}],");
    inputs.trace("map.json", &format!("{HEAD}{{\"#map\":["), many, pair, "[\"k\",1]]}}]}\n");
    for file in ["record.json", "map.json"] {
        inputs.is_done(room, &format!("$ITF check {file} | tail -c 1000"));
        inputs.is_done(room, &format!("$ITF fmt {file} | tail -c 1000"));
        inputs.is_refused(
            room,
            &format!("$ITF --input-limit distinct=10000 check {file}"),
            2,
            "more distinct values than",
        );
    }
}

#[test]
fn a_trace_of_a_million_states_is_checked_in_little_memory() {
    let inputs = Inputs::new();
    // Large enough to be read as a stream: it takes more text than memory.
    let many = size(250_000, 1_000_000);
    let state = |n: usize| {
        let comma = if n == 0 { "" } else { "," };
        format!(
            "{comma}{{\"x\":{{\"#bigint\":\"{n}\"}},\"text\":\"a text that is another in each state: {n}\"}}"
        )
    };
    inputs.trace("long.json", "{\"vars\":[\"x\",\"text\"],\"states\":[", many, state, "]}\n");
    let bytes = fs::metadata(inputs.path("long.json")).expect("a file").len();
    let room = size(48, 64);
    assert!(bytes > size(17, 70) as u64 * 1_000_000, "only {bytes} bytes");
    let said = inputs.is_done(room, "$ITF check long.json");
    assert!(said.contains("1 trace in 1 file: valid"), "{said}");
    let said = inputs.is_done(room, "cat long.json | $ITF check");
    assert!(said.contains("1 trace in 1 file: valid"), "{said}");
    // Others hold what is distinct, which here is everything.
    let room = size(1_024, 4_096);
    inputs.is_done(room, "$ITF info long.json");
    inputs.is_done(room, "$ITF select --tail 1 long.json");
    inputs.is_done(room, "$ITF select --head 249999 long.json > shorter.json");
    // The one is the beginning of the other; those with hardly a state in common have a test of their own.
    let output = inputs.run(room, "$ITF diff long.json shorter.json | tail -c 1000");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
}

/// What is shown of a state is many times larger than a tiny state: it is written when it is made.
#[test]
fn a_trace_of_two_million_tiny_states_is_shown() {
    let inputs = Inputs::new();
    let many = size(200_000, 2_000_000);
    let room = size(72, 256);
    for (name, state) in [("empty.json", "{}"), ("same.json", "{\"x\":1}")] {
        let body = |n: usize| format!("{}{state}", if n == 0 { "" } else { "," });
        inputs.trace(name, "{\"vars\":[],\"states\":[", many, body, "]}\n");
        for command in ["show", "show --format markdown", "show --format steps", "git textconv"] {
            let said = inputs.is_done(room, &format!("$ITF {command} {name} | wc -l"));
            let lines: usize = said.trim().parse().expect("a number");
            assert!(lines > 2 * many, "{command}: {lines} lines");
        }
    }
}

/// A map whose keys are maps, and so on: the schema was 700 times its input.
#[test]
fn a_schema_of_maps_in_keys_of_maps_is_small() {
    let inputs = Inputs::new();
    let tree = (0..14).fold("7".to_owned(), |inner, _| format!("{{\"#map\":[[{inner},{inner}]]}}"));
    let (open, close) = ("{\"#map\":[[".repeat(106), ",0]]}".repeat(106));
    inputs.trace("maps.json", HEAD, 1, |_| format!("{open}{tree}{close}"), "}]}\n");
    let schema = inputs.is_done(128, "$ITF schema --infer maps.json");
    assert!(schema.len() < 200_000, "{} bytes", schema.len());
    fs::write(inputs.path("schema.json"), schema).expect("a file");
    // The schema is read, as deep as it refers to itself; the trace is not, and that is said.
    inputs.is_refused(512, "$ITF check --schema schema.json maps.json", 2, "the schema was not asked");
    inputs.trace("less.json", HEAD, 1, |_| format!("{{\"#map\":[[{tree},0]]}}"), "}]}\n");
    inputs.is_done(128, "$ITF schema --infer less.json -o less.schema.json");
    inputs.is_done(512, "$ITF check --schema less.schema.json less.json");
}

/// The bound on values is looked at after each state, however small what is in it.
/// Lines of events are looked at one by one.
#[test]
fn events_that_are_long_are_not_kept() {
    let inputs = Inputs::new();
    let zeros = "0,".repeat(1_800_000);
    let line = |_| format!("{{\"event\":\"note\",\"a\":[{zeros}0]}}\n");
    inputs.trace("m.events", "{\"event\":\"note\"}\n", size(8, 27), line, "");
    let report = format!("$ITF report m.events '{ROOT}/fixtures/wunderspec/root-3.ndjson'");
    assert!(inputs.is_done(400, &report).contains("no_inconsistent_root"));
}

#[test]
fn no_more_values_than_the_limit_are_let_through() {
    let inputs = Inputs::new();
    let state = |n: usize| format!("{}{{\"x\":\"text {n}\"}}", if n == 0 { "" } else { "," });
    for (name, many) in [("few.json", 9), ("more.json", 12)] {
        inputs.trace(name, "{\"vars\":[\"x\"],\"states\":[", many, state, "]}\n");
    }
    inputs.is_done(64, "$ITF --input-limit distinct=30 check few.json more.json");
    for command in ["check", "show", "info", "select", "check <"] {
        let line = format!("$ITF --input-limit distinct=10 {command} more.json");
        inputs.is_refused(64, &line, 2, "more distinct values than the limit of 10");
    }
}
