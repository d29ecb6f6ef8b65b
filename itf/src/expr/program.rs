//! Expressions whose names are resolved: what is evaluated.

use crate::value::{Str, Value};

use super::builtin::Builtin;
use super::error::Span;

/// A part of a resolved expression.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) op: Op,
}

#[derive(Debug)]
pub(super) enum Op {
    Const(Value),
    /// `Nat` or `Int`.
    Infinite(Infinite),
    /// A variable or parameter of the state, by its position in [`Program::variables`].
    Variable(usize),
    /// Something in scope, counted from the innermost.
    Local(usize),
    Call(Builtin, Vec<Node>),
    /// An operator in scope, applied.
    Apply(usize, Vec<Node>),
    /// `Tag(e)`.
    Tag(Str, Box<Node>),
    Record(Vec<(Str, Node)>),
    Lambda(Box<Function>),
    /// One more thing in scope, evaluated when it is used, and once.
    Let(Box<Node>, Box<Node>),
    Match(Box<Node>, Vec<Branch>),
    Next(Box<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Infinite {
    Nat,
    Int,
}

/// An operator that the expression defines.
#[derive(Debug)]
pub(super) struct Function {
    /// The parameters, for explanations; each is one more thing in scope.
    pub(super) parameters: Vec<String>,
    pub(super) body: Node,
}

/// A case of a `match`. The payload is one more thing in scope of its body.
#[derive(Debug)]
pub(super) struct Branch {
    /// `None` takes everything.
    pub(super) tag: Option<Str>,
    pub(super) body: Node,
}

/// An expression for the states that have certain variables.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) root: Node,
    /// The variables that occur, each once.
    pub(super) variables: Vec<String>,
    /// Whether a prime occurs.
    pub(super) steps: bool,
    /// Names with a capital that were taken for tags, for whoever knows which tags there are.
    pub(super) tags: Vec<(String, Span)>,
}
