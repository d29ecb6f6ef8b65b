//! `itf diff`: where two traces part, and what is different.

mod output;

use std::path::Path;
use std::slice;

use itf::Reader;
use itf::diff::{Options, diff_traces};

use crate::cli::Diff;
use crate::exit::Answer;
use crate::input::{self, STDIN, Source};
use crate::output::Terminal;
use crate::trouble::Trouble;
use output::Compared;

pub(crate) fn run(args: &Diff, terminal: &Terminal) -> Result<Answer, Trouble> {
    if args.left.as_os_str() == STDIN && args.right.as_os_str() == STDIN {
        return Err(Trouble::new(
            "two traces are compared: name two files, or one and `-` for standard input",
        ));
    }
    // One reader for both: what is equal is the same node, and costs nothing to compare.
    let mut reader = Reader::new();
    let mut read = |path: &Path| input::traces(slice::from_ref(&path.to_owned()), &mut reader, terminal);
    let (left, left_answer) = read(&args.left);
    let (right, right_answer) = read(&args.right);
    if left_answer.and(right_answer) == Answer::Trouble {
        return Ok(Answer::Trouble);
    }
    let options = Options { labels: args.action.labels()?, mode: args.mode.into() };
    let pairs = left.iter().zip(&right);
    let found: Vec<Compared<'_>> = pairs
        .map(|(left, right)| Compared {
            diff: diff_traces(&left.document.trace, &right.document.trace, &options),
            sides: [left, right],
        })
        .collect();
    let extra = left.iter().skip(right.len()).chain(right.iter().skip(left.len()));
    let alone: Vec<String> = extra.map(|Source { name, .. }| name.clone()).collect();
    output::write(args, &found, &alone, terminal)?;
    let same = alone.is_empty() && found.iter().all(|compared| compared.diff.is_same());
    Ok(if same { Answer::Yes } else { Answer::No })
}
