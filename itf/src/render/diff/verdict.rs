//! The beginning of a comparison: whether the traces are the same, and what differs beside the states.

use super::super::line::{Line, Role};
use super::super::value::write_name;
use super::account::{Account, counted};
use crate::diff::{Divergence, HeaderDifference, Remark, Renaming, Side, Tolerated, TraceDiff};

impl Account<'_> {
    /// Whether they are the same, and what is not about one step.
    pub(super) fn head(&self) -> Vec<Line> {
        let mut lines =
            vec![Line::new(Role::Heading, &self.verdict()), Line::new(Role::Note, &self.counts())];
        lines.extend(self.beside());
        if !self.diff.entries.is_empty() {
            lines.push(Line::default());
        }
        lines
    }

    /// What differs beside the states, and what is remarked.
    pub(super) fn beside(&self) -> Vec<Line> {
        let mut lines: Vec<Line> =
            self.diff.header.iter().map(|difference| self.header(difference)).collect();
        let mut note = |text: &str| lines.push(Line::new(Role::Note, text));
        self.diff.remarks.iter().for_each(|remark| note(&remark_text(remark)));
        // Of a rule that found nothing that is said already.
        let is_unmet = |tolerated: &&Tolerated| {
            let same =
                |remark: &Remark| matches!(remark, Remark::Unmet { rule, .. } if *rule == tolerated.rule);
            self.diff.remarks.iter().any(same)
        };
        self.diff.tolerated.iter().filter(|rule| !is_unmet(rule)).for_each(|rule| note(&tolerated(rule)));
        self.diff.renaming.iter().flat_map(renaming).for_each(|line| note(&line));
        lines
    }

    /// Whether both traces have states, and no variable that the other one has.
    fn has_nothing_in_common(&self) -> bool {
        let TraceDiff { header, behaviour, counts, .. } = self.diff;
        let has = |own: Side| {
            let is_own =
                |h: &HeaderDifference| matches!(h, HeaderDifference::Variable { side, .. } if *side == own);
            header.iter().any(is_own)
        };
        counts.left.min(counts.right) > 0
            && behaviour.differing.is_empty()
            && behaviour.agreeing.is_empty()
            && has(Side::Left)
            && has(Side::Right)
    }

    pub(super) fn verdict(&self) -> String {
        match self.diff.first_divergence() {
            None if self.diff.header.is_empty() => "the same".to_owned(),
            None if self.has_nothing_in_common() => "different: no variable in common".to_owned(),
            None => "different, but not in any state".to_owned(),
            Some(Divergence { left: Some(left), right: Some(right) }) if left == right => {
                format!("different: first at step {left}")
            }
            Some(Divergence { left: Some(left), right: Some(right) }) => {
                format!(
                    "different: first at step {left}, which is step {right} of {}",
                    self.name(Side::Right)
                )
            }
            Some(Divergence { left: Some(left), .. }) => {
                format!("different: first at step {left}, which only {} has", self.name(Side::Left))
            }
            Some(Divergence { right, .. }) => {
                let at = right.unwrap_or_default();
                format!(
                    "different: first at step {at} of {}, which the other has not",
                    self.name(Side::Right)
                )
            }
        }
    }

    /// The verdict without the names of the traces.
    pub(super) fn headline(&self) -> String {
        match self.diff.first_divergence() {
            None if self.diff.header.is_empty() => "the same".to_owned(),
            None if self.has_nothing_in_common() => "different: no variable in common".to_owned(),
            None => "different, but not in any state".to_owned(),
            Some(Divergence { left: Some(at), .. } | Divergence { right: Some(at), .. }) => {
                format!("different from step {at} on")
            }
            Some(_) => "different".to_owned(),
        }
    }

    /// The counts without the names of the traces.
    pub(super) fn plain_counts(&self) -> String {
        let counts = self.diff.counts;
        if counts.left == counts.right && counts.equal == counts.left {
            return counted(counts.left, "state");
        }
        let lengths = if counts.left == counts.right {
            format!("{} each", counted(counts.left, "state"))
        } else {
            format!("{} → {}", counted(counts.left, "state"), counts.right)
        };
        let parts = [
            (counts.paired - counts.equal, "differ"),
            (counts.left - counts.paired, "removed"),
            (counts.right - counts.paired, "added"),
        ];
        let parts =
            parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!(", {count} {what}"));
        format!("{lengths}: {} equal{}", counts.equal, parts.collect::<String>())
    }

    pub(super) fn counts(&self) -> String {
        let counts = self.diff.counts;
        let states = |n: usize| counted(n, "state");
        if counts.left == counts.right && counts.equal == counts.left {
            return states(counts.left);
        }
        let lengths = if counts.left == counts.right {
            format!("{} each", states(counts.left))
        } else {
            format!("{} against {}", states(counts.left), counts.right)
        };
        let parts = [
            (counts.equal, "equal".to_owned()),
            (counts.paired - counts.equal, "differ".to_owned()),
            (counts.left - counts.paired, format!("only in {}", self.name(Side::Left))),
            (counts.right - counts.paired, format!("only in {}", self.name(Side::Right))),
        ];
        let parts = parts.into_iter().enumerate().filter(|(at, (count, _))| *at == 0 || *count > 0);
        let parts: Vec<String> = parts.map(|(_, (count, what))| format!("{count} {what}")).collect();
        format!("{lengths}: {}", parts.join(", "))
    }

    pub(super) fn header(&self, difference: &HeaderDifference) -> Line {
        let named = |what: &str, name: &str, side: Side| {
            let mut text = format!("only {} has the {what} ", self.name(side));
            // Writing to a string cannot fail.
            let _ = write_name(&mut text, name);
            Line::new(if side == Side::Left { Role::Removed } else { Role::Added }, &text)
        };
        match difference {
            HeaderDifference::Parameter { name, side } => named("parameter", name, *side),
            HeaderDifference::Variable { name, side } => named("variable", name, *side),
            HeaderDifference::Meta(difference) => Line::new(Role::Changed, &difference.to_string()),
            HeaderDifference::Loop { left, right } => {
                let end =
                    |back: &Option<u64>| back.map_or("none".to_owned(), |back| format!("to state {back}"));
                let text = match (left, right) {
                    (Some(back), Some(other)) if back == other => {
                        format!("loop: both return to their state {back}, and these states do not correspond")
                    }
                    _ => format!("loop: {} → {}", end(left), end(right)),
                };
                Line::new(Role::Changed, &text)
            }
        }
    }
}

