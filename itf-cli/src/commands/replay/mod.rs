//! `itf replay`: traces against a system.

mod json;
mod junit;
mod markdown;

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use itf::expr::Expr;
use itf::render::Palette;
use itf::{Labels, Trace};
use itf_adapters::{
    End, Explain, Fault, KINDS, Producer, Replay as Run, Replayer, System, conventions, explain,
};

use crate::cli::{Compare, Replay, ReplayFormat};
use crate::exit::Answer;
use crate::input::{self, Source};
use crate::output::Terminal;
use crate::plugs;
use crate::trouble::Trouble;

/// A trace, and what came of it: trouble that came before the first step is no run.
pub(super) struct Told<'a> {
    pub(super) name: &'a str,
    pub(super) trace: &'a Trace,
    pub(super) run: Result<Run, Fault>,
}

pub(crate) fn run(args: &Replay, terminal: &Terminal) -> Result<Answer, Trouble> {
    let invariants = invariants(args, terminal);
    let Some(invariants) = invariants else { return Ok(Answer::Trouble) };
    let settle = Duration::try_from_secs_f64(args.settle)
        .map_err(|_| Trouble::new(format!("--settle {}: not a time in seconds", args.settle)))?;
    if args.compare == Some(Compare::Allowed) && args.with.is_none() {
        return Err(Trouble::new("--compare allowed needs to know what is allowed: name the spec by --with"));
    }
    let stop = plugs::stop_flag();
    let mut system = plugs::system(&args.on)?;
    let mut model = args.with.as_ref().map(|spec| plugs::producer(spec, None)).transpose()?;
    // An adapter that declares a view wants it compared, whatever the command line says.
    system.compare_views |= args.compare == Some(Compare::View);
    has_kinds(&system, &args.on, &args.only)?;
    let asked = Asked { args, invariants: &invariants, settle };
    asked.of(&mut system, model.as_deref_mut()).can_judge()?;
    let given = args.action.labels()?;
    let mut reader = crate::limits::reader();
    let (sources, mut answer) = input::traces(&args.files, &mut reader, terminal);
    if sources.is_empty() {
        // A system of which nothing was asked did nothing right.
        answer = Answer::Trouble;
    }
    let mut out = terminal.stdout();
    let mut told = Vec::with_capacity(sources.len());
    let mut progress = Progress::new(args, sources.len());
    for source in &sources {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        progress.tell(terminal, told.len());
        let run = labels(source, &system, model.as_deref(), given.as_ref()).and_then(|labels| {
            let mut replayer = asked.of(&mut system, model.as_deref_mut());
            replayer.replay(&source.document.trace, &labels, &mut |_| {})
        });
        let is_broken = !matches!(&run, Ok(Run { end: End::Agreed | End::Failed(_), .. }));
        if is_broken && stop.load(Ordering::Relaxed) {
            // We broke it.
            break;
        }
        answer = answer.and(match run.as_ref().map(|run| &run.end) {
            Ok(End::Agreed) => Answer::Yes,
            Ok(End::Failed(_)) => Answer::No,
            Ok(End::Broken(..)) | Err(_) => Answer::Trouble,
        });
        let one = Told { name: &source.name, trace: &source.document.trace, run };
        if args.format == ReplayFormat::Text {
            text(&mut out, &one, args.verbose, terminal)?;
            out.flush()?;
        }
        told.push(one);
    }
    progress.clear(terminal);
    if stop.load(Ordering::Relaxed) {
        terminal.complain(&format!("interrupted: {} of {} traces were replayed", told.len(), sources.len()));
        answer = Answer::Trouble;
    }
    match args.format {
        ReplayFormat::Text => summary(&mut out, &told)?,
        ReplayFormat::Json => {
            writeln!(out, "{}", crate::quiet::json(&json::report(args, &told).to_string()))?;
        }
        ReplayFormat::Junit => out.write_all(junit::report(args, &told).as_bytes())?,
        ReplayFormat::Markdown => out.write_all(markdown::report(args, &told).as_bytes())?,
    }
    out.flush()?;
    unheard_of(args, &system, &told, terminal);
    Ok(answer)
}

/// What was asked for.
struct Asked<'a> {
    args: &'a Replay,
    invariants: &'a [Expr],
    settle: Duration,
}

impl Asked<'_> {
    /// The replayer that judges by it.
    fn of<'a>(
        &self,
        system: &'a mut System,
        model: Option<&'a mut (dyn Producer + 'static)>,
    ) -> Replayer<'a> {
        let mut replayer = Replayer::new(system).settle(self.settle).only(&self.args.only);
        if let Some(model) = model {
            replayer = replayer.with(model);
        }
        if let Some(property) = &self.args.property {
            replayer = replayer.property(property);
        }
        if self.args.compare == Some(Compare::Allowed) {
            replayer = replayer.allowed();
        }
        self.invariants.iter().fold(replayer, |replayer, one| replayer.invariant(one.clone()))
    }
}

