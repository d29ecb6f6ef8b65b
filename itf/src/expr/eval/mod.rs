//! Evaluation.
//!
//! As in Quint: `and`, `or`, `implies`, `if` and definitions are lazy, everything else is strict. `exists` and `forall`
//! look at every element, so that no answer, and no error, depends on the order of a set.

mod arguments;
mod inside;
mod ints;
mod lists;
mod maps;
mod pool;
mod records;
mod ruled;
mod sets;
mod val;

use std::rc::Rc;

use crate::value::{Value, Variant};

use super::Limits;
use super::builtin::Builtin;
use super::error::{Error, ErrorKind, Span};
use super::program::{Branch, Infinite, Node, Op};
use arguments::{Arguments, wrong};
use val::{Closure, Ruled, Slot};

pub(super) use pool::Pool;
pub(super) use val::{Env, Val, brief};

/// How deep evaluation may recurse: a definition that calls another one that … needs stack for each.
const MAX_DEPTH: usize = 400;

/// Evaluates one expression in one state, or step.
pub(super) struct Machine<'p, 'm> {
    /// The variables before and after the step; `None` where a state has not that variable.
    states: [Vec<Option<Value>>; 2],
    names: &'p [String],
    /// Whether we are under a prime.
    primed: bool,
    steps: u64,
    depth: usize,
    limits: &'m Limits,
    pool: &'m mut Pool,
}

type Evaluated<'p> = Result<Val<'p>, Error>;

impl<'p, 'm> Machine<'p, 'm> {
    pub(super) fn new(names: &'p [String], limits: &'m Limits, pool: &'m mut Pool) -> Self {
        pool.tidy();
        let steps = limits.steps;
        Self { states: [Vec::new(), Vec::new()], names, primed: false, steps, depth: 0, limits, pool }
    }

