//! Expressions as they are written.

use crate::value::Int;

use super::builtin::Builtin;
use super::error::Span;

/// An expression of the text.
#[derive(Debug, Clone)]
pub(super) struct Ast {
    pub(super) span: Span,
    /// How deep it nests: whoever walks down needs that much stack.
    pub(super) height: usize,
    pub(super) kind: Kind,
}

/// A name and where it is written.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) span: Span,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Bool(bool),
    Int(Int),
    Str(String),
    Name(String),
    /// `f(a, b)` and `a.f(b)`.
    Call(Word, Vec<Ast>),
    /// What has its own notation: infix operators, `[a, b]`, `(a, b)`, `if`, blocks.
    Operator(Builtin, Vec<Ast>),
    /// `a.f` and `a._1`.
    Field(Box<Ast>, Word),
    /// `{ f: e, …r }`.
    Record(Vec<(Word, Ast)>, Option<Box<Ast>>),
    Lambda(Box<Lambda>),
    Let(Box<(Definition, Ast)>),
    Match(Box<Ast>, Vec<Case>),
    /// `e'`.
    Next(Box<Ast>),
}

#[derive(Debug, Clone)]
pub(super) struct Lambda {
    pub(super) parameters: Vec<Word>,
    /// `((a, b)) => e`: one tuple, taken apart.
    pub(super) unpacks: bool,
    pub(super) body: Ast,
}

#[derive(Debug, Clone)]
pub(super) enum Definition {
    /// `val x = e`.
    Value(Word, Ast),
    /// `def f(x) = e`.
    Operator(Word, Lambda),
    /// `val (a, b) = e`.
    Tuple(Vec<Word>, Ast),
    /// `val { a, b } = e`.
    Fields(Vec<Word>, Ast),
}

impl Definition {
    pub(super) fn height(&self) -> usize {
        match self {
            Self::Value(_, e) | Self::Tuple(_, e) | Self::Fields(_, e) => e.height,
            Self::Operator(_, lambda) => lambda.body.height,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Case {
    /// `None` for `_ => e`.
    pub(super) tag: Option<Word>,
    pub(super) parameter: Option<Word>,
    pub(super) body: Ast,
}

impl Kind {
    /// The height of the highest part.
    pub(super) fn height(&self) -> usize {
        let highest = |parts: &[Ast]| parts.iter().map(|e| e.height).max().unwrap_or(0);
        match self {
            Self::Bool(_) | Self::Int(_) | Self::Str(_) | Self::Name(_) => 0,
            Self::Call(_, parts) | Self::Operator(_, parts) => highest(parts),
            Self::Field(e, _) | Self::Next(e) => e.height,
            Self::Record(fields, base) => {
                let base = base.as_ref().map_or(0, |e| e.height);
                fields.iter().map(|(_, e)| e.height).fold(base, usize::max)
            }
            Self::Lambda(lambda) => lambda.body.height,
            Self::Let(parts) => parts.0.height().max(parts.1.height),
            Self::Match(e, cases) => cases.iter().map(|case| case.body.height).fold(e.height, usize::max),
        }
    }
}
