//! What is left of a trace under rules.

use std::borrow::Cow;

use super::rewrite::{Act, Keeper, Rewriter};
use super::{REDACTED, Rule, Rules};
use crate::pattern::{Part, Pattern};
use crate::trace::{State, Trace};
use crate::value::{Record, Str, Value};

impl Rules {
    /// Whether no rule says anything.
    ///
    /// ```
    /// assert!(itf::diff::Rules::default().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && !self.partial && self.names.is_empty() && self.fixed.is_empty()
    }

    /// What is left of `trace`, and what it is called: all rules but tolerances and keys, which are about two values.
    ///
    /// ```
    /// use itf::diff::Rules;
    /// let trace = &itf::read(br#"{"vars":["x","y"],"states":[{"x":1,"y":2}]}"#)?[0];
    /// let rules = Rules::parse("drop = ['y']\n[rename]\nx = 'z'\n").unwrap();
    /// let projected = rules.project(trace);
    /// assert_eq!(projected.vars, ["z"]);
    /// assert_eq!(projected.states[0].get("z"), Some(&itf::Value::from(1)));
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn project(&self, trace: &Trace) -> Trace {
        self.project_but(trace, None).into_owned()
    }

    /// What is left of one state.
    pub(crate) fn project_record(&self, record: &Record) -> Record {
        let state = Trace::new::<String>([], [State::from(record.clone())]);
        let projected = self.project_but(&state, None);
        projected.states.first().map_or_else(Record::default, |state| state.value.clone())
    }

    /// What is left under all rules but the one at `but`.
    pub(in crate::diff) fn project_but<'t>(&self, trace: &'t Trace, but: Option<usize>) -> Cow<'t, Trace> {
        let rules = || self.rules.iter().enumerate().filter(|(at, _)| Some(*at) != but).map(|(_, rule)| rule);
        if !rules().any(Rule::rewrites) {
            return Cow::Borrowed(trace);
        }
        let mut trace = trace.clone();
        for rule in rules() {
            match rule {
                Rule::Ignore(at) | Rule::Drop(at) => {
                    each(&mut trace, &mut Rewriter::new(&at.parts, Act::Remove));
                    rename(&mut trace, &at.parts, None);
                }
                Rule::Redact(at) => {
                    each(&mut trace, &mut Rewriter::new(&at.parts, Act::Put(Value::from(REDACTED))));
                }
                Rule::ListAsSet(at) => each(&mut trace, &mut Rewriter::new(&at.parts, Act::ToSet)),
                _ => {}
            }
        }
        for wanted in [true, false] {
            let is_wanted = |rule: &&Rule| matches!(rule, Rule::Only(_)) == wanted;
            let patterns: Vec<&[Part]> = rules()
                .filter(is_wanted)
                .filter_map(|rule| match rule {
                    Rule::Only(at) | Rule::Keep(at) => Some(&at.parts[..]),
                    _ => None,
                })
                .collect();
            if !patterns.is_empty() {
                keep(&mut trace, &patterns);
            }
        }
        // What a path means has been looked for by the names that the trace has.
        for rule in rules() {
            if let Rule::Rename(at, name) = rule {
                each(&mut trace, &mut Rewriter::new(&at.parts, Act::Rename(name.clone())));
                rename(&mut trace, &at.parts, Some(name));
            }
        }
        Cow::Owned(trace)
    }
}

impl Rule {
    fn rewrites(&self) -> bool {
        !matches!(self, Self::Tolerance(..) | Self::Key(..))
    }
}

fn each(trace: &mut Trace, rewriter: &mut Rewriter<'_>) {
    for state in &mut trace.states {
        state.value = rewriter.record(&state.value);
    }
}

fn keep(trace: &mut Trace, patterns: &[&[Part]]) {
    let mut keeper = Keeper::new();
    for state in &mut trace.states {
        state.value = keeper.record(&state.value, patterns);
    }
    let kept = |name: &String| {
        patterns.iter().any(|parts| match parts.first() {
            Some(Part::Field(wanted)) => wanted == name.as_str(),
            _ => true,
        })
    };
    trace.vars.retain(kept);
    trace.params.retain(kept);
}

/// What a pattern that is a variable alone does to what the trace declares.
fn rename(trace: &mut Trace, parts: &[Part], to: Option<&Str>) {
    let meant = |name: &String| match parts {
        [Part::Field(wanted)] => wanted == name.as_str(),
        [Part::AnyField] => true,
        _ => false,
    };
    for names in [&mut trace.vars, &mut trace.params] {
        match to {
            None => names.retain(|name| !meant(name)),
            Some(to) => names.iter_mut().filter(|name| meant(name)).for_each(|name| *name = to.to_string()),
        }
    }
}

/// What of a state the patterns mean.
pub(in crate::diff) fn kept(state: &Record, patterns: &[Pattern]) -> Record {
    let patterns: Vec<&[Part]> = patterns.iter().map(|pattern| &pattern.parts[..]).collect();
    Keeper::new().record(state, &patterns)
}
