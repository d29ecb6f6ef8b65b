//! Steps on the way into a value: what a [`Path`] is made of when somebody must be told.

use std::fmt;

use super::{Path, Segment};
use crate::value::{Record, Set, Str, Value};

/// One step, borrowed: most ways lead to nothing that is told, and cost no more than a push.
#[derive(Clone, Copy)]
pub(crate) enum Step<'a> {
    /// A key of the document.
    Name(&'static str),
    Field(&'a Str),
    Index(usize),
    Key(&'a Value),
    MapKey(usize),
    /// An element, and the set that it is in.
    Element(&'a Value, &'a Set),
    Payload(&'a Str),
}

impl From<Step<'_>> for Segment {
    fn from(step: Step<'_>) -> Self {
        match step {
            Step::Name(name) => Self::Field(Str::from(name)),
            Step::Field(name) => Self::Field(name.clone()),
            Step::Index(at) => Self::Index(at),
            Step::Key(key) => Self::Key(key.clone()),
            Step::MapKey(at) => Self::MapKey(at),
            Step::Element(element, set) => {
                let by = telling(element, set);
                if by.is_none() && !is_short(element) {
                    // A path is read by people, too: better none than this one.
                    return Self::Element;
                }
                Self::Member { old: element.clone(), new: element.clone(), by }
            }
            Step::Payload(tag) => Self::Payload(tag.clone()),
        }
    }
}

/// The longest element that is a step of a path, in bytes of its text.
const LONG: usize = 400;

/// Whether the text of a value is short; of a long one no more is made than that.
fn is_short(value: &Value) -> bool {
    struct Room(usize);
    impl fmt::Write for Room {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 = self.0.checked_sub(text.len()).ok_or(fmt::Error)?;
            Ok(())
        }
    }
    crate::render::write_value(&mut Room(LONG), value).is_ok()
}

/// The path of these steps.
pub(crate) fn path_of(steps: &[Step<'_>]) -> Path {
    steps.iter().map(|step| Segment::from(*step)).collect()
}

/// The most elements among which fields are looked for that tell one from the others: it is done for each that is told.
const MOST: usize = 256;

/// The fields of a record that tell it from all other elements of its set.
fn telling(element: &Value, set: &Set) -> Option<Record> {
    let record = element.as_record().filter(|_| set.len() <= MOST)?;
    let by = crate::diff::fields_that_tell(element, set)?;
    let is_it = |other: &&Value| {
        other.as_record().is_some_and(|r| by.iter().all(|(name, field)| r.get(name) == Some(field)))
    };
    // All fields of a record say no more than the record does.
    (by.len() < record.len() && set.iter().filter(is_it).count() == 1).then_some(by)
}
