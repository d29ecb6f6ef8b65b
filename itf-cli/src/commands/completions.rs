//! `itf completions`: what a shell needs to know of the command.

use std::io::Write;

use clap::Command;
use clap::builder::PossibleValuesParser;

use crate::cli;
use crate::exit::Answer;
use crate::output::Output;
use crate::trouble::Trouble;

/// What a shell offers where anything may stand; what a file or a command line has to follow is left out.
const OFFERED: [(&str, &[&str]); 6] = [
    ("color", &["auto", "always", "never"]),
    ("with", &["dns-spec"]),
    ("spec", &["dns-spec"]),
    ("on", &["dns-lab"]),
    ("instance", &["n3_5_3", "n3_20_3", "n3_30_20"]),
    ("rule", &["quint-mbt", "meta"]),
];

pub(crate) fn run(args: &cli::Completions) -> Result<Answer, Trouble> {
    // Into memory first: the generator has no answer to a pipe that is closed.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut offering(cli::command()), "itf", &mut text);
    let mut out = Output::open(args.out.file.as_deref())?;
    out.write_all(&text)?;
    out.finish()?;
    Ok(Answer::Yes)
}

fn offering(command: Command) -> Command {
    let offered = |id: &str| OFFERED.iter().find(|(name, _)| *name == id).map(|(_, values)| *values);
    command
        .mut_args(|arg| match offered(arg.get_id().as_str()) {
            Some(values) => arg.value_parser(PossibleValuesParser::new(values)),
            None => arg,
        })
        .mut_subcommands(offering)
}
