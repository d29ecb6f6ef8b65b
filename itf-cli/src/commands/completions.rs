//! `itf completions`: what a shell needs to know of the command.

use std::io::Write;

use crate::cli;
use crate::exit::Answer;
use crate::output::Output;
use crate::trouble::Trouble;

pub(crate) fn run(args: &cli::Completions) -> Result<Answer, Trouble> {
    // Into memory first: the generator has no answer to a pipe that is closed.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut cli::command(), "itf", &mut text);
    let mut out = Output::open(args.out.file.as_deref())?;
    out.write_all(&text)?;
    out.finish()?;
    Ok(Answer::Yes)
}
