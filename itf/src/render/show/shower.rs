//! What is shown of a trace, in blocks of lines.

use std::collections::{HashMap, HashSet};

use super::super::changes::{Noted, changes, single_changes};
use super::super::line::{Line, Role, in_role};
use super::super::lines::Lines;
use super::super::value::{escape, write_name};
use super::ShowOptions;
use crate::action::{Label, Labels};
use crate::diff::diff_states;
use crate::path::{Path, Segment};
use crate::trace::{State, Trace};

pub(in crate::render) struct Shower<'a> {
    trace: &'a Trace,
    options: &'a ShowOptions,
    labels: Option<Labels>,
    /// The variables that are shown, in the order in which they are.
    names: Vec<&'a str>,
    /// The places of variables among those that were asked for, or else among those that are declared.
    places: HashMap<&'a str, usize>,
    /// Whether positions are told, and all that changes with them.
    numbered: bool,
}

/// What belongs together: a heading, and what is under it.
#[derive(Debug, Default)]
pub(in crate::render) struct Block {
    /// What it is about.
    pub(in crate::render) about: About,
    pub(in crate::render) title: Vec<Line>,
    pub(in crate::render) body: Vec<Line>,
}

impl Block {
    /// The title in parts: where we are, what the step did, what is said about it.
    pub(in crate::render) fn heading(&self) -> [String; 3] {
        let mut parts = [const { String::new() }; 3];
        for (role, text) in self.title.iter().flat_map(Line::pieces) {
            let part = match role {
                Role::Heading => &mut parts[0],
                Role::Note => &mut parts[2],
                _ => &mut parts[1],
            };
            let text = text.trim();
            part.push_str(if part.is_empty() || text.is_empty() { "" } else { " " });
            part.push_str(text);
        }
        parts
    }
}

/// What a block is about.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) enum About {
    #[default]
    Trace,
    Parameters,
    Step(usize),
    Loop,
}

impl<'a> Shower<'a> {
    pub(in crate::render) fn new(trace: &'a Trace, options: &'a ShowOptions) -> Self {
        let labels = options.labels.clone().or_else(|| Labels::candidates(trace).into_iter().next());
        let mut places = HashMap::new();
        for names in [&options.only, &trace.vars] {
            for (at, name) in names.iter().enumerate() {
                places.entry(name.as_str()).or_insert(at);
            }
        }
        let mut shower = Self { trace, options, labels, names: Vec::new(), places, numbered: true };
        shower.names = shower.ordered(trace.variables().into_iter());
        shower
    }

    /// Without positions, and without what is said about the trace as a whole.
    pub(in crate::render) fn unnumbered(trace: &'a Trace, options: &'a ShowOptions) -> Self {
        Self { numbered: false, ..Self::new(trace, options) }
    }

