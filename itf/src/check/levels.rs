//! How severe each code is: the rules' own severities, and what was said about them.

use super::{Code, Rule, Severity};

/// The severity of each code; a code without one is allowed, and not found at all.
///
/// ```
/// use itf::check::{Code, Levels, Severity};
/// let mut levels = Levels::new(false);
/// levels.set_all("warnings", Some(Severity::Error))?;
/// assert_eq!(levels.get(Code::PlainInteger), Some(Severity::Error));
/// assert_eq!(levels.get(Code::Stuttering), Some(Severity::Note));
/// # Ok::<(), itf::check::UnknownLevel>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels {
    by_code: Vec<Option<Severity>>,
    strict: bool,
}

/// Text that is neither a code nor a group of codes, or a code whose severity cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownLevel {
    /// Neither a code nor a group.
    #[error(
        "there is no code `{0}`; `itf check --explain all` lists them, and `all`, `warnings` and `notes` are groups"
    )]
    Unknown(String),
    /// [`Code::Malformed`]: what cannot be read is not valid, whatever is said.
    #[error("{} is always an error: what cannot be read is no trace", Code::Malformed)]
    Fixed,
}

impl Levels {
    /// The severities of the rules; `strict` are those of ADR-015 to the letter.
    ///
    /// ```
    /// use itf::check::{Code, Levels, Severity};
    /// assert_eq!(Levels::new(true).get(Code::PlainInteger), Some(Severity::Error));
    /// ```
    pub fn new(strict: bool) -> Self {
        let by_code = Rule::all().iter().map(|rule| Some(own(rule, strict))).collect();
        Self { by_code, strict }
    }

    /// The severity of a code, if it is not allowed.
    ///
    /// ```
    /// use itf::check::{Code, Levels, Severity};
    /// assert_eq!(Levels::new(false).get(Code::Malformed), Some(Severity::Error));
    /// ```
    pub fn get(&self, code: Code) -> Option<Severity> {
        self.by_code[code as usize]
    }

    /// Gives a code a severity, or allows it. [`Code::Malformed`] stays an error.
    ///
    /// ```
    /// use itf::check::{Code, Levels};
    /// let mut levels = Levels::new(false);
    /// levels.set(Code::Float, None);
    /// assert_eq!(levels.get(Code::Float), None);
    /// ```
    pub fn set(&mut self, code: Code, severity: Option<Severity>) {
        if code != Code::Malformed {
            self.by_code[code as usize] = severity;
        }
    }

    /// The same for what a user wrote: a code, its name, or a group: `all`, or the codes that are `warnings` or `notes`
    /// by themselves.
    ///
    /// # Errors
    ///
    /// Text that is none of these, and the code of what cannot be read.
    ///
    /// ```
    /// use itf::check::{Levels, UnknownLevel};
    /// assert_eq!(Levels::new(false).set_all("malformed", None), Err(UnknownLevel::Fixed));
    /// ```
    pub fn set_all(&mut self, what: &str, severity: Option<Severity>) -> Result<(), UnknownLevel> {
        for code in codes(what, self.strict)? {
            self.set(code, severity);
        }
        Ok(())
    }
}

/// The codes that `what` names.
fn codes(what: &str, strict: bool) -> Result<Vec<Code>, UnknownLevel> {
    let of = |severity| {
        Rule::all().iter().filter(move |rule| own(rule, strict) == severity).map(|rule| rule.code).collect()
    };
    match what {
        "all" => Ok(Rule::all().iter().map(|rule| rule.code).collect()),
        "warnings" => Ok(of(Severity::Warning)),
        "notes" => Ok(of(Severity::Note)),
        _ => match what.parse() {
            Ok(Code::Malformed) => Err(UnknownLevel::Fixed),
            Ok(code) => Ok(vec![code]),
            Err(_) => Err(UnknownLevel::Unknown(what.to_owned())),
        },
    }
}

fn own(rule: &Rule, strict: bool) -> Severity {
    if strict { rule.strict } else { rule.severity }
}
