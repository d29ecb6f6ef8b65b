//! A replay as text for people.

use std::fmt::Write;

use anstyle::Style;
use itf::render::{Palette, escape};
use itf::{Trace, Value};

use super::{Discrepancy, End, Replay, ReplayedStep};

/// How much of a replay is told, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explain {
    /// The colours.
    pub palette: Palette,
    /// Steps before the last that are shown where something went wrong; without a number all steps always.
    pub context: Option<usize>,
    /// Differences that are shown at most.
    pub most: usize,
}

/// Three steps, twenty differences, no colours.
impl Default for Explain {
    fn default() -> Self {
        Self { palette: Palette::plain(), context: Some(3), most: 20 }
    }
}

/// A replay as text: the verdict, then how model and system differ, then the last steps.
///
/// ```
/// use itf::Labels;
/// use itf_adapters::{Driver, Explain, driven, explain};
/// # #[derive(Default)]
/// # struct Lamp(bool);
/// # impl Driver for Lamp {
/// #     type State = itf::Value;
/// #     type Action = String;
/// #     type Reply = &'static str;
/// #     type Observed = std::collections::BTreeMap<String, bool>;
/// #     fn reset(&mut self, _: itf::Value) {}
/// #     fn step(&mut self, _: String) -> &'static str { "switched" }
/// #     fn actions() -> Vec<String> { vec!["toggle".into()] }
/// # }
/// let trace = &itf::read(br#"{"vars":["did"],"states":[{"did":"init"},{"did":"toggle"}]}"#)?[0];
/// let replay = driven("lamp", Lamp::default).replay(trace, &Labels::parse("fields:did")?, &mut |_| {})?;
/// assert_eq!(explain("a.json", trace, &replay, &Explain::default()), "a.json: agrees, 1 step\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain(name: &str, trace: &Trace, replay: &Replay, how: &Explain) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, name, trace, replay, how);
    text
}

fn write(out: &mut String, name: &str, trace: &Trace, replay: &Replay, how: &Explain) -> std::fmt::Result {
    let (red, green) = (how.palette.removed.bold(), how.palette.added.bold());
    let (red, green) =
        if how.palette == Palette::plain() { (how.palette.removed, how.palette.added) } else { (red, green) };
    let last = trace.states.len().saturating_sub(1);
    let name = escape(name);
    match &replay.end {
        End::Agreed => {
            writeln!(out, "{name}: {green}agrees{green:#}, {last} {}", word(last))?;
        }
        End::Failed(failure) => {
            writeln!(out, "{name}: {red}fails{red:#} at step {} of {last}", replay.steps.len())?;
            writeln!(out, "  {}: {}", failure.kind, escape(&failure.message))?;
        }
        End::Broken(at, fault) => {
            writeln!(out, "{name}: inconclusive at step {at} of {last}")?;
            // What an adapter wrote before it ended has lines of its own.
            for line in fault.to_string().lines() {
                writeln!(out, "  {}", escape(line))?;
            }
        }
    }
    if let End::Failed(failure) = &replay.end
        && failure.kind != "view"
        && replay.same_views > 0
    {
        let (same, steps) = (replay.same_views, replay.steps.len());
        let after = if same == steps { format!("each of {steps}") } else { format!("{same} of {steps}") };
        writeln!(out, "  the views of model and system agree after {after} {}", word(steps))?;
    }
    for failure in &replay.left_out {
        writeln!(out, "  not counted: {}: {}", escape(&failure.kind), escape(&failure.message))?;
    }
    if let Some(at) = replay.edited_at {
        writeln!(
            out,
            "  the model does not reach state {at} as it was recorded, and goes its own way from there"
        )?;
    }
    if let End::Failed(failure) = &replay.end {
        differences(out, replay, &failure.kind, how)?;
    }
    let (skipped, shown) = match how.context {
        None => (0, &replay.steps[..]),
        Some(_) if replay.end == End::Agreed => return Ok(()),
        Some(context) => {
            let skipped = replay.steps.len().saturating_sub(context.saturating_add(1));
            (skipped, &replay.steps[skipped..])
        }
    };
    if skipped > 0 {
        writeln!(out, "  … {skipped} {} before", word(skipped))?;
    }
    let width = shown.iter().map(|step| step.label.name.chars().count()).max().unwrap_or(0);
    for step in shown {
        let failed = step.index == replay.steps.len() && matches!(replay.end, End::Failed(_));
        let arguments = if how.context.is_none() { all_arguments(step) } else { arguments(step) };
        step_line(out, step, (width, arguments), if failed { red } else { Style::new() })?;
    }
    Ok(())
}

