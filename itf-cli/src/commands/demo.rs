//! `itf demo`: the whole job on the embedded example, told as a story. Every line is the answer of the same library calls
//! that the commands make.

mod report;

use std::cell::RefCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anstyle::{AnsiColor, Style};
use itf::check::Severity;
use itf::diff::{Options as DiffOptions, diff_traces};
use itf::render::{DiffOptions as DiffView, Page, Palette, ShowOptions, View, Viewer, show, show_diff};
use itf::{Document, Labels, Layout, Trace};
use itf_adapters::{Explain, Producer, Replay, System};
use itf_shrink::Options;

use super::shrink::{Goal, How, NotShrunk, Shrunk, Watch, claim, prove, schedule, shrink};
use crate::cli::Demo;
use crate::exit::Answer;
use crate::output::{Terminal, counted, make_folder, write_anew};
use crate::plugs;
use crate::trouble::Trouble;

const SPEC: &str = "dns-spec:n3_5_3";
const SYSTEM: &str = "dns-lab";
const PROPERTY: &str = "no_inconsistent_root";
const SEED: u64 = 1;

/// What the demo found out, for its report.
struct Story {
    found: Trace,
    replayed: Replay,
    shrunk: Shrunk,
    again: Replay,
}

pub(crate) fn run(args: &Demo, terminal: &Terminal) -> Result<Answer, Trouble> {
    make_folder(&args.out)?;
    let mut teller = Teller { out: terminal.stdout(), folder: args.out.clone(), chapter: 0 };
    let mut producer = plugs::producer(SPEC, None)?;
    let mut system = plugs::system(SYSTEM)?;

    teller
        .say("A DNS control plane: a planner publishes plans, three deployers install them and clean up.")?;
    teller.say("Somewhere in it is an outage that nobody has seen yet.")?;

    let found = find(&mut teller, producer.as_mut())?;
    check(&mut teller, &found)?;
    let replayed = replay(&mut teller, &mut system, &found, "found", "Does the real system do that, too?")?;
    let shrunk = make_small(&mut teller, producer.as_mut(), &found, terminal)?;
    let again = replay(
        &mut teller,
        &mut system,
        &shrunk.trace,
        "small",
        "Does the short one still break the system?",
    )?;
    expected(&mut teller, &mut system, &shrunk.trace)?;
    compare(&mut teller, &found, &shrunk.trace)?;
    explain(&mut teller, &shrunk.trace)?;

    let report = report::report(&Story { found, replayed, shrunk, again });
    write_anew(&args.out.join("report.md"), report.markdown().as_bytes())?;
    write_anew(&args.out.join("report.html"), report.html().as_bytes())?;
    page(&report.bugs[0].shortest, &args.out.join("small.html"))?;
    teller.end()?;
    Ok(Answer::Yes)
}

fn find(teller: &mut Teller<impl Write>, producer: &mut dyn Producer) -> Result<Trace, Trouble> {
    teller.chapter("Find it: random walks over the executable spec, until an invariant is violated.")?;
    let file = teller.path("found");
    teller.command(&format!("itf generate {SPEC} --property {PROPERTY} --seed {SEED} -o {file}"))?;
    let search = itf_adapters::Search {
        property: Some(PROPERTY.into()),
        max_steps: 40,
        max_samples: 20_000,
        max_findings: 1,
        seed: SEED,
        ..itf_adapters::Search::default()
    };
    let mut found = None;
    let report = producer.search(&search, &mut |trace| {
        found = Some(trace);
        std::ops::ControlFlow::Break(())
    })?;
    let found = found.ok_or_else(|| Trouble::new("the search found nothing: the example is broken"))?;
    teller.save("found", &found)?;
    let states = found.states.len();
    teller.note(&format!(
        "1 of {} walks violates {PROPERTY}, {} steps, seed {SEED}",
        report.walks, report.steps
    ))?;
    teller
        .say(&format!("{states} states, at the end of which the root name points at a plan that is gone."))?;
    Ok(found)
}

