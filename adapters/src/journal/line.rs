//! The lines of a journal: the first, which says what it is of, and one for each run.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use itf::{Record, Value};
use itf_shrink::{Unresolved, Verdict};
use serde::{Deserialize, Serialize};

use super::{JournalHead, VERSION, fingerprint};
use crate::jsonl::Call;

#[derive(Debug, Serialize, Deserialize, PartialEq)]
pub(super) struct Header {
    #[serde(rename = "itf-shrink-journal")]
    pub(super) version: u32,
    /// The fingerprint of the original.
    pub(super) original: String,
    /// What decides, in words.
    pub(super) oracle: String,
    /// What it is made of: files, each with the fingerprint of its content. Version 1 has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) files: Option<BTreeMap<String, String>>,
    /// Whether the work came to the end that was asked for, and was not cut off.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) ended: bool,
}

impl Header {
    pub(super) fn of(head: &JournalHead) -> Self {
        let JournalHead { original, oracle, files } = head.clone();
        Self { version: VERSION, original, oracle, files: Some(files), ended: false }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line {
    /// The fingerprint of the candidate.
    candidate: String,
    /// Which run of this candidate it was, from 1.
    run: u32,
    verdict: Word,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// The calls that executed, where a spec re-executes candidates and they are not the candidate.
    #[serde(skip_serializing_if = "Option::is_none")]
    executed: Option<Vec<Call>>,
    /// Names of the states that were reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    states: Option<Vec<StateId>>,
    /// How long the run took.
    ms: u64,
}

/// The name of a state: two states with the same are taken to be the same.
///
/// ```
/// use itf::Record;
/// use itf_adapters::StateId;
/// let state = |x: i64| Record::from_iter([("x", x)]);
/// assert_eq!(StateId::from(state(1)), StateId::from(state(1)));
/// assert_ne!(StateId::from(state(1)), StateId::from(state(2)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StateId(String);

impl From<Record> for StateId {
    fn from(state: Record) -> Self {
        // A shrinker that takes two states for one is told so by the next run, so half of the digits will do.
        let mut print = fingerprint(Value::Record(state).to_json().as_bytes());
        print.truncate(16);
        Self(print)
    }
}

/// The fingerprint of a candidate, and which of its runs it is, from 1.
pub(super) type Key = (String, u32);

/// A run as it was read.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) verdict: Verdict,
    pub(super) executed: Option<Vec<Call>>,
    pub(super) states: Option<Vec<StateId>>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Word {
    Fails,
    Passes,
    Invalid,
    Fault,
}

impl Line {
    pub(super) fn of((candidate, run): Key, known: Known, took: Duration) -> Self {
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let Known { verdict, executed, states } = known;
        let verdict_is = Word::Passes;
        let (kind, site, message) = (None, None, None);
        let mut line =
            Line { candidate, run, verdict: verdict_is, kind, site, message, executed, states, ms };
        match verdict {
            Verdict::Passes => {}
            Verdict::Fails(failure) => {
                line.verdict = Word::Fails;
                line.kind = Some(failure.kind);
                line.site = Some(failure.site);
                line.message = Some(failure.message);
            }
            Verdict::Unresolved(Unresolved::Invalid(why)) => {
                line.verdict = Word::Invalid;
                line.message = Some(why);
            }
            Verdict::Unresolved(Unresolved::Fault(why)) => {
                line.verdict = Word::Fault;
                line.message = Some(why);
            }
        }
        line
    }

    pub(super) fn read(self) -> (Key, Known) {
        let message = self.message.unwrap_or_default();
        let verdict = match self.verdict {
            Word::Fails => {
                Verdict::fails(self.kind.unwrap_or_default(), self.site.unwrap_or_default(), message)
            }
            Word::Passes => Verdict::Passes,
            Word::Invalid => Verdict::invalid(message),
            Word::Fault => Verdict::fault(message),
        };
        ((self.candidate, self.run), Known { verdict, executed: self.executed, states: self.states })
    }
}

/// What became of the files, in words.
pub(super) fn edited(known: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<String> {
    let mut all: Vec<&String> = known.keys().chain(now.keys()).collect();
    all.sort();
    all.dedup();
    let words = |file: &String| match (known.get(file), now.get(file)) {
        (Some(before), Some(after)) if before == after => None,
        (Some(_), Some(_)) => Some(format!("{file} was edited")),
        (Some(_), None) => Some(format!("{file} went away")),
        (None, _) => Some(format!("{file} came to be")),
    };
    all.into_iter().filter_map(words).collect()
}

pub(super) fn line(value: &impl Serialize) -> io::Result<String> {
    let mut text = serde_json::to_string(value)?;
    text.push('\n');
    Ok(text)
}
