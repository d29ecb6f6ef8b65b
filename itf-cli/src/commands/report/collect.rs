//! What a campaign left behind: traces, what was told of shrinking them, journals.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use itf::Reader;
use itf_adapters::JournalError;
use itf_adapters::report::{Finding, Point, Rate, Rates, Trouble as Told};
use serde_json::Value;

use crate::folder;
use crate::input::{self, STDIN, Source};
use crate::output::Terminal;
use crate::trouble::Trouble;

/// The version of the events that are read.
const EVENTS: u64 = 1;
/// The probability with which a rate is in its interval.
const CONFIDENCE: f64 = 0.95;

pub(super) struct Collected {
    pub(super) sources: Vec<Source>,
    /// What could not be read, and why.
    pub(super) troubles: Vec<Told>,
    shrunk: Vec<Shrinking>,
}

/// What is known of shrinking one trace.
#[derive(Default)]
struct Shrinking {
    trace: String,
    points: Vec<Point>,
    rates: Option<Rates>,
}

/// What a file is, by what is in it.
enum Content {
    Traces,
    Events,
    Journal,
}

pub(super) fn collect(files: &[PathBuf], terminal: &Terminal) -> Result<Collected, Trouble> {
    input::waiting(|| collected(files, terminal))
}

fn collected(files: &[PathBuf], terminal: &Terminal) -> Result<Collected, Trouble> {
    let mut collected = Collected { sources: Vec::new(), troubles: Vec::new(), shrunk: Vec::new() };
    let mut traces = Vec::new();
    let given = if files.is_empty() { vec![PathBuf::from(STDIN)] } else { files.to_vec() };
    for path in given {
        let inside = if path.is_dir() {
            let inside = folder::inside(&path, &[".journal", ".events"])?;
            inside.tell(&path, terminal);
            inside.files
        } else {
            vec![path]
        };
        for path in inside {
            let known = match content(&path) {
                Content::Traces => {
                    traces.push(path);
                    continue;
                }
                Content::Events => events(&path, &mut collected.shrunk),
                Content::Journal => journal(&path).map(|known| collected.shrunk.extend(known)),
            };
            if let Err(trouble) = known {
                let name = path.display().to_string();
                collected.troubled(&name, &format!("{name}: {trouble}"), terminal);
            }
        }
    }
    if traces.is_empty() {
        return Err(Trouble::new("there are no traces"));
    }
    let mut reader = crate::limits::reader();
    for path in &traces {
        collected.read(path, &mut reader, terminal);
    }
    if collected.sources.is_empty() {
        let message = if collected.troubles.is_empty() {
            "there are no traces"
        } else {
            "none of the traces could be read"
        };
        return Err(Trouble::new(message));
    }
    Ok(collected)
}

/// By the beginning of the first line: what is no text of ours is a trace, or will be told to be none.
fn content(path: &Path) -> Content {
    const ENOUGH: u64 = 4096;
    if path.as_os_str() == STDIN {
        return Content::Traces;
    }
    let mut line = Vec::new();
    let read = File::open(path)
        .map(|file| BufReader::new(std::io::Read::take(file, ENOUGH)).read_until(b'\n', &mut line));
    let first: Option<Value> = read.ok().and_then(|_| serde_json::from_slice(&line).ok());
    match first {
        Some(Value::Object(map)) if map.contains_key("itf-shrink-journal") => Content::Journal,
        Some(Value::Object(map)) if map.contains_key("event") => Content::Events,
        _ => Content::Traces,
    }
}

/// The lines of a file that are JSON, as far as the limit of an input goes; one at a time, as a value takes twenty times as
/// much as its text.
fn lines(path: &Path) -> Result<impl Iterator<Item = Result<Value, Trouble>>, Trouble> {
    /// What is longer is no line of ours.
    const LONGEST: u64 = 4 << 20;
    let trouble = |e: std::io::Error| Trouble::new(format!("cannot read it: {e}"));
    let file = File::open(path).map_err(trouble)?;
    let mut text = BufReader::new(std::io::Read::take(file, crate::limits::limits().bytes));
    let mut line = Vec::new();
    let mut next = move || -> std::io::Result<Option<Value>> {
        loop {
            line.clear();
            let read = std::io::Read::take(&mut text, LONGEST).read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(None);
            }
            if read as u64 == LONGEST && !line.ends_with(b"\n") {
                text.skip_until(b'\n')?;
                continue;
            }
            // The last line of what was killed may be half of one.
            if let Ok(value) = serde_json::from_slice(&line) {
                return Ok(Some(value));
            }
        }
    };
    Ok(std::iter::from_fn(move || next().map_err(trouble).transpose()))
}

fn count(value: &Value) -> usize {
    value.as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or(0)
}

/// What `itf shrink --events` told.
fn events(path: &Path, all: &mut Vec<Shrinking>) -> Result<(), Trouble> {
    let mut open: Vec<Shrinking> = Vec::new();
    // Which of them is the last that was begun with this trace.
    let mut last: HashMap<String, usize> = HashMap::new();
    for event in lines(path)? {
        let event = event?;
        if let (true, Some(version)) = (event["event"] == "begin", event["version"].as_u64())
            && version != EVENTS
        {
            let message = format!("these are events of version {version}; version {EVENTS} can be read");
            return Err(Trouble::new(message));
        }
        let Some(trace) = event["trace"].as_str() else { continue };
        if event["event"] == "begin" {
            last.insert(trace.to_owned(), open.len());
            open.push(Shrinking { trace: trace.to_owned(), ..Shrinking::default() });
        }
        let Some(known) = last.get(trace).and_then(|at| open.get_mut(*at)) else { continue };
        let point = |runs: usize| Point { runs, states: count(&event["states"]) };
        match event["event"].as_str() {
            Some("begin") => known.points.push(point(0)),
            Some("success" | "end") => known.points.push(point(count(&event["runs"]))),
            _ => {}
        }
        if let (Some("end"), Some(rates)) = (event["event"].as_str(), event.get("rates")) {
            known.rates = told_rates(rates, path);
        }
    }
    all.extend(open);
    Ok(())
}

