//! Tokens to expressions, by the precedence of Quint's grammar.
//!
//! The lexer is made of nom's parsers. The grammar above it climbs precedences by hand: Quint's is a table of left and
//! right binding powers (the ANTLR grammar of Quint 0.33), and the place of an error is that of one token, not of the
//! alternative that happened to be tried last.

mod definition;
mod primary;
mod token;

use super::builtin::Builtin;
use super::error::{Error, ErrorKind, Span};
use super::syntax::{Ast, Kind, Word};
use token::Token;

/// The longest text that is looked at.
const MAX_TEXT: usize = 256 * 1024;

/// How deep expressions may nest: everything that walks them recurses.
const MAX_HEIGHT: usize = 200;

/// Binding powers: an operator takes operands that bind at least as strongly as its right side says.
mod power {
    pub(super) const ANY: u8 = 0;
    pub(super) const PAIR: u8 = 7;
    pub(super) const IMPLIES: u8 = 14;
    pub(super) const LEADS_TO: u8 = 15;
    pub(super) const IFF: u8 = 16;
    pub(super) const OR: u8 = 17;
    pub(super) const AND: u8 = 19;
    pub(super) const ASSIGN: u8 = 21;
    pub(super) const RELATION: u8 = 23;
    pub(super) const SUM: u8 = 24;
    pub(super) const PRODUCT: u8 = 25;
    pub(super) const MINUS: u8 = 26;
    pub(super) const POWER: u8 = 27;
    pub(super) const INDEX: u8 = 28;
}

/// Reads the whole text as one expression.
pub(super) fn parse(text: &str) -> Result<Ast, Error> {
    if text.len() > MAX_TEXT {
        return Err(Error::new(
            ErrorKind::Limit,
            0..1,
            format!("the expression is longer than {MAX_TEXT} bytes"),
        ));
    }
    let mut parser = Parser { tokens: token::tokens(text)?, at: 0, depth: 0 };
    let ast = parser.expr(power::ANY)?;
    match parser.peek() {
        Token::End => Ok(ast),
        token => {
            let error = parser.unexpected("the end of the expression");
            Err(match (token, &ast.kind) {
                (_, Kind::Name(name)) if name == "not" => {
                    error.hint("`not` is an operator like others: `not(e)`")
                }
                (Token::Name("in" | "union" | "subseteq" | "contains" | "intersect" | "exclude"), _) => {
                    error.hint("this operator is called: `a.in(S)` or `in(a, S)`")
                }
                (Token::Sign("?"), _) => error.hint("write `if (c) a else b`"),
                _ => error,
            })
        }
    }
}

