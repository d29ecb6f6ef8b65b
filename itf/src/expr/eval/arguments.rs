//! The arguments of an operator, by the kind of value it needs.

use std::rc::Rc;

use crate::expr::error::{Error, ErrorKind, Span};
use crate::expr::program::Node;
use crate::value::{Int, List, Map, Record, Set, Value};

use super::Val;
use super::val::{AnySet, Closure};

/// The arguments of a built-in operator, evaluated, and where they are written.
pub(super) struct Arguments<'p> {
    pub(super) span: &'p Span,
    pub(super) nodes: &'p [Node],
    pub(super) values: Vec<Val<'p>>,
}

/// "expected a set, found the integer 3".
pub(super) fn wrong(wanted: &str, found: &Val<'_>, span: &Span) -> Error {
    Error::new(ErrorKind::Type, span.clone(), format!("expected {wanted}, found {}", found.describe()))
}

macro_rules! typed {
    ($($method:ident $variant:ident $type:ty, $wanted:literal;)*) => {
        impl<'p> Arguments<'p> {
            $(pub(super) fn $method(&self, at: usize) -> Result<&$type, Error> {
                match &self.values[at] {
                    Val::Data(Value::$variant(it)) => Ok(it),
                    other => Err(wrong($wanted, other, &self.nodes[at].span)),
                }
            })*
        }
    };
}

typed! {
    int Int Int, "an integer";
    string Str crate::Str, "a string";
    list List List, "a list";
    map Map Map, "a map";
    record Record Record, "a record";
    listed Set Set, "a set";
}

impl<'p> Arguments<'p> {
    pub(super) fn bool(&self, at: usize) -> Result<bool, Error> {
        match &self.values[at] {
            Val::Data(Value::Bool(b)) => Ok(*b),
            other => Err(wrong("a boolean", other, &self.nodes[at].span)),
        }
    }

    pub(super) fn set(&self, at: usize) -> Result<AnySet, Error> {
        match &self.values[at] {
            Val::Ruled(set) => Ok(AnySet::Ruled(set.clone())),
            _ => self.listed(at).map(|set| AnySet::Listed(set.clone())),
        }
    }

    pub(super) fn operator(&self, at: usize) -> Result<&Rc<Closure<'p>>, Error> {
        match &self.values[at] {
            Val::Operator(closure) => Ok(closure),
            other => Err(wrong("an operator", other, &self.nodes[at].span)),
        }
    }

    pub(super) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        Error::new(kind, self.span.clone(), message)
    }
}
