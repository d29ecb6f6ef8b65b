//! `itf git`: what git runs to show traces, and how it is told to.

mod driver;
mod setup;
mod versions;

use std::io::Write;

use itf::render::steps_view_parts;

use crate::cli::{Git, GitDifftool, GitTextconv};
use crate::exit::Answer;
use crate::input::{Input, numbered};
use crate::output::{Output, Terminal};
use crate::trouble::Trouble;
use versions::{Version, Versions};

pub(crate) fn run(args: &Git, terminal: &Terminal) -> Result<Answer, Trouble> {
    match args {
        Git::Setup(args) => setup::run(args, terminal),
        Git::Driver(args) => driver::run(args, terminal),
        Git::Textconv(args) => textconv(args, terminal),
        Git::Difftool(args) => difftool(args, terminal),
    }
}

fn textconv(args: &GitTextconv, terminal: &Terminal) -> Result<Answer, Trouble> {
    let input = Input::read(&args.file, terminal)?;
    let mut out = Output::open(None)?;
    match crate::limits::reader().read(&input.bytes) {
        Ok(traces) => {
            let many = traces.len() > 1;
            for (number, trace) in (1..).zip(&traces) {
                if many {
                    writeln!(
                        out,
                        "{}{}",
                        if number > 1 { "\n" } else { "" },
                        numbered("trace", number, true)
                    )?;
                }
                steps_view_parts(trace).try_for_each(|part| out.write_all(part.as_bytes()))?;
            }
        }
        // Git shows the text there is rather than nothing at all.
        Err(_) => out.write_all(&input.bytes)?,
    }
    out.finish()?;
    Ok(Answer::Yes)
}

fn difftool(args: &GitDifftool, terminal: &Terminal) -> Result<Answer, Trouble> {
    let name = args.name.clone().unwrap_or_else(|| args.new.display().to_string());
    let old = Version::read(&args.old, terminal)?;
    let new = Version::read(&args.new, terminal)?;
    let mut out = terminal.stdout();
    Versions { names: [&name, &name], old, new, notes: Vec::new() }.write(&mut out)?;
    out.flush()?;
    Ok(Answer::Yes)
}
