//! Types in messages, in the notation of Quint.

use super::store::{Form, Id, Store, Type};

/// The longest text of a type in a message, and how deep a type is written out.
const LONG: usize = 80;
const DEEP: usize = 8;

impl Store {
    /// `expected a set, found an integer`; of types of one kind, in what they differ.
    pub(super) fn told(&self, wanted: Id, found: Id) -> String {
        let is_open = |t| matches!(self.get(t), Type::Variable);
        if is_open(wanted) || is_open(found) {
            return "this would be of a type that contains itself".to_owned();
        }
        if self.kind(wanted) == self.kind(found) {
            let (wanted, found) = (self.text(wanted), self.text(found));
            return format!("expected `{wanted}`, found `{found}`");
        }
        format!("expected {}, found {}", self.kind(wanted), self.words(found))
    }

    /// `a boolean`, or `` `Set[int]` ``.
    pub(super) fn words(&self, t: Id) -> String {
        match self.get(t) {
            Type::Bool | Type::Int | Type::Str | Type::Unit => self.kind(t).to_owned(),
            _ => format!("`{}`", self.text(t)),
        }
    }

    pub(super) fn kind(&self, t: Id) -> &'static str {
        match self.get(t) {
            Type::Bool => "a boolean",
            Type::Int => "an integer",
            Type::Str => "a string",
            Type::Unit => "the unit",
            Type::Set(_) => "a set",
            Type::List(_) => "a list",
            Type::Map(..) => "a map",
            Type::Operator(..) => "an operator",
            Type::Row(Form::Tuple, ..) => "a tuple",
            Type::Row(Form::Record, ..) => "a record",
            Type::Row(Form::Sum, ..) => "an element of a sum type",
            Type::Variable | Type::Same(_) | Type::Unknown | Type::More(..) => "a value",
        }
    }

    /// The type in Quint's notation; `_` for what is not known.
    pub(super) fn text(&self, t: Id) -> String {
        let mut text = String::new();
        self.write(t, DEEP, &mut text);
        match text.char_indices().nth(LONG) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }

    fn write(&self, t: Id, depth: usize, out: &mut String) {
        if depth == 0 || out.len() > 4 * LONG {
            return out.push('…');
        }
        let list = |store: &Self, out: &mut String, items: &[Id]| {
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                store.write(*item, depth - 1, out);
            }
        };
        match self.get(t) {
            Type::Bool => out.push_str("bool"),
            Type::Int => out.push_str("int"),
            Type::Str => out.push_str("str"),
            Type::Unit => out.push_str("()"),
            Type::Set(of) => {
                out.push_str("Set[");
                self.write(*of, depth - 1, out);
                out.push(']');
            }
            Type::List(of) => {
                out.push_str("List[");
                self.write(*of, depth - 1, out);
                out.push(']');
            }
            Type::Map(from, to) => {
                out.push('(');
                self.write(*from, depth - 1, out);
                out.push_str(" -> ");
                self.write(*to, depth - 1, out);
                out.push(')');
            }
            Type::Operator(parameters, result) => {
                out.push('(');
                list(self, out, parameters);
                out.push_str(") => ");
                self.write(*result, depth - 1, out);
            }
            Type::Row(form, fields, rest) => {
                let (fields, rest) = self.row(fields, *rest);
                let mut named: Vec<(&String, &Id)> = fields.iter().collect();
                let (open, close, between) = match form {
                    Form::Tuple => ("(", ")", ", "),
                    Form::Record => ("{ ", " }", ", "),
                    Form::Sum => ("", "", " | "),
                };
                // The tenth item comes after the ninth.
                named.sort_by_key(|(name, _)| (name.parse::<usize>().unwrap_or(0), (*name).clone()));
                out.push_str(open);
                for (at, (name, t)) in named.into_iter().enumerate() {
                    out.push_str(if at > 0 { between } else { "" });
                    match form {
                        Form::Tuple => self.write(*t, depth - 1, out),
                        Form::Record => {
                            out.push_str(name);
                            out.push_str(": ");
                            self.write(*t, depth - 1, out);
                        }
                        Form::Sum => {
                            out.push_str(name);
                            if !matches!(self.get(*t), Type::Unit) {
                                out.push('(');
                                self.write(*t, depth - 1, out);
                                out.push(')');
                            }
                        }
                    }
                }
                // That a sum type may have more tags goes without saying.
                if rest.is_some() && *form != Form::Sum {
                    out.push_str(", …");
                }
                out.push_str(close);
            }
            Type::Variable | Type::Same(_) | Type::Unknown | Type::More(..) => out.push('_'),
        }
    }
}
