//! `itf diff`: where two traces part, and what is different.

use std::io::Write;
use std::path::Path;
use std::slice;

use itf::Reader;
use itf::diff::{Options, diff_traces};
use itf::render::{DiffOptions, Page, Palette, escape, show_diff};

use crate::cli::Diff;
use crate::exit::Answer;
use crate::input::{self, STDIN, Source};
use crate::output::Terminal;
use crate::trouble::Trouble;

pub(crate) fn run(args: &Diff, terminal: &Terminal) -> Result<Answer, Trouble> {
    if args.left.as_os_str() == STDIN && args.right.as_os_str() == STDIN {
        return Err(Trouble::new(
            "two traces are compared: name two files, or one and `-` for standard input",
        ));
    }
    // One reader for both: what is equal is the same node, and costs nothing to compare.
    let mut reader = Reader::new();
    let mut read = |path: &Path| input::traces(slice::from_ref(&path.to_owned()), &mut reader, terminal);
    let (left, left_answer) = read(&args.left);
    let (right, right_answer) = read(&args.right);
    if left_answer.and(right_answer) == Answer::Trouble {
        return Ok(Answer::Trouble);
    }
    let options = Options { labels: args.action.labels()?, mode: args.mode.into() };
    let mut out = terminal.stdout();
    let mut answer = Answer::Yes;
    for (left, right) in left.iter().zip(&right) {
        let diff = diff_traces(&left.document.trace, &right.document.trace, &options);
        let view = DiffOptions {
            page: Page { width: Terminal::width(), palette: Palette::ansi() },
            names: names(&left.name, &right.name),
            limit: if args.all { 0 } else { DiffOptions::default().limit },
        };
        out.write_all(show_diff(&diff, &view).as_bytes())?;
        answer = answer.and(if diff.is_same() { Answer::Yes } else { Answer::No });
    }
    for (more, fewer) in [(&left, &right), (&right, &left)] {
        for Source { name, .. } in more.iter().skip(fewer.len()) {
            writeln!(out, "only one file has {}", escape(name))?;
            answer = Answer::No;
        }
    }
    out.flush()?;
    Ok(answer)
}

/// What the two are called: by the names of their files alone, where these tell them apart.
fn names(left: &str, right: &str) -> [String; 2] {
    let file = |name: &str| name.rsplit('/').next().map_or_else(|| escape(name), escape);
    let short = [file(left), file(right)];
    if short[0] == short[1] { [escape(left), escape(right)] } else { short }
}
