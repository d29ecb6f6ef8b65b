//! Names to what they mean: things in scope, variables of the state, operators of Quint, tags.

mod call;
mod scope;

use crate::value::{Str, Value};

use super::builtin::{Builtin, unsupported};
use super::error::{Error, ErrorKind, Span};
use super::names::nearest;
use super::program::{Infinite, Node, Op, Program};
use super::syntax::{Ast, Kind, Word};

/// The expression for states with these `variables`; `None` stands for any.
pub(super) fn resolve(ast: &Ast, variables: Option<&[String]>) -> Result<Program, Error> {
    let program = Program { root: unit(0..0), variables: Vec::new(), steps: false, tags: Vec::new() };
    let mut resolver = Resolver { known: variables, scope: Vec::new(), program, primed: false };
    let root = resolver.node(ast)?;
    Ok(Program { root, ..resolver.program })
}

struct Resolver<'a> {
    known: Option<&'a [String]>,
    scope: Vec<Entry>,
    program: Program,
    /// Whether we are under a prime.
    primed: bool,
}

/// A name in scope.
struct Entry {
    name: String,
    is: Meaning,
    /// Whether the state says its value: only then a prime of it makes sense.
    stateful: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Value,
    Operator(usize),
    /// The parameter of a definition: a value, or an operator.
    Either,
}

fn unit(span: Span) -> Node {
    Node { span, op: Op::Const(Value::unit()) }
}

fn text(value: &str, span: Span) -> Node {
    Node { span, op: Op::Const(Value::from(value)) }
}

