//! `itf diff`, as it was typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ActionOption, DiffOutput, EqualityOptions};

/// Compare two traces: where do they part, and what is different?
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that somebody types")]
#[command(
    after_help = "Examples:\n  itf diff before.itf.json after.itf.json\n  itf diff --format markdown -o comment.md before.itf.json after.itf.json\n  itf diff --rename --rename-map names.toml before.itf.json after.itf.json\n  itf diff --words model --ignore '**.epoch' before.itf.json after.itf.json\n  itf diff --allowed --partial found.ndjson before.itf.json\n\nExit status: 0 same, 1 different, 2 could not tell."
)]
pub(crate) struct Diff {
    /// The first trace; with no second, it is compared with standard input.
    pub(crate) left: PathBuf,
    /// The second trace.
    #[arg(default_value = "-")]
    pub(crate) right: PathBuf,
    #[command(flatten)]
    pub(crate) output: DiffOutput,
    /// How to find the states that correspond.
    #[arg(long, value_enum)]
    pub(crate) mode: Option<DiffMode>,
    /// Whose words to use: of two traces, or of a model (the first) and a system (the second). A system is compared by
    /// index unless another --mode is given.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) words: DiffWords,
    /// The first file holds all executions that are allowed, a trace each; of the second it is told, in the words of model
    /// and system, where it is none of them, and which of the states that are allowed there comes nearest.
    #[arg(long, conflicts_with_all = ["mode", "meta", "stutter", "intermediate", "rename"])]
    pub(crate) allowed: bool,
    /// Compare `#meta` too.
    #[arg(long)]
    pub(crate) meta: bool,
    /// Leave out states that repeat the state before them.
    #[arg(long)]
    pub(crate) stutter: bool,
    /// The second trace may have states between those of the first.
    #[arg(long)]
    pub(crate) intermediate: bool,
    /// Compare up to a renaming of strings, which is found and told: two runs with fresh names.
    #[arg(long, conflicts_with_all = ["stutter"])]
    pub(crate) rename: bool,
    /// Write the renaming into this file, for --map.
    #[arg(long, value_name = "FILE", requires = "rename")]
    pub(crate) rename_map: Option<PathBuf>,
    /// How much is compared: states=N, elements=N, items=N or depth=N. Where a limit is reached, it is told.
    #[arg(long, value_name = "WHAT=N", value_parser = limit)]
    pub(crate) limit: Vec<(DiffLimit, usize)>,
    #[command(flatten)]
    pub(crate) equality: EqualityOptions,
    #[command(flatten)]
    pub(crate) action: ActionOption,
}

/// What there is a limit to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DiffLimit {
    States,
    Elements,
    Items,
    Depth,
}

fn limit(text: &str) -> Result<(DiffLimit, usize), String> {
    let (what, number) = text.split_once('=').ok_or("expected WHAT=N")?;
    let what = match what {
        "states" => DiffLimit::States,
        "elements" => DiffLimit::Elements,
        "items" => DiffLimit::Items,
        "depth" => DiffLimit::Depth,
        _ => return Err("expected states=N, elements=N, items=N or depth=N".into()),
    };
    let number = number.parse().map_err(|_| format!("`{number}` is no number"))?;
    Ok((what, number))
}

impl Diff {
    /// The limits, the last of each kind that was given.
    pub(crate) fn limits(&self) -> itf::diff::Limits {
        let mut limits = itf::diff::Limits::default();
        for (what, number) in &self.limit {
            let place = match what {
                DiffLimit::States => &mut limits.states,
                DiffLimit::Elements => &mut limits.elements,
                DiffLimit::Items => &mut limits.items,
                DiffLimit::Depth => &mut limits.depth,
            };
            *place = *number;
        }
        limits
    }
}

/// Whose words to use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffWords {
    /// What one trace has and the other has not.
    #[default]
    Traces,
    /// Missing, unexpected, wrong value, not observed.
    Model,
}

/// How to find the states that correspond.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum DiffMode {
    /// By what they have in common: a state that came or went does not make all that follow differ.
    #[default]
    Auto,
    /// State 5 with state 5.
    Index,
    /// State 5 with state 5, up to the first that differ.
    Prefix,
    /// By what the steps did, in their order: those with equal labels first, and never steps of different actions.
    Action,
}

impl From<DiffMode> for itf::diff::Mode {
    fn from(mode: DiffMode) -> Self {
        match mode {
            DiffMode::Auto => Self::Auto,
            DiffMode::Index => Self::Index,
            DiffMode::Prefix => Self::Prefix,
            DiffMode::Action => Self::Action,
        }
    }
}
