//! Rules that find nothing to be about: a slip of the pen, mostly, which must not look like an answer.

use super::rewrite::{Act, Rewriter};
use super::{Rule, Rules};
use crate::diff::report::Remark;
use crate::diff::sets::fields_named;
use crate::pattern::Part;
use crate::trace::Trace;
use crate::value::{Record, Value};

impl Rule {
    /// The place that the rule is about.
    fn place(&self) -> &[Part] {
        match self {
            Self::Ignore(at)
            | Self::Only(at)
            | Self::Keep(at)
            | Self::Drop(at)
            | Self::Rename(at, _)
            | Self::Tolerance(at, _)
            | Self::ListAsSet(at)
            | Self::Redact(at)
            | Self::Key(at, _) => &at.parts,
        }
    }

    /// Whether the rule is about two values, after everything else was done to them.
    fn is_late(&self) -> bool {
        matches!(self, Self::Tolerance(..) | Self::Key(..))
    }

    /// Whether the rule does something to a value at its place.
    pub(super) fn can_be_about(&self, value: &Value) -> bool {
        match self {
            Self::ListAsSet(_) => matches!(value, Value::List(_)),
            Self::Key(_, fields) => match value {
                Value::Set(set) => set.iter().any(|element| fields_named(element, fields).is_some()),
                _ => false,
            },
            _ => true,
        }
    }

    /// Whether the rule says what alone is compared.
    fn selects(&self) -> bool {
        matches!(self, Self::Keep(_) | Self::Only(_))
    }
}

/// The rules that have found nothing so far.
pub(in crate::diff) struct Unmet<'a> {
    open: Vec<(&'a Rule, Rewriter<'a>)>,
    states: bool,
}

impl<'a> Unmet<'a> {
    pub(in crate::diff) fn new(rules: &'a Rules) -> Self {
        let open = |rule: &'a Rule| (rule, Rewriter::new(rule.place(), Act::Look(rule.clone())));
        Self { open: rules.rules.iter().map(open).collect(), states: false }
    }

    /// Looks for places in a state, which is as it was read, or what rules have left of one.
    pub(in crate::diff) fn look(&mut self, state: &Record) {
        self.states = true;
        self.look_for(state, |_| true);
    }

    /// As [`Unmet::look`], in all states: `read` are the traces as they were, `left` what rules have left of them.
    pub(in crate::diff) fn look_through(&mut self, read: [&Trace; 2], left: [&Trace; 2]) {
        for (traces, late) in [(read, false), (left, true)] {
            for state in traces.iter().flat_map(|trace| &trace.states) {
                self.states = true;
                self.look_for(&state.value, |rule| rule.is_late() == late);
            }
        }
    }

    fn look_for(&mut self, state: &Record, wanted: impl Fn(&Rule) -> bool) {
        self.open.retain_mut(|(rule, rewriter)| {
            if wanted(rule) {
                rewriter.record(state);
            }
            !rewriter.met
        });
    }

    /// What there is to be said of those that are left.
    pub(in crate::diff) fn remarks(&self) -> Vec<Remark> {
        if !self.states {
            return Vec::new();
        }
        let remark = |rule: &Rule| Remark::Unmet { rule: rule.to_string(), selects: rule.selects() };
        self.open.iter().map(|(rule, _)| remark(rule)).collect()
    }
}

impl Rules {
    /// What is not looked at: nothing is known of it, so it is said.
    pub(in crate::diff) fn unseen(&self) -> Vec<Remark> {
        let typed = |wanted: fn(&Rule) -> bool| -> Vec<String> {
            self.rules.iter().filter(|rule| wanted(rule)).map(ToString::to_string).collect()
        };
        let kept = typed(|rule| matches!(rule, Rule::Keep(_)));
        let dropped = typed(|rule| matches!(rule, Rule::Drop(_)));
        let kept = (!kept.is_empty()).then_some(Remark::Kept { rules: kept });
        let dropped = (!dropped.is_empty()).then_some(Remark::Dropped { rules: dropped });
        kept.into_iter().chain(dropped).collect()
    }
}
