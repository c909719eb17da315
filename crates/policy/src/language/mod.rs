//! The language of a policy's conditions: CEL, checked before anything runs.
//!
//! The `cel` crate parses. Its syntax tree is then lowered, with every name and type checked
//! against the kind of facts, to nodes over those facts that are judged in well under a
//! microsecond; the crate's own interpreter, over converted values, takes twenty times longer than
//! the bar allows. Tests hold the two against each other. An expression always ends: there is no
//! recursion, and steps over lists are nested at most twice and counted.

mod calls;
mod evaluate;
mod lower;
mod node;
#[cfg(test)]
mod tests;

pub use evaluate::Failure;

use waybill_domain::facts::{Facts, Record};

use evaluate::Machine;
use lower::{Lowering, Wrong};
use node::{Node, Type};

/// Characters of one expression.
const LONGEST: usize = 4_096;
/// Nesting that the parser follows.
const DEEPEST_PARSED: u16 = 32;
/// Operators, calls and fields of one expression; chains of them nest although nothing is in
/// brackets.
const MOST_OPERATORS: usize = 400;
/// What the parser says can be long.
const LONGEST_REASON: usize = 300;

/// Why an expression cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadExpression {
    /// Line within the expression, from 0.
    pub(crate) line: usize,
    /// What is wrong.
    pub(crate) reason: String,
}

/// A condition over facts of one kind.
#[derive(Debug)]
pub(crate) struct Expression {
    node: Node,
}

impl Expression {
    /// Reads and checks a condition; `subject` is what is judged one by one, if anything is.
    pub(crate) fn condition(
        text: &str,
        root: &'static Record,
        subject: Option<&'static Record>,
    ) -> Result<Self, BadExpression> {
        let whole = |reason: String| BadExpression { line: 0, reason };
        if text.len() > LONGEST {
            return Err(whole(format!("it is longer than {LONGEST} bytes")));
        }
        if operators(text) > MOST_OPERATORS {
            return Err(whole(format!(
                "it has more than {MOST_OPERATORS} operators"
            )));
        }
        let parser = cel::parser::Parser::new().max_recursion_depth(DEEPEST_PARSED);
        let (tree, places) = parser
            .parse_with_source_info(text)
            .map_err(|errors| parse_error(&errors))?;
        let mut lowering = Lowering::new(root, subject, &places);
        let lowered = lowering.lower(&tree).and_then(|(node, of)| match of {
            Type::Bool => Ok(node),
            other => lowering.wrong(&tree, format!("a condition is a bool, and this is {other}")),
        });
        match lowered {
            Ok(node) => Ok(Self { node }),
            Err(Wrong { offset, reason }) => Err(BadExpression {
                line: offset.map_or(0, |offset| line_of(text, offset)),
                reason,
            }),
        }
    }

    /// Whether it holds.
    pub(crate) fn holds(
        &self,
        facts: &dyn Facts,
        subject: Option<&dyn Facts>,
    ) -> Result<bool, Failure> {
        Machine::new(facts, subject).bool(&self.node)
    }
}

/// Characters that can make a tree deeper; those within strings are counted too.
fn operators(text: &str) -> usize {
    text.bytes()
        .filter(|byte| b"!-+*/%<>=.([{?&|".contains(byte))
        .count()
}

fn line_of(text: &str, offset: u32) -> usize {
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    text.chars()
        .take(offset)
        .filter(|letter| *letter == '\n')
        .count()
}

fn parse_error(errors: &cel::ParseErrors) -> BadExpression {
    let first = errors.errors.first();
    let reason = first.map_or("it cannot be read", |error| error.msg.as_str());
    let reason: String = reason
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(LONGEST_REASON)
        .collect();
    let line = first.and_then(|error| usize::try_from(error.pos.0).ok());
    BadExpression {
        line: line.unwrap_or(1).saturating_sub(1),
        reason: format!("it cannot be read: {}", reason.trim()),
    }
}
