//! Sets: listed, and known by their rule.

use dashu_int::IBig;

use crate::expr::builtin::Builtin as B;
use crate::expr::error::{Error, ErrorKind, Span};
use crate::value::{Set, Value};

use super::ruled::{finite, infinite};
use super::val::{AnySet, Ruled};
use super::{Arguments, Evaluated, Machine, Val};

impl<'p> Machine<'p, '_> {
    pub(super) fn sets(&mut self, builtin: B, a: &Arguments<'p>) -> Evaluated<'p> {
        match builtin {
            B::Set => {
                let items = self.forced(a, 0)?;
                let count = items.len();
                self.made(items.into_iter().collect::<Set>(), count, a.span)
            }
            B::In => self.contains(a, 1, 0),
            B::Contains => self.contains(a, 0, 1),
            B::Subseteq => {
                let (small, large) = (a.set(0)?, a.set(1)?);
                self.subset(&small, &large, a).map(|holds| Value::from(holds).into())
            }
            B::Union | B::Intersect | B::Exclude => self.combined(builtin, a),
            B::Powerset => Ok(Ruled::Power(a.set(0)?).into()),
            B::SetOfMaps => Ok(Ruled::Maps(a.set(0)?, a.set(1)?).into()),
            B::Tuples => {
                let sets: Result<_, Error> = (0..a.values.len()).map(|at| a.set(at)).collect();
                Ok(Ruled::Tuples(sets?).into())
            }
            B::To => {
                let (from, to) = (a.int(0)?, a.int(1)?);
                if from > to {
                    return self.made(Set::from_iter([]), 0, a.span);
                }
                Ok(Ruled::Range(from.clone(), to.clone()).into())
            }
            B::IsFinite => {
                let set = a.set(0)?;
                Ok(Value::from(finite(&set)).into())
            }
            B::Size => {
                let set = a.set(0)?;
                let size = Self::size(&set, &a.nodes[0].span)?;
                Ok(Value::from(crate::Int::from(size)).into())
            }
            B::AllListsUpTo => self.all_lists(a),
            _ => self.each(builtin, a),
        }
    }

    /// The operators that list a set and look at each element.
    fn each(&mut self, builtin: B, a: &Arguments<'p>) -> Evaluated<'p> {
        let set = a.set(0)?;
        let set = self.list(&set, &a.nodes[0].span)?;
        match builtin {
            B::Filter => {
                let mut kept = Vec::new();
                for element in &set {
                    if self.test(a, 1, element)? {
                        kept.push(element.clone());
                    }
                }
                let count = kept.len();
                self.made(kept.into_iter().collect::<Set>(), count, a.span)
            }
            B::Map => {
                let operator = a.operator(1)?.clone();
                let mut images = Vec::with_capacity(set.len());
                for element in &set {
                    let image = self.apply(&operator, vec![Val::Data(element.clone())], &a.nodes[1].span)?;
                    images.push(self.force(image, &operator.function.body.span)?);
                }
                self.made(images.into_iter().collect::<Set>(), set.len(), a.span)
            }
            B::Forall | B::Exists => {
                let mut holding = 0;
                for element in &set {
                    holding += usize::from(self.test(a, 1, element)?);
                }
                let holds = if builtin == B::Forall { holding == set.len() } else { holding > 0 };
                Ok(Value::from(holds).into())
            }
            B::Fold => self.folded(a, set.iter(), false),
            B::GetOnlyElement => {
                let [only] = &set[..] else {
                    let message = format!("`getOnlyElement` of a set of {}", set.len());
                    return Err(Error::new(ErrorKind::Missing, a.nodes[0].span.clone(), message));
                };
                Ok(only.clone().into())
            }
            _ => {
                let mut all = Vec::new();
                for inner in &set {
                    let Value::Set(inner) = inner else {
                        return Err(super::wrong(
                            "a set of sets",
                            &Val::Data(inner.clone()),
                            &a.nodes[0].span,
                        ));
                    };
                    self.spend(inner.len(), a.span)?;
                    all.extend(inner.iter().cloned());
                }
                let count = all.len();
                self.made(all.into_iter().collect::<Set>(), count, a.span)
            }
        }
    }

    fn contains(&mut self, a: &Arguments<'p>, set: usize, element: usize) -> Evaluated<'p> {
        let set = a.set(set)?;
        let element = self.forced_at(a, element)?;
        self.has(&set, &element, a.span).map(|holds| Value::from(holds).into())
    }

    fn combined(&mut self, builtin: B, a: &Arguments<'p>) -> Evaluated<'p> {
        let (x, y) = (a.set(0)?, a.set(1)?);
        let x = self.list(&x, &a.nodes[0].span)?;
        if builtin == B::Union {
            let y = self.list(&y, &a.nodes[1].span)?;
            return self.made(x.union(&y), x.len() + y.len(), a.span);
        }
        // The second set is only asked: it may be Int.
        let mut kept = Vec::new();
        for element in &x {
            if self.has(&y, element, a.span)? == (builtin == B::Intersect) {
                kept.push(element.clone());
            }
        }
        self.made(kept.into_iter().collect::<Set>(), x.len(), a.span)
    }

    /// A value out of whatever was evaluated.
    pub(super) fn force(&mut self, val: Val<'p>, span: &Span) -> Result<Value, Error> {
        match val {
            Val::Data(value) => Ok(value),
            Val::Ruled(set) => self.list(&AnySet::Ruled(set), span).map(Value::Set),
            Val::Operator(_) => {
                let error = Error::new(ErrorKind::Type, span.clone(), "expected a value, found an operator");
                Err(error.hint("an operator is applied: `f(x)`"))
            }
        }
    }

    /// The elements of a set.
    pub(super) fn list(&mut self, set: &AnySet, span: &Span) -> Result<Set, Error> {
        let ruled = match set {
            AnySet::Listed(set) => return Ok(set.clone()),
            AnySet::Ruled(ruled) => ruled.clone(),
        };
        let size = Self::size(set, span)?;
        let count = self.countable(&size, "set", span)?;
        self.spend(count, span)?;
        let elements = match &*ruled {
            Ruled::Nat | Ruled::Int => return Err(infinite(span)),
            Ruled::Range(from, to) => match (from.as_i64(), to.as_i64()) {
                (Some(from), Some(to)) => (from..=to).map(Value::from).collect(),
                _ => (0..count).map(|n| Value::from(crate::Int::from(from.to_big() + n))).collect(),
            },
            Ruled::Power(base) => {
                let base = self.list(base, span)?;
                self.subsets(&base, count, span)?
            }
            Ruled::Tuples(sets) => {
                let sets: Result<Vec<Set>, Error> = sets.iter().map(|set| self.list(set, span)).collect();
                let rows = self.product(&sets?, count, span)?;
                self.kept(rows.into_iter().map(Value::tuple), span)?
            }
            Ruled::Maps(keys, values) => {
                let keys = self.list(keys, span)?;
                let values = if keys.is_empty() { Set::from_iter([]) } else { self.list(values, span)? };
                let rows = self.product(&vec![values; keys.len()], count, span)?;
                let maps = rows.into_iter().map(|row| Value::map(keys.iter().cloned().zip(row)));
                self.kept(maps, span)?
            }
        };
        match self.keep(Value::Set(elements.into_iter().collect()), span)? {
            Value::Set(set) => Ok(set),
            _ => unreachable!("a set stays one"),
        }
    }

    fn kept(&mut self, values: impl Iterator<Item = Value>, span: &Span) -> Result<Vec<Value>, Error> {
        values.map(|value| self.keep(value, span)).collect()
    }

    /// All `count` subsets of `base`.
    fn subsets(&mut self, base: &Set, count: usize, span: &Span) -> Result<Vec<Value>, Error> {
        let mut subsets = Vec::with_capacity(count);
        for bits in 0..count {
            let chosen: Set =
                (0..base.len()).filter(|i| bits >> i & 1 == 1).map(|i| base[i].clone()).collect();
            self.spend(4 + chosen.len(), span)?;
            subsets.push(self.keep(Value::Set(chosen), span)?);
        }
        Ok(subsets)
    }

    /// All `count` rows with an element of each set.
    fn product(&mut self, sets: &[Set], count: usize, span: &Span) -> Result<Vec<Vec<Value>>, Error> {
        let mut rows = vec![Vec::new()];
        for set in sets {
            let mut longer = Vec::with_capacity(rows.len().saturating_mul(set.len()).min(count));
            for row in &rows {
                for element in set {
                    self.spend(1 + row.len(), span)?;
                    longer.push(row.iter().cloned().chain([element.clone()]).collect());
                }
            }
            rows = longer;
        }
        Ok(rows)
    }

    /// The lists of elements of a set that are no longer than a number.
    fn all_lists(&mut self, a: &Arguments<'p>) -> Evaluated<'p> {
        let set = a.set(0)?;
        let set = self.list(&set, &a.nodes[0].span)?;
        let longest = usize::try_from(a.int(1)?.as_i64().unwrap_or(i64::MAX)).unwrap_or(0);
        let (mut all, mut last) = (vec![Vec::new()], vec![Vec::new()]);
        for _ in 0..longest {
            if set.is_empty() {
                break;
            }
            let count = IBig::from(all.len()) + IBig::from(last.len()) * IBig::from(set.len());
            self.countable(&count, "set", a.span)?;
            last = self.product_once(&last, &set, a.span)?;
            all.extend(last.iter().cloned());
        }
        let lists = self.kept(all.into_iter().map(Value::list), a.span)?;
        let count = lists.len();
        self.made(lists.into_iter().collect::<Set>(), count, a.span)
    }

    /// The rows, each with each element behind it.
    fn product_once(
        &mut self,
        rows: &[Vec<Value>],
        set: &Set,
        span: &Span,
    ) -> Result<Vec<Vec<Value>>, Error> {
        let mut longer = Vec::with_capacity(rows.len() * set.len());
        for row in rows {
            for element in set {
                self.spend(2 * (1 + row.len()), span)?;
                longer.push(row.iter().cloned().chain([element.clone()]).collect());
            }
        }
        Ok(longer)
    }
}
