//! `itf diff`: where two traces part, and what is different.

mod allowed;
mod output;
mod prefix;

use std::path::Path;
use std::slice;

use itf::diff::{Mode, diff_traces};

use super::equality;
use crate::cli::{Diff, DiffFormat};
use crate::exit::Answer;
use crate::input::{self, STDIN, Source};
use crate::output::{Terminal, write_file};
use crate::trouble::Trouble;
use output::Compared;

pub(crate) fn run(args: &Diff, terminal: &Terminal) -> Result<Answer, Trouble> {
    if args.left.as_os_str() == STDIN && args.right.as_os_str() == STDIN {
        return Err(Trouble::new(
            "two traces are compared: name two files, or one and `-` for standard input",
        ));
    }
    let options = equality::options(args)?;
    if args.allowed {
        return allowed::run(args, &options, terminal);
    }
    let streams =
        matches!(args.output.format(), DiffFormat::Text | DiffFormat::Json) && args.output.out.file.is_none();
    if options.mode == Mode::Prefix && streams && !args.rename && !args.stutter {
        return prefix::run(args, &options, terminal);
    }
    // One reader for both: what is equal is the same node, and costs nothing to compare.
    let mut reader = crate::limits::reader();
    let mut read = |path: &Path| input::traces(slice::from_ref(&path.to_owned()), &mut reader, terminal);
    let (left, left_answer) = read(&args.left);
    let (right, right_answer) = read(&args.right);
    if left_answer.and(right_answer) == Answer::Trouble {
        return Ok(Answer::Trouble);
    }
    // Whoever was to write it failed.
    for (side, path) in [(&left, &args.left), (&right, &args.right)] {
        if side.is_empty() {
            return Err(Trouble::new(format!("there is no trace in {}", path.display())));
        }
    }
    let mut found = Vec::new();
    for (left, right) in left.iter().zip(&right) {
        let diff = diff_traces(&left.document.trace, &right.document.trace, &options);
        if let (Some(file), Some(renaming)) = (&args.rename_map, &diff.renaming) {
            write_file(file, equality::names_file(&renaming.names).as_bytes())?;
        }
        found.push(Compared { sides: [left, right], diff });
    }
    equality::refuse_unmet(found.iter().map(|compared| &compared.diff))?;
    let extra = left.iter().skip(right.len()).chain(right.iter().skip(left.len()));
    let alone: Vec<String> = extra.map(|Source { name, .. }| name.clone()).collect();
    // Under rules what is compared is not what is in the files.
    let is_whole = options.rules.is_empty() && !args.rename;
    output::write(args, &found, &alone, (is_whole, [left.len(), right.len()]), terminal)?;
    let different = found.iter().filter(|compared| !compared.diff.is_same());
    // Where not all renamings were tried, one may yet make the traces the same.
    let (open, known): (Vec<_>, Vec<_>) = different.partition(|compared| is_open(compared));
    Ok(match (open.is_empty(), known.is_empty() && alone.is_empty()) {
        (_, false) => Answer::No,
        (false, true) => Answer::Trouble,
        (true, true) => Answer::Yes,
    })
}

/// Whether a renaming was looked for, and neither found nor excluded.
fn is_open(compared: &Compared<'_>) -> bool {
    let [left, right] = compared.sides.map(|source| source.document.trace.states.len());
    let renaming = compared.diff.renaming.as_ref();
    left == right && renaming.is_some_and(|it| it.gave_up && it.unexplained.is_some())
}
