//! Types that become known bit by bit.

use std::collections::{BTreeMap, HashMap, HashSet};

/// A type in a [`Store`].
pub(super) type Id = usize;

/// Fields of a record, items of a tuple (`1`, `2`, …) or tags, with their types.
pub(super) type Fields = BTreeMap<String, Id>;

/// What a row of names and types is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Tuple,
    Record,
    Sum,
}

#[derive(Debug, Clone)]
pub(super) enum Type {
    /// Not known yet.
    Variable,
    /// The same as another one.
    Same(Id),
    /// Never known: nothing that is said of it is wrong.
    Unknown,
    Bool,
    Int,
    Str,
    /// The one value with nothing in it, in all its spellings.
    Unit,
    Set(Id),
    List(Id),
    Map(Id, Id),
    Operator(Vec<Id>, Id),
    Row(Form, Fields, Option<Id>),
    /// What a row variable stands for: more fields, and perhaps more than these.
    More(Fields, Option<Id>),
}

/// Types of nothing that a person writes are that deep, or that many.
const DEEPEST: usize = 300;
const MOST: usize = 200_000;
const STEPS: usize = 2_000_000;

/// All types of one expression. Where there are too many of them, or they are too deep, the store gives up: from then on
/// everything agrees with everything.
#[derive(Default)]
pub(super) struct Store {
    types: Vec<Type>,
    steps: usize,
    gave_up: bool,
}

impl Store {
    pub(super) fn add(&mut self, t: Type) -> Id {
        if self.types.len() >= MOST {
            self.gave_up = true;
            self.types.truncate(MOST);
            return MOST - 1;
        }
        self.types.push(t);
        self.types.len() - 1
    }

    pub(super) fn fresh(&mut self) -> Id {
        self.add(Type::Variable)
    }

    pub(super) fn unknown(&mut self) -> Id {
        self.add(Type::Unknown)
    }

    pub(super) fn bool(&mut self) -> Id {
        self.add(Type::Bool)
    }

    pub(super) fn int(&mut self) -> Id {
        self.add(Type::Int)
    }

    pub(super) fn str(&mut self) -> Id {
        self.add(Type::Str)
    }

    pub(super) fn unit(&mut self) -> Id {
        self.add(Type::Unit)
    }

    pub(super) fn set(&mut self, of: Id) -> Id {
        self.add(Type::Set(of))
    }

    pub(super) fn list(&mut self, of: Id) -> Id {
        self.add(Type::List(of))
    }

    pub(super) fn map(&mut self, from: Id, to: Id) -> Id {
        self.add(Type::Map(from, to))
    }

    pub(super) fn operator(&mut self, parameters: Vec<Id>, result: Id) -> Id {
        self.add(Type::Operator(parameters, result))
    }

    pub(super) fn tuple(&mut self, items: &[Id]) -> Id {
        let items = items.iter().enumerate().map(|(at, t)| ((at + 1).to_string(), *t)).collect();
        self.add(Type::Row(Form::Tuple, items, None))
    }

