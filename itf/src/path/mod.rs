//! Typed paths: where in a trace a value is.

mod cursor;
mod error;
mod find;
mod literal;
mod parse;
mod step;

pub(crate) use cursor::shown_string;
pub use error::PathError;
pub(crate) use step::{Step, path_of};

use std::fmt;

use crate::value::{Record, Str, Value};

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Segment {
    /// A key of the document, a variable of a state or a field of a record: `.name`.
    Field(Str),
    /// An item of a list or tuple, or a state, counted from 0: `[3]`.
    Index(usize),
    /// The value at a key of a map: `["a"]`.
    Key(Value),
    /// The key itself of an entry of a map, counted as written: `<key 2>`.
    MapKey(usize),
    /// An item of a list that may be at another position after a change than before: `[3]`, `[3→4]`.
    Item {
        /// Its position before.
        old: usize,
        /// Its position after.
        new: usize,
    },
    /// An element of a set. A set has no positions, so which one is not said: `{}`.
    Element,
    /// An element of a set that is another value after a change than before: `{name: "lock"}`.
    Member {
        /// The element before.
        old: Value,
        /// The element after.
        new: Value,
        /// The fields that tell it from the other elements, where there are such.
        by: Option<Record>,
    },
    /// The payload of a variant: `~Tag`.
    Payload(Str),
}

/// A place in a trace or value, written like `states[3].zone_records{}.value` or `view["deployer-a"]~Some.root`, and
/// [read](std::str::FromStr) from such text.
///
/// ```
/// use itf::{Path, Value};
/// let v = Value::record([("view", Value::map([("a", Value::list([7]))]))]);
/// let path = Path::root().field("view").key(Value::from("a")).index(0);
/// assert_eq!(path.to_string(), r#"view["a"][0]"#);
/// assert_eq!(path.get(&v), Some(&Value::from(7)));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Segment>);

impl Path {
    /// The empty path: the whole value.
    ///
    /// ```
    /// assert!(itf::Path::root().segments().is_empty());
    /// ```
    pub fn root() -> Self {
        Self::default()
    }

    /// The steps of the path, outermost first.
    ///
    /// ```
    /// assert_eq!(itf::Path::root().index(1).segments().len(), 1);
    /// ```
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// This path and one more step.
    ///
    /// ```
    /// use itf::{Path, Segment};
    /// assert_eq!(Path::root().field("s").join(Segment::Element).to_string(), "s{}");
    /// ```
    #[must_use]
    pub fn join(mut self, segment: Segment) -> Self {
        self.0.push(segment);
        self
    }

    /// The path to the field (variable, key of the document) `name` of what this path leads to.
    ///
    /// ```
    /// assert_eq!(itf::Path::root().field("x").to_string(), "x");
    /// ```
    #[must_use]
    pub fn field(self, name: &str) -> Self {
        self.join(Segment::Field(Str::from(name)))
    }

    /// The path to an item, counted from 0, of what this path leads to.
    ///
    /// ```
    /// assert_eq!(itf::Path::root().field("states").index(3).to_string(), "states[3]");
    /// ```
    #[must_use]
    pub fn index(self, at: usize) -> Self {
        self.join(Segment::Index(at))
    }

    /// The path to the value at `key` of the map this path leads to.
    ///
    /// ```
    /// assert_eq!(itf::Path::root().field("m").key(itf::Value::from(1)).to_string(), "m[1]");
    /// ```
    #[must_use]
    pub fn key(self, key: Value) -> Self {
        self.join(Segment::Key(key))
    }
}

impl FromIterator<Segment> for Path {
    fn from_iter<I: IntoIterator<Item = Segment>>(segments: I) -> Self {
        Self(segments.into_iter().collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Field(name) => {
                    if at > 0 {
                        f.write_str(".")?;
                    }
                    crate::render::write_name(f, name)?;
                }
                Segment::Index(i) => write!(f, "[{i}]")?,
                Segment::Key(key) => write!(f, "[{key}]")?,
                Segment::MapKey(at) => write!(f, "<key {at}>")?,
                Segment::Item { old, new } if old == new => write!(f, "[{old}]")?,
                Segment::Item { old, new } => write!(f, "[{old}→{new}]")?,
                Segment::Element => f.write_str("{}")?,
                Segment::Member { by: Some(fields), .. } => {
                    for (at, (name, value)) in fields.iter().enumerate() {
                        f.write_str(if at == 0 { "{" } else { ", " })?;
                        crate::render::write_name(f, name)?;
                        write!(f, ": {value}")?;
                    }
                    f.write_str("}")?;
                }
                Segment::Member { old, .. } => write!(f, "{{{old}}}")?,
                Segment::Payload(tag) => {
                    f.write_str("~")?;
                    crate::render::write_name(f, tag)?;
                }
            }
        }
        Ok(())
    }
}
