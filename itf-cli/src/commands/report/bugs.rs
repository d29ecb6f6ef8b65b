//! Findings that come to the same trace are one bug.

use std::borrow::Cow;
use std::cell::RefCell;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use itf::{Record, Trace};
use itf_adapters::report::{Bug, Finding, Point, Trouble as Told};
use itf_adapters::{Fault, Producer, PropertyKind, Replay};
use itf_shrink::Options;

use crate::claims;
use crate::cli::Report;
use crate::commands::shrink::{Goal, How, NotShrunk, Shrunk, Watch, claim, schedule, shrink};
use crate::input::{STDIN, Source};
use crate::output::Terminal;
use crate::trouble::Trouble;

/// Findings of one bug.
pub(super) struct Group {
    pub(super) property: String,
    /// What kind of property it is.
    pub(super) kind: String,
    /// The identity of the failure.
    failure: (String, String),
    /// The spec that they are of, as far as the traces tell.
    origin: Origin,
    /// What they have in common, where they were brought to one form.
    form: Option<Vec<Record>>,
    /// By their places among the traces, each with its length after shrinking.
    pub(super) findings: Vec<(usize, Option<usize>)>,
    shortest: Shortest,
}

/// What of a trace tells its spec from others: properties of several specs may have one name.
#[derive(PartialEq, Eq)]
struct Origin {
    /// The name of its file, if the trace has it; not the folder, which differs from machine to machine.
    file: Option<String>,
    /// Variables and parameters, sorted.
    names: Vec<String>,
}

impl Origin {
    fn of(trace: &Trace) -> Self {
        // Some runs of Quint write more of their own.
        let names = trace.vars.iter().chain(&trace.params).filter(|name| !name.starts_with("mbt::"));
        let mut names: Vec<String> = names.map(ToString::to_string).collect();
        names.sort();
        Self { file: spec(trace), names }
    }
}

/// The name of the file of the spec, if the trace has it.
pub(super) fn spec(trace: &Trace) -> Option<String> {
    let source = trace.meta.get("source")?;
    // Wunderspec writes `wunderspec run` there, which is no file and says nothing about the spec.
    let path = Path::new(source.as_str()?);
    path.extension()?;
    Some(path.file_name()?.to_str()?.to_owned())
}

/// The shortest trace of a bug.
enum Shortest {
    /// One that was found, by its place.
    Found(usize),
    Shrunk(Box<Shrunk>),
}

/// The property that a trace shows, and of which kind it is.
fn shown(args: &Report, producer: Option<&dyn Producer>, trace: &Trace) -> Option<(String, String)> {
    let is_stale = claims::are_stale(trace);
    let text = |key: &str| {
        trace.meta.get(key).filter(|_| !is_stale).and_then(|value| value.as_str().map(str::to_owned))
    };
    let named = args.violates.clone().or_else(|| text("predicate_name")).or_else(|| text("violation"));
    if let Some(name) = named {
        let kind =
            producer.and_then(|producer| producer.property(&name)).map(|property| match property.kind {
                PropertyKind::Invariant => "invariant",
                PropertyKind::Example => "example",
            });
        return Some((
            name,
            kind.map(str::to_owned).or_else(|| text("predicate_kind")).unwrap_or_else(|| PROPERTY.to_owned()),
        ));
    }
    if text("status").as_deref() != Some("violation") {
        return None;
    }
    // The trace does not say of what: if the spec has one invariant, of that.
    let invariants: Vec<String> = producer
        .into_iter()
        .flat_map(Producer::properties)
        .filter(|property| property.kind == PropertyKind::Invariant)
        .map(|property| property.name)
        .collect();
    match &invariants[..] {
        [only] => Some((only.clone(), "invariant".to_owned())),
        _ => Some((UNNAMED.to_owned(), "invariant".to_owned())),
    }
}

/// The kind of a property of which nothing says the kind.
const PROPERTY: &str = "property";

/// Where a trace says that something is violated, and not what.
const UNNAMED: &str = "(not named in the trace)";

