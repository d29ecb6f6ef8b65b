//! The command line: what was typed. What it means is up to the commands.

use std::ffi::OsString;
use std::path::PathBuf;

use anstream::ColorChoice;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Read, check, replay, compare and shrink traces of state machines (ITF).
///
/// Input is files or `-`; with no file, standard input. A file may hold one trace, an array of traces, or one trace a
/// line. Traces go to standard output, so that commands compose; messages go to standard error.
///
/// Exit status: 0 yes, same, nothing wrong; 1 no, different, fails; 2 could not tell.
#[derive(Debug, Parser)]
#[command(name = "itf", version, max_term_width = 100)]
#[command(
    after_help = "Example:\n  itf generate dns-spec --property no_inconsistent_root --seed 1 \\\n    | itf shrink --with dns-spec --violates no_inconsistent_root \\\n    | itf replay --on dns-lab\n\nTry it: itf demo"
)]
pub(crate) struct Cli {
    /// When to use colours.
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto", hide_possible_values = false)]
    #[arg(value_parser = color)]
    pub(crate) color: ColorChoice,

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
    Info(Info),
    Show(Show),
    Diff(Diff),
    Generate(Generate),
    Replay(Replay),
    Shrink(Shrink),
    Demo(Demo),
}

/// Validate traces: is this ITF, and is it consistent?
///
/// What is found is told in lines of `file:line:column: severity code name: what (where)`, one for each code and trace,
/// with the first places and how many others there are; a value that is there again unchanged may count once.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf check found.ndjson\n  itf check --explain ITF003\n\nExit status: 0 valid (perhaps with warnings), 1 not valid, 2 unreadable."
)]
pub(crate) struct Check {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    /// Accept only what the standard (ADR-015) has; what the world writes besides is an error.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Show notes, too: what is harmless, and worth knowing once.
    #[arg(long)]
    pub(crate) notes: bool,
    /// Explain a code such as ITF003 or plain-integer, or list them: `all`.
    #[arg(long, value_name = "CODE", conflicts_with_all = ["files", "strict", "notes"])]
    pub(crate) explain: Option<String>,
}

/// One table about many traces.
///
/// The column `values` says how many different values occur in a trace, at any depth; equal ones count once. Traces
/// share most of theirs, so the number under a table of several is that of all together, not the sum.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf info traces/*.json\n\nExit status: 0, or 2 if something could not be read."
)]
pub(crate) struct Info {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
}

/// Read a trace: the initial state, then each step with what it changed.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf show found.ndjson | less -R\n  itf show --steps 30..36 --hide planner_updates found.ndjson"
)]
pub(crate) struct Show {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    /// Show whole states, not only what changed.
    #[arg(long)]
    pub(crate) full: bool,
    /// Show only these variables.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(crate) vars: Vec<String>,
    /// Do not show these variables.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(crate) hide: Vec<String>,
    /// Show only these steps: `5..9`, `5..`, `..9`, or `5`. Step 0 makes the initial state.
    #[arg(long, value_name = "RANGE", value_parser = steps)]
    pub(crate) steps: Option<(usize, usize)>,
    #[command(flatten)]
    pub(crate) action: ActionOption,
}

/// The first and the last step of a range.
fn steps(text: &str) -> Result<(usize, usize), String> {
    let number = |text: &str, open: usize| match text {
        "" => Ok(open),
        digits => digits.parse().map_err(|_| format!("`{digits}` is no number of a step")),
    };
    let range = match text.split_once("..") {
        Some((first, last)) => (number(first, 0)?, number(last.trim_start_matches('='), usize::MAX)?),
        None => (number(text, 0)?, number(text, 0)?),
    };
    if range.0 > range.1 { Err("the range is empty".into()) } else { Ok(range) }
}

/// Compare two traces: where do they part, and what is different?
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf diff before.itf.json after.itf.json\n\nExit status: 0 same, 1 different, 2 could not tell."
)]
pub(crate) struct Diff {
    /// The first trace; with no second, it is compared with standard input.
    pub(crate) left: PathBuf,
    /// The second trace.
    #[arg(default_value = "-")]
    pub(crate) right: PathBuf,
    /// Show everything, not only the first screen.
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) action: ActionOption,
}

