//! `itf show`: a trace as people read it.

use std::io::Write;

use itf::Reader;
use itf::render::{Page, Palette, ShowOptions, escape, show, show_html, show_markdown, steps_view};

use crate::cli::{Show, ShowFormat};
use crate::exit::Answer;
use crate::input;
use crate::output::{Output, Terminal};
use crate::trouble::Trouble;

pub(crate) fn run(args: &Show, terminal: &Terminal) -> Result<Answer, Trouble> {
    let on_screen = args.out.file.is_none() && args.format == ShowFormat::Text;
    let palette = if on_screen { Palette::ansi() } else { Palette::plain() };
    // A document is read at other widths than it was written at.
    let width = if on_screen { Terminal::width() } else { Page::default().width };
    let options = ShowOptions {
        page: Page { width, palette, notation: args.notation.into() },
        full: args.full,
        only: args.vars.clone(),
        hide: args.hide.clone(),
        steps: args.steps.map(|(first, last)| first..=last),
        labels: args.action.labels()?,
    };
    let is_part = args.full || args.steps.is_some() || !args.vars.is_empty() || !args.hide.is_empty();
    if args.format == ShowFormat::Steps && is_part {
        return Err(Trouble::new("the steps view is always of the whole trace"));
    }
    let mut reader = Reader::new();
    let (sources, answer) = input::traces(&args.files, &mut reader, terminal);
    if args.format == ShowFormat::Html && sources.len() > 1 {
        return Err(Trouble::new(format!("a page shows one trace, and these are {}", sources.len())));
    }
    let mut text = String::new();
    for (at, source) in sources.iter().enumerate() {
        text.push_str(if at > 0 { "\n" } else { "" });
        if sources.len() > 1 && matches!(args.format, ShowFormat::Text | ShowFormat::Steps) {
            let rule = options.page.palette.heading;
            let (on, off) = (rule.render().to_string(), rule.render_reset().to_string());
            text.push_str(&[&on, escape(&source.name).as_str(), &off, "\n"].concat());
        }
        let trace = &source.document.trace;
        text.push_str(&match args.format {
            ShowFormat::Text => show(trace, &options),
            ShowFormat::Markdown => show_markdown(trace, &source.name, &options),
            ShowFormat::Html => show_html(trace, &source.name, &options),
            ShowFormat::Steps => steps_view(trace),
        });
    }
    if on_screen {
        let mut out = terminal.stdout();
        out.write_all(text.as_bytes())?;
        out.flush()?;
    } else {
        let mut out = Output::open(args.out.file.as_deref())?;
        out.write_all(text.as_bytes())?;
        out.finish()?;
    }
    Ok(answer)
}
