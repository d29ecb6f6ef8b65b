//! The types of Quint's operators.

use crate::expr::builtin::Builtin as B;
use crate::expr::error::{Error, ErrorKind, Span};
use crate::expr::names::nearest;
use crate::expr::program::{Node, Op};
use crate::value::Value;

use super::Typing;
use super::store::{Form, Id, Type};

impl Typing {
    /// The type of an operator for these arguments. How many there are was looked at before.
    pub(super) fn call(&mut self, builtin: B, nodes: &[Node], span: &Span) -> Result<Id, Error> {
        match builtin {
            B::Eq | B::Neq => self.compared(nodes, span),
            B::Ite => self.conditional(nodes),
            B::Set | B::List => {
                let of = self.store.fresh();
                let (made, hint) = if builtin == B::Set {
                    (self.store.set(of), "all elements of a set have one type")
                } else {
                    (self.store.list(of), "all items of a list have one type")
                };
                for node in nodes {
                    self.expect(node, of).map_err(|error| error.advice(hint))?;
                }
                Ok(made)
            }
            B::MapOf => {
                let (from, to) = (self.store.fresh(), self.store.fresh());
                for node in nodes {
                    let pair = self.store.tuple(&[from, to]);
                    self.expect(node, pair)
                        .map_err(|error| error.advice("all entries of a map have one type"))?;
                }
                Ok(self.store.map(from, to))
            }
            B::Tuples => {
                let mut items = Vec::with_capacity(nodes.len());
                for node in nodes {
                    let item = self.store.fresh();
                    let set = self.store.set(item);
                    self.expect(node, set)?;
                    items.push(item);
                }
                let tuple = if items.is_empty() { self.store.unit() } else { self.store.tuple(&items) };
                Ok(self.store.set(tuple))
            }
            B::Tup => {
                let mut items = Vec::with_capacity(nodes.len());
                for node in nodes {
                    items.push(self.infer(node)?);
                }
                Ok(if items.is_empty() { self.store.unit() } else { self.store.tuple(&items) })
            }
            B::Rec => self.record_of(nodes),
            B::Item => self.item(nodes),
            B::Field => self.field(nodes),
            B::With => self.with(nodes),
            B::FieldNames => {
                let record = self.store.open(Form::Record, []);
                self.expect(&nodes[0], record)?;
                let text = self.store.str();
                Ok(self.store.set(text))
            }
            B::Variant => {
                let payload = self.infer(&nodes[1])?;
                match name(&nodes[0]) {
                    Some(tag) => Ok(self.store.sum([(tag, payload)])),
                    None => Ok(self.store.unknown()),
                }
            }
            _ => {
                let (parameters, result) = self.signature(builtin, nodes.len());
                for (node, parameter) in nodes.iter().zip(parameters) {
                    self.expect(node, parameter)?;
                }
                Ok(result)
            }
        }
    }

    /// The parameters and the result of an operator that is the same for all its arguments.
    fn signature(&mut self, builtin: B, count: usize) -> (Vec<Id>, Id) {
        let s = &mut self.store;
        let (bool, int) = (s.bool(), s.int());
        let (a, b) = (s.fresh(), s.fresh());
        let (set, list, map) = (s.set(a), s.list(a), s.map(a, b));
        let predicate = s.operator(vec![a], bool);
        match builtin {
            B::And | B::Or | B::Not | B::Iff | B::Implies => (vec![bool; count], bool),
            B::Ilt | B::Ilte | B::Igt | B::Igte => (vec![int; 2], bool),
            B::In => (vec![a, set], bool),
            B::Contains => (vec![set, a], bool),
            B::Union | B::Intersect | B::Exclude => (vec![set; 2], set),
            B::Subseteq => (vec![set; 2], bool),
            B::Filter => (vec![set, predicate], set),
            B::Forall | B::Exists => (vec![set, predicate], bool),
            B::Map => {
                let (each, to) = (s.operator(vec![a], b), s.set(b));
                (vec![set, each], to)
            }
            B::Fold | B::Foldl => {
                let step = s.operator(vec![b, a], b);
                (vec![if builtin == B::Fold { set } else { list }, b, step], b)
            }
            B::Foldr => {
                let step = s.operator(vec![a, b], b);
                (vec![list, b, step], b)
            }
            B::Powerset => (vec![set], s.set(set)),
            B::Flatten => (vec![s.set(set)], set),
            B::AllListsUpTo => (vec![set, int], s.set(list)),
            B::GetOnlyElement => (vec![set], a),
            B::IsFinite => (vec![set], bool),
            B::Size => (vec![set], int),
            B::To => (vec![int; 2], s.set(int)),
            B::Get => (vec![map, a], b),
            B::Keys => (vec![map], set),
            B::MapBy => (vec![set, s.operator(vec![a], b)], map),
            B::SetToMap => {
                let pair = s.tuple(&[a, b]);
                (vec![s.set(pair)], map)
            }
            B::SetOfMaps => (vec![set, s.set(b)], s.set(map)),
            B::SetAt | B::Put => (vec![map, a, b], map),
            B::SetBy => (vec![map, a, s.operator(vec![b], b)], map),
            B::Append => (vec![list, a], list),
            B::Concat => (vec![list; 2], list),
            B::Head => (vec![list], a),
            B::Tail => (vec![list], list),
            B::Length => (vec![list], int),
            B::Nth => (vec![list, int], a),
            B::Indices => (vec![list], s.set(int)),
            B::ReplaceAt => (vec![list, int, a], list),
            B::Slice => (vec![list, int, int], list),
            B::Range => (vec![int; 2], s.list(int)),
            B::Select => (vec![list, predicate], list),
            // Those of integers.
            _ => (vec![int; count], int),
        }
    }

