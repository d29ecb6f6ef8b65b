//! What an input can make the reader hold is bounded, and what is too much is said with its place.

use std::io::Read;

use itf::{ErrorKind, Event, Limits, Reader};

/// Gives this text again and again, `size` bytes at a time, and counts how often it was asked.
struct Endless<'a> {
    head: &'a [u8],
    body: &'a [u8],
    left: usize,
    given: usize,
    size: usize,
}

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = buffer.len().min(self.size).min(self.left);
        for byte in &mut buffer[..n] {
            *byte = match self.head.get(self.given) {
                Some(byte) => *byte,
                None => self.body[(self.given - self.head.len()) % self.body.len()],
            };
            self.given += 1;
        }
        self.left -= n;
        Ok(n)
    }
}

fn endless<'a>(head: &'a str, body: &'a str, length: usize, size: usize) -> Endless<'a> {
    Endless { head: head.as_bytes(), body: body.as_bytes(), left: length, given: 0, size }
}

#[test]
fn a_part_that_is_too_long_is_an_error_and_what_follows_is_read() {
    let limits = Limits { part: 100, ..Limits::default() };
    let long = "é".repeat(100);
    let input = format!(
        "{{\"vars\":[\"x\"],\"states\":[{{\"x\":\"a\"}},{{\"x\":\"{long}\"}}]}}\n{{\"states\":[]}}\n{{\"note\":\"{long}\",\"states\":[]}}\n{{\"states\":[{{\"y\":1}}]}}"
    );
    let read = |size: Option<usize>| -> Vec<String> {
        let mut reader = Reader::with_limits(limits.clone());
        let documents = match size {
            None => reader.documents(input.as_bytes()),
            Some(size) => reader.documents_from(endless(&input, "", input.len(), size)),
        };
        documents.map(|d| d.map_or_else(|e| format!("{e}"), |d| format!("line {}", d.line))).collect()
    };
    let whole = read(None);
    assert_eq!(whole[1], "line 2");
    assert_eq!(whole[3], "line 4");
    assert_eq!(
        whole[0],
        "1:88: more than 100 bytes of one state (or of another key of a trace), the limit (`part`) (at states[1].x)"
    );
    assert!(whole[2].starts_with("3:") && whole[2].ends_with("(at note)"), "{}", whole[2]);
    for size in 1..30 {
        assert_eq!(read(Some(size)), whole, "in pieces of {size}");
    }
}

#[test]
fn of_a_text_without_end_no_more_is_read_than_a_part() {
    let limits = Limits { part: 2 << 20, ..Limits::default() };
    for (head, body) in [
        ("{\"vars\":[\"x\"],\"states\":[{\"x\":\"", "text "),
        ("{\"vars\":[\"x\"],\"states\":[{\"x\":[", "0,"),
        ("{\"vars\":[\"x\"],\"states\":[{\"x\":{\"#other\":[", "[],"),
        ("{\"vars\":[\"", "x"),
        ("{\"note\":\"", "x"),
        ("", " "),
        ("{\"vars\":[\"x\"],\"states\":[", " "),
    ] {
        let mut input = endless(head, body, 16 << 20, 1 << 16);
        let error = Reader::with_limits(limits.clone())
            .documents_from(&mut input)
            .next()
            .expect("something was there")
            .expect_err("too long");
        assert_eq!(error.kind(), &ErrorKind::PartTooLong(2 << 20), "{head}");
        assert!(input.given < 5 << 20, "{head}: {} bytes were read", input.given);
    }
}

#[test]
fn small_pieces_of_a_large_part_are_not_read_again_and_again() {
    // In pieces of a hundred bytes and read again for each, this would take hours.
    let length = 4 << 20;
    let mut input = endless("{\"vars\":[\"x\"],\"states\":[{\"x\":\"", "text ", length, 100);
    let read = Reader::new().documents_from(&mut input).next().expect("something was there");
    assert_eq!(read.expect_err("no end").kind(), &ErrorKind::UnexpectedEnd);
    assert_eq!(input.given, length);
}

#[test]
fn what_is_small_counts_as_well() {
    let limits = Limits { distinct: 1_000, ..Limits::default() };
    let read = |value: &str| {
        let input = format!("{{\"vars\":[\"x\"],\"states\":[{{\"x\":{value}}}]}}");
        Reader::with_limits(limits.clone()).read(input.as_bytes()).map_err(|error| error.kind().clone())
    };
    let items = |n: usize| format!("[{}0]", "0,".repeat(n));
    assert!(read(&items(900)).is_ok());
    assert_eq!(read(&items(1_100)), Err(ErrorKind::TooManyValues(1_000)));
    let keys = |n: usize| (0..n).map(|n| format!("\"k{n}\":0,")).collect::<Vec<_>>().concat();
    assert!(read(&format!("{{{}\"k\":0}}", keys(900))).is_ok());
    assert_eq!(read(&format!("{{{}\"k\":0}}", keys(1_100))), Err(ErrorKind::TooManyValues(1_000)));
    // Records that all have other names.
    let records = |n: usize| (0..n).map(|n| format!("{{\"k{n}\":0}},")).collect::<Vec<_>>().concat();
    assert!(read(&format!("[{}0]", records(300))).is_ok());
    assert_eq!(read(&format!("[{}0]", records(900))), Err(ErrorKind::TooManyValues(1_000)));
}

#[test]
fn names_of_fields_do_not_gather_while_states_go_by() {
    let limits = Limits { distinct: 140_000, ..Limits::default() };
    let mut input = String::from("{\"vars\":[\"x\",\"y\"],\"states\":[");
    for n in 0..150_000 {
        let comma = if n == 0 { "" } else { "," };
        let state = format!("{{\"x\":{{\"k{n}\":1}},\"y\":{{\"a\":{n},\"b\":[]}}}}");
        input.extend([comma, &state]);
    }
    input.push_str("]}");
    let mut states = 0;
    for event in Reader::with_limits(limits).events(input.as_bytes()) {
        if let Event::State(state) = event.expect("a trace") {
            let field = |name: &str, field: &str| state.get(name)?.as_record()?.get(field).cloned();
            assert_eq!(field("x", &format!("k{states}")), Some(itf::Value::from(1)));
            assert_eq!(field("y", "a"), Some(itf::Value::from(states)));
            states += 1;
        }
    }
    assert_eq!(states, 150_000);
}
