//! Types in the notation of Apalache (its ADR-002, Type System 1.2): read, written, declared, checked and inferred.
//!
//! Apalache reads a trace back only if `#meta.varTypes` has a type for every variable. [`Type`] is one such type,
//! [`Types`] are those of a trace, [`Types::check`] compares values with them, and [`infer`] finds the types of traces
//! that declare none.
//!
//! What a type means for the values of a trace:
//!
//! | type | values |
//! |---|---|
//! | `Bool`, `Int`, `Str` | booleans, integers, strings other than those of an uninterpreted type |
//! | `PERSON` | strings with the suffix `_OF_PERSON`, such as `c1_OF_PERSON` |
//! | `UNIT` | `"U_OF_UNIT"`, and unit in any of its encodings |
//! | `Set(T)`, `Seq(T)`, `<<T, U>>`, `T -> U` | sets, lists, tuples of that length, maps |
//! | `{ f: T, g: U }` | records with exactly these fields |
//! | `{ f: T, r }` | records with these fields and perhaps others: `r` is a row variable |
//! | `A(T) \| B(U)`, `A(T) \| r` | variants with one of these tags; with any tag, if there is a row variable |
//! | `a` | anything, of one type wherever `a` is in the type of the variable |
//! | `[f: T, g: U]` | records with some of these fields (Type System 1) |
//! | `{ tag: "A", f: T } \| …` | records told apart by their field `tag` (before July 2022) |
//! | rows, operators, sparse tuples, `Real`, aliases | none: they are types of expressions, not of values |
//!
//! Names that are no identifiers are written in quotes, `{ "a b": Int }`. Apalache has no notation for them.

mod alias;
mod check;
mod declared;
mod error;
mod infer;
mod parse;
mod print;
mod write;

use std::collections::BTreeMap;

pub use alias::{AliasError, Aliases};
pub(crate) use check::Examination;
pub use check::{Mismatch, MismatchKind};
pub use declared::{BadType, Types};
pub use error::TypeError;
pub use infer::{Conflict, ConflictKind, Inference, Inferred, Side, infer};
pub(crate) use write::UNIT_VALUE;

/// The name of the type of the one value that stands for "nothing to say".
pub(crate) const UNIT: &str = "UNIT";

/// A type of Apalache's Type System 1.2.
///
/// ```
/// use itf::types::Type;
/// let t: Type = "Str -> Set({ id: Int, who: PERSON })".parse()?;
/// let Type::Fun(_, elements) = &t else { panic!("a function") };
/// assert!(matches!(**elements, Type::Set(_)));
/// # Ok::<(), itf::types::TypeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Type {
    /// `Bool`.
    Bool,
    /// `Int`.
    Int,
    /// `Str`.
    Str,
    /// `Real`: known to Apalache, but not to ITF.
    Real,
    /// `PERSON`: an uninterpreted type.
    Const(String),
    /// `a`: a type variable.
    Var(String),
    /// `$person`: a reference to an alias, see [`Aliases`].
    Alias(String),
    /// `Set(T)`.
    Set(Box<Self>),
    /// `Seq(T)`: a list.
    Seq(Box<Self>),
    /// `T -> U`: a function, which is a map in ITF.
    Fun(Box<Self>, Box<Self>),
    /// `<<T, U>>`.
    Tuple(Vec<Self>),
    /// `<| 2: T, 5: U |>`: a tuple of which some positions are known, counted from 1.
    SparseTuple(BTreeMap<u32, Self>),
    /// `{ f: T, g: U }`, or with a row variable `{ f: T, r }`.
    Record(Row),
    /// `[f: T, g: U]`: a record of Type System 1, which may lack fields.
    OldRecord(BTreeMap<String, Self>),
    /// `A(T) | B(U)`, or with a row variable `A(T) | r`; `Variant(r)` and `Variant()` without tags.
    Variant(Row),
    /// `{ tag: "A", f: T } | { tag: "B" }`: a variant as it was written until July 2022, each tag with a record of the
    /// other fields.
    OldVariant(Row),
    /// `(| f: T | g: U | r |)`: a row by itself.
    Row(Row),
    /// `(T, U) => V`: an operator.
    Operator(Vec<Self>, Box<Self>),
}

/// Names with their types, and a row variable if there may be others.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row {
    /// The types by field or tag.
    pub fields: BTreeMap<String, Type>,
    /// The variable for what else there may be; a row without one is closed.
    pub rest: Option<String>,
}

impl Row {
    /// The closed row of `fields`.
    ///
    /// ```
    /// use itf::types::{Row, Type};
    /// assert_eq!(Type::Record(Row::closed([("f", Type::Int)])).to_string(), "{ f: Int }");
    /// ```
    pub fn closed<K: Into<String>>(fields: impl IntoIterator<Item = (K, Type)>) -> Self {
        Self { fields: fields.into_iter().map(|(name, t)| (name.into(), t)).collect(), rest: None }
    }

