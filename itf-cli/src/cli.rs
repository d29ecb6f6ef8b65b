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
    Eval(Eval),
    Fmt(Fmt),
    Show(Show),
    Diff(Diff),
    Generate(Generate),
    Replay(Replay),
    Shrink(Shrink),
    Demo(Demo),
    #[command(subcommand)]
    Adapter(Adapter),
}

/// For authors of adapters: specs and systems in other languages.
#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  itf adapter check itf adapter serve dns-lab")]
pub(crate) enum Adapter {
    Check(AdapterCheck),
    Serve(AdapterServe),
}

/// Try an adapter: does it speak the protocol as it must? Each failure is explained.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf adapter check itf adapter serve dns-spec\n  itf adapter check --trace found.ndjson -- itf adapter serve dns-lab\n\nExit status: 0 it does, 1 it does not, 2 it cannot be tried."
)]
pub(crate) struct AdapterCheck {
    /// Try it as a producer or as a consumer; found out if not given.
    #[arg(long, value_name = "ROLE", value_enum)]
    pub(crate) role: Option<AdapterRole>,
    /// A trace that it must be able to execute.
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) action: ActionOption,
    /// The command that starts it, with its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AdapterRole {
    /// An executable spec.
    Producer,
    /// A driver of a system under test.
    Consumer,
}

/// Speak the protocol on the standard streams, for a spec or a system that is built in.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf replay --on \"jsonl:itf adapter serve dns-lab\" found.ndjson\n\nExit status: 0, or 2 if there is nothing of that name."
)]
pub(crate) struct AdapterServe {
    /// The spec or the system: dns-spec[:INSTANCE] or dns-lab.
    pub(crate) name: String,
}

/// Validate traces: is this ITF, and is it consistent?
///
/// What is found is told in lines of `file:line:column: severity code name: what (where)`, one for each code and trace,
/// with the first places and how many others there are; a value that is there again unchanged may count once.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf check found.ndjson\n  itf check --explain ITF003\n  itf check --invariant 'planner_updates.length() <= 5' found.itf.json\n\nExit status: 0 valid (perhaps with warnings), 1 not valid or a property fails, 2 unreadable or a property that cannot be evaluated."
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
    #[command(flatten)]
    pub(crate) properties: PropertyOptions,
}

/// Properties, in Quint's syntax for expressions.
#[derive(Debug, Args)]
pub(crate) struct PropertyOptions {
    /// A condition that every state must fulfil: `balances.keys().forall(a => balances.get(a) >= 0)`.
    #[arg(long = "invariant", value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) invariants: Vec<String>,
    /// A condition that every step must fulfil, with primes for the state after it: `round' >= round`.
    #[arg(long = "step", value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) steps: Vec<String>,
    /// A condition that some state must fulfil, in a lasso perhaps one of its loop.
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) eventually: Vec<String>,
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

/// Bring traces into canonical form, in which equal traces are equal files.
///
/// Sets, maps, record fields and integers have one spelling, and each set element, map entry and list item has a line of
/// its own. `#meta`, unknown keys and the encodings of unit stay as they are. Several traces in one file are one a line.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf fmt --check traces/*.json\n  itf fmt --write traces/*.json\n\nExit status: 0 done, 1 --check found files that are not canonical, 2 could not tell."
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that somebody types")]
pub(crate) struct Fmt {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    /// Write nothing; list the files that are not in this form.
    #[arg(long, conflicts_with = "write")]
    pub(crate) check: bool,
    /// Rewrite the files in place; each is complete at any moment.
    #[arg(long, conflicts_with = "file")]
    pub(crate) write: bool,
    /// Mend integers that leaked out of a tool as records (`{"s":1,"e":20,"c":[…]}`).
    #[arg(long)]
    pub(crate) repair: bool,
    /// Add types for all variables (`#meta.varTypes`), so that Apalache can read the traces back.
    ///
    /// The types are those that the values have, in all traces of a file together; types that are there stay. Unit
    /// becomes `"U_OF_UNIT"`, as Apalache writes it. What Apalache has no type for is told on standard error.
    #[arg(long)]
    pub(crate) with_types: bool,
    /// One trace a line.
    #[arg(long, conflicts_with_all = ["pretty", "compact"])]
    pub(crate) ndjson: bool,
    /// Indented JSON instead of the canonical layout.
    #[arg(long, conflicts_with = "compact")]
    pub(crate) pretty: bool,
    /// No white space.
    #[arg(long)]
    pub(crate) compact: bool,
    #[command(flatten)]
    pub(crate) out: OutOption,
}

/// The value of expressions in each state, as a table.
///
/// Expressions are in Quint's syntax: sets, maps, lists, records, tuples, tags, integers, `forall`, `exists`, `filter`,
/// `map`, `fold`, `match`, `if`, `val x = e1 e2`. With a prime, `x'`, an expression is about a step; its value is in the
/// row of the state into which the step leads.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf eval 'zone_records.size()' found.itf.json\n  itf eval -e 'planner_updates.length()' -e \"zone_records' == zone_records\" found.itf.json\n  itf eval -e 'planner_updates.length()' --format itf found.itf.json | itf show\n\nExit status: 0, or 2 if something could not be read or evaluated."
)]
pub(crate) struct Eval {
    /// The expression, unless one is given by -e; then the traces.
    #[arg(value_name = "EXPR] [FILES")]
    pub(crate) rest: Vec<OsString>,
    /// An expression; there may be several.
    #[arg(short = 'e', long = "expr", value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) expressions: Vec<String>,
    /// Show only the states in which a value is another than before.
    #[arg(long)]
    pub(crate) changes: bool,
    /// What to write: a table, or a trace whose variables are the expressions.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = EvalFormat::Text)]
    pub(crate) format: EvalFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvalFormat {
    /// A table.
    Text,
    /// A trace.
    Itf,
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
    /// The spec: `dns-spec[:INSTANCE]`, `wunderspec:FILE.py[::INSTANCE]` or `quint:FILE.qnt[::MODULE]`.
    pub(crate) spec: String,
    /// The instance of the spec; of dns-spec `n3_5_3`, `n3_20_3` or `n3_30_20`.
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
    /// The system: dns-lab, or an adapter, `jsonl:COMMAND LINE`.
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
    /// The spec that re-executes candidates: `dns-spec[:INSTANCE]`, `wunderspec:FILE.py[::INSTANCE]`,
    /// `quint:FILE.qnt[::MODULE]` or an adapter, `jsonl:COMMAND LINE`.
    #[arg(long, value_name = "SPEC")]
    pub(crate) with: Option<String>,
    /// Keep a violation of this invariant of the spec.
    #[arg(long, value_name = "INVARIANT", requires = "with", conflicts_with_all = ["reaches", "on"])]
    pub(crate) violates: Option<String>,
    /// Keep reaching this example of the spec.
    #[arg(long, value_name = "EXAMPLE", requires = "with", conflicts_with = "on")]
    pub(crate) reaches: Option<String>,
    /// Keep what fails on this system: dns-lab, or an adapter, `jsonl:COMMAND LINE`.
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
