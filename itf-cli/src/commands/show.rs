//! `itf show`: a trace as people read it.

use std::io::Write;

use itf::Reader;
use itf::render::{Page, Palette, ShowOptions, escape, show};

use crate::cli::Show;
use crate::exit::Answer;
use crate::input;
use crate::output::Terminal;
use crate::trouble::Trouble;

pub(crate) fn run(args: &Show, terminal: &Terminal) -> Result<Answer, Trouble> {
    let options = ShowOptions {
        page: Page { width: Terminal::width(), palette: Palette::ansi() },
        full: args.full,
        only: args.vars.clone(),
        hide: args.hide.clone(),
        steps: args.steps.map(|(first, last)| first..=last),
        labels: args.action.labels()?,
    };
    let mut reader = Reader::new();
    let (sources, answer) = input::traces(&args.files, &mut reader, terminal);
    let mut out = terminal.stdout();
    for (at, source) in sources.iter().enumerate() {
        if sources.len() > 1 {
            let rule = options.page.palette.heading;
            writeln!(out, "{}{rule}{}{rule:#}", if at > 0 { "\n" } else { "" }, escape(&source.name))?;
        }
        out.write_all(show(&source.document.trace, &options).as_bytes())?;
    }
    out.flush()?;
    Ok(answer)
}
