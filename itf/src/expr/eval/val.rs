//! What an expression evaluates to before it is asked for as a value: sets that are not listed yet, and operators.

use std::cell::OnceCell;
use std::fmt::{self, Write};
use std::rc::Rc;

use crate::expr::program::{Function, Node};
use crate::value::{Int, Set, Value};

#[derive(Clone)]
pub(crate) enum Val<'p> {
    Data(Value),
    /// A set known by its rule.
    Ruled(Rc<Ruled>),
    Operator(Rc<Closure<'p>>),
}

/// A set, listed or known by its rule.
#[derive(Clone)]
pub(crate) enum AnySet {
    Listed(Set),
    Ruled(Rc<Ruled>),
}

/// A set by its rule. What is asked most, whether something is in it, needs no list: `f.in(setOfMaps(S, Int))`.
pub(crate) enum Ruled {
    Nat,
    Int,
    /// From the first to the last, which is not less.
    Range(Int, Int),
    /// All subsets.
    Power(AnySet),
    /// All tuples with an item of each.
    Tuples(Vec<AnySet>),
    /// All maps from the one to the other.
    Maps(AnySet, AnySet),
}

/// An operator, and what was in scope where it was defined.
pub(crate) struct Closure<'p> {
    pub(super) function: &'p Function,
    pub(super) env: Env<'p>,
}

/// What is in scope, the innermost first.
#[derive(Clone, Default)]
pub(crate) struct Env<'p>(Option<Rc<Link<'p>>>);

pub(super) struct Link<'p> {
    pub(super) slot: Slot<'p>,
    pub(super) outer: Env<'p>,
}

pub(super) enum Slot<'p> {
    Value(Val<'p>),
    /// A definition: evaluated where it is used first, in the state before and after a step each.
    Lazy(&'p Node, [OnceCell<Val<'p>>; 2]),
}

impl<'p> Env<'p> {
    /// This and one value more.
    pub(in crate::expr) fn with(&self, value: Val<'p>) -> Self {
        Self(Some(Rc::new(Link { slot: Slot::Value(value), outer: self.clone() })))
    }

    /// This and one definition more.
    pub(in crate::expr) fn define(&self, node: &'p Node) -> Self {
        let slot = Slot::Lazy(node, [OnceCell::new(), OnceCell::new()]);
        Self(Some(Rc::new(Link { slot, outer: self.clone() })))
    }

    /// What is at a place, counted from the innermost; the resolver counted it.
    pub(super) fn at(&self, at: usize) -> &Link<'p> {
        let mut env = self;
        for _ in 0..at {
            env = env.0.as_ref().map_or(env, |link| &link.outer);
        }
        env.0.as_ref().unwrap_or_else(|| unreachable!("a name in scope has a place in it"))
    }
}

impl From<Value> for Val<'_> {
    fn from(value: Value) -> Self {
        Self::Data(value)
    }
}

impl From<Ruled> for Val<'_> {
    fn from(set: Ruled) -> Self {
        Self::Ruled(Rc::new(set))
    }
}

impl Val<'_> {
    /// What it is, for messages: `integer 3`, `set Set(1, 2)`.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Data(value) => format!("the {} {}", value.kind(), brief(value, 48)),
            Self::Ruled(set) => match **set {
                Ruled::Nat => "the set Nat".into(),
                Ruled::Int => "the set Int".into(),
                Ruled::Range(ref a, ref b) => format!("the set {a}.to({b})"),
                Ruled::Power(_) => "a powerset".into(),
                Ruled::Tuples(_) => "a set of tuples".into(),
                Ruled::Maps(..) => "a set of maps".into(),
            },
            Self::Operator(_) => "an operator".into(),
        }
    }
}

/// A value as text of at most `width` characters and an ellipsis; of a large value no more than that is written.
pub(crate) fn brief(value: &Value, width: usize) -> String {
    struct Short {
        text: String,
        left: usize,
    }
    impl Write for Short {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            for c in text.chars() {
                if self.left == 0 {
                    return Err(fmt::Error);
                }
                self.text.push(c);
                self.left -= 1;
            }
            Ok(())
        }
    }
    let mut short = Short { text: String::new(), left: width };
    if crate::render::write_value(&mut short, value).is_err() {
        short.text.push('…');
    }
    short.text
}
