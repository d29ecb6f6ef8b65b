//! Names for types: `@typeAlias: name = T;`.

use std::collections::BTreeMap;

use super::parse::{blank, declaration, is_constant, whole};
use super::{Type, TypeError};

/// How many types an expansion may have in it: aliases of aliases can stand for far more than anybody wrote.
const SIZE: usize = 100_000;

/// What aliases stand for. Apalache wants types in traces without aliases; specifications are full of them.
///
/// ```
/// use itf::types::{Aliases, Type};
/// let aliases: Aliases = r"
///     \* @typeAlias: entry = { who: PERSON, when: Int };
///     \* @typeAlias: log = Seq($entry);
///     VARIABLE
///       \* @type: $log;
///       log
/// ".parse()?;
/// let t = aliases.expand(&"Str -> $log".parse()?)?;
/// assert_eq!(t.to_string(), "Str -> Seq({ when: Int, who: PERSON })");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aliases(BTreeMap<String, Type>);

/// Why aliases cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AliasError {
    /// There is no alias of this name.
    #[error("there is no alias `${0}`")]
    Unknown(String),
    /// An alias that stands for something with itself in it.
    #[error("the alias `${0}` stands for itself")]
    Endless(String),
    /// What the aliases stand for is too large to be meant.
    #[error("what the aliases stand for has more than {SIZE} parts")]
    TooLarge,
}

impl Aliases {
    /// Adds `name = T`, the text of an annotation `@typeAlias`, and gives the name. Names in capitals are the spelling
    /// until September 2022: they stand where an uninterpreted type would.
    ///
    /// ```
    /// use itf::types::Aliases;
    /// let mut aliases = Aliases::default();
    /// assert_eq!(aliases.declare("ENTRY = [a: Int]")?, "ENTRY");
    /// assert_eq!(aliases.expand(&"Set(ENTRY)".parse()?)?.to_string(), "Set([a: Int])");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn declare(&mut self, text: &str) -> Result<String, TypeError> {
        let (name, t) = whole(text, declaration)?;
        self.0.insert(name.clone(), t);
        Ok(name)
    }

    /// What an alias stands for, as it was declared.
    ///
    /// ```
    /// # use itf::types::{Aliases, Type};
    /// let aliases: Aliases = "@typeAlias: id = Int;".parse()?;
    /// assert_eq!(aliases.get("id"), Some(&Type::Int));
    /// # Ok::<(), itf::types::TypeError>(())
    /// ```
    pub fn get(&self, name: &str) -> Option<&Type> {
        self.0.get(name)
    }

    /// This type with what the aliases in it stand for.
    ///
    /// ```
    /// # use itf::types::{AliasError, Aliases, Type};
    /// let aliases: Aliases = "@typeAlias: tree = Set($tree);".parse()?;
    /// assert_eq!(aliases.expand(&Type::Alias("tree".into())), Err(AliasError::Endless("tree".into())));
    /// # Ok::<(), itf::types::TypeError>(())
    /// ```
    pub fn expand(&self, t: &Type) -> Result<Type, AliasError> {
        Expansion { aliases: self, open: Vec::new(), size: 0 }.of(t)
    }
}

/// The annotations `@typeAlias: name = T;` of a text, such as a specification; all else is passed over.
impl std::str::FromStr for Aliases {
    type Err = TypeError;

    fn from_str(text: &str) -> Result<Self, TypeError> {
        // In a specification annotations are in comments, and these marks may be within a type.
        let bare = text.replace("\\*", "  ").replace("(*", "  ").replace("*)", "  ");
        let mut aliases = Self::default();
        let mut from = 0;
        while let Some(at) = bare[from..].find("@typeAlias") {
            from += at + "@typeAlias".len();
            let rest = bare[from..].strip_prefix(':').unwrap_or(&bare[from..]);
            let after = blank(rest).and_then(|(rest, ())| declaration(rest));
            match after {
                Ok((_, (name, t))) => aliases.0.insert(name, t),
                Err(nom::Err::Error(fail) | nom::Err::Failure(fail)) => return Err(fail.explain(text)),
                Err(nom::Err::Incomplete(_)) => None,
            };
        }
        Ok(aliases)
    }
}

struct Expansion<'a> {
    aliases: &'a Aliases,
    /// The aliases that are being expanded, outermost first.
    open: Vec<&'a str>,
    size: usize,
}

impl Expansion<'_> {
    fn of(&mut self, t: &Type) -> Result<Type, AliasError> {
        self.size += 1;
        if self.size > SIZE {
            return Err(AliasError::TooLarge);
        }
        let (name, is_old) = match t {
            Type::Alias(name) => (name, false),
            Type::Const(name) if is_constant(name) => (name, true),
            other => return other.map_parts(&mut |part| self.of(part)),
        };
        match self.aliases.0.get_key_value(name) {
            Some((name, _)) if self.open.contains(&name.as_str()) => Err(AliasError::Endless(name.clone())),
            Some((name, stands_for)) => {
                self.open.push(name);
                let expanded = self.of(stands_for);
                self.open.pop();
                expanded
            }
            None if is_old => Ok(t.clone()),
            None => Err(AliasError::Unknown(name.clone())),
        }
    }
}
