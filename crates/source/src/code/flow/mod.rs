//! Following constants through code, whatever language it is written in.
//!
//! A language lowers its syntax tree to [`Expression`]s and says by a [`Dialect`] what its own
//! library functions mean. Following is flow-insensitive where code branches (a name that is bound
//! in two branches is either) and repeats until what is passed to functions and returned by them
//! stays the same, at most [`RUNS`] times. Work is bounded by the size of the code: what is copied
//! out of variables counts against a budget.

mod binding;
mod calling;
mod evaluate;
mod expression;
mod member;
mod thing;
#[cfg(test)]
pub(super) mod told;

pub(super) use expression::{
    Calling, Class, Entry, Expression, Field, Function, Parameter, Pattern, Place, Word,
};
pub(super) use thing::{Thing, join, rendered};

use super::{Call, CodeFacts, EmbeddedCommand, Value};
pub(super) use evaluate::fall_back;
use evaluate::{Evaluator, Learned};

const RUNS: usize = 4;
/// Nodes of values that may be copied, beside those that the size of the code allows.
const COPIES_MIN: usize = 100_000;

/// What a language's own library means.
pub(super) trait Dialect {
    /// What a call amounts to.
    fn call<'a>(&self, called: &Called<'_, 'a>) -> Meaning<'a>;
    /// What a member of something known by its path amounts to.
    fn member(&self, path: &str, name: &str) -> Option<Value>;
    /// The path that members of what a call made continue, given the path of the call.
    fn made<'p>(&self, path: &'p str) -> &'p str {
        path
    }
    /// The commands that calls start.
    fn commands(&self, calls: &[Call]) -> Vec<EmbeddedCommand>;
    /// Whether the keys of a single object argument count as keywords.
    fn keywords_in_object(&self) -> bool;
}

/// A call that a [`Dialect`] is asked about.
pub(super) struct Called<'c, 'a> {
    /// Its path.
    pub(super) path: &'c str,
    /// Last part of its path.
    pub(super) name: &'c str,
    /// What it is a method of.
    pub(super) object: Option<&'c Thing<'a>>,
    /// Its arguments; for a function of this file, what it returns.
    pub(super) arguments: &'c [Thing<'a>],
    /// Calls so far.
    pub(super) calls: &'c [Call],
}

/// What a call amounts to.
pub(super) enum Meaning<'a> {
    /// Nothing special.
    Ordinary,
    /// To this, and it need not be recorded.
    Silent(Thing<'a>),
    /// To this, and it is recorded.
    Recorded(Thing<'a>),
}

/// Follows a whole file.
pub(super) fn follow(
    program: &[Expression<'_>],
    dialect: &dyn Dialect,
    size_bytes: usize,
) -> CodeFacts {
    let copies = COPIES_MIN.saturating_add(size_bytes.saturating_mul(2));
    let mut learned = Learned::default();
    let mut facts = CodeFacts::default();
    for run in 1..=RUNS {
        let mut evaluator = Evaluator::new(dialect, learned, copies);
        for expression in program {
            evaluator.evaluate(expression);
        }
        let again = run < RUNS && evaluator.would_learn();
        (facts, learned) = evaluator.finish(!again);
        if !again {
            break;
        }
    }
    facts.commands.extend(dialect.commands(&facts.calls));
    facts.commands.sort_by_key(|command| command.line);
    facts
}

/// A word as a shell reads it back.
pub(super) fn quoted(word: &str) -> String {
    let is_plain =
        |character: char| character.is_alphanumeric() || "-_=+:,./@%^{}".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
