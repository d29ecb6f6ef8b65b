//! Which steps went by what, and why each that is left is needed.

use std::io::Write;

use itf::render::escape;
use itf_shrink::{Needed, Record, Report, Unresolved, Without};

use super::Shrunk;
use crate::output::{Terminal, counted};

/// What `--explain` tells of a result. Steps are counted as in the trace: step 1 makes state 1.
pub(crate) struct Explanation {
    history: Vec<Record>,
    /// Every step of the result, with what it is.
    kept: Vec<(String, Needed)>,
}

impl Explanation {
    pub(super) fn of<T, S>(report: &Report<T, S>, names: &dyn Fn(&T) -> String) -> Self {
        let kept = report.items.iter().map(names).zip(report.needed.iter().cloned()).collect();
        Self { history: report.history.clone(), kept }
    }

    /// How it became shorter: the runs so far, and the items that were left then.
    pub(crate) fn progress(&self) -> impl Iterator<Item = (usize, usize)> {
        self.history.iter().map(|record| (record.call, record.after))
    }
}

/// Tells it.
pub(super) fn tell(name: &str, shrunk: &Shrunk, terminal: &Terminal) {
    let mut lines = vec![format!("{name}:")];
    for record in shrunk.explanation.history.iter().filter(|record| !record.removed.is_empty()) {
        let detail = record.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
        let steps: Vec<usize> = record.removed.iter().map(|at| at + 1).collect();
        lines.push(format!("  removed by {}{detail}, run {}: {}", record.pass, record.call, ranges(&steps)));
    }
    let simpler = shrunk.explanation.history.iter().filter(|r| r.removed.is_empty() && r.call > 1).count();
    if simpler > 0 {
        lines.push(format!("  made simpler without removing a step: {}", counted(simpler, "time")));
    }
    for (at, (what, needed)) in (1..).zip(&shrunk.explanation.kept) {
        let was = match needed.origin {
            Some(origin) => format!("was step {}", origin + 1),
            None => "from another run".to_owned(),
        };
        lines.push(format!("  kept {at}: {what}"));
        lines.push(format!("      {was}; {}", why(needed)));
    }
    let mut out = terminal.stderr();
    for line in lines {
        // Nobody is left to be told that standard error is closed.
        let _ = writeln!(out, "{}", escape(&line));
    }
}

/// What the run without a step showed.
fn why(needed: &Needed) -> String {
    let lost = match needed.lost {
        0 => String::new(),
        1 => ", and 1 other step does not happen".to_owned(),
        n => format!(", and {n} other steps do not happen"),
    };
    let shown = match &needed.without {
        Without::Passes => format!("without it nothing fails{lost}"),
        Without::FailsOtherwise(failure) => {
            format!("without it there is another failure, {} at {}{lost}", failure.kind, failure.site)
        }
        Without::Unresolved(Unresolved::Invalid(why)) => format!("without it the rest cannot happen: {why}"),
        Without::Unresolved(Unresolved::Fault(why)) => format!("nobody knows whether it is needed: {why}"),
        Without::Fails => "without it, it still fails".to_owned(),
        Without::Untested => "whether it is needed was not tried".to_owned(),
    };
    match needed.call {
        Some(call) => format!("{shown} (run {call})"),
        None => shown,
    }
}

/// `1–3, 7`, of numbers in order.
fn ranges(numbers: &[usize]) -> String {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => parts.push((number, number)),
        }
    }
    let text = |(first, last): &(usize, usize)| {
        if first == last { first.to_string() } else { format!("{first}–{last}") }
    };
    let word = if numbers.len() == 1 { "step" } else { "steps" };
    format!("{word} {}", parts.iter().map(text).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn neighbours_are_one_range() {
        assert_eq!(ranges(&[4]), "step 4");
        assert_eq!(ranges(&[1, 2, 3, 5, 8, 9]), "steps 1–3, 5, 8–9");
    }
}
