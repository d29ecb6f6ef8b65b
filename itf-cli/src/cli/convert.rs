//! `itf convert`, as it was typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ActionOption, OutOption};
use crate::ending;

/// Convert traces to and from other notations.
///
/// Reads what TLC prints and dumps and what Apalache writes as TLA+, told from ITF by its content; writes ITF, plain JSON
/// for `jq`, a line a state, CSV, TLA+, Quint, and graphs. What gets lost on the way is told on standard error. In CSV every
/// state is one line: what in a text would end it, act on a terminal or be a formula is written as `\n` or `\u{1b}`, or
/// after a `'`. Plain JSON comes back as it was: beside the states stand their types, and where a value has none it is written as in ITF
/// (`{"#set": [1, 2]}`).
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf convert tlc-output.txt > from-tlc.itf.json\n  itf convert --to json found.itf.json | head -c 60\n  itf convert --to json found.itf.json | itf convert --from json | itf diff found.itf.json -\n  itf convert --to csv --column 'zone_records.size()' found.itf.json\n  itf convert --to jsonl --action variant:ghost_action found.itf.json\n  itf convert --to quint --name replay found.itf.json\n  itf convert -o Found.tla found.itf.json\n  itf convert --to mermaid found.itf.json\n\nExit status: 0, or 2 if something could not be read or converted."
)]
pub(crate) struct Convert {
    /// The traces.
    pub(crate) files: Vec<PathBuf>,
    /// What the input is.
    #[arg(long, value_name = "NOTATION", value_enum, default_value_t = From::Auto)]
    pub(crate) from: From,
    /// What to write; if not given, what the file of `-o` ends in (.tla, .qnt, .csv, .jsonl, .dot, .mmd, .itf.json), and else
    /// ITF, if the input is anything else.
    #[arg(long, value_name = "NOTATION", value_enum)]
    to: Option<To>,
    /// With `csv`: an expression whose value is a column, in Quint's syntax; there may be several. Without it, the variables.
    #[arg(long = "column", value_name = "EXPR", allow_hyphen_values = true)]
    pub(crate) columns: Vec<String>,
    /// With `tla` and `quint`: the name of the module; if not given, that of the file of `-o`, and else `trace`.
    #[arg(long, value_name = "NAME", value_parser = module_name)]
    name: Option<String>,
    #[command(flatten)]
    pub(crate) action: ActionOption,
    #[command(flatten)]
    pub(crate) out: OutOption,
}

impl Convert {
    /// What to write, if that was said.
    pub(crate) fn to(&self) -> Option<To> {
        let endings = [
            (".tla", To::Tla),
            (".qnt", To::Quint),
            (".csv", To::Csv),
            (".jsonl", To::Jsonl),
            (".dot", To::Dot),
            (".gv", To::Dot),
            (".mmd", To::Mermaid),
            (".mermaid", To::Mermaid),
            (".itf.json", To::Itf),
        ];
        self.to.or_else(|| ending::by_name(self.out.file.as_deref()?, &endings))
    }

    /// The name of the module: tools want that of its file.
    pub(crate) fn name(&self) -> String {
        let of_file =
            || self.out.file.as_ref()?.file_stem()?.to_str().and_then(|stem| module_name(stem).ok());
        self.name.clone().or_else(of_file).unwrap_or_else(|| "trace".to_owned())
    }
}

fn module_name(text: &str) -> Result<String, String> {
    let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_name { Ok(text.to_owned()) } else { Err("a module has a name of letters, digits and `_`".into()) }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum From {
    /// Told by the content: any of these but json.
    Auto,
    /// The Informal Trace Format.
    Itf,
    /// What TLC prints, as text or with `-tool`.
    Tlc,
    /// The file of TLC's `-dumpTrace json`.
    TlcJson,
    /// A TLA+ module: TLC's `-dumpTrace tla` and `tlcplain`, `-simulate file=`, Apalache's counterexample.
    Tla,
    /// Plain JSON, as `--to json` writes it.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum To {
    /// The Informal Trace Format.
    Itf,
    /// Plain JSON for `jq`, with the types by which it is read back.
    Json,
    /// Plain JSON, one state a line, with its number and its action.
    Jsonl,
    /// A table, one state a line.
    Csv,
    /// A module that TLC can run.
    Tla,
    /// A module with a test that goes through the states.
    Quint,
    /// A flowchart of the states.
    Mermaid,
    /// The same graph for Graphviz.
    Dot,
}
