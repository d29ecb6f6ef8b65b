//! Why a condition is true or false: the values that decided it.

use std::fmt;

use crate::value::Value;

use super::builtin::Builtin;
use super::error::{Error, Span};
use super::eval::{Env, Machine, Val, brief};
use super::program::{Node, Op, Program};

/// The values that decided a condition, in the order of the text.
///
/// Of `a and b` only the part that failed is explained, of `forall` the first element for which it failed, with the
/// values of the sub-expressions for that element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Explanation {
    reasons: Vec<Reason>,
}

/// One line of an [`Explanation`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Under how many witnesses it is: the value of `votes.get(n)` belongs to the `n` said before.
    pub level: usize,
    /// The sub-expression, on one line.
    pub source: String,
    /// Where it is in the text.
    pub span: Span,
    /// What is said about it.
    pub says: Says,
}

/// What a [`Reason`] says about a sub-expression.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Says {
    /// Its value.
    Is(Value),
    /// The sub-expression is a set, and this element of it decided, under these names.
    Witness(String, Value),
    /// The sub-expression is a set, and the condition holds for each of so many elements.
    Each(usize),
    /// The sub-expression is a set, and the condition holds for none of so many elements.
    NoneOf(usize),
    /// The sub-expression is a set, and this element of it is not in the other one.
    Extra(Value),
}

/// More lines than this explain nothing.
const MANY: usize = 16;

/// How much of a value is shown.
const WIDTH: usize = 200;

impl Explanation {
    /// The lines.
    ///
    /// ```
    /// # use itf::{Record, State, Trace, expr::{Expr, Says, check_invariant}};
    /// let trace = Trace::new(["s"], [State::from(Record::from_iter([("s", itf::Value::set([1, 5]))]))]);
    /// let failure = check_invariant(&Expr::parse("s.forall(x => x < 3)")?, &trace)?.unwrap();
    /// let reasons = failure.explanation().reasons();
    /// assert_eq!(reasons[0].says, Says::Witness("x".into(), 5.into()));
    /// # Ok::<(), itf::expr::Error>(())
    /// ```
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, reason) in self.reasons.iter().enumerate() {
            let line = if at > 0 { "\n" } else { "" };
            write!(f, "{line}{:1$}{reason}", "", 2 * reason.level)?;
        }
        Ok(())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = crate::render::escape(&self.source);
        match &self.says {
            Says::Is(value) => write!(f, "{source} = {}", brief(value, WIDTH)),
            Says::Witness(names, value) => write!(f, "{names} = {} of {source}", brief(value, WIDTH)),
            Says::Each(1) => write!(f, "the one element of {source}"),
            Says::Each(count) => write!(f, "each of the {count} elements of {source}"),
            Says::NoneOf(0) => write!(f, "{source} is empty"),
            Says::NoneOf(1) => write!(f, "not the one element of {source}"),
            Says::NoneOf(count) => write!(f, "none of the {count} elements of {source}"),
            Says::Extra(value) => write!(f, "{} is only in {source}", brief(value, WIDTH)),
        }
    }
}

/// Explains the value of a condition in the state, or step, that is loaded.
pub(super) fn explain<'p>(machine: &mut Machine<'p, '_>, program: &'p Program, text: &'p str) -> Explanation {
    machine.refuel();
    let mut why = Why { machine, text, level: 0, reasons: Vec::new() };
    // Where the evaluation itself failed there is nothing to add.
    let _ = why.condition(&program.root, &Env::default());
    Explanation { reasons: why.reasons }
}

struct Why<'p, 'm, 'a> {
    machine: &'a mut Machine<'p, 'm>,
    text: &'p str,
    level: usize,
    reasons: Vec<Reason>,
}

impl<'p> Why<'p, '_, '_> {
    /// Says what decided the condition `node`.
    fn condition(&mut self, node: &'p Node, env: &Env<'p>) -> Result<(), Error> {
        match &node.op {
            Op::Call(builtin, nodes) => self.operator(*builtin, nodes, node, env),
            Op::Let(value, body) => self.condition(body, &env.define(value)),
            Op::Match(of, branches) => {
                let value = self.machine.eval(of, env)?;
                self.is(of, value.clone());
                let (branch, payload) = Machine::choose(of, &value, branches)?;
                self.condition(&branch.body, &env.with(payload))
            }
            Op::Apply(at, nodes) => {
                let (body, inner) = self.machine.entered(*at, nodes, env)?;
                self.condition(body, &inner)
            }
            Op::Local(at) => match Machine::definition(*at, env) {
                Some((value, outer)) => self.condition(value, &outer),
                None => self.value(node, env),
            },
            Op::Const(_) => Ok(()),
            _ => self.value(node, env),
        }
    }

