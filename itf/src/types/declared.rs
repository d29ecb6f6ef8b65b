//! The types that a trace declares for its variables, in `#meta.varTypes`.

use std::collections::BTreeMap;

use super::{Type, TypeError};
use crate::path::Path;
use crate::trace::Trace;

/// The key of `#meta` with the types.
pub(super) const KEY: &str = "varTypes";

/// Types by variable.
///
/// ```
/// use itf::types::{Type, Types};
/// let trace = &itf::read(br##"{"#meta":{"varTypes":{"x":"Set(Int)"}},"vars":["x"],"states":[]}"##)?[0];
/// let (types, bad) = Types::declared(trace);
/// assert_eq!(types.get("x"), Some(&Type::set(Type::Int)));
/// assert!(bad.is_empty());
/// # Ok::<(), itf::ReadError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Types(BTreeMap<String, Type>);

/// A declaration that is no type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadType {
    /// Where it is: `#meta.varTypes.x`.
    pub path: Path,
    /// What is wrong, in one line.
    pub message: String,
    /// The same with the place in the text, if it is a text.
    pub error: Option<TypeError>,
}

impl Types {
    /// The types that a trace declares, and what it has in their place that is none.
    ///
    /// ```
    /// use itf::types::Types;
    /// let trace = &itf::read(br##"{"#meta":{"varTypes":{"x":"Set(int)"}},"vars":["x"],"states":[]}"##)?[0];
    /// let (_, bad) = Types::declared(trace);
    /// assert_eq!(bad[0].path.to_string(), "#meta.varTypes.x");
    /// assert_eq!(bad[0].message, "`int` is no type, at column 5 of `Set(int)`: write `Int`");
    /// # Ok::<(), itf::ReadError>(())
    /// ```
    pub fn declared(trace: &Trace) -> (Self, Vec<BadType>) {
        let (mut types, mut bad) = (Self::default(), Vec::new());
        let path = || Path::root().field("#meta").field(KEY);
        match trace.meta.get(KEY) {
            None => {}
            Some(serde_json::Value::Object(entries)) => {
                for (name, text) in &entries {
                    match one(text) {
                        Ok(t) => types.insert(name, t),
                        Err((message, error)) => {
                            bad.push(BadType { path: path().field(name), message, error });
                        }
                    }
                }
            }
            Some(_) => {
                let message = format!("`{KEY}` is no object from variables to types");
                bad.push(BadType { path: path(), message, error: None });
            }
        }
        (types, bad)
    }

    /// The type of a variable.
    ///
    /// ```
    /// assert_eq!(itf::types::Types::default().get("x"), None);
    /// ```
    pub fn get(&self, name: &str) -> Option<&Type> {
        self.0.get(name)
    }

    /// The type of a variable, with its name as long as this lives.
    pub(super) fn entry(&self, name: &str) -> Option<(&str, &Type)> {
        self.0.get_key_value(name).map(|(name, t)| (name.as_str(), t))
    }

    /// Sets the type of a variable.
    ///
    /// ```
    /// # use itf::types::{Type, Types};
    /// let mut types = Types::default();
    /// types.insert("x", Type::Int);
    /// assert_eq!(types.get("x"), Some(&Type::Int));
    /// ```
    pub fn insert(&mut self, name: &str, t: Type) {
        self.0.insert(name.to_owned(), t);
    }

    /// The variables and their types, by name.
    ///
    /// ```
    /// # use itf::types::{Type, Types};
    /// let types = Types::from_iter([("y", Type::Int), ("x", Type::Bool)]);
    /// assert_eq!(types.iter().map(|(name, t)| format!("{name}: {t}")).collect::<Vec<_>>(), ["x: Bool", "y: Int"]);
    /// ```
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Type)> {
        self.0.iter().map(|(name, t)| (name.as_str(), t))
    }

    /// Whether there are none.
    ///
    /// ```
    /// assert!(itf::types::Types::default().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>> FromIterator<(N, Type)> for Types {
    fn from_iter<I: IntoIterator<Item = (N, Type)>>(types: I) -> Self {
        Self(types.into_iter().map(|(name, t)| (name.into(), t)).collect())
    }
}

/// The type of one entry.
fn one(text: &serde_json::Value) -> Result<Type, (String, Option<TypeError>)> {
    let Some(text) = text.as_str() else { return Err(("a type is a string".to_owned(), None)) };
    let t: Type = text.parse().map_err(|error| (told(&error), Some(error)))?;
    // There is nowhere in a trace to declare an alias.
    super::Aliases::default().expand(&t).map_err(|error| (error.to_string(), None))?;
    Ok(t)
}

/// `expected …, at column 5 of `Set(int)`: write …`.
fn told(error: &TypeError) -> String {
    let hint = error.hint_text().map(|hint| format!(": {hint}")).unwrap_or_default();
    let line = error.text()[..error.span().start].matches('\n').count();
    let place = if error.text().contains('\n') {
        format!("in line {}, column {}", line + 1, error.column())
    } else if error.text().chars().count() > 60 {
        format!("at column {}", error.column())
    } else {
        format!("at column {} of `{}`", error.column(), error.text())
    };
    format!("{error}, {place}{hint}")
}