    /// All that is shown, in order. Each block is made when it is taken: those of a long trace are larger than the trace.
    pub(in crate::render) fn blocks(self) -> impl Iterator<Item = Block> + 'a {
        let first = self.numbered.then(|| self.heading()).into_iter().chain(self.params());
        let count = self.trace.states.len();
        let (from, to) = match &self.options.steps {
            Some(steps) => (*steps.start(), steps.end().saturating_add(1).min(count)),
            None => (0, count),
        };
        let mut states = from..to;
        let mut has_back = to == count;
        let rest = std::iter::from_fn(move || {
            if let Some(at) = states.next() {
                return Some(self.state(at, &self.trace.states[at]));
            }
            std::mem::take(&mut has_back).then(|| self.back()).flatten()
        });
        first.chain(rest)
    }

    /// Whether a variable or parameter is to be shown.
    pub(in crate::render) fn is_shown(&self, name: &str) -> bool {
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
    fn heading(&self) -> Block {
        let count = self.trace.states.len();
        let states = if count == 1 { "state" } else { "states" };
        let head = match self.trace.loop_index {
            Some(back) => format!("{count} {states}, those from {back} on repeat for ever"),
            None => format!("{count} {states}"),
        };
        let mut body = Vec::new();
        for (key, json) in self.trace.meta.entries() {
            let parsed = json.parse();
            let text = match &parsed {
                _ if BOILERPLATE.contains(&key.as_str()) => continue,
                serde_json::Value::String(text) => escape(text),
                serde_json::Value::Array(_) | serde_json::Value::Object(_) => continue,
                // Digits as they were written.
                _ => escape(json.text()),
            };
            body.push(Line::new(Role::Note, &format!("  {}: {text}", escape(&key))));
        }
        Block { about: About::Trace, title: vec![Line::new(Role::Heading, &head)], body }
    }

    /// The parameters, which are in the first state.
    fn params(&self) -> Option<Block> {
        let state = self.trace.states.first()?;
        let from_start = self.options.steps.as_ref().is_none_or(|steps| *steps.start() == 0);
        let names = self.ordered(self.trace.params.iter().map(String::as_str));
        if !from_start || names.is_empty() {
            return None;
        }
        let body = names.into_iter().flat_map(|name| self.value(state, name)).collect();
        Some(Block { about: About::Parameters, title: vec![Line::new(Role::Heading, "parameters")], body })
    }

    /// The shown ones of `names`, each once, in the order asked for.
    fn ordered(&self, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let mut seen = HashSet::new();
        let mut names: Vec<&str> = names.filter(|name| self.is_shown(name) && seen.insert(*name)).collect();
        let wanted = &self.options.only;
        names.sort_by_cached_key(|name| wanted.iter().position(|n| n == name));
        names
    }

    fn value(&self, state: &State, name: &str) -> Vec<Line> {
        let Some(value) = state.get(name) else { return Vec::new() };
        let mut lines = Lines::new(&self.options.page, 2);
        let mut start = String::new();
        // Writing to a string cannot fail.
        let _ = write_name(&mut start, name);
        lines.text(&start).text(" = ").value(value, 2, 0);
        in_role(Role::Plain, &lines.finish())
    }

    fn state(&self, at: usize, state: &State) -> Block {
        let label = self.labels.as_ref().and_then(|labels| labels.label(state, at).ok());
        let is_full = self.options.full || at == 0;
        let title = self.title(if at == 0 { "state" } else { "step" }, at, label.as_ref());
        let before = at.checked_sub(1).and_then(|before| self.trace.states.get(before));
        let body = match before {
            Some(before) if !is_full => self.changes(before, state, label.is_some()),
            _ => {
                let shown = |name: &&&str| label.is_none() || !self.is_label(&Path::root().field(name));
                self.names.iter().filter(shown).flat_map(|name| self.value(state, name)).collect()
            }
        };
        Block { about: About::Step(at), title, body }
    }

    fn title(&self, word: &str, at: usize, label: Option<&Label>) -> Vec<Line> {
        let start = match at {
            _ if self.numbered => format!("{word} {at}"),
            0 => "initial state".to_owned(),
            _ => word.to_owned(),
        };
        let mut lines = Lines::new(&self.options.page, 0);
        lines.text(&start);
        if let Some(label) = label {
            lines.text("  ").label(label);
        }
        let lines = lines.finish();
        let mut title: Vec<Line> = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            let (head, rest) = line.split_at(if index == 0 { start.len() } else { 0 });
            if index == 0 {
                let mut first = Line::new(Role::Heading, head);
                first.push(Role::Plain, &rest[..rest.len() - rest.trim_start().len()]);
                first.push(Role::Label, rest.trim_start());
                title.push(first);
            } else {
                title.push(Line::new(Role::Label, rest));
            }
        }
        if self.trace.loop_index.is_some_and(|back| back == at as u64) {
            title.push(Line::new(Role::Note, "  (the loop begins here)"));
        }
        title
    }

    fn changes(&self, before: &State, after: &State, labelled: bool) -> Vec<Line> {
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
            Some(Segment::Field(name)) => self.places.get(name.as_str()),
            _ => None,
        };
        diff.differences.sort_by_key(place);
        if diff.differences.is_empty() {
            let what = if hidden > 0 { "no change in what is shown" } else { "no change" };
            return vec![Line::new(Role::Note, &format!("  ({what})"))];
        }
        let noted: Vec<Noted<'_>> =
            diff.differences.iter().map(|difference| Noted { difference, note: String::new() }).collect();
        if self.numbered { changes(page, &noted, 2).concat() } else { single_changes(page, &noted, 2) }
    }

    /// How a lasso goes on.
    fn back(&self) -> Option<Block> {
        let back = self.trace.loop_index?;
        let last = self.trace.states.last()?;
        let (head, body) = match usize::try_from(back).ok().and_then(|back| self.trace.states.get(back)) {
            Some(first) if !self.numbered => {
                ("loop: on to where it begins".to_owned(), self.changes(last, first, false))
            }
            Some(first) => (format!("loop: on to state {back}"), self.changes(last, first, false)),
            None => (format!("loop to state {back}, which is not there"), Vec::new()),
        };
        Some(Block { about: About::Loop, title: vec![Line::new(Role::Heading, &head)], body })
    }
}

/// What tools write into `#meta` that says nothing about the trace.
const BOILERPLATE: [&str; 4] = ["format", "format-description", "varTypes", "timestamp"];
