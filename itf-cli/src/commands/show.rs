//! `itf show`: a trace as people read it.

use std::io::Write;
use std::path::Path;

use itf::render::{
    Page, Palette, ShowOptions, View, Viewer, escape, show_markdown_parts, show_parts, steps_view_parts,
};

use super::labels;
use crate::cli::{Show, ShowFormat};
use crate::exit::Answer;
use crate::input::{self, Input, Source};
use crate::output::{Output, Terminal};
use crate::trouble::Trouble;

pub(crate) fn run(args: &Show, terminal: &Terminal) -> Result<Answer, Trouble> {
    let format = args.format();
    let on_screen = args.out.file.is_none() && format == ShowFormat::Text;
    let palette = if on_screen { Palette::ansi() } else { Palette::plain() };
    // A document is read at other widths than it was written at.
    let width = if on_screen { Terminal::width() } else { Page::default().width };
    let mut options = ShowOptions {
        page: Page { width, palette, notation: args.notation.into() },
        full: args.full,
        only: args.vars.clone(),
        hide: args.hide.clone(),
        steps: args.steps.map(|(first, last)| first..=last),
        labels: args.action.labels()?,
    };
    let is_part = args.full || args.steps.is_some() || !args.vars.is_empty() || !args.hide.is_empty();
    if format == ShowFormat::Steps && is_part {
        return Err(Trouble::new("the steps view is always of the whole trace"));
    }
    let mut reader = crate::limits::reader();
    let (sources, answer) = input::traces(&args.files, &mut reader, terminal);
    for names in [&mut options.only, &mut options.hide] {
        *names = names.iter().flat_map(|name| meant(name, &sources)).collect();
    }
    what_finds_nothing(args, &options, &sources, terminal);
    let view = args.view.as_deref().map(|path| view(path, terminal)).transpose()?;
    if view.is_some() && format != ShowFormat::Html {
        return Err(Trouble::new("a view is for a page: --format html"));
    }
    if on_screen {
        let mut out = terminal.stdout();
        write(&sources, format, &options, &mut out)?;
        out.flush()?;
        return Ok(answer);
    }
    let mut out = Output::open(args.out.file.as_deref())?;
    if format == ShowFormat::Html {
        out.write_all(page(&sources, &options, view.as_ref())?.as_bytes())?;
    } else {
        write(&sources, format, &options, &mut out)?;
    }
    out.finish()?;
    Ok(answer)
}

/// Writes the traces as text, each part when it is made: what is said of a long trace is many times larger than the trace.
fn write(
    sources: &[Source],
    format: ShowFormat,
    options: &ShowOptions,
    out: &mut impl Write,
) -> Result<(), Trouble> {
    for (at, source) in sources.iter().enumerate() {
        out.write_all(if at > 0 { b"\n" } else { b"" })?;
        if sources.len() > 1 && format != ShowFormat::Markdown {
            let rule = options.page.palette.heading;
            writeln!(out, "{rule}{}{rule:#}", escape(&source.name))?;
        }
        let trace = &source.document.trace;
        let mut parts: Box<dyn Iterator<Item = String>> = match format {
            ShowFormat::Text => Box::new(show_parts(trace, options)),
            ShowFormat::Markdown => Box::new(show_markdown_parts(trace, &source.name, options)),
            ShowFormat::Steps | ShowFormat::Html => Box::new(steps_view_parts(trace)),
        };
        parts.try_for_each(|part| out.write_all(part.as_bytes()))?;
    }
    Ok(())
}

/// The variables that are meant by a name, as in expressions: the one of this name, or those whose name ends in it
/// (`left` for `counter::dial::left`).
fn meant(name: &str, sources: &[Source]) -> Vec<String> {
    let variables = || sources.iter().flat_map(|source| source.document.trace.variables());
    let end = format!("::{name}");
    let mut found: Vec<String> = variables().filter(|own| own.ends_with(&end)).map(str::to_owned).collect();
    if found.is_empty() || variables().any(|own| own == name) {
        return vec![name.to_owned()];
    }
    found.sort();
    found.dedup();
    found
}

/// Says which options find nothing in any of the traces: a misspelt name should not look like an empty trace.
fn what_finds_nothing(args: &Show, options: &ShowOptions, sources: &[Source], terminal: &Terminal) {
    if sources.is_empty() {
        return;
    }
    let traces = || sources.iter().map(|source| &source.document.trace);
    labels::note_if_unused(options.labels.as_ref(), traces(), terminal);
    for name in options.only.iter().chain(&options.hide) {
        if !traces().any(|trace| trace.states.iter().any(|state| state.value.get(name).is_some())) {
            terminal.note(&format!("no state has a variable `{}`", escape(name)));
        }
    }
    let last = traces().map(|trace| trace.states.len()).max().unwrap_or_default().saturating_sub(1);
    if args.steps.is_some_and(|(first, _)| first > last) {
        terminal.note(&format!("the last step is {last}"));
    }
}

fn view(path: &Path, terminal: &Terminal) -> Result<View, Trouble> {
    let Input { name, bytes } = Input::read(path, terminal)?;
    let script = String::from_utf8(bytes)
        .map_err(|e| Trouble::new(format!("{name} is not UTF-8 at byte {}", e.utf8_error().valid_up_to())))?;
    View::new(&script).map_err(|e| Trouble::new(format!("{name}: {e}")))
}

/// One trace, or two side by side.
fn page(sources: &[Source], options: &ShowOptions, view: Option<&View>) -> Result<String, Trouble> {
    let viewer = match sources {
        [] => return Err(Trouble::new("there is no trace to show")),
        [one] => Viewer::new(&one.name, &one.document.trace, options),
        [one, other] => {
            Viewer::new(&one.name, &one.document.trace, options).beside(&other.name, &other.document.trace)
        }
        more => {
            return Err(Trouble::new(format!(
                "a page shows one trace or two, and these are {}; `itf select --traces 1 FILE` chooses one",
                more.len()
            )));
        }
    };
    let viewer = match view {
        Some(view) => viewer.with_view(view),
        None => viewer,
    };
    Ok(viewer.page())
}