/// That the system `on` may have failures of the kinds that alone count.
pub(crate) fn has_kinds(system: &System, on: &str, only: &[String]) -> Result<(), Trouble> {
    let Some(kind) = only.iter().find(|kind| system.has_kind(kind) == Some(false)) else { return Ok(()) };
    let known = KINDS.iter().copied().chain(system.kinds.iter().flatten().map(String::as_str));
    let known: Vec<&str> = known.collect();
    let message = format!("--only {kind}: {on} has no failure of that kind; there are {}", known.join(", "));
    Err(Trouble::new(message))
}

/// Kinds that alone count, of which nobody has said that there are such, and none came: they may be misspelt.
fn unheard_of(args: &Replay, system: &System, told: &[Told<'_>], terminal: &Terminal) {
    let runs = || told.iter().filter_map(|told| told.run.as_ref().ok());
    let came =
        |kind: &str| runs().any(|run| run.failure().into_iter().chain(&run.left_out).any(|f| f.kind == kind));
    for kind in args.only.iter().filter(|kind| system.has_kind(kind).is_none() && !came(kind)) {
        terminal.note(&format!(
            "--only {kind}: no such failure came, and {} does not say which it has (`failures` in its answer to hello); all \
             systems have {}",
            args.on,
            KINDS.join(", ")
        ));
    }
}

/// Says on a terminal how many traces are done, unless the answers do.
struct Progress {
    of: usize,
    shown: Option<Instant>,
    is_wanted: bool,
}

/// How often progress is shown.
const EVERY: Duration = Duration::from_millis(200);

impl Progress {
    fn new(args: &Replay, of: usize) -> Self {
        let answers_show = args.format == ReplayFormat::Text && std::io::stdout().is_terminal();
        Self { of, shown: None, is_wanted: of > 1 && !answers_show && Terminal::shows_progress() }
    }

    fn tell(&mut self, terminal: &Terminal, done: usize) {
        if self.is_wanted && self.shown.is_none_or(|shown| shown.elapsed() >= EVERY) {
            self.shown = Some(Instant::now());
            let _ = write!(terminal.stderr(), "\r\x1b[K{done} of {} traces", self.of);
        }
    }

    fn clear(&self, terminal: &Terminal) {
        if self.shown.is_some() {
            let _ = write!(terminal.stderr(), "\r\x1b[K");
        }
    }
}

/// The expressions; `None` if one is none, which was told.
fn invariants(args: &Replay, terminal: &Terminal) -> Option<Vec<Expr>> {
    args.invariant.iter().map(|text| super::eval::parse(text, terminal)).collect()
}

/// How the trace says what its steps did: such that the system knows every label, unless the spec that goes along reads
/// the labels, or the states, and says what the system does.
fn labels(
    source: &Source,
    system: &System,
    model: Option<&dyn Producer>,
    given: Option<&Labels>,
) -> Result<Labels, Fault> {
    let trace = &source.document.trace;
    let Some(model) = model.filter(|model| model.reads_states()) else { return system.labels(trace, given) };
    match conventions(model, trace, given).into_iter().next() {
        Some(labels) => Ok(labels),
        None => system.labels(trace, given),
    }
}

fn text(out: &mut impl Write, told: &Told<'_>, verbose: bool, terminal: &Terminal) -> Result<(), Trouble> {
    match &told.run {
        Ok(run) => {
            let how = Explain { palette: Palette::ansi(), ..Explain::default() };
            let how = if verbose { Explain { context: None, most: usize::MAX, ..how } } else { how };
            out.write_all(explain(told.name, told.trace, run, &how).as_bytes())?;
        }
        Err(fault) => {
            out.flush()?;
            terminal.complain(&format!("{}: {}", told.name, fault.message));
        }
    }
    Ok(())
}

fn summary(out: &mut impl Write, told: &[Told<'_>]) -> Result<(), Trouble> {
    if told.len() > 1 {
        let mut ends: BTreeMap<String, usize> = BTreeMap::new();
        for told in told {
            let end = told.run.as_ref().map_or_else(|_| "not replayed".to_owned(), end_words);
            *ends.entry(end).or_default() += 1;
        }
        let parts: Vec<String> =
            ends.iter().map(|(end, count)| format!("{count} × {}", itf::render::escape(end))).collect();
        writeln!(out, "{} traces: {}", told.len(), parts.join("; "))?;
    }
    Ok(())
}

/// How a replay ended, as an identity: the same for the same failure.
pub(crate) fn end_words(run: &Run) -> String {
    match &run.end {
        End::Agreed => "agrees".to_owned(),
        End::Failed(failure) => format!("{} ({})", failure.kind, failure.site),
        End::Broken(..) => "inconclusive".to_owned(),
    }
}