    fn compared(&mut self, nodes: &[Node], span: &Span) -> Result<Id, Error> {
        let (a, b) = (self.infer(&nodes[0])?, self.infer(&nodes[1])?);
        let told = (self.store.words(a), self.store.words(b));
        if self.store.unify(a, b) {
            return Ok(self.store.bool());
        }
        let message = format!("values of different types are compared: {} and {}", told.0, told.1);
        Err(Error::new(ErrorKind::Type, span.clone(), message))
    }

    fn conditional(&mut self, nodes: &[Node]) -> Result<Id, Error> {
        let condition = self.store.bool();
        self.expect(&nodes[0], condition)?;
        let value = self.infer(&nodes[1])?;
        self.expect(&nodes[2], value)
            .map_err(|error| error.advice("both branches of an `if` have one type"))?;
        Ok(value)
    }

    fn record_of(&mut self, nodes: &[Node]) -> Result<Id, Error> {
        let mut fields = Vec::with_capacity(nodes.len() / 2);
        let mut is_known = true;
        for pair in nodes.chunks(2) {
            let text = self.store.str();
            self.expect(&pair[0], text)?;
            let t = self.infer(&pair[1])?;
            match name(&pair[0]) {
                Some(name) => fields.push((name, t)),
                None => is_known = false,
            }
        }
        Ok(match fields.is_empty() {
            _ if !is_known => self.store.unknown(),
            true => self.store.unit(),
            false => self.store.closed(Form::Record, fields),
        })
    }

    /// `t._1`.
    fn item(&mut self, nodes: &[Node]) -> Result<Id, Error> {
        let tuple = self.infer(&nodes[0])?;
        let Op::Const(Value::Int(n)) = &nodes[1].op else {
            let int = self.store.int();
            self.expect(&nodes[1], int)?;
            return Ok(self.store.unknown());
        };
        let (item, label) = (self.store.fresh(), n.to_string());
        let wanted = self.store.open(Form::Tuple, [(label.as_str(), item)]);
        if let Type::Row(Form::Tuple, fields, rest) = self.store.get(tuple)
            && let (fields, None) = self.store.row(fields, *rest)
            && !fields.contains_key(&label)
        {
            let message = format!("no item _{n} in a tuple of {}", fields.len());
            return Err(Error::new(ErrorKind::Missing, nodes[1].span.clone(), message));
        }
        if self.store.unify(wanted, tuple) {
            return Ok(item);
        }
        let error = self.mismatch(wanted, tuple, &nodes[0].span);
        let is_list = matches!(self.store.get(tuple), Type::List(_));
        Err(if is_list { error.advice("an item of a list is `l[0]`, counted from 0") } else { error })
    }

    /// `r.f`.
    fn field(&mut self, nodes: &[Node]) -> Result<Id, Error> {
        let record = self.infer(&nodes[0])?;
        let Some(field) = name(&nodes[1]) else {
            let text = self.store.str();
            self.expect(&nodes[1], text)?;
            return Ok(self.store.unknown());
        };
        self.field_of(record, field, nodes)
    }

    fn with(&mut self, nodes: &[Node]) -> Result<Id, Error> {
        let record = self.infer(&nodes[0])?;
        let Some(field) = name(&nodes[1]) else {
            let text = self.store.str();
            self.expect(&nodes[1], text)?;
            self.infer(&nodes[2])?;
            return Ok(record);
        };
        let t = self.field_of(record, field, nodes)?;
        self.expect(&nodes[2], t)?;
        Ok(record)
    }

    /// The type of a field of the record that the first argument is; the second is the name.
    fn field_of(&mut self, record: Id, field: &str, nodes: &[Node]) -> Result<Id, Error> {
        if let Type::Row(Form::Record, fields, rest) = self.store.get(record)
            && let (fields, None) = self.store.row(fields, *rest)
            && !fields.contains_key(field)
        {
            let message = format!("the record has no field `{field}`");
            let error = Error::new(ErrorKind::Missing, nodes[1].span.clone(), message);
            return Err(no_field(error, field, fields.keys().map(String::as_str)));
        }
        let t = self.store.fresh();
        let wanted = self.store.open(Form::Record, [(field, t)]);
        if self.store.unify(wanted, record) {
            return Ok(t);
        }
        let error = self.mismatch(wanted, record, &nodes[0].span);
        Err(match self.store.get(record) {
            Type::Map(..) => error.advice("the value of a map is `m.get(k)`"),
            Type::Row(Form::Sum, ..) => error.advice("`match e { Tag(x) => … }` gives what is in it"),
            _ if B::named(field).is_some() => {
                error.advice(&format!("to call the operator, write `.{field}()`"))
            }
            _ => error,
        })
    }
}

/// What may be meant by a field that is not there.
fn no_field<'a>(error: Error, field: &str, names: impl Iterator<Item = &'a str> + Clone) -> Error {
    if let Some(near) = nearest(field, names.clone()) {
        return error.hint(format!("did you mean `{near}`?"));
    }
    if B::named(field).is_some() {
        return error.hint(format!("to call the operator, write `.{field}()`"));
    }
    let names: Vec<&str> = names.take(12).collect();
    error.hint(format!("its fields are {}", names.join(", ")))
}

/// The text that a part is.
fn name(node: &Node) -> Option<&str> {
    match &node.op {
        Op::Const(Value::Str(text)) => Some(text.as_str()),
        _ => None,
    }
}
