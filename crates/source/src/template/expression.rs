//! The expression grammar of Jinja2, from `a if b else c` down to literals.
//!
//! See <https://jinja.palletsprojects.com/en/stable/templates/#expressions>. Slightly more
//! lenient than Jinja2 where other engines are: postfix steps may follow a filter.

use super::ast::{Expr, Kind, Link};
use super::cursor::{Cursor, Parsed};
use super::token::TokenKind;

/// Precedence of `not`, between `and` and the comparisons.
const NOT: usize = 2;

/// Binary operators, loosest first. Comparisons also take `in` and `not in`.
const LEVELS: [&[&str]; 8] = [
    &["or"],
    &["and"],
    &[],
    &["==", "!=", "<", "<=", ">", ">=", "in"],
    &["+", "-"],
    &["~"],
    &["*", "/", "//", "%"],
    &["**"],
];

impl Cursor<'_, '_> {
    /// An expression, `a if b else c` included.
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.nested(|cursor| {
            let first = cursor.level(0)?;
            cursor.conditional(first)
        })
    }

    /// An expression without `if`, as after `in` of a loop.
    pub(super) fn plain_expression(&mut self) -> Parsed<Expr> {
        self.nested(|cursor| cursor.level(0))
    }

    /// One expression, or several with commas between as a tuple.
    pub(super) fn tuple(&mut self, conditional: bool) -> Parsed<Expr> {
        let offset = self.current.offset;
        let mut items = Vec::new();
        let mut is_tuple = false;
        while !self.at_tuple_end() {
            items.push(if conditional {
                self.expression()?
            } else {
                self.plain_expression()?
            });
            if !self.take_symbol(",") {
                break;
            }
            is_tuple = true;
        }
        match items.pop() {
            Some(only) if !is_tuple => Ok(only),
            Some(last) => {
                items.push(last);
                Ok(self.spanning(offset, Kind::Sequence(items)))
            }
            None => Err(self.unexpected("an expression")),
        }
    }

    fn at_tuple_end(&self) -> bool {
        self.at_end() || self.at_symbol(")") || self.at_name("in") || self.at_name("recursive")
    }

    pub(super) fn spanning(&self, offset: usize, kind: Kind) -> Expr {
        Expr {
            offset,
            end: self.last_end,
            kind,
        }
    }

    fn conditional(&mut self, first: Expr) -> Parsed<Expr> {
        if !self.at_name("if") {
            return Ok(first);
        }
        let offset = first.offset;
        let mut branches = Vec::new();
        let mut value = first;
        let mut otherwise = None;
        while self.take_name("if") {
            let condition = self.level(0)?;
            branches.push((value, condition));
            if !self.take_name("else") {
                break;
            }
            let next = self.level(0)?;
            if !self.at_name("if") {
                otherwise = Some(Box::new(next));
                break;
            }
            value = next;
        }
        Ok(self.spanning(offset, Kind::Conditional(branches, otherwise)))
    }

    fn level(&mut self, level: usize) -> Parsed<Expr> {
        let Some(operators) = LEVELS.get(level) else {
            return self.signed();
        };
        if level == NOT {
            return self.negation();
        }
        let tighter = level.saturating_add(1);
        let offset = self.current.offset;
        let first = self.level(tighter)?;
        let mut links = Vec::new();
        while let Some(operator) = self.operator_of(operators) {
            let offset = self.current.offset;
            if operator == "not in" {
                self.advance();
            }
            self.advance();
            let right = self.level(tighter)?;
            links.push(Link {
                offset,
                operator,
                right,
            });
        }
        if links.is_empty() {
            return Ok(first);
        }
        Ok(self.spanning(offset, Kind::Chain(Box::new(first), links)))
    }

    fn operator_of(&mut self, operators: &[&'static str]) -> Option<&'static str> {
        let written = match self.current.kind {
            TokenKind::Symbol(symbol) => symbol,
            TokenKind::Name(name) => name,
            _ => return None,
        };
        if written == "not" && operators.contains(&"in") {
            return self.look_ahead().is_name("in").then_some("not in");
        }
        operators.iter().find(|symbol| **symbol == written).copied()
    }

    fn negation(&mut self) -> Parsed<Expr> {
        let offset = self.current.offset;
        let mut negated = false;
        while self.take_name("not") {
            negated = true;
        }
        let operand = self.level(NOT.saturating_add(1))?;
        if !negated {
            return Ok(operand);
        }
        Ok(self.spanning(offset, Kind::Not(Box::new(operand))))
    }

    /// Signs bind tighter than operators and looser than attribute access, but a filter
    /// applies to the signed value.
    fn signed(&mut self) -> Parsed<Expr> {
        let offset = self.current.offset;
        let mut signed = false;
        let mut negative = false;
        while self.at_symbol("-") || self.at_symbol("+") {
            negative ^= self.at_symbol("-");
            signed = true;
            self.advance();
        }
        let primary = self.primary()?;
        if !signed {
            return self.postfix(primary, true);
        }
        let operand = self.postfix(primary, false)?;
        let value = if negative {
            self.spanning(offset, Kind::Negative(Box::new(operand)))
        } else {
            operand
        };
        self.postfix(value, true)
    }

    pub(super) fn primary(&mut self) -> Parsed<Expr> {
        let offset = self.current.offset;
        let kind = match &mut self.current.kind {
            TokenKind::Name(name) => name_or_constant(name),
            TokenKind::Text(text) => {
                let text = std::mem::take(text);
                return Ok(self.adjacent_strings(offset, text));
            }
            TokenKind::Integer(value) => Kind::Integer(*value),
            TokenKind::Float(value) => Kind::Float(*value),
            TokenKind::Symbol("(") => return self.nested(Self::parenthesised),
            TokenKind::Symbol("[") => return self.nested(Self::list),
            TokenKind::Symbol("{") => return self.nested(Self::mapping),
            _ => return Err(self.unexpected("an expression")),
        };
        self.advance();
        Ok(self.spanning(offset, kind))
    }

    fn adjacent_strings(&mut self, offset: usize, mut text: String) -> Expr {
        self.advance();
        while let TokenKind::Text(next) = &self.current.kind {
            text.push_str(next);
            self.advance();
        }
        self.spanning(offset, Kind::Text(text))
    }

    fn parenthesised(&mut self) -> Parsed<Expr> {
        let offset = self.current.offset;
        self.advance();
        if self.take_symbol(")") {
            return Ok(self.spanning(offset, Kind::Sequence(Vec::new())));
        }
        let inner = self.tuple(true)?;
        self.expect_symbol(")")?;
        Ok(inner)
    }

    fn list(&mut self) -> Parsed<Expr> {
        let offset = self.current.offset;
        self.advance();
        let mut items = Vec::new();
        while !self.at_symbol("]") {
            items.push(self.expression()?);
            if !self.take_symbol(",") {
                break;
            }
        }
        self.expect_symbol("]")?;
        Ok(self.spanning(offset, Kind::Sequence(items)))
    }

    fn mapping(&mut self) -> Parsed<Expr> {
        let offset = self.current.offset;
        self.advance();
        let mut items = Vec::new();
        while !self.at_symbol("}") {
            let key = self.expression()?;
            self.expect_symbol(":")?;
            items.push((key, self.expression()?));
            if !self.take_symbol(",") {
                break;
            }
        }
        self.expect_symbol("}")?;
        Ok(self.spanning(offset, Kind::Mapping(items)))
    }
}

fn name_or_constant(name: &str) -> Kind {
    match name {
        "true" | "True" => Kind::Boolean(true),
        "false" | "False" => Kind::Boolean(false),
        "none" | "None" => Kind::None,
        _ => Kind::Name(name.to_owned()),
    }
}
