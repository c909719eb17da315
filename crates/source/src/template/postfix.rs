//! What follows a primary: `.name`, `[index]`, `(arguments)`, `|filter`, `is test`.

use super::ast::{Arguments, Expr, Kind, Step, StepKind};
use super::cursor::{Cursor, Parsed};
use super::token::TokenKind;

impl Cursor<'_, '_> {
    /// Steps after `base`; filters and tests only if asked for.
    pub(super) fn postfix(&mut self, base: Expr, with_filters: bool) -> Parsed<Expr> {
        let mut steps = Vec::new();
        loop {
            let offset = self.current.offset;
            let kind = match self.current.kind {
                TokenKind::Symbol(".") => self.attribute()?,
                TokenKind::Symbol("[") => self.nested(Self::subscript)?,
                TokenKind::Symbol("(") => StepKind::Call(self.nested(Self::arguments)?),
                TokenKind::Symbol("|") if with_filters => {
                    self.advance();
                    self.filter()?
                }
                TokenKind::Name("is") if with_filters => {
                    self.advance();
                    self.test()?
                }
                _ => break,
            };
            steps.push(Step { offset, kind });
        }
        if steps.is_empty() {
            return Ok(base);
        }
        let offset = base.offset;
        Ok(self.spanning(offset, Kind::Postfix(Box::new(base), steps)))
    }

    fn attribute(&mut self) -> Parsed<StepKind> {
        self.advance();
        let offset = self.current.offset;
        match self.current.kind {
            TokenKind::Name(name) => {
                self.advance();
                Ok(StepKind::Attribute(name.to_owned()))
            }
            TokenKind::Integer(index) => {
                self.advance();
                let index = self.spanning(offset, Kind::Integer(index));
                Ok(StepKind::Subscript(index))
            }
            _ => Err(self.unexpected("a name or number")),
        }
    }

    fn subscript(&mut self) -> Parsed<StepKind> {
        let offset = self.current.offset;
        self.advance();
        let mut parts = [None, None, None];
        let mut colons = 0_usize;
        let mut items = Vec::new();
        while !self.at_symbol("]") {
            if self.take_symbol(":") {
                colons = colons.saturating_add(1);
            } else if self.take_symbol(",") {
                items.extend(parts.iter_mut().filter_map(Option::take));
                items.extend((colons > 0).then(|| self.spanning(offset, Kind::None)));
                colons = 0;
            } else {
                let part = self.expression()?;
                match parts.get_mut(colons) {
                    Some(slot @ None) => *slot = Some(part),
                    _ => return Err(self.unexpected("`]`")),
                }
            }
        }
        self.expect_symbol("]")?;
        if colons > 0 && items.is_empty() {
            return Ok(StepKind::Slice(Box::new(parts)));
        }
        let last = parts.iter_mut().find_map(Option::take);
        match last {
            Some(only) if items.is_empty() => Ok(StepKind::Subscript(only)),
            last => {
                items.extend(last);
                Ok(StepKind::Subscript(
                    self.spanning(offset, Kind::Sequence(items)),
                ))
            }
        }
    }

    /// A filter's dotted name and arguments; the `|` has been read.
    pub(super) fn filter(&mut self) -> Parsed<StepKind> {
        let name = self.dotted_name()?;
        let arguments = if self.at_symbol("(") {
            self.nested(Self::arguments)?
        } else {
            Arguments::default()
        };
        Ok(StepKind::Filter(name, arguments))
    }

    fn test(&mut self) -> Parsed<StepKind> {
        self.take_name("not");
        let name = self.dotted_name()?;
        let mut arguments = Arguments::default();
        if self.at_symbol("(") {
            arguments = self.nested(Self::arguments)?;
        } else if self.at_test_argument() {
            let primary = self.primary()?;
            arguments.positional.push(self.postfix(primary, false)?);
        }
        Ok(StepKind::Test(name, arguments))
    }

    fn at_test_argument(&self) -> bool {
        match self.current.kind {
            TokenKind::Name(name) => !matches!(
                name,
                "else" | "or" | "and" | "is" | "if" | "in" | "not" | "recursive"
            ),
            TokenKind::Text(_) | TokenKind::Integer(_) | TokenKind::Float(_) => true,
            _ => self.at_symbol("[") || self.at_symbol("{"),
        }
    }

    fn dotted_name(&mut self) -> Parsed<String> {
        let mut name = self.expect_name()?.to_owned();
        while self.take_symbol(".") {
            name.push('.');
            name.push_str(self.expect_name()?);
        }
        Ok(name)
    }

    /// `(a, b, name=c, *d, **e)`
    pub(super) fn arguments(&mut self) -> Parsed<Arguments> {
        self.expect_symbol("(")?;
        let mut arguments = Arguments::default();
        while !self.at_symbol(")") {
            if self.take_symbol("*") || self.take_symbol("**") {
                arguments.starred.push(self.expression()?);
            } else if let TokenKind::Name(name) = self.current.kind
                && self.look_ahead().is_symbol("=")
            {
                self.advance();
                self.advance();
                arguments.named.push((name.to_owned(), self.expression()?));
            } else {
                arguments.positional.push(self.expression()?);
            }
            if !self.take_symbol(",") {
                break;
            }
        }
        self.expect_symbol(")")?;
        Ok(arguments)
    }
}