    /// This row with a variable for what else there may be.
    ///
    /// ```
    /// use itf::types::{Row, Type};
    /// assert_eq!(Type::Variant(Row::closed([("A", Type::Int)]).open("r")).to_string(), "A(Int) | r");
    /// ```
    #[must_use]
    pub fn open(self, rest: impl Into<String>) -> Self {
        Self { rest: Some(rest.into()), ..self }
    }
}

impl Type {
    /// The type of unit, which Apalache calls `UNIT`.
    ///
    /// ```
    /// assert_eq!(itf::types::Type::unit().to_string(), "UNIT");
    /// ```
    pub fn unit() -> Self {
        Self::Const(UNIT.to_owned())
    }

    /// `Set(T)`.
    ///
    /// ```
    /// # use itf::types::Type;
    /// assert_eq!(Type::set(Type::Int).to_string(), "Set(Int)");
    /// ```
    pub fn set(element: Self) -> Self {
        Self::Set(Box::new(element))
    }

    /// `Seq(T)`.
    ///
    /// ```
    /// # use itf::types::Type;
    /// assert_eq!(Type::seq(Type::Int).to_string(), "Seq(Int)");
    /// ```
    pub fn seq(item: Self) -> Self {
        Self::Seq(Box::new(item))
    }

    /// `T -> U`.
    ///
    /// ```
    /// # use itf::types::Type;
    /// assert_eq!(Type::fun(Type::Int, Type::Str).to_string(), "Int -> Str");
    /// ```
    pub fn fun(from: Self, to: Self) -> Self {
        Self::Fun(Box::new(from), Box::new(to))
    }

    /// This type with the uninterpreted type `UNKNOWN` for its variables, and without row variables: Apalache knows no
    /// values of a type with variables.
    ///
    /// ```
    /// # use itf::types::Type;
    /// assert_eq!("Set(a)".parse::<Type>()?.closed().to_string(), "Set(UNKNOWN)");
    /// # Ok::<(), itf::types::TypeError>(())
    /// ```
    #[must_use]
    pub fn closed(&self) -> Self {
        match self {
            Self::Var(_) => Self::Const("UNKNOWN".to_owned()),
            Self::Record(row) => Self::Record(row.closed_parts()),
            Self::Variant(row) => Self::Variant(row.closed_parts()),
            Self::OldVariant(row) => Self::OldVariant(row.closed_parts()),
            Self::Row(row) => Self::Row(row.closed_parts()),
            other => other
                .map_parts(&mut |t| Ok::<_, std::convert::Infallible>(t.closed()))
                .unwrap_or_else(|e| match e {}),
        }
    }

    /// The type of the same form with other parts.
    fn map_parts<E>(&self, f: &mut impl FnMut(&Self) -> Result<Self, E>) -> Result<Self, E> {
        fn named<K: Ord + Clone, E>(
            fields: &BTreeMap<K, Type>,
            f: &mut impl FnMut(&Type) -> Result<Type, E>,
        ) -> Result<BTreeMap<K, Type>, E> {
            fields.iter().map(|(name, t)| Ok((name.clone(), f(t)?))).collect()
        }
        fn row<E>(row: &Row, f: &mut impl FnMut(&Type) -> Result<Type, E>) -> Result<Row, E> {
            Ok(Row { fields: named(&row.fields, f)?, rest: row.rest.clone() })
        }
        Ok(match self {
            Self::Bool
            | Self::Int
            | Self::Str
            | Self::Real
            | Self::Const(_)
            | Self::Var(_)
            | Self::Alias(_) => self.clone(),
            Self::Set(t) => Self::set(f(t)?),
            Self::Seq(t) => Self::seq(f(t)?),
            Self::Fun(from, to) => Self::fun(f(from)?, f(to)?),
            Self::Tuple(parts) => Self::Tuple(parts.iter().map(&mut *f).collect::<Result<_, E>>()?),
            Self::SparseTuple(parts) => Self::SparseTuple(named(parts, f)?),
            Self::Record(r) => Self::Record(row(r, f)?),
            Self::OldRecord(fields) => Self::OldRecord(named(fields, f)?),
            Self::Variant(r) => Self::Variant(row(r, f)?),
            Self::OldVariant(r) => Self::OldVariant(row(r, f)?),
            Self::Row(r) => Self::Row(row(r, f)?),
            Self::Operator(args, to) => {
                Self::Operator(args.iter().map(&mut *f).collect::<Result<_, E>>()?, Box::new(f(to)?))
            }
        })
    }
}

impl Row {
    fn closed_parts(&self) -> Self {
        Self::closed(self.fields.iter().map(|(name, t)| (name.clone(), t.closed())))
    }
}