fn check(teller: &mut Teller<impl Write>, found: &Trace) -> Result<(), Trouble> {
    teller.chapter("Check it: is this well-formed, consistent ITF?")?;
    let file = teller.path("found");
    teller.command(&format!("itf check {file}"))?;
    let text = itf::to_string(found, Layout::Compact);
    let mut reader = crate::limits::reader();
    let documents: Result<Vec<Document>, _> = reader.documents(text.as_bytes()).collect();
    let documents = documents.map_err(|e| Trouble::new(format!("what was written does not read: {e}")))?;
    let findings: Vec<_> = documents.iter().flat_map(|d| itf::check::check(d, false)).collect();
    let notes = findings.iter().filter(|f| f.severity == Severity::Note).count();
    match findings.len() - notes {
        0 => teller.result(&format!(
            "1 trace in 1 file: valid{}",
            if notes == 0 {
                String::new()
            } else {
                format!("; {}, shown with --notes", counted(notes, "note"))
            }
        )),
        count => Err(Trouble::new(format!("{count} findings in a trace of our own"))),
    }
}

fn replay(
    teller: &mut Teller<impl Write>,
    system: &mut System,
    trace: &Trace,
    name: &str,
    question: &str,
) -> Result<Replay, Trouble> {
    teller.chapter(&format!("Replay it. {question}"))?;
    let file = teller.path(name);
    teller.command(&format!("itf replay --on {SYSTEM} {file}"))?;
    let labels = system.labels(trace, None)?;
    let replayed = system.replay(trace, &labels, &mut |_| {})?;
    if replayed.failure().is_none() {
        return Err(Trouble::new("the system does not fail: the example is broken"));
    }
    let how = Explain { palette: Palette::ansi(), ..Explain::default() };
    teller.lines(&itf_adapters::explain(&file, trace, &replayed, &how))?;
    if name == "found" {
        teller.say(&format!(
            "(Model and lab have names of their own: db.us-east-1.example.com is {}.)",
            itf_dns_lab::names::ROOT
        ))?;
    }
    Ok(replayed)
}

/// Compares the whole zone of the system with what the model expects, after every step.
fn expected(teller: &mut Teller<impl Write>, system: &mut System, small: &Trace) -> Result<(), Trouble> {
    teller.chapter("Compare it with what the model expected, after every step.")?;
    let file = teller.path("small");
    teller.command(&format!("itf replay --on {SYSTEM} --compare view {file}"))?;
    system.compare_views = true;
    let labels = system.labels(small, None)?;
    let run = system.replay(small, &labels, &mut |_| {})?;
    system.compare_views = false;
    let how = Explain { palette: Palette::ansi(), ..Explain::default() };
    let text = itf_adapters::explain(&file, small, &run, &how);
    // The steps were shown just now.
    let verdict: Vec<&str> = text.lines().take_while(|line| !line.contains('…')).collect();
    teller.lines(&verdict.join("\n"))?;
    teller.lines("  …")?;
    if run.same_views < run.steps.len() {
        return Err(Trouble::new("model and system part: the example is broken"));
    }
    teller.say("The code does what the model says: the bug is in the design.")
}

fn make_small(
    teller: &mut Teller<impl Write>,
    producer: &mut dyn Producer,
    found: &Trace,
    terminal: &Terminal,
) -> Result<Shrunk, Trouble> {
    teller.chapter("Shrink it: leave out what does not matter; the spec re-executes every candidate.")?;
    let (file, small) = (teller.path("found"), teller.path("small"));
    teller.command(&format!(
        "itf shrink --with {SPEC} --violates {PROPERTY} --prove \\\n       {file} -o {small}"
    ))?;
    let calls = schedule(producer, found, None, "found", terminal)?;
    let watch = Watch::new(terminal, "found", found.states.len());
    let goal = Goal { property: Some(PROPERTY.into()), ..Goal::default() };
    let stop = AtomicBool::new(false);
    // The result is saved when it is known: it takes no time.
    let best = RefCell::default();
    let how = How::new(Options::default(), &stop, &watch, &best);
    let broken = |_: NotShrunk| Trouble::new("what was found does not fail again: the example is broken");
    let mut shrunk = shrink(producer, goal, found, &calls, &how).map_err(broken)?;
    prove(producer, PROPERTY, &mut shrunk, &how);
    teller.save("small", &shrunk.trace)?;
    teller.note(&format!(
        "{file}: {} → {} states, {}, {} runs; keeps {} at {}",
        found.states.len(),
        shrunk.trace.states.len(),
        claim(&shrunk),
        shrunk.calls,
        shrunk.failure.kind,
        shrunk.failure.site
    ))?;
    Ok(shrunk)
}

