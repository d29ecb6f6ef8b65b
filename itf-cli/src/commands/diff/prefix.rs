//! `itf diff --mode prefix`: both traces are read in step, no further than the first difference.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use itf::diff::{DiffDocument, Options, Side, diff_prefix};
use itf::render::{DiffOptions, Page, Palette, show_diff, show_observed};

use super::super::equality;
use crate::cli::{Diff, DiffFormat, DiffWords};
use crate::exit::Answer;
use crate::input::{STDIN, versioned};
use crate::output::Terminal;
use crate::trouble::Trouble;

pub(super) fn run(args: &Diff, options: &Options, terminal: &Terminal) -> Result<Answer, Trouble> {
    let (left, right) = (open(&args.left)?, open(&args.right)?);
    let names = [&args.left, &args.right].map(|path| path.display().to_string());
    let (mut reader, mut other) = (crate::limits::reader(), crate::limits::reader());
    let (mut left, mut right) = (reader.events(left), other.events(right));
    let mut out = terminal.stdout();
    let mut pairs = 0_usize;
    loop {
        let diff = match diff_prefix(&mut left, &mut right, options) {
            Ok(Some(diff)) => diff,
            Ok(None) => break,
            Err((side, error)) => {
                out.flush()?;
                let name = &names[usize::from(side == Side::Right)];
                return Err(Trouble::new(format!("{name}:{error}")));
            }
        };
        pairs += 1;
        let same = diff.is_same();
        if let Err(trouble) = equality::refuse_unmet([&diff]) {
            out.flush()?;
            return Err(trouble);
        }
        let [left, right] = &names;
        let names = super::output::names(left, right);
        let page = Page { width: Terminal::width(), palette: Palette::ansi(), ..Page::default() };
        match (args.output.format(), args.words) {
            (DiffFormat::Json, _) => {
                let document = DiffDocument { names, diff, patch: None, traces: None };
                writeln!(out, "{}", crate::quiet::json(&document.to_json()))?;
            }
            (_, DiffWords::Model) => out.write_all(show_observed(&diff, &page).as_bytes())?,
            (_, DiffWords::Traces) => {
                let limit = if args.output.all { 0 } else { DiffOptions::default().limit };
                let options = DiffOptions { page, names, limit, ..DiffOptions::default() };
                out.write_all(show_diff(&diff, &options).as_bytes())?;
            }
        }
        if !same {
            out.flush()?;
            return Ok(Answer::No);
        }
    }
    out.flush()?;
    if pairs == 0 {
        return Err(Trouble::new("there is no trace on either side"));
    }
    Ok(Answer::Yes)
}

fn open(path: &Path) -> Result<Box<dyn Read>, Trouble> {
    if path.as_os_str() == STDIN {
        return Ok(Box::new(io::stdin().lock()));
    }
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Ok(Box::new(io::Cursor::new(versioned(&path.display().to_string(), &error)?))),
    }
}