/// The rates that were told; none if they are no rates.
fn told_rates(rates: &Value, path: &Path) -> Option<Rates> {
    let rate = |of: &Value, low: &str, high: Option<&str>| {
        let share = |name: &str| of[name].as_f64().filter(|share| (0.0..=1.0).contains(share));
        let (hits, runs) = (count(&of["hits"]), count(&of["runs"]));
        let (low, high) = (share(low)?, high.map_or(Some(1.0), share)?);
        (hits <= runs && runs > 0 && low <= high).then_some(Rate { hits, runs, low, high })
    };
    // What is certified is a lower bound.
    let after = match rates.get("after").filter(|after| !after.is_null()) {
        Some(after) => Some(rate(after, "at_least", None)?),
        None => None,
    };
    let before = rate(&rates["before"], "low", Some("high"))?;
    Some(Rates { before, after, source: path.display().to_string() })
}

/// How often the original failed, if it was run more than once.
fn journal(path: &Path) -> Result<Option<Shrinking>, Trouble> {
    let mut lines = lines(path)?;
    let head = lines.next().transpose()?.unwrap_or_default();
    let version = head["itf-shrink-journal"].as_u64();
    if let Some(version) = version.filter(|version| !(1..=2).contains(version)) {
        let version = u32::try_from(version).unwrap_or(u32::MAX);
        return Err(Trouble::new(JournalError::Version(version).to_string()));
    }
    let Some(original) = head["original"].as_str() else { return Ok(None) };
    let (mut hits, mut runs) = (0, 0);
    for line in lines {
        let line = line?;
        if line["candidate"] == original {
            let verdict = line["verdict"].as_str();
            hits += usize::from(verdict == Some("fails"));
            runs += usize::from(matches!(verdict, Some("fails" | "passes")));
        }
    }
    // What has no verdict says nothing about how often it fails.
    if runs < 2 {
        return Ok(None);
    }
    let (low, high) = itf_shrink::Rate { hits, runs }.interval(CONFIDENCE);
    let source = path.display().to_string();
    let before = Rate { hits, runs, low, high };
    // The journal is beside the result: `small.itf.json.journal`.
    let trace = source.strip_suffix(".journal").unwrap_or(&source).to_owned();
    Ok(Some(Shrinking { trace, points: Vec::new(), rates: Some(Rates { before, after: None, source }) }))
}

impl Collected {
    /// Remembers what could not be read: whoever gets the report has to know that it is not all.
    fn troubled(&mut self, name: &str, message: &str, terminal: &Terminal) {
        terminal.complain(message);
        let own = message.strip_prefix(name).map_or(message, |rest| rest.trim_start_matches([':', ' ']));
        self.troubles.push(Told { name: name.to_owned(), message: own.to_owned() });
    }

    /// Reads the traces of a file.
    fn read(&mut self, path: &Path, reader: &mut Reader, terminal: &Terminal) {
        let (name, documents) = match input::documents(path, reader, terminal) {
            Ok(opened) => opened,
            Err(trouble) => {
                return self.troubled(&path.display().to_string(), &trouble.to_string(), terminal);
            }
        };
        // What cannot be read is a trace that counts: a number means the same trace whoever is asked.
        let (first, mut numbers, mut count) = (self.sources.len(), Vec::new(), 0_usize);
        for read in documents {
            count += 1;
            match read {
                Ok(document) => {
                    numbers.push(count);
                    self.sources.push(Source { name: name.clone(), document });
                }
                Err(error) => self.troubled(&name, &input::told(&name, &error), terminal),
            }
        }
        if count == 0 {
            terminal.note(&format!("{name}: no traces"));
        }
        for (number, source) in numbers.into_iter().zip(&mut self.sources[first..]) {
            source.name = input::numbered(&name, number, count > 1);
        }
    }

    /// The rates of these findings: by the name of the trace, and where there is only one bug, of whatever was measured.
    pub(super) fn rates(&self, findings: &[Finding], bugs: usize) -> Option<Rates> {
        let measured = || self.shrunk.iter().filter(|known| known.rates.is_some());
        let named = measured().find(|known| is_of(known, findings));
        named.or_else(|| measured().next().filter(|_| bugs == 1))?.rates.clone()
    }

    /// How one of these findings was shrunk.
    pub(super) fn shrink(&self, findings: &[Finding]) -> Vec<Point> {
        let known = self.shrunk.iter().find(|known| is_of(known, findings) && known.points.len() > 1);
        known.map(|known| known.points.clone()).unwrap_or_default()
    }
}

/// Names of files are compared without their folders: a campaign moves.
fn is_of(known: &Shrinking, findings: &[Finding]) -> bool {
    let file = |name: &str| name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    findings.iter().any(|finding| file(&finding.name) == file(&known.trace))
}