    fn operator(
        &mut self,
        builtin: Builtin,
        nodes: &'p [Node],
        node: &'p Node,
        env: &Env<'p>,
    ) -> Result<(), Error> {
        match builtin {
            Builtin::Not => self.condition(&nodes[0], env),
            Builtin::And | Builtin::Or => {
                let settles = builtin == Builtin::Or;
                for node in nodes {
                    if self.machine.truth(node, env)? == settles {
                        return self.condition(node, env);
                    }
                }
                nodes.iter().try_for_each(|node| self.condition(node, env))
            }
            Builtin::Implies => {
                self.condition(&nodes[0], env)?;
                if self.machine.truth(&nodes[0], env)? { self.condition(&nodes[1], env) } else { Ok(()) }
            }
            Builtin::Ite => {
                self.condition(&nodes[0], env)?;
                let branch = if self.machine.truth(&nodes[0], env)? { &nodes[1] } else { &nodes[2] };
                self.condition(branch, env)
            }
            Builtin::Forall | Builtin::Exists => self.quantifier(builtin, nodes, env),
            Builtin::Subseteq => {
                if let Some(extra) = self.machine.extra(nodes, env)? {
                    self.say(&nodes[0], Says::Extra(extra));
                }
                nodes.iter().try_for_each(|node| self.value(node, env))
            }
            // Any other operator may be the condition, and its arguments decide.
            _ if nodes.is_empty() => self.value(node, env),
            _ => nodes.iter().try_for_each(|node| self.value(node, env)),
        }
    }

    fn quantifier(&mut self, builtin: Builtin, nodes: &'p [Node], env: &Env<'p>) -> Result<(), Error> {
        let [set, predicate] = nodes else { return Ok(()) };
        let elements = self.machine.elements(set, env)?;
        let operator = self.machine.eval(predicate, env)?;
        let decides = builtin == Builtin::Exists;
        for element in &elements {
            let (names, body, inner) = Machine::inside(&operator, Val::from(element.clone()), predicate)?;
            if self.machine.truth(body, &inner)? == decides {
                self.say(set, Says::Witness(names, element.clone()));
                self.level += 1;
                let explained = self.condition(body, &inner);
                self.level -= 1;
                return explained;
            }
        }
        let count = elements.len();
        self.say(set, if decides { Says::NoneOf(count) } else { Says::Each(count) });
        Ok(())
    }

    /// Says the value of a sub-expression, unless it is a literal.
    fn value(&mut self, node: &'p Node, env: &Env<'p>) -> Result<(), Error> {
        if matches!(node.op, Op::Const(_) | Op::Infinite(_) | Op::Lambda(_)) {
            return Ok(());
        }
        let value = self.machine.eval(node, env)?;
        self.is(node, value);
        Ok(())
    }

    fn is(&mut self, node: &'p Node, value: Val<'p>) {
        // Sets that are known by a rule are said by their text, and so is `Set("a")`.
        if let Val::Data(value) = value
            && brief(&value, WIDTH) != self.source(node)
        {
            self.say(node, Says::Is(value));
        }
    }

    /// The text of a sub-expression, on one line.
    fn source(&self, node: &Node) -> String {
        let source = self.text.get(node.span.clone()).unwrap_or_default();
        source.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn say(&mut self, node: &'p Node, says: Says) {
        let reason = Reason { level: self.level, source: self.source(node), span: node.span.clone(), says };
        let said = |other: &Reason| match (&other.says, &reason.says) {
            // What a witness is was said with it.
            (Says::Witness(name, witness), Says::Is(value)) => *name == reason.source && witness == value,
            (other_says, says) => other.source == reason.source && other_says == says,
        };
        if self.reasons.len() < MANY && !self.reasons.iter().any(said) {
            self.reasons.push(reason);
        }
    }
}
