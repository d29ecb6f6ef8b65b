//! What an explanation needs of an evaluation: to go into its parts.

use crate::expr::error::{Error, Span};
use crate::expr::program::{Branch, Node};
use crate::value::{Set, Value};

use super::val::{AnySet, Slot};
use super::{Env, Machine, Val, wrong};

impl<'p> Machine<'p, '_> {
    /// The case that takes `value`, and the payload for it.
    pub(in crate::expr) fn choose(
        of: &'p Node,
        value: &Val<'p>,
        branches: &'p [Branch],
    ) -> Result<(&'p Branch, Val<'p>), Error> {
        super::select(of, value, branches)
    }

    /// What a name in scope was defined as, and what was in scope there; `None` for a parameter.
    pub(in crate::expr) fn definition(at: usize, env: &Env<'p>) -> Option<(&'p Node, Env<'p>)> {
        let link = env.at(at);
        match &link.slot {
            Slot::Lazy(node, _) => Some((node, link.outer.clone())),
            Slot::Value(_) => None,
        }
    }

    /// The body of an operator in scope, with these arguments in scope.
    pub(in crate::expr) fn entered(
        &mut self,
        at: usize,
        nodes: &'p [Node],
        env: &Env<'p>,
    ) -> Result<(&'p Node, Env<'p>), Error> {
        let mut arguments = Vec::with_capacity(nodes.len());
        for node in nodes {
            arguments.push(self.eval(node, env)?);
        }
        let operator = self.local(at, env)?;
        let Val::Operator(closure) = &operator else { return Err(wrong("an operator", &operator, &(0..0))) };
        let inner = arguments.into_iter().fold(closure.env.clone(), |env, argument| env.with(argument));
        Ok((&closure.function.body, inner))
    }

    /// The parameters of an operator, its body, and what is in scope there for one argument.
    pub(in crate::expr) fn inside(
        operator: &Val<'p>,
        argument: Val<'p>,
        node: &'p Node,
    ) -> Result<(String, &'p Node, Env<'p>), Error> {
        let Val::Operator(closure) = operator else { return Err(wrong("an operator", operator, &node.span)) };
        let names = closure.function.parameters.join(", ");
        Ok((names, &closure.function.body, closure.env.with(argument)))
    }

    /// The elements of the set that an expression gives.
    pub(in crate::expr) fn elements(&mut self, node: &'p Node, env: &Env<'p>) -> Result<Set, Error> {
        let set = self.set_of(node, env)?;
        self.list(&set, &node.span)
    }

    /// An element of the first set that is not in the second.
    pub(in crate::expr) fn extra(
        &mut self,
        nodes: &'p [Node],
        env: &Env<'p>,
    ) -> Result<Option<Value>, Error> {
        let span: &Span = &nodes[0].span;
        let (small, large) = (self.set_of(&nodes[0], env)?, self.set_of(&nodes[1], env)?);
        for element in &self.list(&small, span)? {
            if !self.has(&large, element, span)? {
                return Ok(Some(element.clone()));
            }
        }
        Ok(None)
    }

    fn set_of(&mut self, node: &'p Node, env: &Env<'p>) -> Result<AnySet, Error> {
        match self.eval(node, env)? {
            Val::Ruled(set) => Ok(AnySet::Ruled(set)),
            Val::Data(Value::Set(set)) => Ok(AnySet::Listed(set)),
            other => Err(wrong("a set", &other, &node.span)),
        }
    }
}
