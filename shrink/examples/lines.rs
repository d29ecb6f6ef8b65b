//! The fewest lines of a text with which a command still exits with 0; it gets them on standard input.
//!
//!     cargo run -p itf-shrink --example lines -- FILE COMMAND [ARGUMENT…]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

use std::io::Write;
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

use itf_shrink::{Predicate, Report, ShrinkError, Verdict};

/// The fewest lines for which `fails` is still true.
pub(crate) fn shrink_lines(
    text: &str,
    mut fails: impl FnMut(&str) -> bool,
) -> Result<Report<&str, std::convert::Infallible>, ShrinkError> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut oracle = Predicate(|lines: &[&str]| {
        if fails(&lines.concat()) { Verdict::fails("command", "exits with 0", "") } else { Verdict::Passes }
    });
    itf_shrink::shrink(&lines, &mut oracle)
}

fn exits_with_zero(command: &[String], input: &str) -> bool {
    let Some((program, arguments)) = command.split_first() else { return false };
    let child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
    let Ok(mut child) = child else { return false };
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read all of its input may still exit with 0.
        let _ = stdin.write_all(input.as_bytes());
    }
    child.wait().is_ok_and(|status| status.success())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((file, command)) = arguments.split_first().filter(|(_, command)| !command.is_empty()) else {
        eprintln!("usage: lines FILE COMMAND [ARGUMENT…]");
        return ExitCode::from(2);
    };
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{file}: {error}");
            return ExitCode::from(2);
        }
    };
    match shrink_lines(&text, |lines| exits_with_zero(command, lines)) {
        Ok(report) => {
            print!("{}", report.items.concat());
            eprintln!("{} of {} lines, {} runs", report.items.len(), report.original, report.calls);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