/// Make traces from an executable spec, by seeded random walks.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf generate dns-spec --instance n3_5_3 --property no_inconsistent_root --max-steps 40 --seed 1\n\nExit status: 0 when traces were found, 1 when none, 2 could not tell."
)]
pub(crate) struct Generate {
    /// The spec: dns-spec, or dns-spec:INSTANCE.
    pub(crate) spec: String,
    /// The instance of the spec: n3_5_3, n3_20_3 or n3_30_20.
    #[arg(long, value_name = "NAME")]
    pub(crate) instance: Option<String>,
    /// Keep only walks that violate this invariant or reach this example.
    #[arg(long, value_name = "NAME")]
    pub(crate) property: Option<String>,
    /// The longest walk, in steps.
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub(crate) max_steps: usize,
    /// The most walks.
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    pub(crate) max_samples: u64,
    /// How many traces are enough.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) max_findings: usize,
    /// The same seed gives the same traces.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Search exhaustively for a shortest trace instead of walking at random; needs --property.
    #[arg(long, requires = "property")]
    pub(crate) shortest: bool,
    #[command(flatten)]
    pub(crate) out: OutOption,
}

/// Run traces against a system: does it do what the model did?
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf replay --on dns-lab found.ndjson\n\nExit status: 0 the system did everything right, 1 it did something wrong, 2 could not tell."
)]
pub(crate) struct Replay {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    /// The system: dns-lab.
    #[arg(long, value_name = "SYSTEM")]
    pub(crate) on: String,
    /// What to compare besides outcomes and the property of the system.
    #[arg(long, value_name = "WHAT", value_enum)]
    pub(crate) compare: Option<Compare>,
    /// Show every step, not only the last ones.
    #[arg(long, short)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) action: ActionOption,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Compare {
    /// The whole view of model and system after every step.
    View,
}

/// Make a trace as short as it can be and still fail the same way.
///
/// With a spec (`--with`), candidates are re-executed, so that every state of the result is real: say what fails by
/// `--violates`, `--reaches` or `--on`. Without one, states are left out and a command decides: it gets the candidate's file
/// name for `{}`, and says by exit status 0 "still fails", by 125 "cannot tell", by any other "no".
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf shrink --with dns-spec:n3_5_3 --violates no_inconsistent_root found.ndjson > small.ndjson\n  itf shrink --with dns-spec:n3_5_3 --on dns-lab found.ndjson > small.ndjson\n  itf shrink found.itf.json -- ./my-oracle.sh {} > small.itf.json\n\nExit status: 0 done (also when nothing could be removed), 1 the original does not fail, 2 could not tell."
)]
pub(crate) struct Shrink {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    /// The spec that re-executes candidates: dns-spec:INSTANCE.
    #[arg(long, value_name = "SPEC")]
    pub(crate) with: Option<String>,
    /// Keep a violation of this invariant of the spec.
    #[arg(long, value_name = "INVARIANT", requires = "with", conflicts_with_all = ["reaches", "on"])]
    pub(crate) violates: Option<String>,
    /// Keep reaching this example of the spec.
    #[arg(long, value_name = "EXAMPLE", requires = "with", conflicts_with = "on")]
    pub(crate) reaches: Option<String>,
    /// Keep what fails on this system: dns-lab.
    #[arg(long, value_name = "SYSTEM", requires = "with")]
    pub(crate) on: Option<String>,
    /// A disabled call makes a candidate unresolved; without this it is skipped.
    #[arg(long, requires = "with")]
    pub(crate) strict: bool,
    /// Search exhaustively below the length found, and say "shortest" if nothing is there.
    #[arg(long, requires = "with", conflicts_with = "on")]
    pub(crate) prove: bool,
    /// Stop after so many runs of the oracle, with the best so far.
    #[arg(long, value_name = "N")]
    pub(crate) max_calls: Option<usize>,
    /// How long a command may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub(crate) timeout: f64,
    #[command(flatten)]
    pub(crate) out: OutOption,
    #[command(flatten)]
    pub(crate) action: ActionOption,
    /// The command that decides, with its arguments.
    #[arg(last = true, value_name = "COMMAND", conflicts_with = "with")]
    pub(crate) command: Vec<OsString>,
}

/// The whole job on an example: find an outage, replay, compare, shrink, prove, report.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  itf demo --out itf-demo")]
pub(crate) struct Demo {
    /// The folder for the traces and the report; made if it is not there.
    #[arg(long, value_name = "DIR", default_value = "itf-demo")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct OutOption {
    /// Write into this file instead of standard output; the file is complete or not there.
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ActionOption {
    /// Where the trace says what its steps did: quint-mbt, variant:PATH or fields:NAME[,ARGS]. Found out if not given.
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
