//! The command `itf`: arguments to library calls to output. Everything is reachable from a test; `main` only turns the
//! answer into an exit status.

pub mod exit;

mod claims;
mod cli;
mod commands;
mod config;
mod ending;
mod folder;
mod git;
mod input;
mod limits;
mod markdown;
mod output;
mod patience;
mod plugs;
mod quiet;
mod schemas;
mod terminal;
mod trouble;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches;

use crate::exit::Answer;
use crate::output::Terminal;
use crate::trouble::Trouble;

/// Runs the command with these arguments, the first of which is its own name, and returns the exit status.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let parsed =
        cli::command().try_get_matches_from(args).and_then(|found| cli::Cli::from_arg_matches(&found));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(usage) => {
            // Help and version go to standard output and are no trouble; bad usage is.
            let answer = if usage.use_stderr() { Answer::Trouble } else { Answer::Yes };
            return match usage.print().map_err(Trouble::from) {
                Ok(()) => answer.into(),
                Err(trouble) => failed(&trouble, &Terminal::new(anstream::ColorChoice::Auto)),
            };
        }
    };
    let terminal = Terminal::new(cli.color);
    match limits::set(&cli.limits).and_then(|()| commands::run(cli.command, &terminal)) {
        Ok(answer) => answer.into(),
        Err(trouble) => failed(&trouble, &terminal),
    }
}

fn failed(trouble: &Trouble, terminal: &Terminal) -> ExitCode {
    if matches!(trouble, Trouble::ReaderGone) {
        return exit::READER_GONE.into();
    }
    terminal.complain(&trouble.to_string());
    Answer::Trouble.into()
}
