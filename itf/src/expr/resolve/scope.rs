//! Parts that put names in scope, and what primes of them mean.

use crate::expr::builtin::Builtin;
use crate::expr::error::{Error, ErrorKind, Span};
use crate::expr::program::{Branch, Function, Node, Op};
use crate::expr::syntax::{Ast, Case, Definition, Kind, Lambda, Word};
use crate::value::{Str, Value};

use super::{Entry, Meaning, Resolver, tag_of};

impl Resolver<'_> {
    /// The operator with its parameters, which mean what `is` says.
    pub(super) fn function(&mut self, lambda: &Lambda, is: Meaning) -> Result<Box<Function>, Error> {
        let names: Vec<String> = lambda.parameters.iter().map(|name| name.text.clone()).collect();
        let depth = self.scope.len();
        let (body, parameters) = if lambda.unpacks {
            self.push("_", Meaning::Value, false);
            let body = self.unpacked(&lambda.parameters, 0, &lambda.body, &|at| tuple_item(at))?;
            (body, vec![format!("({})", names.join(", "))])
        } else {
            for name in &names {
                self.push(name, is, false);
            }
            (self.node(&lambda.body)?, names)
        };
        self.scope.truncate(depth);
        Ok(Box::new(Function { parameters, body }))
    }

    fn push(&mut self, name: &str, is: Meaning, stateful: bool) {
        self.scope.push(Entry { name: name.to_owned(), is, stateful });
    }

    /// `body` with the parts of the innermost thing in scope under these names.
    fn unpacked(
        &mut self,
        names: &[Word],
        from: usize,
        body: &Ast,
        part: &dyn Fn(usize) -> (Builtin, Value),
    ) -> Result<Node, Error> {
        let stateful = self.entry(from).stateful;
        let Some((name, rest)) = names.split_first() else { return self.node(body) };
        let (builtin, key) = part(from);
        let parts = [Op::Local(from), Op::Const(key)].map(|op| Node { span: name.span.clone(), op });
        let value = Node { span: name.span.clone(), op: Op::Call(builtin, parts.into()) };
        self.push(&name.text, Meaning::Value, stateful);
        let inner = self.unpacked(rest, from + 1, body, part)?;
        self.scope.pop();
        Ok(Node { span: inner.span.clone(), op: Op::Let(Box::new(value), Box::new(inner)) })
    }

    pub(super) fn definition(
        &mut self,
        definition: &Definition,
        body: &Ast,
        span: &Span,
    ) -> Result<Node, Error> {
        let depth = self.scope.len();
        let (value, inner) = match definition {
            Definition::Value(name, value) => {
                let (is, value) = match &value.kind {
                    Kind::Lambda(lambda) => {
                        let arity = if lambda.unpacks { 1 } else { lambda.parameters.len() };
                        (Meaning::Operator(arity), self.node(value)?)
                    }
                    _ => (Meaning::Value, self.node(value)?),
                };
                let stateful = self.depends(&value, 0);
                self.push(&name.text, is, stateful);
                (value, self.node(body)?)
            }
            Definition::Operator(name, lambda) => {
                let function = self.function(lambda, Meaning::Either)?;
                let value = Node { span: name.span.clone(), op: Op::Lambda(function) };
                let stateful = self.depends(&value, 0);
                self.push(&name.text, Meaning::Operator(lambda.parameters.len()), stateful);
                (value, self.node(body)?)
            }
            Definition::Tuple(names, value) | Definition::Fields(names, value) => {
                let value = self.node(value)?;
                let stateful = self.depends(&value, 0);
                self.push("_", Meaning::Value, stateful);
                let fields = matches!(definition, Definition::Fields(..));
                let texts: Vec<Value> = names.iter().map(|name| Value::from(&name.text)).collect();
                let field = |at: usize| (Builtin::Field, texts[at].clone());
                let part: &dyn Fn(usize) -> (Builtin, Value) = if fields { &field } else { &tuple_item };
                (value, self.unpacked(names, 0, body, part)?)
            }
        };
        self.scope.truncate(depth);
        Ok(Node { span: span.clone(), op: Op::Let(Box::new(value), Box::new(inner)) })
    }

    pub(super) fn matching(&mut self, of: &Ast, cases: &[Case]) -> Result<Op, Error> {
        let of = self.node(of)?;
        let mut branches = Vec::with_capacity(cases.len());
        for case in cases {
            let tag = case.tag.as_ref().map(|tag| {
                self.program.tags.push((tag.text.clone(), tag.span.clone()));
                Str::from(tag_of(&tag.text).unwrap_or(&tag.text))
            });
            self.push(case.parameter.as_ref().map_or("_", |name| &name.text), Meaning::Value, false);
            let body = self.node(&case.body)?;
            self.scope.pop();
            branches.push(Branch { tag, body });
        }
        Ok(Op::Match(Box::new(of), branches))
    }

    /// `e'`: the expression in the state after the step.
    pub(super) fn next(&mut self, of: &Ast, span: &Span) -> Result<Op, Error> {
        if self.primed {
            let error = Error::new(ErrorKind::Prime, span.clone(), "a prime of something primed");
            return Err(error.hint("a step has one next state"));
        }
        self.program.steps = true;
        self.primed = true;
        let inner = self.node(of)?;
        self.primed = false;
        if !self.depends(&inner, 0) {
            let error =
                Error::new(ErrorKind::Prime, span.clone(), "a prime of something that no step changes");
            return Err(
                error.hint("a prime belongs to a variable of the state, or to what is defined by one")
            );
        }
        Ok(Op::Next(Box::new(inner)))
    }

    /// Whether a variable, or something in scope that is defined by one, occurs in `node`. Of what is in scope, the
    /// innermost `inside` things are of the node itself.
    fn depends(&self, node: &Node, inside: usize) -> bool {
        let all = |nodes: &[Node]| nodes.iter().any(|node| self.depends(node, inside));
        let outer = |local: usize| {
            local.checked_sub(inside).is_some_and(|at| at < self.scope.len() && self.entry(at).stateful)
        };
        match &node.op {
            Op::Const(_) | Op::Infinite(_) => false,
            Op::Variable(_) => true,
            Op::Local(local) => outer(*local),
            Op::Call(_, nodes) => all(nodes),
            Op::Apply(local, nodes) => outer(*local) || all(nodes),
            Op::Tag(_, node) | Op::Next(node) => self.depends(node, inside),
            Op::Record(fields) => fields.iter().any(|(_, node)| self.depends(node, inside)),
            Op::Lambda(function) => self.depends(&function.body, inside + function.parameters.len()),
            Op::Let(value, body) => self.depends(value, inside) || self.depends(body, inside + 1),
            Op::Match(of, branches) => {
                self.depends(of, inside) || branches.iter().any(|b| self.depends(&b.body, inside + 1))
            }
        }
    }
}

/// `_1`, `_2`, … of a tuple.
fn tuple_item(at: usize) -> (Builtin, Value) {
    (Builtin::Item, Value::from(at + 1))
}