fn word(steps: usize) -> &'static str {
    if steps == 1 { "step" } else { "steps" }
}

/// How model and system differ, unless the failure has said just that.
fn differences(out: &mut String, replay: &Replay, kind: &str, how: &Explain) -> std::fmt::Result {
    if !replay.at_reset.is_empty() {
        writeln!(out, "  right after its reset it looked different already, expected against observed:")?;
        lines(out, &replay.at_reset, how)?;
    }
    let all = &replay.divergence.discrepancies;
    if !all.is_empty() && (kind != "view" || all.len() > 1) {
        let what = match kind {
            "view" | "not allowed" => "expected by the model, against observed:",
            _ => "they look different, too, expected by the model against observed:",
        };
        writeln!(out, "  {what}")?;
        lines(out, all, how)?;
    }
    if let Some(nearest) = &replay.divergence.nearest
        && nearest.discrepancies != *all
    {
        writeln!(out, "  nearest allowed: {}", escape(&nearest.label.to_string()))?;
        lines(out, &nearest.discrepancies, how)?;
    }
    Ok(())
}

fn lines(out: &mut String, all: &[Discrepancy], how: &Explain) -> std::fmt::Result {
    use super::DiscrepancyKind::{Missing, NotObserved, Unexpected, WrongValue};
    for one in all.iter().take(how.most) {
        let style = match one.kind {
            Missing => how.palette.removed,
            Unexpected => how.palette.added,
            WrongValue => how.palette.changed,
            NotObserved => how.palette.note,
        };
        writeln!(out, "    {style}{}{style:#}", escape(&one.to_string()))?;
    }
    if all.len() > how.most {
        writeln!(out, "    … {} more", all.len() - how.most)?;
    }
    Ok(())
}

fn step_line(
    out: &mut String,
    step: &ReplayedStep,
    (width, arguments): (usize, String),
    style: Style,
) -> std::fmt::Result {
    let answer = match &step.skipped {
        Some(why) => format!("left out: the model cannot do it here: {why}"),
        None => step.reply.to_string(),
    };
    writeln!(
        out,
        "  {style}step {:>3}  {:width$}  {:34}{style:#}  {}",
        step.index,
        escape(&step.label.name),
        arguments,
        escape(&answer),
    )?;
    if let Some(did) = &step.followed {
        writeln!(out, "            the model followed: {}", escape(&did.to_string()))?;
    }
    if let Some(why) = &step.unknown {
        writeln!(out, "            not judged: {}", escape(why))?;
    }
    Ok(())
}

/// All arguments, with their names: enough to do the step by hand.
fn all_arguments(step: &ReplayedStep) -> String {
    let one = |(name, value): (&itf::Str, &Value)| format!("{name}: {value}");
    escape(&step.label.args.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// The arguments, as far as there is room: texts first, which say who did what to what, then numbers. The rest does not fit a
/// line.
fn arguments(step: &ReplayedStep) -> String {
    const ROOM: usize = 32;
    let args = || step.label.args.iter();
    let texts = args().filter_map(|(_, value)| Some(value.as_str()?.to_owned()));
    let short = args().filter(|(_, value)| matches!(value, Value::Int(_) | Value::Bool(_)));
    let others = short.map(|(name, value)| format!("{name}: {value}"));
    let mut text = String::new();
    for next in texts.chain(others) {
        let next = escape(&next);
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
