//! Types of expressions, inferred before anything is evaluated: Hindley and Milner's way, with rows for tuples, records
//! and sum types, as Quint's own checker does it.
//!
//! It refuses nothing that Quint accepts, and less than Quint does where a trace tells less than a specification: of a
//! variable it knows the type that its values have, or that the trace declares; tags belong to no declared type, so that
//! every sum type may have more of them; and where values have no type together nothing is said of them at all.

mod builtin;
mod describe;
mod store;
mod variables;

use std::collections::HashSet;

use crate::value::Value;

use super::error::{Error, ErrorKind, Span};
use super::program::{Branch, Function, Node, Op, Program};
use store::{Fields, Form, Id, Store};

pub(super) use variables::{Known, of_nothing, of_states, of_trace};

/// Whether the expression has a type, where its variables have these: by their position in the program.
///
/// # Errors
///
/// Parts that have no type, or not that which they must have.
pub(super) fn check(program: &Program, variables: &[Known]) -> Result<(), Error> {
    let mut store = Store::default();
    let variables = variables.iter().map(|known| known.in_store(&mut store)).collect();
    let mut typing = Typing { store, variables, scope: Vec::new() };
    typing.infer(&program.root).map(drop)
}

struct Typing {
    store: Store,
    variables: Vec<Id>,
    scope: Vec<Entry>,
}

/// A thing in scope: its type, and the type variables in it that may be another type at each use.
struct Entry {
    t: Id,
    general: HashSet<Id>,
}

impl Typing {
    /// The type of a part.
    fn infer(&mut self, node: &Node) -> Result<Id, Error> {
        match &node.op {
            Op::Const(value) => Ok(self.constant(value)),
            Op::Infinite(_) => {
                let int = self.store.int();
                Ok(self.store.set(int))
            }
            Op::Variable(at) => Ok(self.variables.get(*at).copied().unwrap_or_else(|| self.store.unknown())),
            Op::Local(at) => Ok(self.local(*at)),
            Op::Call(builtin, nodes) => self.call(*builtin, nodes, &node.span),
            Op::Apply(at, nodes) => self.apply(*at, nodes, node),
            Op::Tag(tag, payload) => {
                let payload = self.infer(payload)?;
                Ok(self.store.sum([(tag.as_str(), payload)]))
            }
            Op::Record(fields) if fields.is_empty() => Ok(self.store.unit()),
            Op::Record(fields) => {
                let mut typed = Vec::with_capacity(fields.len());
                for (name, field) in fields {
                    typed.push((name.as_str(), self.infer(field)?));
                }
                Ok(self.store.closed(Form::Record, typed))
            }
            Op::Lambda(function) => {
                let parameters: Vec<Id> = function.parameters.iter().map(|_| self.store.fresh()).collect();
                let result = self.store.fresh();
                self.function(function, &parameters, result)?;
                Ok(self.store.operator(parameters, result))
            }
            Op::Let(value, body) => {
                let t = self.infer(value)?;
                let general = self.general(t);
                self.scope.push(Entry { t, general });
                let body = self.infer(body);
                self.scope.pop();
                body
            }
            Op::Match(of, branches) => self.matched(of, branches),
            Op::Next(of) => self.infer(of),
        }
    }

    /// Looks whether a part has the type that it must have.
    fn expect(&mut self, node: &Node, wanted: Id) -> Result<(), Error> {
        if let Op::Lambda(function) = &node.op
            && let Some((parameters, result)) = self.store.as_operator(wanted)
            && parameters.len() == function.parameters.len()
        {
            return self.function(function, &parameters, result);
        }
        let found = self.infer(node)?;
        if self.store.unify(wanted, found) {
            return Ok(());
        }
        Err(self.mismatch(wanted, found, &node.span))
    }