struct Parser<'a> {
    tokens: Vec<(Token<'a>, Span)>,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Token<'a> {
        self.ahead(0)
    }

    /// A token further on; the last one for ever.
    fn ahead(&self, by: usize) -> Token<'a> {
        self.tokens.get(self.at + by).map_or(Token::End, |(token, _)| *token)
    }

    /// The place of the next token.
    fn span(&self) -> Span {
        self.tokens[self.at.min(self.tokens.len() - 1)].1.clone()
    }

    /// The end of the token before.
    fn end(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |at| self.tokens[at].1.end)
    }

    fn is(&self, sign: &str) -> bool {
        self.peek() == Token::Sign(sign)
    }

    /// Steps over a sign, if it is the next token.
    fn take(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str, after: &str) -> Result<(), Error> {
        if self.take(sign) { Ok(()) } else { Err(self.unexpected(&format!("`{sign}` {after}"))) }
    }

    fn unexpected(&self, wanted: &str) -> Error {
        let found = self.peek().describe();
        Error::new(ErrorKind::Syntax, self.span(), format!("expected {wanted}, found {found}"))
    }

    fn ast(&self, start: usize, kind: Kind) -> Result<Ast, Error> {
        let (span, height) = (start..self.end(), kind.height() + 1);
        if height > MAX_HEIGHT {
            return Err(too_deep(span));
        }
        Ok(Ast { span, height, kind })
    }

    fn operator(&self, start: usize, builtin: Builtin, arguments: Vec<Ast>) -> Result<Ast, Error> {
        self.ast(start, Kind::Operator(builtin, arguments))
    }

    /// An expression whose operators bind at least as strongly as `least`.
    fn expr(&mut self, least: u8) -> Result<Ast, Error> {
        self.depth += 1;
        if self.depth > MAX_HEIGHT {
            return Err(too_deep(self.span()));
        }
        let mut left = self.primary()?;
        while let Some(next) = self.extend(&mut left, least)? {
            left = next;
        }
        self.depth -= 1;
        Ok(left)
    }

    /// `left` with the operator that follows it, if one does that binds strongly enough.
    fn extend(&mut self, left: &mut Ast, least: u8) -> Result<Option<Ast>, Error> {
        let start = left.span.start;
        let sign = self.span();
        let taken = || Ast { span: 0..0, height: 0, kind: Kind::Bool(true) };
        match self.peek() {
            Token::Sign(".") => {
                self.at += 1;
                let left = std::mem::replace(left, taken());
                return self.dot(left).map(Some);
            }
            Token::Sign("'") => {
                self.at += 1;
                if self.is("=") {
                    let error =
                        Error::new(ErrorKind::Unsupported, sign.start..self.span().end, "this assigns");
                    return Err(error.hint("an expression compares: `x' == e`"));
                }
                let left = std::mem::replace(left, taken());
                return self.ast(start, Kind::Next(Box::new(left))).map(Some);
            }
            Token::Sign("[") if power::INDEX >= least => {
                self.at += 1;
                let index = self.expr(power::ANY)?;
                self.expect("]", "after the index")?;
                let left = std::mem::replace(left, taken());
                return self.operator(start, Builtin::Nth, vec![left, index]).map(Some);
            }
            Token::Sign("=") if power::ASSIGN >= least => {
                return Err(
                    Error::new(ErrorKind::Syntax, sign, "unexpected `=`").hint("write `==` to compare")
                );
            }
            Token::Name("leadsTo") if power::LEADS_TO >= least => {
                let error = Error::new(ErrorKind::Unsupported, sign, "`leadsTo` is temporal");
                return Err(error.hint("a trace is checked for invariants, steps and what it reaches"));
            }
            _ => {}
        }
        let Some((builtin, _, right)) = infix(self.peek()).filter(|(_, binds, _)| *binds >= least) else {
            return Ok(None);
        };
        self.at += 1;
        let right = self.expr(right)?;
        let left = std::mem::replace(left, taken());
        // `a and b and c` is one conjunction: as deep as its parts, and explained part by part.
        let chained = matches!(builtin, Builtin::And | Builtin::Or);
        let mut arguments = match left.kind {
            Kind::Operator(same, arguments) if chained && same == builtin => arguments,
            kind => vec![Ast { kind, ..left }],
        };
        arguments.push(right);
        self.operator(start, builtin, arguments).map(Some)
    }

    /// `.f`, `._1` or `.f(e, …)`.
    fn dot(&mut self, left: Ast) -> Result<Ast, Error> {
        let start = left.span.start;
        let name = self.qualified("the name of a field or operator after `.`")?;
        if !self.take("(") {
            return self.ast(start, Kind::Field(Box::new(left), name));
        }
        let mut arguments = vec![left];
        self.list(")", &mut arguments)?;
        self.ast(start, Kind::Call(name, arguments))
    }

    /// Expressions and commas up to `close`, which is taken, too. The last comma may stand before it.
    fn list(&mut self, close: &str, into: &mut Vec<Ast>) -> Result<(), Error> {
        while !self.take(close) {
            into.push(self.expr(power::ANY)?);
            if !self.take(",") && !self.is(close) {
                return Err(self.unexpected(&format!("`,` or `{close}`")));
            }
        }
        Ok(())
    }

    /// A name with its `::`, of any case, keywords among them.
    fn qualified(&mut self, wanted: &str) -> Result<Word, Error> {
        let mut word = self.word(wanted)?;
        while self.take("::") {
            let next = self.word("a name after `::`")?;
            word.text.push_str("::");
            word.text.push_str(&next.text);
            word.span.end = next.span.end;
        }
        Ok(word)
    }

    fn word(&mut self, wanted: &str) -> Result<Word, Error> {
        let (span, token) = (self.span(), self.peek());
        let Token::Name(name) = token else { return Err(self.unexpected(wanted)) };
        self.at += 1;
        Ok(Word { text: name.to_owned(), span })
    }

    /// A name, or `_` for something that needs none.
    fn name_or_hole(&mut self, wanted: &str) -> Result<Word, Error> {
        let span = self.span();
        if self.take("_") { Ok(Word { text: "_".to_owned(), span }) } else { self.qualified(wanted) }
    }
}

fn too_deep(span: Span) -> Error {
    Error::new(ErrorKind::Limit, span, format!("the expression nests deeper than {MAX_HEIGHT}"))
}

/// The operator that a token stands for between operands, how strongly it binds, and what its right operand must.
fn infix(token: Token<'_>) -> Option<(Builtin, u8, u8)> {
    use power::{AND, IFF, IMPLIES, OR, PAIR, POWER, PRODUCT, RELATION, SUM};
    let left = |builtin, power| Some((builtin, power, power + 1));
    match token {
        // The only one that groups to the right.
        Token::Sign("^") => Some((Builtin::Ipow, POWER, POWER)),
        Token::Sign("*") => left(Builtin::Imul, PRODUCT),
        Token::Sign("/") => left(Builtin::Idiv, PRODUCT),
        Token::Sign("%") => left(Builtin::Imod, PRODUCT),
        Token::Sign("+") => left(Builtin::Iadd, SUM),
        Token::Sign("-") => left(Builtin::Isub, SUM),
        Token::Sign(">") => left(Builtin::Igt, RELATION),
        Token::Sign("<") => left(Builtin::Ilt, RELATION),
        Token::Sign(">=") => left(Builtin::Igte, RELATION),
        Token::Sign("<=") => left(Builtin::Ilte, RELATION),
        Token::Sign("!=") => left(Builtin::Neq, RELATION),
        Token::Sign("==") => left(Builtin::Eq, RELATION),
        Token::Name("and") => left(Builtin::And, AND),
        Token::Name("or") => left(Builtin::Or, OR),
        Token::Name("iff") => left(Builtin::Iff, IFF),
        Token::Name("implies") => left(Builtin::Implies, IMPLIES),
        Token::Sign("->") => left(Builtin::Tup, PAIR),
        _ => None,
    }
}
