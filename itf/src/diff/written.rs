//! Differences as JSON, both ways: paths, changes, labels.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::difference::{Change, Difference};
use crate::action::{Label, Labels};
use crate::path::{Path, Segment};
use crate::value::{Record, Str, Value};

/// One part of a path. Several keys tell the kinds apart; values are in the form of ITF.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Field(String),
    Index(usize),
    Key(Value),
    MapKey(usize),
    Item([usize; 2]),
    Element,
    Member {
        old: Value,
        new: Value,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Record>,
    },
    Payload(String),
}

impl From<&Segment> for Part {
    fn from(segment: &Segment) -> Self {
        match segment.clone() {
            Segment::Field(name) => Self::Field(name.to_string()),
            Segment::Index(at) => Self::Index(at),
            Segment::Key(key) => Self::Key(key),
            Segment::MapKey(at) => Self::MapKey(at),
            Segment::Item { old, new } => Self::Item([old, new]),
            Segment::Element => Self::Element,
            Segment::Member { old, new, by } => Self::Member { old, new, by },
            Segment::Payload(tag) => Self::Payload(tag.to_string()),
        }
    }
}

impl From<Part> for Segment {
    fn from(part: Part) -> Self {
        match part {
            Part::Field(name) => Self::Field(Str::from(name.as_str())),
            Part::Index(at) => Self::Index(at),
            Part::Key(key) => Self::Key(key),
            Part::MapKey(at) => Self::MapKey(at),
            Part::Item([old, new]) => Self::Item { old, new },
            Part::Element => Self::Element,
            Part::Member { old, new, by } => Self::Member { old, new, by },
            Part::Payload(tag) => Self::Payload(Str::from(tag.as_str())),
        }
    }
}

fn parts(path: &Path) -> Vec<Part> {
    path.segments().iter().map(Part::from).collect()
}

fn joined(parts: Vec<Part>) -> Path {
    parts.into_iter().map(Segment::from).collect()
}

/// [`Path`], for `#[serde(with)]`.
pub(super) mod path {
    use super::{Deserialize, Deserializer, Part, Path, Serialize, Serializer, joined, parts};

    pub(in crate::diff) fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
        parts(path).serialize(serializer)
    }

    pub(in crate::diff) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Path, D::Error> {
        Vec::<Part>::deserialize(deserializer).map(joined)
    }
}

#[derive(Serialize, Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Op {
    Replace,
    Remove,
    Add,
    RenameKey,
}

/// A difference as it is written.
#[derive(Serialize, Deserialize)]
struct Written {
    /// The path as people read it; no part of the meaning.
    #[serde(default)]
    at: String,
    path: Vec<Part>,
    op: Op,
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    old: Option<Value>,
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    new: Option<Value>,
}

/// A value that is there may be `null`.
fn some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Serialize for Difference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (op, old, new) = match self.change.clone() {
            Change::Replaced { old, new } => (Op::Replace, Some(old), Some(new)),
            Change::Removed { old } => (Op::Remove, Some(old), None),
            Change::Added { new } => (Op::Add, None, Some(new)),
            Change::Renamed { old, new } => (Op::RenameKey, Some(old), Some(new)),
        };
        Written { at: self.path.to_string(), path: parts(&self.path), op, old, new }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Difference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let change = match (written.op, written.old, written.new) {
            (Op::Replace, Some(old), Some(new)) => Change::Replaced { old, new },
            (Op::Remove, Some(old), None) => Change::Removed { old },
            (Op::Add, None, Some(new)) => Change::Added { new },
            (Op::RenameKey, Some(old), Some(new)) => Change::Renamed { old, new },
            _ => return Err(D::Error::custom("`op` does not go with `old` and `new`")),
        };
        Ok(Self { path: joined(written.path), change })
    }
}

#[derive(Serialize, Deserialize)]
struct WrittenLabel {
    name: String,
    #[serde(default)]
    args: Record,
}

impl WrittenLabel {
    fn of(label: &Label) -> Self {
        Self { name: label.name.to_string(), args: label.args.clone() }
    }

    fn label(self) -> Label {
        Label::new(&self.name, self.args)
    }
}

/// `Option<Label>`, for `#[serde(with)]`.
pub(super) mod label {
    use super::{Deserialize, Deserializer, Label, Serialize, Serializer, WrittenLabel};

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(in crate::diff) fn serialize<S: Serializer>(
        label: &Option<Label>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        label.as_ref().map(WrittenLabel::of).serialize(serializer)
    }

    pub(in crate::diff) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Label>, D::Error> {
        Ok(Option::<WrittenLabel>::deserialize(deserializer)?.map(WrittenLabel::label))
    }
}

/// `[Option<Label>; 2]`, for `#[serde(with)]`.
pub(super) mod labels {
    use super::{Deserialize, Deserializer, Label, Serialize, Serializer, WrittenLabel};

    pub(in crate::diff) fn serialize<S: Serializer>(
        labels: &[Option<Label>; 2],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        labels.each_ref().map(|label| label.as_ref().map(WrittenLabel::of)).serialize(serializer)
    }

    pub(in crate::diff) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<[Option<Label>; 2], D::Error> {
        let labels = <[Option<WrittenLabel>; 2]>::deserialize(deserializer)?;
        Ok(labels.map(|label| label.map(WrittenLabel::label)))
    }
}

/// `Option<Labels>`, as it would be typed, for `#[serde(with)]`.
pub(super) mod convention {
    use super::{Deserialize, Deserializer, Labels, Serialize, Serializer};
    use serde::de::Error as _;

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(in crate::diff) fn serialize<S: Serializer>(
        labels: &Option<Labels>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        labels.as_ref().map(ToString::to_string).serialize(serializer)
    }

    pub(in crate::diff) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Labels>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| Labels::parse(&text)).transpose().map_err(D::Error::custom)
    }
}
