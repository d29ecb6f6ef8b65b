//! Equality people can state: what is left out of a comparison, called otherwise, or near enough.

mod file;
mod project;
mod rewrite;
mod unmet;

pub use file::RulesError;
pub(super) use project::kept;
pub(super) use unmet::Unmet;

use std::fmt;

use crate::pattern::Pattern;
use crate::value::{Int, Str};

/// One thing that a comparison shall do otherwise. Paths are within a state and may have wildcards.
///
/// ```
/// use itf::diff::Rule;
/// assert_eq!(Rule::Ignore("clock".parse()?).to_string(), "--ignore clock");
/// # Ok::<(), itf::PatternError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// What is there makes no difference.
    Ignore(Pattern),
    /// Nothing else makes a difference.
    Only(Pattern),
    /// Nothing else is looked at: as [`Rule::Only`], but what is left out is not counted.
    Keep(Pattern),
    /// What is there is not looked at: as [`Rule::Ignore`], but what is left out is not counted.
    Drop(Pattern),
    /// The variable or field at the path, its last part, is compared under another name.
    Rename(Pattern, Str),
    /// Integers there may be so far apart.
    Tolerance(Pattern, Int),
    /// Lists there are compared as sets.
    ListAsSet(Pattern),
    /// What is there is compared, and shown, as one and the same text.
    Redact(Pattern),
    /// Elements of the set there are the same if these fields are.
    Key(Pattern, Vec<Str>),
}

/// Rules under which traces are compared.
///
/// ```
/// use itf::diff::{Rule, Rules};
/// let rules = Rules::parse("ignore = [\"clock\"]\n[tolerance]\n\"jobs[*].cost\" = 2\n")?;
/// assert_eq!(rules.rules[0], Rule::Ignore("clock".parse().unwrap()));
/// # Ok::<(), itf::diff::RulesError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// The rules.
    pub rules: Vec<Rule>,
    /// Whether a variable or field that the right trace, the observed one, does not have is *not observed* instead of
    /// missing.
    pub partial: bool,
    /// What the strings of the left trace are called in the right one.
    pub names: Vec<(String, String)>,
    /// Strings at these places are names in their own right: no renaming touches them.
    pub fixed: Vec<Pattern>,
}

/// The text that stands for what a rule hides.
pub(crate) const REDACTED: &str = "[redacted]";

/// As it would be typed.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ignore(at) => write!(f, "--ignore {at}"),
            Self::Only(at) => write!(f, "--only {at}"),
            Self::Keep(at) => write!(f, "--keep {at}"),
            Self::Drop(at) => write!(f, "--drop {at}"),
            Self::Rename(at, name) => write!(f, "--rename-path {at}={name}"),
            Self::Tolerance(at, by) => write!(f, "--tolerance {at}={by}"),
            Self::ListAsSet(at) => write!(f, "--list-as-set {at}"),
            Self::Redact(at) => write!(f, "--redact {at}"),
            Self::Key(at, fields) => {
                let fields: Vec<&str> = fields.iter().map(Str::as_str).collect();
                write!(f, "--key {at}={}", fields.join(","))
            }
        }
    }
}

impl Rule {
    /// Whether it changes what values are compared, and hides what it changes.
    pub(super) fn hides(&self) -> bool {
        matches!(self, Self::Ignore(_) | Self::Only(_) | Self::ListAsSet(_) | Self::Redact(_))
    }

    /// The rule `text`, `PATH=VALUE`, split at its last `=`.
    fn split(text: &str) -> Option<(&str, &str)> {
        text.rsplit_once('=').map(|(path, value)| (path.trim(), value.trim()))
    }

    /// The tolerance written `PATH=INTEGER`.
    ///
    /// # Errors
    ///
    /// What is wrong with the text.
    ///
    /// ```
    /// assert_eq!(itf::diff::Rule::tolerance("clock=2").unwrap().to_string(), "--tolerance clock=2");
    /// assert!(itf::diff::Rule::tolerance("clock").is_err());
    /// ```
    pub fn tolerance(text: &str) -> Result<Self, String> {
        let (path, by) = Self::split(text).ok_or("expected PATH=INTEGER")?;
        Self::tolerance_at(path, by)
    }

    fn tolerance_at(path: &str, by: &str) -> Result<Self, String> {
        let pattern = path.parse::<Pattern>().map_err(|e| e.to_string())?;
        let by: Int = by.parse().map_err(|_| format!("`{by}` is no integer"))?;
        if by < Int::from(0) {
            return Err("a tolerance is not negative".into());
        }
        Ok(Self::Tolerance(pattern, by))
    }

    /// The renaming written `PATH=NAME`.
    ///
    /// # Errors
    ///
    /// What is wrong with the text.
    ///
    /// ```
    /// assert_eq!(itf::diff::Rule::rename("zones{}.ip=address").unwrap().to_string(), "--rename-path zones{}.ip=address");
    /// assert!(itf::diff::Rule::rename("zones{}=x").is_err());
    /// ```
    pub fn rename(text: &str) -> Result<Self, String> {
        let (path, name) = Self::split(text).ok_or("expected PATH=NAME")?;
        Self::rename_at(path, name)
    }

    fn rename_at(path: &str, name: &str) -> Result<Self, String> {
        let pattern = path.parse::<Pattern>().map_err(|e| e.to_string())?;
        if name.is_empty() {
            return Err("the new name is empty".into());
        }
        if !matches!(pattern.parts.last(), Some(crate::pattern::Part::Field(_))) {
            return Err(format!("`{path}` does not end in a variable or field"));
        }
        Ok(Self::Rename(pattern, Str::from(name)))
    }

    /// The key written `PATH=FIELD,FIELD`.
    ///
    /// # Errors
    ///
    /// What is wrong with the text.
    ///
    /// ```
    /// assert_eq!(itf::diff::Rule::key("zones=name").unwrap().to_string(), "--key zones=name");
    /// ```
    pub fn key(text: &str) -> Result<Self, String> {
        let (path, fields) = Self::split(text).ok_or("expected PATH=FIELD,FIELD")?;
        let pattern = path.parse::<Pattern>().map_err(|e| e.to_string())?;
        let fields: Vec<Str> = fields.split(',').map(|name| Str::from(name.trim())).collect();
        if fields.iter().any(|name| name.is_empty()) {
            return Err("a field has no name".into());
        }
        Ok(Self::Key(pattern, fields))
    }
}
