//! One file a command, and what several of them do.

mod adapter;
mod check;
mod completions;
mod convert;
mod demo;
mod diff;
mod equality;
mod eval;
mod fmt;
mod generate;
mod git;
mod info;
mod lab;
mod labels;
mod man;
mod observed;
mod patch;
mod replay;
mod report;
mod schema;
mod select;
mod show;
mod shrink;

use crate::cli::Command;
use crate::exit::Answer;
use crate::output::Terminal;
use crate::trouble::Trouble;

pub(crate) fn run(command: Command, terminal: &Terminal) -> Result<Answer, Trouble> {
    match command {
        Command::Check(args) => check::run(&args, terminal),
        Command::Schema(args) => schema::run(&args, terminal),
        Command::Info(args) => info::run(&args, terminal),
        Command::Eval(args) => eval::run(&args, terminal),
        Command::Select(args) => select::run(&args, terminal),
        Command::Convert(args) => convert::run(&args, terminal),
        Command::Fmt(args) => fmt::run(&args, terminal),
        Command::Show(args) => show::run(&args, terminal),
        Command::Diff(args) => diff::run(&args, terminal),
        Command::Patch(args) => patch::run(&args, terminal),
        Command::Generate(args) => generate::run(&args, terminal),
        Command::Replay(args) => replay::run(&args, terminal),
        Command::Shrink(args) => shrink::run(&args, terminal),
        Command::Report(args) => report::run(&args, terminal),
        Command::Demo(args) => demo::run(&args, terminal),
        Command::Adapter(args) => adapter::run(&args, terminal),
        Command::Lab(args) => lab::run(&args, terminal),
        Command::Git(args) => git::run(&args, terminal),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args, terminal),
    }
}