pub(super) fn groups(
    args: &Report,
    mut producer: Option<&mut (dyn Producer + 'static)>,
    sources: &[Source],
    replays: &[Option<Result<Replay, Fault>>],
    told: &mut Vec<Told>,
    terminal: &Terminal,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        let trace = &source.document.trace;
        let property = shown(args, producer.as_deref().map(|p| p as &dyn Producer), trace);
        let replayed = replays.get(at).and_then(|replay| replay.as_ref()?.as_ref().ok()?.failure());
        let one = match (property, producer.as_deref_mut(), replayed) {
            (Some((property, kind)), Some(producer), _) if property != UNNAMED => {
                match shrunk(args, producer, source, &property, terminal) {
                    Ok(shrunk) => Group {
                        failure: (shrunk.failure.kind.clone(), shrunk.failure.site.clone()),
                        form: Some(shrunk.trace.states.iter().map(|state| state.value.clone()).collect()),
                        findings: vec![(at, Some(shrunk.trace.states.len()))],
                        shortest: Shortest::Shrunk(Box::new(shrunk)),
                        property,
                        kind,
                        origin: Origin::of(trace),
                    },
                    Err(message) => {
                        told.push(Told { name: source.name.clone(), message });
                        continue;
                    }
                }
            }
            (Some((property, kind)), ..) => Group {
                failure: (kind.clone(), property.clone()),
                form: None,
                findings: vec![(at, None)],
                shortest: Shortest::Found(at),
                property,
                kind,
                origin: Origin::of(trace),
            },
            (None, _, Some(failure)) => Group {
                property: failure.kind.clone(),
                kind: "system".to_owned(),
                failure: (failure.kind.clone(), failure.site.clone()),
                origin: Origin::of(trace),
                form: None,
                findings: vec![(at, None)],
                shortest: Shortest::Found(at),
            },
            (None, _, None) => continue,
        };
        // Not every trace says of which kind its property is.
        let is_alike = |a: &(String, String), b: &(String, String)| {
            a.1 == b.1 && (a.0 == b.0 || [&a.0, &b.0].iter().any(|kind| *kind == PROPERTY))
        };
        let same = |group: &&mut Group| {
            is_alike(&group.failure, &one.failure) && group.origin == one.origin && group.form == one.form
        };
        match groups.iter_mut().find(same) {
            Some(known) => {
                if known.kind == PROPERTY {
                    (known.kind, known.failure.0) = (one.kind, one.failure.0);
                }
                if let (Shortest::Found(a), Shortest::Found(b)) = (&known.shortest, &one.shortest)
                    && sources[*b].document.trace.states.len() < sources[*a].document.trace.states.len()
                {
                    known.shortest = Shortest::Found(*b);
                }
                known.findings.extend(one.findings);
            }
            None => groups.push(one),
        }
    }
    groups
}

/// A finding in its simplest form.
fn shrunk(
    args: &Report,
    producer: &mut dyn Producer,
    source: &Source,
    property: &str,
    terminal: &Terminal,
) -> Result<Shrunk, String> {
    let trace = &source.document.trace;
    let said = |trouble: Trouble| trouble.to_string();
    let labels = args.action.labels().map_err(said)?;
    let calls = schedule(producer, trace, labels.as_ref(), &source.name, terminal).map_err(said)?;
    let max_time = Duration::try_from_secs_f64(args.max_time)
        .map_err(|_| format!("--max-time {}: not a time in seconds", args.max_time))?;
    let options = Options { max_time: Some(max_time), ..Options::default() };
    let goal = Goal { property: Some(property.to_owned()), ..Goal::default() };
    let stop = AtomicBool::new(false);
    let best = RefCell::default();
    let watch = Watch::new(terminal, &source.name, trace.states.len());
    let how = How::new(options, &stop, &watch, &best);
    shrink(producer, goal, trace, &calls, &how).map_err(|not| match not {
        NotShrunk::Passes(_) => format!("it does not show {property} when it is re-executed"),
        NotShrunk::DryRun(words) => words,
        NotShrunk::Trouble(trouble) => trouble.to_string(),
    })
}

/// Searches below the shortest trace of a bug.
pub(super) fn prove(producer: &mut dyn Producer, group: &mut Group, terminal: &Terminal) {
    let Shortest::Shrunk(shrunk) = &mut group.shortest else { return };
    let stop = AtomicBool::new(false);
    let best = RefCell::default();
    let watch = Watch::new(terminal, &group.property, shrunk.original);
    let how = How::new(Options::default(), &stop, &watch, &best);
    crate::commands::shrink::prove(producer, &group.property, shrunk, &how);
}

impl Group {
    /// The shortest trace.
    pub(super) fn shortest<'a>(&'a self, sources: &'a [Source]) -> &'a Trace {
        match &self.shortest {
            Shortest::Found(at) => &sources[*at].document.trace,
            Shortest::Shrunk(shrunk) => &shrunk.trace,
        }
    }

