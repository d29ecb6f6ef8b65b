//! A comparison as a list of sentences: what the formats say that have a line for each difference.

use super::super::html::escape_html;
use super::super::markdown::code;
use super::super::value::{escape, write_in};
use super::account::{Account, counted, cut, relabelled};
use crate::diff::{Change, Difference, Entry, Only, Pair, Side};
use crate::value::Value;

/// What an item is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Only the left trace takes the step.
    StepRemoved,
    /// Only the right trace takes the step.
    StepAdded,
    /// Corresponding steps did something else.
    StepReplaced,
    /// A value differs.
    Value,
    /// Something beside the states differs.
    Beside,
}

impl Kind {
    pub(super) fn is_behaviour(self) -> bool {
        matches!(self, Self::StepRemoved | Self::StepAdded | Self::StepReplaced)
    }

    /// An identifier for machines.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::StepRemoved => "step-removed",
            Self::StepAdded => "step-added",
            Self::StepReplaced => "step-replaced",
            Self::Value => "value-differs",
            Self::Beside => "trace-differs",
        }
    }
}

/// One sentence.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) kind: Kind,
    /// The state of the right trace at which it is to be seen.
    pub(super) place: usize,
    pieces: Vec<Piece>,
}

/// Text of ours, or text of a trace.
#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Code(String),
}

impl Item {
    fn new(kind: Kind, place: usize) -> Self {
        Self { kind, place, pieces: Vec::new() }
    }

    /// What differs beside the states; it is at the first of them.
    pub(super) fn beside(text: &str) -> Self {
        Self::new(Kind::Beside, 0).code(text)
    }

    fn text(mut self, text: &str) -> Self {
        self.pieces.push(Piece::Text(text.to_owned()));
        self
    }

    fn code(mut self, text: &str) -> Self {
        self.pieces.push(Piece::Code(text.to_owned()));
        self
    }

    fn written(&self, code: impl Fn(&str) -> String, text: impl Fn(&str) -> String) -> String {
        let pieces = self.pieces.iter();
        pieces
            .map(|piece| match piece {
                Piece::Text(t) => text(t),
                Piece::Code(t) => code(t),
            })
            .collect()
    }

    pub(super) fn markdown(&self) -> String {
        self.written(code, str::to_owned)
    }

    pub(super) fn plain(&self) -> String {
        self.written(str::to_owned, str::to_owned)
    }

    pub(super) fn html(&self) -> String {
        self.written(|text| format!("<code>{}</code>", escape_html(text)), escape_html)
    }
}

/// How many columns a value has at most.
const VALUE: usize = 60;
/// How many variables are named at most.
const VARIABLES: usize = 8;
/// How many columns a path or label has at most.
const PLACE: usize = 100;

