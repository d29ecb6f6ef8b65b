//! One reader for what is in memory and for what comes in pieces: the same traces, warnings, errors and places.

use std::io::Read;

use itf::{Document, Event, ReadError, Reader};
use proptest::prelude::*;

/// Gives `size` bytes at a time.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.1.min(buffer.len()).min(self.0.len());
        buffer[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

fn outcome(read: impl Iterator<Item = Result<Document, ReadError>>) -> Vec<String> {
    read.map(|document| match document {
        Ok(d) => format!("{} {} {:?} {:?}", d.line, d.offset, d.trace, d.warnings),
        Err(error) => format!("{error} {:?}", error.place()),
    })
    .collect()
}

const INPUTS: &[&str] = &[
    "",
    " \n",
    "\u{feff}{\"vars\":[\"x\"],\"states\":[{\"x\":{\"#bigint\":\"01\"}}]}",
    "{\"states\":[]}\n{oops}\n{\"vars\":[],\"states\":[{}],\"loop\":null}\n",
    "[{\"states\":[{\"é\":\"\\u00e9\\ud83d\\ude00\"}]},\n {\"states\":[{\"x\":1.5}, {\"x\":[1,true,null]}]}]",
    "[]\n[]",
    "{\"vars\":[\"x\"],\"states\":[{\"x\":{\"#map\":[[1,2],[1,3]]}},{\"#map\":[[\"x\",1]]}],\"note\":{\"a\":[1e999]}}",
    "{\"vars\":[\"x\"],\"states\":[{\"x\":{\"#map\":[[\"k\",{\"#set\":[{\"#bigint\":\"1O\"}]}]]}}]}",
    "{\"vars\":[\"x\"],\"states\":[{\"x\":{\"tag\":\"A\",\"value\":tru}}]}",
    "{\"vars\":[\"x\"],\"states\":[{\"x\":1,\"x\":2}]}",
    "{\"vars\":[\"x\"],\"vars\":[],\"states\":[]}",
    "{\"vars\":[\"x\"]}",
    "{\"vars\":[\"x\"],\"states\":[{\"x\":1}",
    "12",
    // Found by the fuzzer: no colon after a key.
    "{\"#map\": [[\"a\", {\"#bigint\" \"0\"}]]}",
    // Found by chance: what looks like an integer goes on in the next piece.
    "{\"loop\":-0.map(x => s",
    "{\"loop\":-0.5,\"states\":[]}",
    "{\"loop\":12e",
    "{\"loop\":-0",
];

#[test]
fn pieces_of_any_size_give_what_the_whole_gives() {
    for input in INPUTS {
        let whole = outcome(Reader::new().documents(input.as_bytes()));
        for size in 1..40 {
            let pieces = outcome(Reader::new().documents_from(Pieces(input.as_bytes(), size)));
            assert_eq!(pieces, whole, "{input:?} in pieces of {size}");
        }
    }
}

#[test]
fn errors_know_their_place() {
    let at = |input: &str| itf::read(input.as_bytes()).expect_err("no ITF").to_string();
    assert_eq!(
        at(INPUTS[7]),
        "1:64: `#bigint` must be a string of an optional '-' and decimal digits (at states[0].x[\"k\"]{})"
    );
    assert!(at(INPUTS[8]).ends_with("(at states[0].x~A)"), "{}", at(INPUTS[8]));
    assert_eq!(at(INPUTS[9]), "1:32: the field `x` is there twice (at states[0].x)");
    assert_eq!(at(INPUTS[10]), "1:15: the field `vars` is there twice (at vars)");
    assert_eq!(at(INPUTS[11]), "1:1: not a trace: it has no key `states`");
}

#[test]
fn invalid_utf8_is_found_behind_what_is_valid() {
    let mut input = b"{\"states\":[]}\n{\"states\":[{\"x\":\"".to_vec();
    input.extend([0xff, b'"']);
    for read in [outcome(Reader::new().documents(&input)), outcome(Reader::new().documents_from(&*input))] {
        assert_eq!(read.len(), 2);
        assert!(read[1].starts_with("2:18: not UTF-8 text (at states[0].x)"), "{}", read[1]);
    }
}

#[test]
fn states_of_a_trace_larger_than_what_is_kept() {
    // Distinct values in every state, and more than ten megabytes of them.
    let mut input = String::from("{\"vars\":[\"x\"],\"states\":[");
    for n in 0..60_000 {
        let comma = if n == 0 { "" } else { "," };
        let text = "text ".repeat(40);
        input.extend([comma, "{\"x\":{\"#set\":[\"", &n.to_string(), " ", &text, "\",\"same\"]}}"]);
    }
    input.push_str("]}");
    let mut reader = Reader::new();
    let mut seen = 0;
    for event in reader.events(input.as_bytes()) {
        match event.expect("a trace") {
            Event::State(state) => {
                let set = state.get("x").and_then(|v| v.as_set().cloned()).expect("a set");
                assert!(set[0].as_str().expect("a string").starts_with(&format!("{seen} ")));
                seen += 1;
            }
            Event::End(document) => assert_eq!(document.trace.vars, ["x"]),
        }
    }
    assert_eq!(seen, 60_000);
    assert!(reader.store().len() < 150_000, "{} nodes are kept", reader.store().len());
}

#[test]
fn limits_are_kept() {
    let limits = itf::Limits { bytes: 20, ..itf::Limits::default() };
    let input = "{\"states\":[]}\n{\"states\":[]}\n";
    for read in [
        outcome(Reader::with_limits(limits.clone()).documents(input.as_bytes())),
        outcome(Reader::with_limits(limits).documents_from(Pieces(input.as_bytes(), 7))),
    ] {
        assert!(read[0].starts_with("1 0"));
        assert!(read[1].contains("more than 20 bytes"), "{read:?}");
    }
}

#[test]
fn each_limit_is_an_error_with_a_place() {
    let limits = itf::Limits { depth: 3, digits: 30, distinct: 40, ..itf::Limits::default() };
    let read = |value: &str| {
        let input = format!("{{\"vars\":[\"x\"],\"states\":[{{\"x\":{value}}}]}}");
        outcome(Reader::with_limits(limits.clone()).documents(input.as_bytes())).remove(0)
    };
    assert!(read("[[[1]]]").starts_with("1 0"));
    assert!(
        read("[[[[1]]]]").contains("nested deeper than the limit of 3 (`depth`) (at states[0].x[0][0][0])"),
        "{}",
        read("[[[[1]]]]")
    );
    // Depth is no matter of the stack: a million brackets are an error as well.
    assert!(read(&"[".repeat(1_000_000)).contains("nested deeper"));
    let digits = |n: usize| read(&format!("{{\"#bigint\":\"-{}\"}}", "7".repeat(n)));
    assert!(digits(30).starts_with("1 0"));
    assert!(digits(31).contains("31 digits; the limit is 30 (`digits`) (at states[0].x)"), "{}", digits(31));
    let many =
        |n: usize| read(&format!("[{}]", (0..n).map(|n| format!("[\"{n}\"]")).collect::<Vec<_>>().join(",")));
    assert!(many(10).starts_with("1 0"));
    assert!(many(60).contains("more distinct values than the limit of 40"), "{}", many(60));
}

#[cfg(feature = "gzip")]
#[test]
fn packed_input_is_unpacked() {
    // `gzip -n9` and `zstd -19` of the line.
    let line = "{\"vars\":[\"x\"],\"states\":[{\"x\":\"a\"}]}\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut gzip, line.as_bytes()).expect("memory");
    let packed = gzip.finish().expect("memory");
    let whole = outcome(Reader::new().documents(line.as_bytes()));
    assert_eq!(outcome(Reader::new().documents(&packed)), whole);
    assert_eq!(outcome(Reader::new().documents_from(Pieces(&packed, 3))), whole);
    let error = outcome(Reader::new().documents(&packed[..20]));
    assert!(error[0].contains("cannot read"), "{error:?}");
}

#[cfg(feature = "zstd")]
#[test]
fn zstd_too() {
    let line = "{\"vars\":[\"x\"],\"states\":[{\"x\":\"a\"}]}\n";
    let packed =
        ruzstd::encoding::compress_to_vec(line.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
    assert_eq!(outcome(Reader::new().documents(&packed)), outcome(Reader::new().documents(line.as_bytes())));
}

fn fixtures() -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a fixture");
    let line = read("wunderspec/root-1.ndjson");
    vec![read("quint/values.itf.json"), read("quint/counter.itf.json"), line[..3000].to_owned()]
}

/// A fixture with a few bytes changed: still nearly JSON.
fn nearly_json() -> impl Strategy<Value = Vec<u8>> {
    let edit = (
        any::<prop::sample::Index>(),
        prop::sample::select(br#"{}[]",:\0123456789.eE+-truefalsn u#x"#.as_slice()),
        0..3_u8,
    );
    (
        prop::sample::select(fixtures()),
        any::<prop::sample::Index>(),
        1..400_usize,
        prop::collection::vec(edit, 0..3),
    )
        .prop_map(|(text, from, length, edits)| {
            let mut bytes = text.into_bytes();
            let from = from.index(bytes.len());
            // A part of it as the value of a variable, or all of it.
            if length > 40 {
                bytes = bytes[from..bytes.len().min(from + length)].to_vec();
            }
            for (at, byte, how) in edits {
                let at = at.index(bytes.len());
                match how {
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, byte),
                    _ => drop(bytes.remove(at)),
                }
                if bytes.is_empty() {
                    bytes.push(b' ');
                }
            }
            bytes
        })
}

/// Whether the reader takes `json` for JSON, whatever it means.
fn is_json(json: &[u8]) -> Result<(), ReadError> {
    let document = [b"{\"states\":[],\"x\":", json, b"}"].concat();
    itf::read(&document).map(drop)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn json_is_what_serde_json_takes_for_json(json in nearly_json()) {
        // `"x":1,"y":2` would close what is open here: one value only.
        let theirs = serde_json::from_slice::<Box<serde_json::value::RawValue>>(&json);
        let value_too = Reader::new().value(&json);
        if theirs.is_ok() {
            prop_assert!(is_json(&json).is_ok(), "{:?}", is_json(&json));
        } else {
            prop_assert!(value_too.is_err(), "{theirs:?}");
        }
        if let Err(error) = value_too {
            // What is JSON and refused is refused for what it means, never for its syntax.
            let is_syntax = matches!(
                error.kind(),
                itf::ErrorKind::Unexpected { .. } | itf::ErrorKind::UnexpectedEnd | itf::ErrorKind::InvalidEscape
                    | itf::ErrorKind::ControlCharacter | itf::ErrorKind::InvalidNumber
            );
            prop_assert!(!(is_syntax && theirs.is_ok()), "{error}");
        }
    }

    #[test]
    fn any_bytes_in_pieces_give_what_the_whole_gives(json in nearly_json(), size in 1..50_usize) {
        let mut input = b"{\"vars\":[\"x\"],\"states\":[{\"x\":1},{\"x\":".to_vec();
        input.extend(&json);
        input.extend(b"},{\"x\":2}]}\n{\"states\":[]}\n");
        let whole = outcome(Reader::new().documents(&input));
        prop_assert_eq!(outcome(Reader::new().documents_from(Pieces(&input, size))), whole);
    }
}

#[test]
fn characters_are_told_as_people_write_them() {
    for (text, told) in [
        ("{'vars'", "expected a string, found `'`"),
        ("{\"vars\":[\"x\"\\]}", "expected `,` or `]`, found `\\`"),
        ("{\"vars\":é}", "expected an array of names, found `é`"),
        ("{\"vars\":[\"x\"\"y\"]}", "expected `,` or `]`, found `\"`"),
        ("{\"vars\":`x`}", "expected an array of names, found a backquote"),
        ("{\"vars\":\u{7}}", "expected an array of names, found the character U+0007"),
        ("{\"vars\":\u{202e}}", "expected an array of names, found the character U+202E"),
    ] {
        let error = itf::read(text.as_bytes()).expect_err(text);
        assert_eq!(error.message(), told, "{text}");
    }
}

/// Frames that stand one after the other, some of them to be skipped, as `cat a.zst b.zst` and `pzstd` make them.
#[cfg(feature = "zstd")]
#[test]
fn all_frames_of_zstd_are_read() {
    let pack = |text: &str| {
        ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest)
    };
    let (a, b) = (pack("{\"states\":[]}\n{\"st"), pack("ates\":[]}\n"));
    let skipped = [&[0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
    let count = |packed: &[u8]| Reader::new().read(packed).map(|traces| traces.len());
    for whole in [[&a[..], &b].concat(), [&skipped[..], &a, &skipped, &pack(""), &b, &skipped].concat()] {
        assert!(itf::is_packed(&whole));
        assert_eq!(count(&whole), Ok(2));
    }
    for (broken, why) in [
        ([&a[..], &b[..b.len() - 1]].concat(), "a block is broken"),
        ([&a[..], &b, b"garbage"].concat(), "no frame"),
        ([&a[..], &b, &skipped[..10]].concat(), "within a frame"),
    ] {
        let error = count(&broken).expect_err("not all of it is there").to_string();
        assert!(error.contains(why), "{error}");
    }
    // The last four bytes are the checksum.
    let mut changed = [&a[..], &b].concat();
    if let Some(last) = changed.last_mut() {
        *last ^= 1;
    }
    let error = count(&changed).expect_err("another checksum").to_string();
    assert!(error.contains("checksum"), "{error}");
}

#[test]
fn bytes_are_counted_alike_whole_and_in_pieces() {
    let text = r#"{"vars":["x"],"states":[{"x":"a"}]}"#;
    for (bytes, is_read) in [(10, false), (text.len() as u64 - 1, false), (text.len() as u64, true)] {
        let limits = itf::Limits { bytes, ..itf::Limits::default() };
        let mut reader = Reader::with_limits(limits.clone());
        assert_eq!(reader.read(text.as_bytes()).is_ok(), is_read);
        let first = reader.documents_from(text.as_bytes()).next().expect("something is there");
        assert_eq!(first.is_ok(), is_read, "{bytes}");
        assert_eq!(reader.value(text.as_bytes()).is_ok(), is_read, "{bytes}");
    }
    let mut reader = Reader::with_limits(itf::Limits { part: 64, ..itf::Limits::default() });
    let long = format!("\"{}\"", "a".repeat(100));
    let error = reader.value(long.as_bytes()).expect_err("the part is too long");
    assert_eq!(error.kind(), &itf::ErrorKind::PartTooLong(64));
}

#[test]
fn a_conflict_of_a_merge_is_called_one() {
    let text = "{\"vars\":[\"x\"],\"states\":[\n{\"x\":{\"#map\":[\n<<<<<<< HEAD\n[1,2]\n=======\n[1,3]\n>>>>>>> theirs\n]}}]}\n";
    let error = itf::read(text.as_bytes()).expect_err("a conflict");
    assert_eq!(error.kind(), &itf::ErrorKind::Conflict);
    assert_eq!((error.place().line, error.place().column), (3, 1));
    // What only looks like one is what it was.
    let error = itf::read(b"{\"vars\":[<<<<<<< HEAD").expect_err("no value");
    assert_ne!(error.kind(), &itf::ErrorKind::Conflict);
}

#[test]
fn a_conflict_of_a_merge_is_one_in_pieces_too() {
    for input in [
        "{\"vars\": [],\n<<<<<<< HEAD\n\"states\": []}\n",
        "{\"vars\": [\n<<<<<<< HEAD\n=======\n],\"states\": []}\n",
        "{\"#meta\":\n<<<<<<",
        " \n<<<<<<<  ",
        "{\"#meta\":\n<<<<<< and more",
    ] {
        let whole = outcome(Reader::new().documents(input.as_bytes()));
        for size in 1..=input.len() {
            let pieces = outcome(Reader::new().documents_from(Pieces(input.as_bytes(), size)));
            assert_eq!(pieces, whole, "in pieces of {size} bytes");
        }
        assert_eq!(
            whole[0].contains("a merge left a conflict here"),
            input.contains("<<<<<<< "),
            "{whole:?}"
        );
    }
}
