//! Memory: `cargo bench -p itf-toolkit --bench memory`. The peak of the resident set while a trace is read that is made
//! while it is read, and so is nowhere. Linux only: the system keeps the peak and can forget it.
#![expect(clippy::print_stdout, reason = "a table is what a benchmark is for")]

#[path = "../../benches/figure.rs"]
mod figure;

use std::io::Read;

use figure::Figure;
use itf::{Event, Reader};

/// A trace of `left` more bytes or so, made piece by piece: `states`, again and again.
struct Endless {
    piece: Vec<u8>,
    at: usize,
    states: Vec<u8>,
    left: usize,
    is_over: bool,
}

impl Endless {
    fn new(size: usize) -> Self {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/quint/root-4.itf.json");
        let text = std::fs::read_to_string(path).expect("a fixture");
        let trace: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let states: Vec<String> =
            trace["states"].as_array().expect("states").iter().map(ToString::to_string).collect();
        let piece = format!("{{\"vars\":{},\"states\":[{}", trace["vars"], states.join(",")).into_bytes();
        Self {
            piece,
            at: 0,
            states: format!(",{}", states.join(",")).into_bytes(),
            left: size,
            is_over: false,
        }
    }
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.piece.len() && !self.is_over {
            self.at = 0;
            self.is_over = self.left == 0;
            self.piece = if self.is_over { b"]}\n".to_vec() } else { self.states.clone() };
            self.left = self.left.saturating_sub(self.piece.len());
        }
        let n = (&self.piece[self.at..]).read(buffer)?;
        self.at += n;
        Ok(n)
    }
}

/// The peak of the resident set since it was forgotten, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    1024 * line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number")
}

fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").expect("Linux");
}

fn row(name: &str, size: usize, limit: usize, read: impl FnOnce(Endless) -> usize) {
    let input = Endless::new(size);
    forget_peak();
    let before = peak();
    let start = std::time::Instant::now();
    let states = read(input);
    let used = peak() - before;
    let verdict = if used <= limit << 20 { "reached" } else { "missed" };
    println!(
        "{name:36} {states:>8} states  {:>6} MB above  {limit:>4} MB target  {verdict}  {:.1} s",
        used >> 20,
        start.elapsed().as_secs_f64()
    );
    #[expect(clippy::cast_precision_loss, reason = "megabytes to a digit")]
    let megabytes = used as f64 / f64::from(1 << 20);
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let target = Some(limit as f64);
    Figure { name, unit: "MB", more_is_better: false, ours: megabytes, peer: None, target }.write();
}

fn main() {
    let mut text = Vec::new();
    Endless::new(128_000_000).read_to_end(&mut text).expect("made");
    // As of a mapped file: the text is there already, and what is counted is what comes on top of it.
    row("128 MB, stuttering, mapped", 0, 16, |_| {
        let traces = Reader::new().read(&text).expect("ITF");
        traces[0].states.len()
    });
    drop(text);
    row("128 MB, stuttering, complete", 128_000_000, 16, |input| {
        let mut reader = Reader::new();
        let documents: Vec<_> = reader.documents_from(input).map(|d| d.expect("ITF")).collect();
        documents[0].trace.states.len()
    });
    row("1 GB, its states one by one", 1_000_000_000, 64, |input| {
        let mut reader = Reader::new();
        reader.events(input).filter(|event| matches!(event, Ok(Event::State(_)))).count()
    });
}
