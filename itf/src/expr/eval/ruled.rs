//! What can be asked of a set without listing it.

use std::rc::Rc;

use dashu_int::IBig;
use dashu_int::ops::BitTest;

use crate::expr::error::{Error, ErrorKind, Span};
use crate::value::Value;

use super::val::{AnySet, Ruled};
use super::{Arguments, Machine};

impl<'p> Machine<'p, '_> {
    pub(super) fn subset(
        &mut self,
        small: &AnySet,
        large: &AnySet,
        a: &Arguments<'p>,
    ) -> Result<bool, Error> {
        match (small, large) {
            (AnySet::Ruled(x), AnySet::Ruled(y)) => match (&**x, &**y) {
                (Ruled::Nat, Ruled::Nat) | (Ruled::Nat | Ruled::Int | Ruled::Range(..), Ruled::Int) => {
                    return Ok(true);
                }
                (Ruled::Int, Ruled::Nat) => return Ok(false),
                (Ruled::Range(from, _), Ruled::Nat) => return Ok(!from.is_negative()),
                (Ruled::Power(x), Ruled::Power(y)) => return self.subset(x, y, a),
                _ => {}
            },
            (AnySet::Ruled(x), AnySet::Listed(_)) if matches!(**x, Ruled::Nat | Ruled::Int) => {
                return Ok(false);
            }
            _ => {}
        }
        for element in &self.list(small, &a.nodes[0].span)? {
            if !self.has(large, element, a.span)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether `element` is in a set.
    pub(super) fn has(&mut self, set: &AnySet, element: &Value, span: &Span) -> Result<bool, Error> {
        self.spend(1, span)?;
        let set = match set {
            AnySet::Listed(set) => return Ok(set.has(element)),
            AnySet::Ruled(set) => set,
        };
        let all = |machine: &mut Self, of: &AnySet, elements: &mut dyn Iterator<Item = &Value>| {
            for element in elements {
                if !machine.has(of, element, span)? {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        match (&**set, element) {
            (Ruled::Int, Value::Int(_)) => Ok(true),
            (Ruled::Nat, Value::Int(n)) => Ok(!n.is_negative()),
            (Ruled::Range(from, to), Value::Int(n)) => Ok(from <= n && n <= to),
            (Ruled::Power(base), Value::Set(set)) => all(self, base, &mut set.iter()),
            (Ruled::Tuples(sets), Value::Tuple(tuple)) if sets.len() == tuple.len() => {
                for (set, item) in sets.iter().zip(tuple) {
                    if !self.has(set, item, span)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Ruled::Maps(keys, values), Value::Map(map)) => {
                if !finite(keys) || Self::size(keys, span)? != IBig::from(map.len()) {
                    return Ok(false);
                }
                Ok(all(self, keys, &mut map.iter().map(|(key, _)| key))?
                    && all(self, values, &mut map.iter().map(|(_, value)| value))?)
            }
            _ => Ok(false),
        }
    }

    /// Whether two sets have the same elements.
    pub(super) fn same_elements(&mut self, x: &AnySet, y: &AnySet, span: &Span) -> Result<bool, Error> {
        match (finite(x), finite(y)) {
            (true, true) => {
                if Self::size(x, span)? != Self::size(y, span)? {
                    return Ok(false);
                }
                // Of one size: ranges with one beginning are one range.
                let alike = match (x, y) {
                    (AnySet::Ruled(x), AnySet::Ruled(y)) => match (&**x, &**y) {
                        (Ruled::Range(a, _), Ruled::Range(b, _)) => return Ok(a == b),
                        _ => Rc::ptr_eq(x, y),
                    },
                    _ => false,
                };
                Ok(alike || self.list(x, span)? == self.list(y, span)?)
            }
            (false, false) => match (x, y) {
                (AnySet::Ruled(x), AnySet::Ruled(y)) => match (&**x, &**y) {
                    (Ruled::Nat, Ruled::Nat) | (Ruled::Int, Ruled::Int) => Ok(true),
                    (Ruled::Nat, Ruled::Int) | (Ruled::Int, Ruled::Nat) => Ok(false),
                    _ => Err(Error::new(ErrorKind::Limit, span.clone(), "infinite sets cannot be compared")),
                },
                _ => unreachable!("listed sets are finite"),
            },
            _ => Ok(false),
        }
    }

    /// How many elements a set has.
    pub(super) fn size(set: &AnySet, span: &Span) -> Result<IBig, Error> {
        let set = match set {
            AnySet::Listed(set) => return Ok(set.len().into()),
            AnySet::Ruled(set) => set,
        };
        match &**set {
            Ruled::Nat | Ruled::Int => Err(infinite(span)),
            Ruled::Range(from, to) => Ok(to.to_big() - from.to_big() + 1),
            Ruled::Tuples(sets) => {
                let mut product = IBig::ONE;
                for set in sets {
                    product *= Self::size(set, span)?;
                }
                Ok(product)
            }
            Ruled::Power(base) => {
                let n = Self::size(base, span)?;
                power(2.into(), &n, span)
            }
            Ruled::Maps(keys, values) => {
                let keys = Self::size(keys, span)?;
                // From nothing there is one map, to anything.
                if keys == IBig::ZERO {
                    return Ok(IBig::ONE);
                }
                let values = Self::size(values, span)?;
                power(values, &keys, span)
            }
        }
    }

    /// The number of elements, if that many may be listed.
    pub(super) fn countable(&self, count: &IBig, what: &str, span: &Span) -> Result<usize, Error> {
        let limit = self.limits.elements;
        usize::try_from(count).ok().filter(|n| *n <= limit).ok_or_else(|| {
            let message =
                format!("this {what} has {count} elements, more than the {limit} that may be listed");
            Error::new(ErrorKind::Limit, span.clone(), message)
        })
    }
}

fn power(base: IBig, exponent: &IBig, span: &Span) -> Result<IBig, Error> {
    let few = |n: &usize| n.saturating_mul(base.bit_len()) < 10_000;
    match usize::try_from(exponent).ok().filter(few) {
        Some(n) => Ok(base.pow(n)),
        None if base <= IBig::ONE => Ok(base),
        None => {
            Err(Error::new(ErrorKind::Limit, span.clone(), "this set has more elements than can be counted"))
        }
    }
}

pub(super) fn finite(set: &AnySet) -> bool {
    match set {
        AnySet::Listed(_) => true,
        AnySet::Ruled(set) => match &**set {
            Ruled::Nat | Ruled::Int => false,
            Ruled::Range(..) => true,
            Ruled::Power(base) => finite(base),
            Ruled::Tuples(sets) => sets.iter().all(finite) || sets.iter().any(none),
            Ruled::Maps(keys, values) => none(keys) || (finite(keys) && (finite(values) || none(values))),
        },
    }
}

/// Whether a set is known to be empty.
fn none(set: &AnySet) -> bool {
    matches!(set, AnySet::Listed(set) if set.is_empty())
}

pub(super) fn infinite(span: &Span) -> Error {
    Error::new(ErrorKind::Limit, span.clone(), "this set is infinite")
        .hint("it can be asked `x.in(Int)`, not listed")
}