fn compare(teller: &mut Teller<impl Write>, found: &Trace, small: &Trace) -> Result<(), Trouble> {
    teller.chapter("Compare them: what was left out?")?;
    let (a, b) = (teller.path("found"), teller.path("small"));
    teller.command(&format!("itf diff {a} {b}"))?;
    let diff = diff_traces(found, small, &DiffOptions::default());
    let options =
        DiffView { names: ["found.itf.json".into(), "small.itf.json".into()], ..DiffView::default() };
    // What follows is some screens long.
    let text = show_diff(&diff, &options);
    teller.lines(text.split_once("\n\n").map_or(text.as_str(), |(head, _)| head))?;
    teller.lines("…")
}

/// A page to look around in, with the zone drawn.
fn page(small: &Trace, path: &Path) -> Result<(), Trouble> {
    let view = View::new(plugs::view(SPEC).unwrap_or_default())
        .map_err(|e| Trouble::new(format!("the view: {e}")))?;
    let page = Viewer::new("small.itf.json", small, &ShowOptions::default()).with_view(&view).page();
    write_anew(path, page.as_bytes())
}

fn explain(teller: &mut Teller<impl Write>, small: &Trace) -> Result<(), Trouble> {
    teller.chapter("Read it: the outage, told by the last steps of the shortest trace there is.")?;
    let file = teller.path("small");
    let steps = small.states.len().saturating_sub(3)..=small.states.len().saturating_sub(1);
    let range = format!("{}..{}", steps.start(), steps.end());
    teller.command(&format!("itf show --steps {range} --vars zone_records {file}"))?;
    let options = ShowOptions {
        page: Page {
            width: Terminal::columns(false).map_or(92, |columns| columns.min(95) - 3),
            palette: Palette::ansi(),
            ..Page::default()
        },
        only: vec!["zone_records".into()],
        steps: Some(steps),
        labels: Labels::candidates(small).into_iter().next(),
        ..ShowOptions::default()
    };
    // Only the steps: what the trace says about itself was told before.
    let text = show(small, &options);
    teller.lines(text.split_once("\n\n").map_or(text.as_str(), |(_, steps)| steps))
}

/// Tells the story: chapters, the command to do it oneself, the result.
struct Teller<W> {
    out: W,
    folder: PathBuf,
    chapter: usize,
}

impl<W: Write> Teller<W> {
    fn say(&mut self, text: &str) -> Result<(), Trouble> {
        self.words("", text)
    }

    /// Text in lines of the width of the terminal, broken between words; of a hundred columns, where there is none.
    fn words(&mut self, indent: &str, text: &str) -> Result<(), Trouble> {
        let width = Terminal::columns(false).unwrap_or(100);
        let mut line = indent.to_owned();
        for word in text.split(' ') {
            let is_first = line.len() == indent.len();
            if !is_first && line.chars().count() + 1 + word.chars().count() > width {
                writeln!(self.out, "{line}")?;
                line = format!("{indent}{word}");
                continue;
            }
            line.push_str(if is_first { "" } else { " " });
            line.push_str(word);
        }
        Ok(writeln!(self.out, "{line}")?)
    }

    fn chapter(&mut self, title: &str) -> Result<(), Trouble> {
        self.chapter += 1;
        let bold = Style::new().bold();
        Ok(writeln!(self.out, "\n{bold}{}. {title}{bold:#}", self.chapter)?)
    }

    fn command(&mut self, command: &str) -> Result<(), Trouble> {
        let style = AnsiColor::Cyan.on_default();
        Ok(writeln!(self.out, "   {style}$ {command}{style:#}")?)
    }

    fn result(&mut self, text: &str) -> Result<(), Trouble> {
        self.words("   ", text)
    }

    /// What the command tells on standard error.
    fn note(&mut self, text: &str) -> Result<(), Trouble> {
        let style = AnsiColor::Cyan.on_default();
        self.result(&format!("itf: {style}note{style:#}: {text}"))
    }

    fn lines(&mut self, text: &str) -> Result<(), Trouble> {
        for line in text.lines() {
            let line = format!("   {line}");
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn path(&self, name: &str) -> String {
        self.file(name).display().to_string()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.itf.json"))
    }

    fn save(&mut self, name: &str, trace: &Trace) -> Result<(), Trouble> {
        write_anew(&self.file(name), itf::to_string(trace, Layout::Compact).as_bytes())
    }

    fn end(&mut self) -> Result<(), Trouble> {
        let path = |name: &str| self.folder.join(name).display().to_string();
        let (report, page) = (path("report.html"), path("small.html"));
        writeln!(self.out)?;
        self.say(&format!(
            "The report is {report} (and report.md); look around in the shortest trace: {page}"
        ))?;
        Ok(self.out.flush()?)
    }
}