    pub(super) fn closed<'a>(&mut self, form: Form, fields: impl IntoIterator<Item = (&'a str, Id)>) -> Id {
        let fields = fields.into_iter().map(|(name, t)| (name.to_owned(), t)).collect();
        self.add(Type::Row(form, fields, None))
    }

    /// Something with at least these fields.
    pub(super) fn open<'a>(&mut self, form: Form, fields: impl IntoIterator<Item = (&'a str, Id)>) -> Id {
        let rest = Some(self.fresh());
        let fields = fields.into_iter().map(|(name, t)| (name.to_owned(), t)).collect();
        self.add(Type::Row(form, fields, rest))
    }

    /// A sum type with at least these tags.
    pub(super) fn sum<'a>(&mut self, tags: impl IntoIterator<Item = (&'a str, Id)>) -> Id {
        self.open(Form::Sum, tags)
    }

    /// The one that stands for all that are the same.
    pub(super) fn find(&self, mut id: Id) -> Id {
        while let Type::Same(other) = self.types[id] {
            id = other;
        }
        id
    }

    pub(super) fn get(&self, id: Id) -> &Type {
        &self.types[self.find(id)]
    }

    pub(super) fn as_operator(&self, id: Id) -> Option<(Vec<Id>, Id)> {
        match self.get(id) {
            Type::Operator(parameters, result) => Some((parameters.clone(), *result)),
            _ => None,
        }
    }

    /// All fields of a row, and the variable for others.
    pub(super) fn row(&self, fields: &Fields, rest: Option<Id>) -> (Fields, Option<Id>) {
        let (mut fields, mut rest) = (fields.clone(), rest.map(|rest| self.find(rest)));
        while let Some(Type::More(more, then)) = rest.map(|rest| &self.types[rest]) {
            for (name, t) in more {
                fields.entry(name.clone()).or_insert(*t);
            }
            rest = then.map(|rest| self.find(rest));
        }
        (fields, rest)
    }

    /// Makes two types one, as far as they can be. Whether they can.
    pub(super) fn unify(&mut self, a: Id, b: Id) -> bool {
        self.same(a, b, 0) || self.gave_up
    }

    fn same(&mut self, a: Id, b: Id, depth: usize) -> bool {
        let (a, b) = (self.find(a), self.find(b));
        self.steps += 1;
        self.gave_up |= depth > DEEPEST || self.steps > STEPS;
        if a == b || self.gave_up {
            return true;
        }
        let (left, right) = (self.types[a].clone(), self.types[b].clone());
        let agree = match (left, right) {
            (Type::Variable, _) => return self.bind(a, b),
            (_, Type::Variable) => return self.bind(b, a),
            (Type::Unknown, _) | (_, Type::Unknown) => return true,
            (Type::Bool, Type::Bool)
            | (Type::Int, Type::Int)
            | (Type::Str, Type::Str)
            | (Type::Unit, Type::Unit) => true,
            (Type::Unit, Type::Row(Form::Tuple | Form::Record, fields, rest))
            | (Type::Row(Form::Tuple | Form::Record, fields, rest), Type::Unit) => {
                return self.row(&fields, rest).0.is_empty();
            }
            (Type::Set(a), Type::Set(b)) | (Type::List(a), Type::List(b)) => self.same(a, b, depth + 1),
            (Type::Map(a, b), Type::Map(c, d)) => self.same(a, c, depth + 1) && self.same(b, d, depth + 1),
            (Type::Operator(a, x), Type::Operator(b, y)) => {
                a.len() == b.len()
                    && a.iter().zip(&b).all(|(a, b)| self.same(*a, *b, depth + 1))
                    && self.same(x, y, depth + 1)
            }
            (Type::Row(form, a, x), Type::Row(other, b, y)) if form == other => {
                self.same_rows((&a, x), (&b, y), depth)
            }
            _ => false,
        };
        // What was found equal need not be looked at again.
        if agree && self.find(a) != self.find(b) {
            let (a, b) = (self.find(a), self.find(b));
            self.types[b] = Type::Same(a);
        }
        agree
    }

    fn same_rows(&mut self, a: (&Fields, Option<Id>), b: (&Fields, Option<Id>), depth: usize) -> bool {
        let ((a, more_a), (b, more_b)) = (self.row(a.0, a.1), self.row(b.0, b.1));
        for (name, t) in &a {
            if let Some(other) = b.get(name)
                && !self.same(*t, *other, depth + 1)
            {
                return false;
            }
        }
        let only = |here: &Fields, there: &Fields| -> Fields {
            here.iter().filter(|(name, _)| !there.contains_key(*name)).map(|(n, t)| (n.clone(), *t)).collect()
        };
        let (only_a, only_b) = (only(&a, &b), only(&b, &a));
        // They may have become known on the way.
        let (more_a, more_b) = (more_a.map(|id| self.find(id)), more_b.map(|id| self.find(id)));
        match (more_a, more_b) {
            (None, None) => only_a.is_empty() && only_b.is_empty(),
            (Some(rest), None) => only_a.is_empty() && self.bind_row(rest, only_b, None),
            (None, Some(rest)) => only_b.is_empty() && self.bind_row(rest, only_a, None),
            (Some(x), Some(y)) if x == y => only_a.is_empty() && only_b.is_empty(),
            (Some(x), Some(y)) => {
                let rest = self.fresh();
                self.bind_row(x, only_b, Some(rest)) && self.bind_row(y, only_a, Some(rest))
            }
        }
    }

    fn bind_row(&mut self, variable: Id, fields: Fields, rest: Option<Id>) -> bool {
        let variable = self.find(variable);
        if matches!(self.types[variable], Type::Unknown) || self.gave_up {
            return true;
        }
        let mut inside = HashSet::new();
        for t in fields.values() {
            self.variables(*t, &mut inside);
        }
        if inside.contains(&variable) {
            return false;
        }
        self.types[variable] = Type::More(fields, rest);
        true
    }

    /// A variable is that type, unless it is in it.
    fn bind(&mut self, variable: Id, t: Id) -> bool {
        let mut inside = HashSet::new();
        if !matches!(self.types[t], Type::Variable) {
            self.variables(t, &mut inside);
        }
        if inside.contains(&variable) {
            return false;
        }
        self.types[variable] = Type::Same(t);
        true
    }

    /// Adds the variables in a type, those for rows too.
    pub(super) fn variables(&mut self, t: Id, into: &mut HashSet<Id>) {
        let (mut seen, mut todo) = (HashSet::new(), vec![t]);
        while let Some(id) = todo.pop() {
            let id = self.find(id);
            self.steps += 1;
            if !seen.insert(id) {
                continue;
            }
            match &self.types[id] {
                Type::Variable => drop(into.insert(id)),
                other => todo.extend(parts(other)),
            }
        }
    }

    /// The type with new variables for those that are general.
    pub(super) fn instance(&mut self, t: Id, general: &HashSet<Id>) -> Id {
        let mut made = HashMap::new();
        self.copy(t, general, &mut made, 0)
    }

    fn copy(&mut self, t: Id, general: &HashSet<Id>, made: &mut HashMap<Id, Id>, depth: usize) -> Id {
        let t = self.find(t);
        self.steps += 1;
        self.gave_up |= depth > DEEPEST || self.steps > STEPS;
        if self.gave_up {
            return t;
        }
        if let Some(known) = made.get(&t) {
            return *known;
        }
        let mut again = |store: &mut Self, t: Id| store.copy(t, general, made, depth + 1);
        let copied = match self.types[t].clone() {
            Type::Variable if general.contains(&t) => self.fresh(),
            Type::Set(of) => {
                let of = again(self, of);
                self.set(of)
            }
            Type::List(of) => {
                let of = again(self, of);
                self.list(of)
            }
            Type::Map(from, to) => {
                let (from, to) = (again(self, from), again(self, to));
                self.map(from, to)
            }
            Type::Operator(parameters, result) => {
                let parameters = parameters.into_iter().map(|t| again(self, t)).collect();
                let result = again(self, result);
                self.operator(parameters, result)
            }
            Type::Row(form, fields, rest) => {
                let fields = fields.into_iter().map(|(name, t)| (name, again(self, t))).collect();
                let rest = rest.map(|rest| again(self, rest));
                self.add(Type::Row(form, fields, rest))
            }
            Type::More(fields, rest) => {
                let fields = fields.into_iter().map(|(name, t)| (name, again(self, t))).collect();
                let rest = rest.map(|rest| again(self, rest));
                self.add(Type::More(fields, rest))
            }
            _ => t,
        };
        made.insert(t, copied);
        copied
    }
}

/// The types that a type is made of.
fn parts(t: &Type) -> Vec<Id> {
    match t {
        Type::Set(of) | Type::List(of) => vec![*of],
        Type::Map(from, to) => vec![*from, *to],
        Type::Operator(parameters, result) => parameters.iter().chain([result]).copied().collect(),
        Type::Row(_, fields, rest) | Type::More(fields, rest) => {
            fields.values().chain(rest).copied().collect()
        }
        _ => Vec::new(),
    }
}
