//! The comparison of what was observed with all that is allowed.

use std::io::Write;
use std::slice;

use itf::Labels;
use itf::diff::{Options, follow};
use itf::render::{Page, Palette, escape, show_followed};

use crate::cli::{Diff, DiffFormat};
use crate::exit::Answer;
use crate::input;
use crate::output::Terminal;
use crate::trouble::Trouble;

pub(super) fn run(args: &Diff, options: &Options, terminal: &Terminal) -> Result<Answer, Trouble> {
    if args.output.format != DiffFormat::Text || args.output.out.file.is_some() {
        return Err(Trouble::new("--allowed writes text, and to standard output"));
    }
    // One reader for both: what is equal is the same node, and costs nothing to compare.
    let mut reader = crate::limits::reader();
    let (allowed, first) = input::traces(slice::from_ref(&args.left), &mut reader, terminal);
    let (observed, second) = input::traces(slice::from_ref(&args.right), &mut reader, terminal);
    if first.and(second) == Answer::Trouble {
        return Ok(Answer::Trouble);
    }
    let allowed: Vec<_> = allowed.into_iter().map(|source| source.document.trace).collect();
    let known = || allowed.iter().find_map(|trace| Labels::candidates(trace).into_iter().next());
    let labels = options.labels.clone().or_else(known);
    let page = Page { width: Terminal::width(), palette: Palette::ansi(), ..Page::default() };
    let mut out = terminal.stdout();
    let mut same = true;
    for source in &observed {
        let followed = follow(&allowed, &source.document.trace, labels.as_ref(), &options.rules);
        same &= followed.is_allowed;
        if observed.len() > 1 {
            write!(out, "{}: ", escape(&source.name))?;
        }
        out.write_all(show_followed(&followed, &page).as_bytes())?;
    }
    out.flush()?;
    Ok(if same { Answer::Yes } else { Answer::No })
}
