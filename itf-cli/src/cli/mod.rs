//! The command line: what was typed. What it means is up to the commands.

mod adapter;
mod check;
mod convert;
mod demo;
mod diff;
mod diff_output;
mod equality;
mod eval;
mod fmt;
mod generate;
mod git;
mod info;
mod install;
mod lab;
mod overview;
mod patch;
mod replay;
mod report;
mod schema;
mod select;
mod show;
mod shrink;

use std::path::PathBuf;

use anstream::ColorChoice;
use clap::{Args, Parser, Subcommand};

pub(crate) use adapter::{Adapter, AdapterCheck, AdapterRole, AdapterServe};
pub(crate) use check::{Check, CheckFormat, PropertyOptions};
pub(crate) use convert::{Convert, From as ConvertFrom, To as ConvertTo};
pub(crate) use demo::Demo;
pub(crate) use diff::{Diff, DiffWords};
pub(crate) use diff_output::{DiffFormat, DiffOutput};
pub(crate) use equality::EqualityOptions;
pub(crate) use eval::{Eval, EvalFormat};
pub(crate) use fmt::Fmt;
pub(crate) use generate::{Generate, LabelsOf, ReportFormat};
pub(crate) use git::{Git, GitDifftool, GitDriver, GitSetup, GitTextconv};
pub(crate) use info::{Info, InfoFormat};
pub(crate) use install::{Completions, Man};
pub(crate) use lab::{Lab, LabDrive, LabServe};
pub(crate) use overview::command;
pub(crate) use patch::Patch;
pub(crate) use replay::{Compare, Replay, ReplayFormat};
pub(crate) use report::{FindingsFormat, Report};
pub(crate) use schema::Schema;
pub(crate) use select::Select;
pub(crate) use show::{Show, ShowFormat};
pub(crate) use shrink::{LimitOptions, Runs, Shrink};

/// Traces of state machines in the Informal Trace Format (ITF): check, show, diff, replay, shrink.
#[derive(Debug, Parser)]
#[command(name = "itf", version, max_term_width = 100)]
#[command(
    after_help = "Input is files, folders or `-`; with no file, standard input: one trace, an array, or one trace a line. Traces go to standard output, messages to standard error.\nExit status: 0 yes, same, nothing wrong; 1 no, different, fails; 2 could not tell. `itf COMMAND --help` has examples; too large an input: --input-limit, see `itf check --help`.\n\nExample:\n  itf generate dns-spec --property no_inconsistent_root \\\n    | itf shrink --with dns-spec | itf replay --on dns-lab"
)]
pub(crate) struct Cli {
    /// When to use colours: auto, always, never.
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto", hide_default_value = true)]
    #[arg(value_parser = color)]
    pub(crate) color: ColorChoice,

    /// Change what is refused to protect this machine: bytes (of an input), part (bytes of one state), depth, digits (of an
    /// integer) or distinct (values), as in `part=2GiB`. Hidden, as nobody needs it who was not told of a limit.
    #[arg(long = "input-limit", value_name = "NAME=NUMBER", global = true, hide = true)]
    #[arg(value_parser = crate::limits::parse)]
    pub(crate) limits: Vec<String>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

fn color(text: &str) -> Result<ColorChoice, String> {
    match text {
        "auto" => Ok(ColorChoice::Auto),
        "always" => Ok(ColorChoice::Always),
        "never" => Ok(ColorChoice::Never),
        _ => Err("expected auto, always or never".into()),
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(Check),
    Schema(Schema),
    Info(Info),
    Eval(Eval),
    Fmt(Fmt),
    Select(Select),
    Convert(Convert),
    Show(Show),
    Diff(Diff),
    Patch(Patch),
    #[command(subcommand)]
    Git(Git),
    Generate(Generate),
    Replay(Replay),
    Shrink(Shrink),
    Report(Report),
    Demo(Demo),
    #[command(subcommand)]
    Adapter(Adapter),
    #[command(subcommand)]
    Lab(Lab),
    Completions(Completions),
    Man(Man),
}

#[derive(Debug, Args)]
pub(crate) struct OutOption {
    /// Write into this file instead of standard output; the file is complete or not there.
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ActionOption {
    /// Where the trace says what its steps did: quint-mbt, meta, variant:PATH or fields:NAME[,ARGS]. Found out if not given.
    #[arg(long = "action", value_name = "RULE")]
    rule: Option<String>,
}

impl ActionOption {
    /// The convention that was named.
    pub(crate) fn labels(&self) -> Result<Option<itf::Labels>, crate::Trouble> {
        let parse = |rule: &String| itf::Labels::parse(rule);
        self.rule.as_ref().map(parse).transpose().map_err(|e| crate::Trouble::new(format!("--action: {e}")))
    }
}