impl Resolver<'_> {
    fn node(&mut self, ast: &Ast) -> Result<Node, Error> {
        let op = match &ast.kind {
            Kind::Bool(b) => Op::Const(Value::from(*b)),
            Kind::Int(n) => Op::Const(Value::from(n.clone())),
            Kind::Str(s) => Op::Const(Value::from(s)),
            Kind::Name(name) => self.name(name, &ast.span)?,
            Kind::Call(name, arguments) => self.call(name, arguments, &ast.span)?,
            Kind::Operator(builtin, arguments) => self.builtin(*builtin, arguments, &ast.span)?,
            Kind::Field(of, field) => self.field(of, field)?,
            Kind::Record(fields, base) => self.record(fields, base.as_deref(), &ast.span)?,
            Kind::Lambda(lambda) => Op::Lambda(self.function(lambda, Meaning::Value)?),
            Kind::Let(parts) => return self.definition(&parts.0, &parts.1, &ast.span),
            Kind::Match(of, cases) => self.matching(of, cases)?,
            Kind::Next(of) => self.next(of, &ast.span)?,
        };
        Ok(Node { span: ast.span.clone(), op })
    }

    fn nodes(&mut self, asts: &[Ast]) -> Result<Vec<Node>, Error> {
        asts.iter().map(|ast| self.node(ast)).collect()
    }

    /// The position in scope of a name, counted from the innermost.
    fn local(&self, name: &str) -> Option<usize> {
        self.scope.iter().rev().position(|entry| entry.name == name && name != "_")
    }

    fn entry(&self, local: usize) -> &Entry {
        &self.scope[self.scope.len() - 1 - local]
    }

    /// A name that stands for a value.
    fn name(&mut self, name: &str, span: &Span) -> Result<Op, Error> {
        if let Some(local) = self.local(name) {
            return Ok(Op::Local(local));
        }
        if let Some(variable) = self.variable(name, span)? {
            return Ok(Op::Variable(variable));
        }
        if self.known.is_none() {
            // Any name may be a variable's; which it is, the states will say.
            return Ok(Op::Variable(self.use_variable(name)));
        }
        match name {
            "Nat" => return Ok(Op::Infinite(Infinite::Nat)),
            "Int" => return Ok(Op::Infinite(Infinite::Int)),
            "Bool" => return Ok(Op::Const(Value::set([false, true]))),
            _ => {}
        }
        if let Some(why) = unsupported(name) {
            return Err(not_supported(name, why, span));
        }
        if Builtin::named(name).is_some() {
            let error =
                Error::new(ErrorKind::Name, span.clone(), format!("`{name}` is an operator, no value"));
            return Err(error.hint(format!("call it, `{name}(…)`, or wrap it in a lambda: `x => {name}(x)`")));
        }
        if let Some(tag) = tag_of(name) {
            self.program.tags.push((tag.to_owned(), span.clone()));
            return Ok(Op::Tag(Str::from(tag), Box::new(unit(span.clone()))));
        }
        Err(self.unknown(name, span, false))
    }

    /// The variable of this name. As in a module of Quint, `round` may be short for `node::round`, if nothing else is.
    fn variable(&mut self, name: &str, span: &Span) -> Result<Option<usize>, Error> {
        let Some(known) = self.known else { return Ok(None) };
        if known.iter().any(|known| known == name) {
            return Ok(Some(self.use_variable(name)));
        }
        let is_short = |known: &&String| known.strip_suffix(name).is_some_and(|rest| rest.ends_with("::"));
        let meant: Vec<&str> = known.iter().filter(is_short).map(String::as_str).collect();
        match meant[..] {
            [] => Ok(None),
            [variable] => Ok(Some(self.use_variable(variable))),
            _ => {
                let message = format!("`{name}` is short for more than one variable");
                Err(Error::new(ErrorKind::Name, span.clone(), message)
                    .hint(format!("write {}", meant.join(" or "))))
            }
        }
    }

    fn use_variable(&mut self, name: &str) -> usize {
        let variables = &mut self.program.variables;
        variables.iter().position(|used| used == name).unwrap_or_else(|| {
            variables.push(name.to_owned());
            variables.len() - 1
        })
    }

    fn unknown(&self, name: &str, span: &Span, called: bool) -> Error {
        let what = if called { "unknown operator" } else { "unknown name" };
        let error = Error::new(ErrorKind::Name, span.clone(), format!("{what} `{name}`"));
        let variables = self.known.unwrap_or_default().iter().map(String::as_str);
        let scope = self.scope.iter().map(|entry| entry.name.as_str());
        let mut names: Vec<&str> = scope.collect();
        if called {
            for name in Builtin::names() {
                names.push(name);
            }
        } else {
            // Of `node::round`, `round` alone is what people mistype.
            let short = variables.clone().filter_map(|name| name.rsplit_once("::")).map(|(_, last)| last);
            names.extend(short);
            names.extend(variables.chain(["Nat", "Int", "Bool", "true", "false"]));
        }
        match nearest(name, names.iter().copied()) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None if called => error.hint("an item of a list is `l[i]`, a value of a map `m.get(k)`"),
            None => match self.known.unwrap_or_default() {
                [] => error.hint("the states have no variables"),
                known if known.len() <= 12 => error.hint(format!("the variables are {}", known.join(", "))),
                known => error.hint(format!("the variables are {}, …", known[..10].join(", "))),
            },
        }
    }

    /// `r.f` and `t._1`.
    fn field(&mut self, of: &Ast, field: &Word) -> Result<Op, Error> {
        let of = self.node(of)?;
        let digits = field.text.strip_prefix('_').filter(|digits| !digits.starts_with('0'));
        Ok(match digits.and_then(|digits| digits.parse::<u8>().ok()).filter(|n| *n < 100) {
            Some(n) => {
                let at = Node { span: field.span.clone(), op: Op::Const(Value::from(i64::from(n))) };
                Op::Call(Builtin::Item, vec![of, at])
            }
            None => Op::Call(Builtin::Field, vec![of, text(&field.text, field.span.clone())]),
        })
    }

    fn record(&mut self, fields: &[(Word, Ast)], base: Option<&Ast>, span: &Span) -> Result<Op, Error> {
        let Some(base) = base else {
            let mut nodes = Vec::with_capacity(fields.len());
            for (name, value) in fields {
                nodes.push((Str::from(&name.text), self.node(value)?));
            }
            return Ok(Op::Record(nodes));
        };
        let mut record = self.node(base)?;
        for (name, value) in fields {
            let value = self.node(value)?;
            let parts = vec![record, text(&name.text, name.span.clone()), value];
            record = Node { span: span.clone(), op: Op::Call(Builtin::With, parts) };
        }
        Ok(record.op)
    }
}

/// The tag that a name stands for if it is no other name: it begins with a capital. Modules before it do not count.
fn tag_of(name: &str) -> Option<&str> {
    let last = name.rsplit("::").next().unwrap_or(name);
    last.starts_with(|c: char| c.is_ascii_uppercase()).then_some(last)
}

fn not_supported(name: &str, why: &str, span: &Span) -> Error {
    Error::new(ErrorKind::Unsupported, span.clone(), format!("`{name}` cannot be evaluated")).hint(why)
}

fn count_of(n: usize, word: &str) -> String {
    match n {
        0 => format!("no {word}s"),
        1 => format!("one {word}"),
        2 => format!("two {word}s"),
        3 => format!("three {word}s"),
        _ => format!("{n} {word}s"),
    }
}