    /// As the report has it.
    pub(super) fn bug(&self, number: usize, args: &Report, sources: &[Source]) -> Bug {
        let finding = |(at, shrunk): &(usize, Option<usize>)| Finding {
            name: sources[*at].name.clone(),
            states: sources[*at].document.trace.states.len(),
            shrunk: *shrunk,
        };
        let is_goal = self.kind == "example";
        let (claim, points, grouped_by) = match &self.shortest {
            Shortest::Found(_) => (
                "as it was found".to_owned(),
                Vec::new(),
                if is_goal {
                    "They reach the same"
                } else {
                    "They fail in the same way; whether it is one bug would show a spec that makes them short (--with)"
                },
            ),
            Shortest::Shrunk(shrunk) => (
                with_meaning(claim(shrunk)),
                points(shrunk),
                "Shrunk and brought to the simplest form, they are the same trace",
            ),
        };
        let one = self.findings.len() == 1;
        Bug {
            kind: self.failure.0.clone(),
            site: self.failure.1.clone(),
            grouped_by: if one {
                if is_goal {
                    "It is the only one that reaches it"
                } else {
                    "It is the only finding of its kind"
                }
                .to_owned()
            } else {
                grouped_by.to_owned()
            },
            findings: self.findings.iter().map(finding).collect(),
            shortest: self.shortest(sources).clone(),
            claim,
            shrink: points,
            replays: Vec::new(),
            rates: None,
            page: None,
            reproduce: self.reproduce(number, args, sources),
        }
    }

    /// The commands with which the shortest trace is made, run and looked at.
    fn reproduce(&self, number: usize, args: &Report, sources: &[Source]) -> Vec<String> {
        let first = match &self.shortest {
            Shortest::Found(at) => *at,
            Shortest::Shrunk(_) => self.findings[0].0,
        };
        let (begin, file) = given(&sources[first].name);
        let small = format!("{}.itf.json", super::file_name(number, self.kind == "example"));
        let mut lines = Vec::new();
        let shown = match (&self.shortest, &args.with) {
            (Shortest::Shrunk(_), Some(spec)) => {
                let goal = if self.kind == "example" { "--reaches" } else { "--violates" };
                lines.push(format!(
                    "{begin}itf shrink --unique --with {} {goal} {} {file} -o {small}",
                    word(spec),
                    word(&self.property),
                ));
                (String::new(), small)
            }
            _ => (begin, file),
        };
        let (begin, file) = shown;
        if let Some(system) = &args.on {
            lines.push(format!("{begin}itf replay --on {} {file}", word(system)));
        }
        lines.push(format!("{begin}itf show {file}"));
        lines
    }
}

/// A word of a command line. A log may be read by who obeys lines in it, and a terminal obeys more: what acts is spelled out.
pub(super) fn word(text: &str) -> String {
    if itf::render::escape(text) != text {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._ ".contains(&byte);
        let spelled =
            |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("\\{byte:03o}") };
        return format!("\"$(printf '{}')\"", text.bytes().map(spelled).collect::<String>());
    }
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), Cow::into_owned)
}

/// How a command is given a trace: what stands before the command, and the file that it reads.
pub(super) fn given(name: &str) -> (String, String) {
    match name.rsplit_once('#') {
        Some((file, number)) if !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()) => {
            (format!("itf select --traces {number} {} | ", word(&as_file(file))), "-".to_owned())
        }
        _ => (String::new(), word(&as_file(name))),
    }
}

/// The name of a file where options are read as well.
fn as_file(name: &str) -> Cow<'_, str> {
    if name.starts_with('-') && name != STDIN { format!("./{name}").into() } else { name.into() }
}

/// The claim, with what the word means for those who read the report alone.
fn with_meaning(claim: String) -> String {
    if claim == "one-minimal" { format!("{claim}: no single step can be left out") } else { claim }
}

/// How many states were left after how many runs.
pub(crate) fn points(shrunk: &Shrunk) -> Vec<Point> {
    let mut points = vec![Point { runs: 0, states: shrunk.original }];
    // Items are calls; states are one more.
    for (runs, items) in shrunk.explanation.progress() {
        let point = Point { runs, states: items + 1 };
        if points.last().is_none_or(|last| last.states != point.states) {
            points.push(point);
        }
    }
    let end = Point { runs: shrunk.calls, states: shrunk.trace.states.len() };
    if points.last() != Some(&end) {
        points.push(end);
    }
    points
}