    /// Takes the values of the variables, before the step or after it.
    pub(super) fn load<'v>(&mut self, after: bool, values: impl Iterator<Item = Option<&'v Value>>) {
        let values = values.map(|value| value.map(|value| self.pool.load(value))).collect();
        self.states[usize::from(after)] = values;
    }

    /// As many steps as at first, for another question about the same state.
    pub(super) fn refuel(&mut self) {
        (self.steps, self.depth, self.primed) = (self.limits.steps, 0, false);
    }

    /// The value of the whole expression.
    pub(super) fn value(&mut self, node: &'p Node) -> Result<Value, Error> {
        let val = self.eval(node, &Env::default())?;
        self.force(val, &node.span)
    }

    pub(super) fn eval(&mut self, node: &'p Node, env: &Env<'p>) -> Evaluated<'p> {
        self.spend(1, &node.span)?;
        if self.depth >= MAX_DEPTH {
            return Err(Error::new(
                ErrorKind::Limit,
                node.span.clone(),
                "definitions call each other too deeply",
            ));
        }
        self.depth += 1;
        let evaluated = match &node.op {
            Op::Const(value) => Ok(value.clone().into()),
            Op::Infinite(Infinite::Nat) => Ok(Ruled::Nat.into()),
            Op::Infinite(Infinite::Int) => Ok(Ruled::Int.into()),
            Op::Variable(at) => self.variable(*at, &node.span),
            Op::Local(at) => self.local(*at, env),
            Op::Call(builtin, nodes) => self.call(*builtin, nodes, node, env),
            Op::Apply(at, nodes) => self.apply_local(*at, nodes, node, env),
            Op::Tag(tag, payload) => self.tagged(tag, payload, env),
            Op::Record(fields) => self.record_of(fields, node, env),
            Op::Lambda(function) => Ok(Val::Operator(Rc::new(Closure { function, env: env.clone() }))),
            Op::Let(value, body) => self.eval(body, &env.define(value)),
            Op::Match(of, branches) => self.matched(of, branches, env),
            Op::Next(of) => self.next(of, env),
        };
        self.depth -= 1;
        evaluated
    }

    fn spend(&mut self, steps: usize, span: &Span) -> Result<(), Error> {
        if let Some(left) = self.steps.checked_sub(steps as u64) {
            self.steps = left;
            return Ok(());
        }
        self.steps = 0;
        let message = format!("this takes more than {} steps", self.limits.steps);
        Err(Error::new(ErrorKind::Limit, span.clone(), message))
    }

    /// A value just made: once in memory, and not too large.
    fn keep(&mut self, value: Value, span: &Span) -> Result<Value, Error> {
        let (value, measure) = self.pool.keep(value);
        if measure.depth > crate::Limits::MAX_DEPTH {
            let message = format!("this value nests deeper than {}", crate::Limits::MAX_DEPTH);
            return Err(Error::new(ErrorKind::Limit, span.clone(), message));
        }
        if measure.size > self.limits.size {
            let message = format!("this value has more than {} parts", self.limits.size);
            return Err(Error::new(ErrorKind::Limit, span.clone(), message));
        }
        Ok(value)
    }

    /// [`Self::keep`] for a result; `parts` is how many parts it was made of.
    fn made(&mut self, value: impl Into<Value>, parts: usize, span: &Span) -> Evaluated<'p> {
        self.spend(4 + parts, span)?;
        self.keep(value.into(), span).map(Val::Data)
    }

    fn variable(&self, at: usize, span: &Span) -> Evaluated<'p> {
        if let Some(value) = &self.states[usize::from(self.primed)][at] {
            return Ok(value.clone().into());
        }
        let which = if self.primed { "the next state" } else { "the state" };
        let message = format!("{which} has no variable `{}`", self.names[at]);
        Err(Error::new(ErrorKind::Missing, span.clone(), message))
    }

    fn local(&mut self, at: usize, env: &Env<'p>) -> Evaluated<'p> {
        let link = env.at(at);
        match &link.slot {
            Slot::Value(value) => Ok(value.clone()),
            Slot::Lazy(node, cells) => {
                let cell = &cells[usize::from(self.primed)];
                if let Some(value) = cell.get() {
                    return Ok(value.clone());
                }
                let value = self.eval(node, &link.outer)?;
                Ok(cell.get_or_init(|| value).clone())
            }
        }
    }

    fn next(&mut self, of: &'p Node, env: &Env<'p>) -> Evaluated<'p> {
        self.primed = true;
        let evaluated = self.eval(of, env);
        self.primed = false;
        evaluated
    }

    #[inline(never)]
    fn tagged(&mut self, tag: &str, payload: &'p Node, env: &Env<'p>) -> Evaluated<'p> {
        let value = self.eval(payload, env)?;
        let value = self.force(value, &payload.span)?;
        self.made(Variant::new(tag, value), 1, &payload.span)
    }

    #[inline(never)]
    fn record_of(
        &mut self,
        fields: &'p [(crate::Str, Node)],
        node: &'p Node,
        env: &Env<'p>,
    ) -> Evaluated<'p> {
        let mut made: Vec<(&crate::Str, Value)> = Vec::with_capacity(fields.len());
        for (name, field) in fields {
            let value = self.eval(field, env)?;
            made.push((name, self.force(value, &field.span)?));
        }
        let record = if made.is_empty() { Value::unit() } else { Value::Record(made.into_iter().collect()) };
        self.made(record, fields.len(), &node.span)
    }

    #[inline(never)]
    fn matched(&mut self, of: &'p Node, branches: &'p [Branch], env: &Env<'p>) -> Evaluated<'p> {
        let value = self.eval(of, env)?;
        let (branch, payload) = select(of, &value, branches)?;
        self.eval(&branch.body, &env.with(payload))
    }

    #[inline(never)]
    fn apply_local(&mut self, at: usize, nodes: &'p [Node], node: &'p Node, env: &Env<'p>) -> Evaluated<'p> {
        let operator = self.local(at, env)?;
        let mut arguments = Vec::with_capacity(nodes.len());
        for node in nodes {
            arguments.push(self.eval(node, env)?);
        }
        let Val::Operator(closure) = &operator else {
            return Err(wrong("an operator", &operator, &node.span));
        };
        self.apply(closure, arguments, &node.span)
    }

    /// The value of an operator for these arguments.
    pub(super) fn apply(
        &mut self,
        closure: &Closure<'p>,
        arguments: Vec<Val<'p>>,
        span: &Span,
    ) -> Evaluated<'p> {
        let wanted = closure.function.parameters.len();
        if wanted != arguments.len() {
            let message = format!("this operator has {wanted} parameters, not {}", arguments.len());
            return Err(Error::new(ErrorKind::Arity, span.clone(), message));
        }
        let mut env = closure.env.clone();
        for argument in arguments {
            env = env.with(argument);
        }
        self.eval(&closure.function.body, &env)
    }

    #[inline(never)]
    fn call(&mut self, builtin: Builtin, nodes: &'p [Node], node: &'p Node, env: &Env<'p>) -> Evaluated<'p> {
        match builtin {
            Builtin::And | Builtin::Or => {
                let settles = builtin == Builtin::Or;
                for node in nodes {
                    if self.truth(node, env)? == settles {
                        return Ok(Value::from(settles).into());
                    }
                }
                return Ok(Value::from(!settles).into());
            }
            Builtin::Implies => {
                let holds = !self.truth(&nodes[0], env)? || self.truth(&nodes[1], env)?;
                return Ok(Value::from(holds).into());
            }
            Builtin::Ite => {
                let branch = if self.truth(&nodes[0], env)? { &nodes[1] } else { &nodes[2] };
                return self.eval(branch, env);
            }
            _ => {}
        }
        let mut values = Vec::with_capacity(nodes.len());
        for node in nodes {
            values.push(self.eval(node, env)?);
        }
        self.strict(builtin, &Arguments { span: &node.span, nodes, values })
    }

    #[inline(never)]
    fn strict(&mut self, builtin: Builtin, a: &Arguments<'p>) -> Evaluated<'p> {
        use Builtin as B;
        match builtin {
            B::Not => Ok(Value::from(!a.bool(0)?).into()),
            B::Iff => Ok(Value::from(a.bool(0)? == a.bool(1)?).into()),
            B::Eq => Ok(Value::from(self.equal(a)?).into()),
            B::Neq => Ok(Value::from(!self.equal(a)?).into()),
            B::And | B::Or | B::Implies | B::Ite => unreachable!("lazy operators do not come here"),
            B::Iadd
            | B::Isub
            | B::Imul
            | B::Idiv
            | B::Imod
            | B::Ipow
            | B::Iuminus
            | B::Ilt
            | B::Ilte
            | B::Igt
            | B::Igte => self.integers(builtin, a),
            B::MapOf | B::Get | B::Keys | B::MapBy | B::SetToMap | B::SetAt | B::SetBy | B::Put => {
                self.maps(builtin, a)
            }
            B::List
            | B::Append
            | B::Concat
            | B::Head
            | B::Tail
            | B::Length
            | B::Nth
            | B::Indices
            | B::ReplaceAt
            | B::Slice
            | B::Range
            | B::Select
            | B::Foldl
            | B::Foldr => self.lists(builtin, a),
            B::Rec | B::Field | B::FieldNames | B::With | B::Tup | B::Item | B::Variant => {
                self.records(builtin, a)
            }
            _ => self.sets(builtin, a),
        }
    }

    /// The value of a condition.
    pub(super) fn truth(&mut self, node: &'p Node, env: &Env<'p>) -> Result<bool, Error> {
        match self.eval(node, env)? {
            Val::Data(Value::Bool(b)) => Ok(b),
            other => Err(wrong("a boolean", &other, &node.span)),
        }
    }

    fn equal(&mut self, a: &Arguments<'p>) -> Result<bool, Error> {
        let (Val::Data(x), Val::Data(y)) = (&a.values[0], &a.values[1]) else {
            let (x, y) = (a.set(0)?, a.set(1)?);
            return self.same_elements(&x, &y, a.span);
        };
        if x == y {
            return Ok(true);
        }
        let known = |v: &Value| !matches!(v, Value::Unserializable(_) | Value::Opaque(_));
        if x.kind() != y.kind() && known(x) && known(y) && !x.is_unit() && !y.is_unit() {
            let (x, y) = (a.values[0].describe(), a.values[1].describe());
            let message = format!("values of different kinds are compared: {x} and {y}");
            return Err(Error::new(ErrorKind::Type, a.span.clone(), message));
        }
        Ok(false)
    }
}

/// The case that takes `value`, and the payload for it.
pub(super) fn select<'p>(
    of: &'p Node,
    value: &Val<'p>,
    branches: &'p [Branch],
) -> Result<(&'p Branch, Val<'p>), Error> {
    let Val::Data(Value::Variant(variant)) = value else {
        return Err(wrong("an element of a sum type", value, &of.span));
    };
    let takes = |branch: &&Branch| branch.tag.as_ref().is_none_or(|tag| tag == variant.tag());
    if let Some(branch) = branches.iter().find(takes) {
        return Ok((branch, variant.payload().clone().into()));
    }
    let message = format!("no case for the tag `{}`", variant.tag());
    let error = Error::new(ErrorKind::NoMatch, of.span.clone(), message);
    Err(error.hint("add a case, or `_ => …` for all others"))
}
