//! The help of the whole command: its subcommands on one screen, grouped by what one wants to do.

use std::fmt::Write as _;

use anstyle::Style;
use clap::{Command, CommandFactory};

use super::Cli;

/// What people want to do, and with what. A test holds that every command is here once.
const TASKS: [(&str, &[(&str, &str)]); 6] = [
    (
        "Is it right?",
        &[
            ("check", "say what is wrong with a trace, and where; properties, too"),
            ("schema", "JSON Schemas: of ITF, of our outputs, of your own states"),
            ("fmt", "the one form in which equal traces are equal files"),
        ],
    ),
    (
        "What happens in it?",
        &[
            ("show", "the initial state, then each step with what it changed; text, Markdown, HTML"),
            ("info", "one table about many traces"),
            ("eval", "the value of expressions in each state"),
            ("diff", "where two traces part, and what is different"),
        ],
    ),
    (
        "Make another of it",
        &[
            ("select", "choose among traces, states and variables"),
            ("convert", "to and from JSON, CSV, TLC, TLA+, Quint, diagrams"),
            ("patch", "apply what `itf diff` found"),
        ],
    ),
    (
        "Find, reproduce, shorten",
        &[
            ("generate", "traces from an executable spec"),
            ("replay", "run traces against a system: does it do what the model did?"),
            ("shrink", "the shortest trace that still fails in the same way"),
            ("report", "all findings of a campaign on one page: the bugs, and how to reproduce each"),
        ],
    ),
    (
        "Where you work",
        &[
            ("git", "see traces in git diff, log, show and difftool"),
            ("completions", "for your shell"),
            ("man", "manual pages"),
        ],
    ),
    (
        "Learn, extend",
        &[
            ("demo", "all of it on an example, in a second"),
            ("lab", "the example system: serve it, drive it"),
            ("adapter", "check and serve adapters for other languages"),
        ],
    ),
];

/// The command line, as it is parsed and explained.
pub(crate) fn command() -> Command {
    let command = Cli::command();
    let heading = *command.get_styles().get_header();
    let tasks = tasks(heading);
    command.help_template(format!(
        "{{about}}\n\n{{usage-heading}} {{usage}}\n\n{tasks}\n{heading}Options:{heading:#}\n{{options}}{{after-help}}"
    ))
}

fn tasks(heading: Style) -> String {
    let all = || TASKS.iter().flat_map(|(_, commands)| *commands);
    let width = all().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (task, commands) in TASKS {
        let _ = writeln!(text, "{heading}{task}{heading:#}");
        for (name, what) in commands {
            let _ = writeln!(text, "  {name:width$}  {what}");
        }
    }
    text
}
