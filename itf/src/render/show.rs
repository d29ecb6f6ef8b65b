//! A trace as people read it: the initial state, then what each step did and changed.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use super::changes::{Noted, changes};
use super::lines::{Lines, paint};
use super::page::Page;
use super::value::{escape, write_name};
use crate::action::{Label, Labels};
use crate::diff::diff_states;
use crate::path::{Path, Segment};
use crate::trace::{State, Trace};

/// What is shown of a trace.
///
/// ```
/// use itf::render::{ShowOptions, show};
/// let trace = &itf::read(br#"{"vars":["x","y"],"states":[{"x":1,"y":1},{"x":2,"y":2}]}"#)?[0];
/// let options = ShowOptions { hide: vec!["y".into()], ..ShowOptions::default() };
/// assert!(!show(trace, &options).contains('y'));
/// # Ok::<(), itf::ReadError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct ShowOptions {
    /// Width and colours.
    pub page: Page,
    /// Every state with all its variables, rather than what changes.
    pub full: bool,
    /// The variables and parameters to show, in this order; all if empty.
    pub only: Vec<String>,
    /// Variables and parameters not to show.
    pub hide: Vec<String>,
    /// The steps to show: step *i* makes the state *i*. All if not given.
    pub steps: Option<RangeInclusive<usize>>,
    /// How the trace says what its steps did; if not given, the likeliest convention.
    pub labels: Option<Labels>,
}

