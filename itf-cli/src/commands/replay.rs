//! `itf replay`: traces against a system.

use std::collections::BTreeMap;
use std::io::Write;

use anstyle::{AnsiColor, Style};
use itf::{Reader, Trace};
use itf_adapters::{End, Replay as Run, ReplayedStep};

use crate::cli::{Compare, Replay};
use crate::exit::Answer;
use crate::input;
use crate::output::Terminal;
use crate::plugs;
use crate::trouble::Trouble;

/// Steps before the last that are shown without --verbose.
const CONTEXT: usize = 3;

pub(crate) fn run(args: &Replay, terminal: &Terminal) -> Result<Answer, Trouble> {
    let mut system = plugs::system(&args.on)?;
    // An adapter that declares a view wants it compared, whatever the command line says.
    system.compare_views |= args.compare == Some(Compare::View);
    let given = args.action.labels()?;
    let mut reader = Reader::new();
    let (sources, mut answer) = input::traces(&args.files, &mut reader, terminal);
    let mut out = terminal.stdout();
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for source in &sources {
        let trace = &source.document.trace;
        let labels = system.labels(trace, given.as_ref());
        let run = labels.and_then(|labels| system.replay(trace, &labels, &mut |_| {}));
        match run {
            Ok(run) => {
                let shown = if args.verbose { usize::MAX } else { CONTEXT };
                text(&mut out, &source.name, trace, &run, shown)?;
                *ends.entry(end_words(&run)).or_default() += 1;
                answer = answer.and(match run.end {
                    End::Agreed => Answer::Yes,
                    End::Failed(_) => Answer::No,
                    End::Broken(..) => Answer::Trouble,
                });
            }
            Err(fault) => {
                out.flush()?;
                terminal.complain(&format!("{}: {}", source.name, fault.message));
                answer = Answer::Trouble;
            }
        }
    }
    if sources.len() > 1 {
        let parts: Vec<String> = ends.iter().map(|(end, count)| format!("{count} × {end}")).collect();
        writeln!(out, "{} traces: {}", sources.len(), parts.join("; "))?;
    }
    out.flush()?;
    Ok(answer)
}

/// How a replay ended, as an identity: the same for the same failure.
fn end_words(run: &Run) -> String {
    match &run.end {
        End::Agreed => "agrees".to_owned(),
        End::Failed(failure) => format!("{} ({})", failure.kind, failure.site),
        End::Broken(..) => "inconclusive".to_owned(),
    }
}

/// A replay as text: the verdict, then the last steps.
pub(crate) fn text(
    out: &mut impl Write,
    name: &str,
    trace: &Trace,
    run: &Run,
    context: usize,
) -> Result<(), Trouble> {
    let (red, green) = (AnsiColor::Red.on_default().bold(), AnsiColor::Green.on_default().bold());
    let last = trace.states.len().saturating_sub(1);
    let name = itf::render::escape(name);
    match &run.end {
        End::Agreed => writeln!(out, "{name}: {green}agrees{green:#}, {last} steps")?,
        End::Failed(failure) => {
            let at = run.steps.len();
            writeln!(out, "{name}: {red}fails{red:#} at step {at} of {last}")?;
            writeln!(out, "  {}: {}", failure.kind, itf::render::escape(&failure.message))?;
        }
        End::Broken(at, fault) => {
            writeln!(out, "{name}: inconclusive at step {at} of {last}")?;
            writeln!(out, "  {}", itf::render::escape(&fault.to_string()))?;
        }
    }
    let skipped = run.steps.len().saturating_sub(context.saturating_add(1));
    let shown = &run.steps[skipped..];
    if matches!(run.end, End::Agreed) && context != usize::MAX {
        return Ok(());
    }
    if skipped > 0 {
        writeln!(out, "  … {skipped} steps before")?;
    }
    let width = shown.iter().map(|step| step.label.name.chars().count()).max().unwrap_or(0);
    for step in shown {
        let failed = step.index == run.steps.len() && matches!(run.end, End::Failed(_));
        step_line(out, step, width, if failed { red } else { Style::new() })?;
    }
    Ok(())
}

fn step_line(out: &mut impl Write, step: &ReplayedStep, width: usize, style: Style) -> Result<(), Trouble> {
    writeln!(
        out,
        "  {style}step {:>3}  {:width$}  {:34}{style:#}  {}",
        step.index,
        itf::render::escape(&step.label.name),
        arguments(step),
        itf::render::escape(&step.reply.to_string()),
    )?;
    Ok(())
}

/// The arguments that are texts, as far as there is room: who did what to what. The rest does not fit a line.
fn arguments(step: &ReplayedStep) -> String {
    const ROOM: usize = 32;
    let texts = step.label.args.iter().filter_map(|(_, value)| value.as_str()).map(itf::render::escape);
    let mut text = String::new();
    for next in texts {
        let separator = if text.is_empty() { "" } else { ", " };
        if text.chars().count() + separator.len() + next.chars().count() > ROOM {
            text.push_str(if text.is_empty() { "…" } else { " …" });
            break;
        }
        text.push_str(separator);
        text.push_str(&next);
    }
    text
}
