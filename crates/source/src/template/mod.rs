//! Jinja2 templates, as chat templates of language models use them.
//!
//! A lexer and parser of our own read the whole grammar
//! (<https://jinja.palletsprojects.com/en/stable/templates/>) with the extensions that
//! Hugging Face turns on (`do`, loop controls, `generation`). Nothing is rendered. Constants
//! are followed, so that `x['__cl' ~ 'ass__']` is seen to reach for `__class__`.
//!
//! What is not Jinja2 is a fact with an offset, and reading goes on after that tag: another
//! engine may be more forgiving than ours. Work grows linearly with the text; nesting is
//! bounded by [`Limits`].

mod assignment;
mod ast;
mod attributes;
mod blocks;
mod branches;
mod calls;
mod cursor;
mod document;
mod escape;
mod examiner;
mod expression;
mod facts;
mod fold;
mod inclusion;
mod lexer;
mod limits;
mod number;
mod postfix;
mod scan;
mod scope;
mod statements;
mod steps;
mod token;
mod value;
mod visit;

pub use facts::{
    Access, Branch, Call, Comparison, ConditionalText, Expansion, ExpansionKind, FilterUse,
    Inclusion, InclusionKind, Key, Limit, LimitReached, Located, Loop, Relation, Root, SyntaxError,
    TemplateFacts, Usage, Via,
};
pub use limits::Limits;

/// Reads a template under the default limits.
#[must_use]
pub fn parse(text: &str) -> TemplateFacts {
    parse_with(text, &Limits::default())
}

/// Reads a template.
#[must_use]
pub fn parse_with(text: &str, limits: &Limits) -> TemplateFacts {
    document::read(text, limits)
}

#[cfg(test)]
mod tests;
