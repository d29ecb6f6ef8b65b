//! Rules in a file.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::{Rule, Rules};
use crate::pattern::Pattern;

/// A file of rules that cannot be used, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct RulesError {
    line: usize,
    column: usize,
    message: String,
}

impl RulesError {
    fn new(text: &str, span: Option<Range<usize>>, message: impl Into<String>) -> Self {
        let at = span.map_or(0, |span| span.start).min(text.len());
        let before = text.get(..at).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let (line, column) = (before.matches('\n').count() + 1, line.chars().count() + 1);
        Self { line, column, message: message.into() }
    }

    /// The line, counted from 1.
    ///
    /// ```
    /// let error = itf::diff::Rules::parse("partial = true\nignore = [\"a{\"]\n").unwrap_err();
    /// assert_eq!((error.line(), error.column()), (2, 11));
    /// ```
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column, counted from 1 in characters.
    ///
    /// ```
    /// assert_eq!(itf::diff::Rules::parse("ignor = []").unwrap_err().column(), 1);
    /// ```
    pub fn column(&self) -> usize {
        self.column
    }
}

type Paths = Vec<Spanned<String>>;
type Make = fn(Pattern) -> Rule;
type Table<T> = BTreeMap<Spanned<String>, Spanned<T>>;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    #[serde(default)]
    ignore: Paths,
    #[serde(default)]
    only: Paths,
    #[serde(default)]
    keep: Paths,
    #[serde(default)]
    drop: Paths,
    #[serde(default)]
    list_as_set: Paths,
    #[serde(default)]
    redact: Paths,
    #[serde(default)]
    fixed: Paths,
    #[serde(default)]
    partial: bool,
    #[serde(default)]
    rename: Table<String>,
    #[serde(default)]
    tolerance: Table<i64>,
    #[serde(default)]
    key: Table<Vec<String>>,
    #[serde(default)]
    names: BTreeMap<String, String>,
}

impl Rules {
    /// The rules written in TOML:
    ///
    /// ```
    /// let rules = itf::diff::Rules::parse(r#"
    ///     ignore = ["clock"]                    # makes no difference
    ///     only = ["packets{}.payload~RRQ.*"]    # nothing else makes a difference
    ///     keep = ["packets"]                    # nothing else is looked at
    ///     drop = ["**.debug"]                   # is not looked at
    ///     list-as-set = ["log"]
    ///     redact = ["**.token"]
    ///     fixed = ["**.kind"]                   # strings that no renaming touches
    ///     partial = true                        # what the right trace does not have was not observed
    ///     [rename]
    ///     "zones{}.ip" = "address"
    ///     [tolerance]
    ///     "jobs[*].cost" = 2
    ///     [key]
    ///     zones = ["name"]
    ///     [names]
    ///     "plan1.db.example.com" = "plan-001.cdb.acme"
    /// "#)?;
    /// assert_eq!(rules.rules.len(), 9);
    /// # Ok::<(), itf::diff::RulesError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The first line and column that cannot be used.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let file: File =
            toml::from_str(text).map_err(|error| RulesError::new(text, error.span(), error.message()))?;
        let mut rules =
            Self { partial: file.partial, names: file.names.into_iter().collect(), ..Self::default() };
        let pattern = |at: &Spanned<String>| {
            let parsed = at.get_ref().parse::<Pattern>();
            parsed.map_err(|error| RulesError::new(text, Some(at.span()), error.to_string()))
        };
        let lists: [(&Paths, Make); 6] = [
            (&file.ignore, Rule::Ignore),
            (&file.only, Rule::Only),
            (&file.keep, Rule::Keep),
            (&file.drop, Rule::Drop),
            (&file.list_as_set, Rule::ListAsSet),
            (&file.redact, Rule::Redact),
        ];
        for (paths, make) in lists {
            for at in paths {
                rules.rules.push(make(pattern(at)?));
            }
        }
        rules.fixed = file.fixed.iter().map(pattern).collect::<Result<_, _>>()?;
        let mut push = |rule: Result<Rule, String>, span| {
            rules.rules.push(rule.map_err(|message| RulesError::new(text, Some(span), message))?);
            Ok::<(), RulesError>(())
        };
        for (at, name) in &file.rename {
            push(Rule::rename_at(at.get_ref(), name.get_ref()), at.span())?;
        }
        for (at, by) in &file.tolerance {
            push(Rule::tolerance_at(at.get_ref(), &by.get_ref().to_string()), at.span())?;
        }
        for (at, fields) in &file.key {
            push(Rule::key(&format!("{}={}", at.get_ref(), fields.get_ref().join(","))), at.span())?;
        }
        Ok(rules)
    }
}