impl Account<'_> {
    /// All that is told, in the order of the steps.
    pub(super) fn items(&self) -> Vec<Item> {
        let mut items = Vec::new();
        // Where the right trace is.
        let mut place = 0;
        for entry in &self.diff.entries {
            match entry {
                Entry::Pair(pair) => {
                    place = pair.right;
                    self.pair_items(pair, &mut items);
                }
                Entry::Only(only) => {
                    place =
                        if only.side == Side::Right { only.at } else { self.right_of(only.at).max(place) };
                    items.push(self.only_item(only, place));
                }
            }
        }
        items
    }

    /// What the comparison says about steps as a whole.
    pub(super) fn behaviour(&self) -> Vec<Item> {
        let behaviour = &self.diff.behaviour;
        let item = || Item::new(Kind::StepReplaced, 0);
        let mut items = Vec::new();
        let counts =
            [(behaviour.removed, "removed"), (behaviour.added, "added"), (behaviour.replaced, "replaced")];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> =
            counts.map(|(count, what)| format!("{} {what}", counted(*count, "step"))).collect();
        items.push(match &counts[..] {
            [] if self.diff.labels.is_some() => item().text("the same steps with the same actions"),
            [] => item().text("no step was added or removed"),
            counts => item().text(&counts.join(", ")),
        });
        for action in &behaviour.actions {
            let name = item().text("action ").code(&escape(&action.name));
            items.push(name.text(&format!(": {} → {}", action.left, counted(action.right, "time"))));
        }
        items
    }

    /// What it says about variables as a whole.
    pub(super) fn data(&self) -> Vec<Item> {
        let behaviour = &self.diff.behaviour;
        let labels = self.diff.labels.as_ref().map(crate::Labels::variables).unwrap_or_default();
        let named = |item: Item, names: &[&String]| {
            let shown = &names[..names.len().min(VARIABLES)];
            let item = shown
                .iter()
                .enumerate()
                .fold(item, |item, (at, name)| item.text(if at > 0 { ", " } else { "" }).code(&escape(name)));
            let more = names.len() - shown.len();
            if more > 0 { item.text(&format!(" and {more} more")) } else { item }
        };
        let data = |names: &'_ Vec<String>| -> Vec<String> {
            names.iter().filter(|name| !labels.contains(&name.as_str())).cloned().collect()
        };
        let (differing, agreeing) = (data(&behaviour.differing), data(&behaviour.agreeing));
        let (differing, agreeing): (Vec<_>, Vec<_>) = (differing.iter().collect(), agreeing.iter().collect());
        let item = Item::new(Kind::Value, 0);
        if self.diff.pairs.is_empty() || differing.is_empty() && agreeing.is_empty() {
            return Vec::new();
        }
        if differing.is_empty() {
            return vec![item.text("no variable differs at corresponding steps")];
        }
        let item = named(item.text("differs: "), &differing);
        vec![if agreeing.is_empty() { item } else { named(item.text("; never: "), &agreeing) }]
    }

    /// The state of the right trace that is where the left one has a state of its own at `at`.
    fn right_of(&self, at: usize) -> usize {
        let before = self.diff.pairs.iter().take_while(|(left, _)| *left < at).last();
        before.map_or(0, |(_, right)| right + 1).min(self.diff.counts.right.saturating_sub(1))
    }

    fn pair_items(&self, pair: &Pair, items: &mut Vec<Item>) {
        let begun = |kind: Kind| {
            let item = Item::new(kind, pair.right).text(&format!("step {}", pair.left));
            if pair.left == pair.right { item } else { item.text(&format!(" (now {})", pair.right)) }
        };
        if let ([Some(left), Some(right)], true) = (&pair.labels, relabelled(pair)) {
            let item = begun(Kind::StepReplaced).text(": ");
            let item = item.code(&cut(&left.to_string(), PLACE)).text(" → ");
            items.push(item.code(&cut(&right.to_string(), PLACE)));
        }
        for new in self.shown(pair) {
            let mut item = begun(Kind::Value);
            if let ([Some(label), _], false) = (&pair.labels, relabelled(pair)) {
                item = item.text(", ").code(&escape(&label.name));
            }
            item = self.said(item.text(": "), &new.difference);
            let lasts = self.lasts(new.lasts, pair);
            items.push(if lasts.is_empty() { item } else { item.text(&format!(" {lasts}")) });
        }
    }

    fn said(&self, item: Item, difference: &Difference) -> Item {
        let Difference { path, change } = difference;
        let item = item.code(&cut(&path.to_string(), PLACE));
        match change {
            Change::Replaced { old, new } => {
                item.text(": ").code(&self.value(old)).text(" → ").code(&self.value(new))
            }
            Change::Removed { old } => item.text(" removed: ").code(&self.value(old)),
            Change::Added { new } => item.text(" added: ").code(&self.value(new)),
            Change::Renamed { old, new } => {
                item.text(": key ").code(&self.value(old)).text(" → key ").code(&self.value(new))
            }
        }
    }

    fn value(&self, value: &Value) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = write_in(&mut text, value, self.options.page.notation);
        cut(&text, VALUE)
    }
}

impl Account<'_> {
    fn only_item(&self, only: &Only, place: usize) -> Item {
        let (kind, what) = match only.side {
            Side::Left => (Kind::StepRemoved, "removed"),
            Side::Right => (Kind::StepAdded, "added"),
        };
        let mut item = Item::new(kind, place).text(&format!("step {} {what}", only.at));
        if let Some(label) = &only.label {
            item = item.text(": ").code(&cut(&label.to_string(), PLACE));
        }
        let data: Vec<_> =
            only.changes.iter().filter(|difference| !self.is_label(&difference.path)).collect();
        if let (None, [first, more @ ..]) = (only.moved, &data[..]) {
            item = item.text(", which changed ").code(&cut(&first.to_string(), PLACE));
            if !more.is_empty() {
                item = item.text(&format!(" and {} more", more.len()));
            }
        }
        match only.moved {
            Some(moved) => item.text(&format!(" (moved: it is step {moved} of the other)")),
            None => item,
        }
    }
}