    /// Looks whether an operator takes these parameters, and makes of them what it must.
    fn function(&mut self, function: &Function, parameters: &[Id], result: Id) -> Result<(), Error> {
        let depth = self.scope.len();
        self.scope.extend(parameters.iter().map(|t| Entry { t: *t, general: HashSet::new() }));
        let checked = self.expect(&function.body, result);
        self.scope.truncate(depth);
        checked
    }

    fn constant(&mut self, value: &Value) -> Id {
        match value {
            Value::Bool(_) => self.store.bool(),
            Value::Int(_) => self.store.int(),
            Value::Str(_) => self.store.str(),
            // The only set that stands in a program is that of the truth values.
            Value::Set(_) => {
                let of = self.store.bool();
                self.store.set(of)
            }
            unit if unit.is_unit() => self.store.unit(),
            _ => self.store.unknown(),
        }
    }

    fn local(&mut self, at: usize) -> Id {
        let Some(entry) = self.scope.len().checked_sub(at + 1).and_then(|at| self.scope.get(at)) else {
            return self.store.unknown();
        };
        if entry.general.is_empty() { entry.t } else { self.store.instance(entry.t, &entry.general) }
    }

    /// `f(a, b)` of something in scope.
    fn apply(&mut self, at: usize, nodes: &[Node], node: &Node) -> Result<Id, Error> {
        let operator = self.local(at);
        if let Some((parameters, result)) = self.store.as_operator(operator)
            && parameters.len() == nodes.len()
        {
            for (node, parameter) in nodes.iter().zip(parameters) {
                self.expect(node, parameter)?;
            }
            return Ok(result);
        }
        let mut arguments = Vec::with_capacity(nodes.len());
        for node in nodes {
            arguments.push(self.infer(node)?);
        }
        let result = self.store.fresh();
        let wanted = self.store.operator(arguments, result);
        if self.store.unify(wanted, operator) {
            return Ok(result);
        }
        Err(self.mismatch(wanted, operator, &node.span))
    }

    fn matched(&mut self, of: &Node, branches: &[Branch]) -> Result<Id, Error> {
        let value = self.infer(of)?;
        let mut payloads = Vec::with_capacity(branches.len());
        for branch in branches {
            payloads.push((branch.tag.as_ref(), self.store.fresh()));
        }
        // Of the value of `_` nothing is known, and of a tag that is there twice the first case counts.
        let mut fields = Fields::new();
        for (tag, payload) in &payloads {
            if let Some(tag) = tag {
                fields.entry(tag.to_string()).or_insert(*payload);
            }
        }
        let wanted = self.store.sum(fields.iter().map(|(tag, payload)| (tag.as_str(), *payload)));
        if !self.store.unify(wanted, value) {
            return Err(self.mismatch(wanted, value, &of.span));
        }
        let result = self.store.fresh();
        for (branch, (_, payload)) in branches.iter().zip(payloads) {
            self.scope.push(Entry { t: payload, general: HashSet::new() });
            let checked = self.expect(&branch.body, result);
            self.scope.pop();
            checked.map_err(|error| error.advice("all cases of a `match` have one type"))?;
        }
        Ok(result)
    }

    /// The type variables of a type that are its own: those of a definition, which may be used at several types.
    fn general(&mut self, t: Id) -> HashSet<Id> {
        let mut own = HashSet::new();
        self.store.variables(t, &mut own);
        if own.is_empty() {
            return own;
        }
        let mut taken = HashSet::new();
        for id in self.variables.iter().chain(self.scope.iter().map(|entry| &entry.t)) {
            self.store.variables(*id, &mut taken);
        }
        // What is general in something in scope is nobody else's.
        for entry in &self.scope {
            taken.retain(|id| !entry.general.contains(id));
        }
        own.retain(|id| !taken.contains(id));
        own
    }

    fn mismatch(&mut self, wanted: Id, found: Id, span: &Span) -> Error {
        let message = self.store.told(wanted, found);
        Error::new(ErrorKind::Type, span.clone(), message)
    }
}