/// `trace` as text: a heading, the parameters, the initial state, and then for each step what it did and what it
/// changed. Nothing is left out but what `options` say and variables that stay as they are.
///
/// ```
/// use itf::render::{ShowOptions, show};
/// let trace = &itf::read(br#"{"vars":["action","x"],"states":[
///     {"action":"init","x":{"a":1,"b":1}},
///     {"action":"send","x":{"a":1,"b":2}}]}"#)?[0];
/// assert_eq!(
///     show(trace, &ShowOptions::default()),
///     "2 states\n\nstate 0  init\n  x = { a: 1, b: 1 }\n\nstep 1  send\n    x.b: 1 → 2\n"
/// );
/// # Ok::<(), itf::ReadError>(())
/// ```
pub fn show(trace: &Trace, options: &ShowOptions) -> String {
    let labels = options.labels.clone().or_else(|| Labels::candidates(trace).into_iter().next());
    let shower = Shower { trace, options, labels };
    let mut blocks = vec![shower.heading()];
    blocks.extend(shower.params());
    let last = trace.states.len().saturating_sub(1);
    let (first, last) = match &options.steps {
        Some(steps) => (*steps.start(), (*steps.end()).min(last)),
        None => (0, last),
    };
    let states = trace.states.iter().enumerate().take(last + 1).skip(first);
    blocks.extend(states.map(|(at, state)| shower.state(at, state)));
    if last + 1 >= trace.states.len() {
        blocks.extend(shower.back());
    }
    let mut text = String::new();
    for (at, block) in blocks.iter().enumerate() {
        text.push_str(if at > 0 { "\n" } else { "" });
        for line in block {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

struct Shower<'a> {
    trace: &'a Trace,
    options: &'a ShowOptions,
    labels: Option<Labels>,
}

impl Shower<'_> {
    fn is_shown(&self, name: &str) -> bool {
        let ShowOptions { only, hide, .. } = self.options;
        (only.is_empty() || only.iter().any(|n| n == name)) && !hide.iter().any(|n| n == name)
    }

    /// Whether what is at `path` is shown as the label, so that it need not be shown again unless asked for.
    fn is_label(&self, path: &Path) -> bool {
        let wanted = match path.segments() {
            [Segment::Field(name), ..] => self.options.only.iter().any(|n| n == name.as_str()),
            _ => false,
        };
        !wanted && self.labels.as_ref().is_some_and(|labels| labels.covers(path))
    }

    /// How long the trace is, and what is said about it.
    fn heading(&self) -> Vec<String> {
        let page = &self.options.page;
        let count = self.trace.states.len();
        let states = if count == 1 { "state" } else { "states" };
        let head = match self.trace.loop_index {
            Some(back) => format!("{count} {states}, those from {back} on repeat for ever"),
            None => format!("{count} {states}"),
        };
        let mut lines = vec![paint(page.palette.heading, &head)];
        for (key, json) in self.trace.meta.entries() {
            let parsed = json.parse();
            let text = match &parsed {
                _ if BOILERPLATE.contains(&key.as_str()) => continue,
                serde_json::Value::String(text) => escape(text),
                serde_json::Value::Array(_) | serde_json::Value::Object(_) => continue,
                // Digits as they were written.
                _ => json.text().to_owned(),
            };
            lines.push(paint(page.palette.note, &format!("  {}: {text}", escape(&key))));
        }
        lines
    }

    /// The parameters, which are in the first state.
    fn params(&self) -> Option<Vec<String>> {
        let state = self.trace.states.first()?;
        let from_start = self.options.steps.as_ref().is_none_or(|steps| *steps.start() == 0);
        let names = self.ordered(self.trace.params.iter().map(String::as_str));
        if !from_start || names.is_empty() {
            return None;
        }
        let mut lines = vec![paint(self.options.page.palette.heading, "parameters")];
        lines.extend(names.into_iter().flat_map(|name| self.value(state, name)));
        Some(lines)
    }

    /// The shown ones of `names`, each once, in the order asked for.
    fn ordered<'n>(&'n self, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
        let mut seen = HashSet::new();
        let mut names: Vec<&str> = names.filter(|name| self.is_shown(name) && seen.insert(*name)).collect();
        let place = |name: &str| self.options.only.iter().position(|n| n == name);
        names.sort_by_key(|name| place(name));
        names
    }

    fn value(&self, state: &State, name: &str) -> Vec<String> {
        let Some(value) = state.get(name) else { return Vec::new() };
        let mut lines = Lines::new(self.options.page.width, 2);
        let mut start = String::new();
        // Writing to a string cannot fail.
        let _ = write_name(&mut start, name);
        lines.text(&start).text(" = ").value(value, 2, 0);
        lines.finish()
    }

    fn state(&self, at: usize, state: &State) -> Vec<String> {
        let label = self.labels.as_ref().and_then(|labels| labels.label(state, at).ok());
        let is_full = self.options.full || at == 0;
        let mut lines = self.title(if at == 0 { "state" } else { "step" }, at, label.as_ref());
        let before = at.checked_sub(1).and_then(|before| self.trace.states.get(before));
        match before {
            Some(before) if !is_full => lines.extend(self.changes(before, state, label.is_some())),
            _ => {
                let mut names = self.ordered(self.trace.variables().into_iter());
                names.retain(|name| label.is_none() || !self.is_label(&Path::root().field(name)));
                lines.extend(names.into_iter().flat_map(|name| self.value(state, name)));
            }
        }
        lines
    }

    fn title(&self, word: &str, at: usize, label: Option<&Label>) -> Vec<String> {
        let palette = &self.options.page.palette;
        let start = format!("{word} {at}");
        let mut lines = Lines::new(self.options.page.width, 0);
        lines.text(&start);
        if let Some(label) = label {
            lines.text("  ").label(label);
        }
        let mut lines = lines.finish();
        for (index, line) in lines.iter_mut().enumerate() {
            let head = if index == 0 { start.len() } else { 0 };
            let (head, rest) = line.split_at(head);
            *line = format!("{}{}", paint(palette.heading, head), paint(palette.label, rest));
        }
        if self.trace.loop_index.is_some_and(|back| back == at as u64) {
            lines.push(paint(palette.note, "  (the loop begins here)"));
        }
        lines
    }

    fn changes(&self, before: &State, after: &State, labelled: bool) -> Vec<String> {
        let page = &self.options.page;
        let mut diff = diff_states(before, after);
        let mut hidden = 0;
        diff.differences.retain(|difference| {
            let covered = labelled && self.is_label(&difference.path);
            let variable = match difference.path.segments().first() {
                Some(Segment::Field(name)) => name.as_str(),
                _ => "",
            };
            // A parameter is set in the first state, and need not be there in the others.
            let unset = self.trace.params.iter().any(|p| p == variable) && after.get(variable).is_none();
            let shown = self.is_shown(variable);
            hidden += usize::from(!shown && !covered && !unset);
            shown && !covered && !unset
        });
        let place = |difference: &crate::diff::Difference| match difference.path.segments().first() {
            Some(Segment::Field(name)) => self
                .options
                .only
                .iter()
                .position(|n| n == name.as_str())
                .or_else(|| self.trace.vars.iter().position(|n| n == name.as_str())),
            _ => None,
        };
        diff.differences.sort_by_key(place);
        if diff.differences.is_empty() {
            let what = if hidden > 0 { "no change in what is shown" } else { "no change" };
            return vec![paint(page.palette.note, &format!("  ({what})"))];
        }
        let noted: Vec<Noted<'_>> =
            diff.differences.iter().map(|difference| Noted { difference, note: String::new() }).collect();
        changes(page, &noted, 2).concat()
    }

    /// How a lasso goes on.
    fn back(&self) -> Option<Vec<String>> {
        let palette = &self.options.page.palette;
        let back = self.trace.loop_index?;
        let last = self.trace.states.last()?;
        let Some(first) = usize::try_from(back).ok().and_then(|back| self.trace.states.get(back)) else {
            let text = format!("loop to state {back}, which is not there");
            return Some(vec![paint(palette.heading, &text)]);
        };
        let mut lines = vec![paint(palette.heading, &format!("loop: on to state {back}"))];
        lines.extend(self.changes(last, first, false));
        Some(lines)
    }
}

/// What tools write into `#meta` that says nothing about the trace.
const BOILERPLATE: [&str; 4] = ["format", "format-description", "varTypes", "timestamp"];
