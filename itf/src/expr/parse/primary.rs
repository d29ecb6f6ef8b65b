//! What an expression begins with: literals, names, calls, brackets, blocks, lambdas.

use crate::value::Int;

use super::super::builtin::{Builtin, unsupported};
use super::super::error::{Error, ErrorKind};
use super::super::syntax::{Ast, Case, Kind, Lambda, Word};
use super::token::Token;
use super::{Parser, power};

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Result<Ast, Error> {
        let (start, token) = (self.span().start, self.peek());
        match token {
            Token::Int(digits) => {
                self.at += 1;
                self.ast(start, Kind::Int(integer(digits)))
            }
            Token::Str(text) => {
                self.at += 1;
                self.ast(start, Kind::Str(text.to_owned()))
            }
            Token::Sign("-") => {
                self.at += 1;
                let of = self.expr(power::MINUS)?;
                self.operator(start, Builtin::Iuminus, vec![of])
            }
            Token::Sign("(") if self.begins_lambda() => self.lambda(),
            Token::Sign("(") => self.parenthesised(),
            Token::Sign("[") => {
                self.at += 1;
                let mut items = Vec::new();
                self.list("]", &mut items)?;
                self.operator(start, Builtin::List, items)
            }
            Token::Sign("{") => self.braces(),
            Token::Sign("_") => self.lambda(),
            Token::Name(name) => self.named(name),
            _ => Err(self.unexpected("an expression")),
        }
    }

    fn named(&mut self, name: &str) -> Result<Ast, Error> {
        let start = self.span().start;
        let block = self.ahead(1) == Token::Sign("{");
        match name {
            _ if self.ahead(1) == Token::Sign("=>") => return self.lambda(),
            "true" | "false" => {
                self.at += 1;
                return self.ast(start, Kind::Bool(name == "true"));
            }
            "if" => return self.conditional(),
            "match" => return self.matching(),
            "and" | "or" if block => {
                self.at += 2;
                let mut parts = Vec::new();
                self.list("}", &mut parts)?;
                let builtin = if name == "and" { Builtin::And } else { Builtin::Or };
                return self.operator(start, builtin, parts);
            }
            "all" | "any" if block => {
                let error =
                    Error::new(ErrorKind::Unsupported, self.span(), format!("`{name} {{ … }}` is an action"));
                return Err(error.hint(if name == "all" {
                    "write `and { … }`"
                } else {
                    "write `or { … }`"
                }));
            }
            "nondet" if matches!(self.ahead(1), Token::Name(_)) => {
                let error =
                    Error::new(ErrorKind::Unsupported, self.span(), "`nondet` is a nondeterministic choice");
                return Err(error.hint(unsupported("oneOf").unwrap_or_default()));
            }
            _ if self.begins_definition() => return self.definition(),
            "else" => return Err(self.unexpected("an expression")),
            _ => {}
        }
        let word = self.qualified("an expression")?;
        if self.take("(") {
            let mut arguments = Vec::new();
            self.list(")", &mut arguments)?;
            return self.ast(start, Kind::Call(word, arguments));
        }
        if matches!(name, "and" | "or" | "iff" | "implies" | "leadsTo") && word.text == name {
            let error = Error::new(ErrorKind::Syntax, word.span, format!("`{name}` has nothing to its left"));
            return Err(error.hint(format!("write `{name}(a, b)`, or `a {name} b`")));
        }
        self.ast(start, Kind::Name(word.text))
    }

    /// `()`, `(e)`, `(e, …)`. A tuple of one item, `(e,)`, is not in Quint's grammar, yet in traces.
    fn parenthesised(&mut self) -> Result<Ast, Error> {
        let start = self.span().start;
        self.at += 1;
        let mut items = Vec::new();
        while !self.take(")") {
            items.push(self.expr(power::ANY)?);
            if self.take(",") {
                continue;
            }
            if !self.is(")") {
                return Err(self.unexpected("`,` or `)`"));
            }
            if items.len() == 1 {
                self.at += 1;
                let span = start..self.end();
                return items
                    .pop()
                    .map(|inner| Ast { span, ..inner })
                    .ok_or_else(|| self.unexpected("an expression"));
            }
        }
        self.operator(start, Builtin::Tup, items)
    }

    /// `{ f: e, … }`, `{ ...r, f: e }`, or an expression in braces. `{}` is what traces have for unit.
    fn braces(&mut self) -> Result<Ast, Error> {
        let start = self.span().start;
        self.at += 1;
        let field = matches!(self.peek(), Token::Name(_)) && self.ahead(1) == Token::Sign(":");
        if !field && !self.is("...") && !self.is("}") {
            let inner = self.expr(power::ANY)?;
            self.expect("}", "after the expression in braces")?;
            return Ok(Ast { span: start..self.end(), ..inner });
        }
        let (mut fields, mut base) = (Vec::<(Word, Ast)>::new(), None);
        while !self.take("}") {
            let place = self.span();
            if self.take("...") {
                if base.replace(Box::new(self.expr(power::ANY)?)).is_some() {
                    return Err(Error::new(
                        ErrorKind::Syntax,
                        place,
                        "a record can be made from one other only",
                    ));
                }
            } else {
                let name = self.word("the name of a field")?;
                if fields.iter().any(|(other, _)| other.text == name.text) {
                    let message = format!("the field `{}` is there already", name.text);
                    return Err(Error::new(ErrorKind::Syntax, place, message));
                }
                self.expect(":", "after the name of the field")?;
                fields.push((name, self.expr(power::ANY)?));
            }
            if !self.take(",") && !self.is("}") {
                return Err(self.unexpected("`,` or `}`"));
            }
        }
        self.ast(start, Kind::Record(fields, base))
    }

    /// `if (c) a else b`: the last branch takes everything to its right.
    fn conditional(&mut self) -> Result<Ast, Error> {
        let start = self.span().start;
        self.at += 1;
        self.expect("(", "after `if`")?;
        let condition = self.expr(power::ANY)?;
        self.expect(")", "after the condition")?;
        let yes = self.expr(power::ANY)?;
        if self.peek() != Token::Name("else") {
            return Err(self.unexpected("`else`: an `if` has a value either way"));
        }
        self.at += 1;
        let no = self.expr(power::ANY)?;
        self.operator(start, Builtin::Ite, vec![condition, yes, no])
    }

    /// `match e { A(x) => e | … }`, with a bar before each case but the first, where it may be, too.
    fn matching(&mut self) -> Result<Ast, Error> {
        let start = self.span().start;
        self.at += 1;
        let of = self.expr(power::ANY)?;
        self.expect("{", "and the cases of `match`")?;
        self.take("|");
        let mut cases = Vec::new();
        loop {
            let tag = self.name_or_hole("a tag or `_`")?;
            let parameter = if self.take("(") {
                let name = self.name_or_hole("a name or `_` for the value of the tag")?;
                self.expect(")", "after the name for the value of the tag")?;
                Some(name).filter(|name| name.text != "_")
            } else {
                None
            };
            self.expect("=>", "after the case")?;
            let body = self.expr(power::ANY)?;
            cases.push(Case { tag: Some(tag).filter(|tag| tag.text != "_"), parameter, body });
            if self.take("}") {
                return self.ast(start, Kind::Match(Box::new(of), cases));
            }
            if !self.take("|") {
                return Err(self.unexpected("`|` and another case, or `}`"));
            }
        }
    }

    /// Whether the parenthesis before us opens the parameters of a lambda.
    fn begins_lambda(&self) -> bool {
        let double = self.ahead(1) == Token::Sign("(");
        let mut at = if double { 2 } else { 1 };
        loop {
            match self.ahead(at) {
                Token::Name(_) | Token::Sign("_") => at += 1,
                _ => return false,
            }
            match self.ahead(at) {
                Token::Sign(",") => at += 1,
                Token::Sign(")") => break,
                _ => return false,
            }
        }
        if double {
            at += 1;
            if self.ahead(at) != Token::Sign(")") {
                return false;
            }
        }
        self.ahead(at + 1) == Token::Sign("=>")
    }

    /// `x => e`, `(x, y) => e` or `((x, y)) => e`; it takes everything to its right.
    fn lambda(&mut self) -> Result<Ast, Error> {
        let start = self.span().start;
        let (mut parameters, mut unpacks) = (Vec::new(), false);
        if self.take("(") {
            unpacks = self.take("(");
            parameters.push(self.name_or_hole("a parameter")?);
            while self.take(",") {
                parameters.push(self.name_or_hole("a parameter")?);
            }
            self.at += if unpacks { 2 } else { 1 };
        } else {
            parameters.push(self.name_or_hole("a parameter")?);
        }
        self.expect("=>", "after the parameters")?;
        let body = self.expr(power::ANY)?;
        self.ast(start, Kind::Lambda(Box::new(Lambda { parameters, unpacks, body })))
    }
}

/// The number of digits that the lexer took for an integer.
fn integer(digits: &str) -> Int {
    let digits = digits.replace('_', "");
    let (radix, digits) =
        digits.strip_prefix("0x").map_or((10, digits.as_str()), |hexadecimal| (16, hexadecimal));
    dashu_int::IBig::from_str_radix(digits, radix).map_or_else(|_| Int::from(0), Int::from)
}
