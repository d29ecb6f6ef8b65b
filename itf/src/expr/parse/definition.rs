//! Definitions before an expression, `val x = e1 e2`, and the types that may stand in them, which say nothing here.

use super::super::error::Error;
use super::super::syntax::{Ast, Definition, Kind, Lambda, Word};
use super::token::Token;
use super::{Parser, power};

/// The words that begin a definition.
const QUALIFIERS: [&str; 6] = ["pure", "val", "def", "action", "run", "temporal"];

impl Parser<'_> {
    /// Whether a definition begins here. The words for it are names, too: a trace may have a variable `action`.
    pub(super) fn begins_definition(&self) -> bool {
        let Token::Name(word) = self.peek() else { return false };
        let pattern = word == "val" && matches!(self.ahead(1), Token::Sign("(" | "{"));
        // `if (c) val else x` is about a variable of that name, and so is `val and x`.
        let named = |at| match self.ahead(at) {
            Token::Name(name) => !matches!(name, "and" | "or" | "iff" | "implies" | "leadsTo" | "else"),
            _ => false,
        };
        QUALIFIERS.contains(&word) && (named(1) || pattern)
    }

    pub(super) fn definition(&mut self) -> Result<Ast, Error> {
        let start = self.span().start;
        if self.peek() == Token::Name("pure") {
            self.at += 1;
        }
        self.at += 1;
        let definition = match self.peek() {
            Token::Sign("(") => {
                self.at += 1;
                let names = self.pattern(")")?;
                Definition::Tuple(names, self.defined()?)
            }
            Token::Sign("{") => {
                self.at += 1;
                let names = self.pattern("}")?;
                Definition::Fields(names, self.defined()?)
            }
            _ => self.simple_definition()?,
        };
        self.take(";");
        if self.peek() == Token::End {
            let error = self.unexpected("an expression after the definition");
            return Err(error.hint("a definition is for what follows: `val x = e1 e2`"));
        }
        let body = self.expr(power::ANY)?;
        self.ast(start, Kind::Let(Box::new((definition, body))))
    }

    /// `x = e`, `f(x) = e`, `f(x: int): bool = e`.
    fn simple_definition(&mut self) -> Result<Definition, Error> {
        let name = self.word("the name of the definition")?;
        let mut parameters = None;
        if self.take("(") {
            let parameters = parameters.insert(Vec::new());
            while !self.take(")") {
                parameters.push(self.name_or_hole("a parameter")?);
                if self.take(":") {
                    self.skip_type()?;
                }
                if !self.take(",") && !self.is(")") {
                    return Err(self.unexpected("`,` or `)`"));
                }
            }
        }
        if self.take(":") {
            self.skip_type()?;
        }
        let body = self.defined()?;
        // As in Quint, `def f() = e` is a value: it is used as `f`.
        Ok(match parameters.filter(|parameters| !parameters.is_empty()) {
            None => Definition::Value(name, body),
            Some(parameters) => Definition::Operator(name, Lambda { parameters, unpacks: false, body }),
        })
    }

    fn defined(&mut self) -> Result<Ast, Error> {
        self.expect("=", "and what is defined")?;
        self.expr(power::ANY)
    }

    fn pattern(&mut self, close: &str) -> Result<Vec<Word>, Error> {
        let mut names = vec![self.name_or_hole("a name")?];
        while self.take(",") {
            names.push(self.name_or_hole("a name")?);
        }
        self.expect(close, "after the names")?;
        Ok(names)
    }

    /// Steps over a type: what is nested in brackets, names, and arrows between them.
    fn skip_type(&mut self) -> Result<(), Error> {
        loop {
            match self.peek() {
                Token::Name(_) => {
                    self.qualified("a type")?;
                    if self.is("[") {
                        self.skip_brackets()?;
                    }
                }
                Token::Sign("(" | "{") => self.skip_brackets()?,
                _ => return Err(self.unexpected("a type")),
            }
            if !self.take("->") && !self.take("=>") {
                return Ok(());
            }
        }
    }

    fn skip_brackets(&mut self) -> Result<(), Error> {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Token::Sign("(" | "{" | "[") => depth += 1,
                Token::Sign(")" | "}" | "]") => depth -= 1,
                Token::End => return Err(self.unexpected("the end of the type")),
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(());
            }
        }
    }
}
