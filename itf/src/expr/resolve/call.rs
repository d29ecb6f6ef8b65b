//! Calls: of operators in scope, of Quint's, of tags.

use crate::expr::builtin::{Arity, Builtin, unsupported};
use crate::expr::error::{Error, ErrorKind, Span};
use crate::expr::program::Op;
use crate::expr::syntax::{Ast, Kind, Word};
use crate::value::{Str, Value};

use super::{Meaning, Resolver, count_of, not_supported, tag_of};

impl Resolver<'_> {
    /// `f(a, b)`.
    pub(super) fn call(&mut self, name: &Word, arguments: &[Ast], span: &Span) -> Result<Op, Error> {
        if let Some(local) = self.local(&name.text) {
            match self.entry(local).is {
                Meaning::Operator(arity) if arity != arguments.len() => {
                    return Err(wrong_count(&name.text, &count(arity), arguments.len(), &name.span));
                }
                Meaning::Value => {
                    let message = format!("`{}` is a value, no operator", name.text);
                    return Err(Error::new(ErrorKind::Type, name.span.clone(), message));
                }
                Meaning::Operator(_) | Meaning::Either => {}
            }
            return Ok(Op::Apply(local, self.nodes(arguments)?));
        }
        if name.text == "next" && arguments.len() == 1 {
            return self.next(&arguments[0], span);
        }
        if let Some(builtin) = Builtin::named(&name.text) {
            return self.builtin(builtin, arguments, &name.span);
        }
        if let Some(why) = unsupported(&name.text) {
            return Err(not_supported(&name.text, why, &name.span));
        }
        if let (Some(tag), [payload]) = (tag_of(&name.text), arguments) {
            self.program.tags.push((tag.to_owned(), name.span.clone()));
            return Ok(Op::Tag(Str::from(tag), Box::new(self.node(payload)?)));
        }
        if tag_of(&name.text).is_some() {
            return Err(wrong_count(&name.text, "one value, perhaps a tuple,", arguments.len(), &name.span));
        }
        if self.known.is_some_and(|known| known.contains(&name.text)) {
            let message = format!("`{}` is a variable, no operator", name.text);
            let error = Error::new(ErrorKind::Type, name.span.clone(), message);
            return Err(error.hint("an item of a list is `l[i]`, a value of a map `m.get(k)`"));
        }
        Err(self.unknown(&name.text, &name.span, true))
    }

    pub(super) fn builtin(&mut self, builtin: Builtin, arguments: &[Ast], span: &Span) -> Result<Op, Error> {
        if !builtin.arity().takes(arguments.len()) {
            let wanted = match builtin.arity() {
                Arity::Exactly(n) => count(n),
                Arity::Any => "arguments".to_owned(),
                Arity::Pairs => "names and values in turn".to_owned(),
            };
            return Err(wrong_count(builtin.name(), &wanted, arguments.len(), span));
        }
        if let Some((at, parameters)) = builtin.operator() {
            self.operator_argument(builtin, &arguments[at], parameters)?;
        }
        if let (Builtin::Variant, [Ast { kind: Kind::Str(tag), span, .. }, _]) = (builtin, arguments) {
            self.program.tags.push((tag.clone(), span.clone()));
        }
        // The sign belongs to the number.
        if let (Builtin::Iuminus, [Ast { kind: Kind::Int(n), .. }]) = (builtin, arguments) {
            return Ok(Op::Const(Value::from(crate::value::Int::from(-n.to_big()))));
        }
        Ok(Op::Call(builtin, self.nodes(arguments)?))
    }

    /// Whether an argument that must be an operator can be one, with so many parameters.
    fn operator_argument(&self, builtin: Builtin, argument: &Ast, wanted: usize) -> Result<(), Error> {
        let found = match &argument.kind {
            Kind::Lambda(lambda) if lambda.unpacks => 1,
            Kind::Lambda(lambda) => lambda.parameters.len(),
            Kind::Name(name) => match self.local(name).map(|local| self.entry(local).is) {
                Some(Meaning::Operator(found)) => found,
                Some(Meaning::Either) => wanted,
                // A name of Quint's own has its own message.
                _ if Builtin::named(name).is_some() => wanted,
                _ => 0,
            },
            Kind::Let(_) => wanted,
            _ => 0,
        };
        if found == wanted {
            return Ok(());
        }
        let lambda = if wanted == 1 { "x => …" } else { "(x, y) => …" };
        let what = if found == 0 { "no operator".to_owned() } else { count_of(found, "parameter") };
        let error = Error::new(
            if found == 0 { ErrorKind::Type } else { ErrorKind::Arity },
            argument.span.clone(),
            format!(
                "`{}` needs an operator of {}, found {what}",
                builtin.name(),
                count_of(wanted, "parameter")
            ),
        );
        Err(match &argument.kind {
            Kind::Lambda(lambda) if wanted == 1 => {
                let names: Vec<&str> = lambda.parameters.iter().map(|name| name.text.as_str()).collect();
                error.hint(format!("to take a tuple apart, write `(({})) => …`", names.join(", ")))
            }
            _ => error.hint(format!("such as `{lambda}`")),
        })
    }
}

fn count(n: usize) -> String {
    count_of(n, "argument")
}

fn wrong_count(name: &str, wanted: &str, found: usize, span: &Span) -> Error {
    Error::new(
        ErrorKind::Arity,
        span.clone(),
        format!("`{name}` takes {wanted}, found {}", count_of(found, "argument")),
    )
}