/// What a rule hid, in one line.
fn tolerated(rule: &Tolerated) -> String {
    let states = if rule.states == 1 { "state" } else { "states" };
    let example = rule.example.as_ref().map_or(String::new(), |difference| format!(", first {difference}"));
    match rule.states {
        0 => format!("nothing was left out by {}", rule.rule),
        n => format!("left out in {n} {states} by {}{example}", rule.rule),
    }
}

/// How many names of a renaming are told.
const NAMES: usize = 12;

/// The renaming under which traces were compared.
fn renaming(renaming: &Renaming) -> Vec<String> {
    let mut lines = vec![match (renaming.unexplained, renaming.names.len()) {
        (None, 0) => "compared up to a renaming: no name differs".to_owned(),
        (None, 1) => "compared up to a renaming of 1 name:".to_owned(),
        (None, n) => format!("compared up to a renaming of {n} names:"),
        (Some(at), n) => {
            let none = if renaming.gave_up { "no renaming was found that" } else { "no renaming" };
            let as_far = match n {
                0 => String::new(),
                1 => "; 1 name is renamed as far as it goes:".to_owned(),
                n => format!("; {n} names are renamed as far as it goes:"),
            };
            format!("{none} explains state {at} and those before it{as_far}")
        }
    }];
    let names = renaming.names.iter().take(NAMES);
    lines.extend(names.map(|(old, new)| format!("  {old} is {new}")));
    let more = renaming.names.len().saturating_sub(NAMES);
    if more > 0 {
        lines.push(format!("  … and {more} more"));
    }
    if renaming.gave_up {
        lines.push(
            "too many names are alike to try all ways: there may be a renaming that explains more".to_owned(),
        );
    }
    lines
}

fn remark_text(remark: &Remark) -> String {
    match remark {
        Remark::SameWord => "written differently: both stand for the same infinite execution".to_owned(),
        Remark::SameCycle { left, right } if left == right => {
            format!("same loop, entered after {left} steps by both, written differently")
        }
        Remark::SameCycle { left, right } => {
            let (later, by) = if left < right { ("right", right - left) } else { ("left", left - right) };
            let steps = if by == 1 { "step" } else { "steps" };
            format!(
                "same loop, entered {by} {steps} later by the {later} trace (after {left} and after {right})"
            )
        }
        Remark::TooManyStates => {
            "too many states without a partner to compare each with each: some may be paired badly".to_owned()
        }
        Remark::TooDeep { path } => format!("values at {path} nest too deep to be compared further down"),
        Remark::Stuttering { side, states } => {
            let side = if *side == Side::Left { "left" } else { "right" };
            let what = if *states == 1 { "state of the" } else { "states of the" };
            let are = if *states == 1 { "is" } else { "are" };
            format!("{states} repeated {what} {side} trace {are} left out")
        }
        Remark::Unmet { rule, .. } => format!("{rule} did nothing: no state has such a place"),
        Remark::Kept { rules } => format!("nothing was looked at but what is kept by {}", rules.join(" ")),
        Remark::Dropped { rules } => format!("not looked at is what is dropped by {}", rules.join(" ")),
        Remark::Unrolled { side, states } => {
            let side = if *side == Side::Left { "left" } else { "right" };
            format!("the loop of the {side} trace is followed beyond its {states} states, to where they part")
        }
        Remark::Stopped => "stopped here: what follows is not compared".to_owned(),
        Remark::TooManyElements { path } => {
            format!(
                "too many elements of {path} without a partner to compare each with each: some may be paired badly"
            )
        }
    }
}
