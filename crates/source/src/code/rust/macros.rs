//! Macros that take expressions.

use proc_macro2::TokenStream;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, Token};

use super::super::Value;
use super::super::flow::{Entry, Expression, Word};
use super::lower::{Lowering, between, calling};

/// Macros that may stand in one another.
const ARGUMENTS_MAX: usize = 1000;

impl Lowering {
    pub(super) fn macro_call(&mut self, call: &Macro) -> Expression<'static> {
        let Some(last) = call.path.segments.last() else {
            return Expression::UNKNOWN;
        };
        let name = last.ident.to_string();
        let line = super::line(last.ident.span());
        if name == "json" {
            return self.json(call.tokens.clone());
        }
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let Ok(arguments) = parser.parse2(call.tokens.clone()) else {
            return Expression::UNKNOWN;
        };
        let mut lowered: Vec<Expression<'static>> = arguments
            .iter()
            .take(ARGUMENTS_MAX)
            .map(|tree| self.expression(tree))
            .collect();
        match name.as_str() {
            "vec" | "smallvec" | "array" => Expression::List(lowered),
            "concat" => Expression::Join(lowered, true, line),
            "format" | "indoc" | "formatdoc" | "format_args" => {
                formatted(&arguments, lowered, line)
            }
            "env" | "option_env" => match lowered.into_iter().next() {
                Some(Expression::Known(Value::Text(name), _)) => Expression::Known(
                    Value::Environment {
                        name,
                        default: None,
                    },
                    0,
                ),
                _ => Expression::UNKNOWN,
            },
            "include_str" => match lowered.into_iter().next() {
                Some(Expression::Known(Value::Text(file), _)) => {
                    Expression::Configuration(Word::Owned(file))
                }
                _ => Expression::UNKNOWN,
            },
            "dbg" | "black_box" => lowered.pop().unwrap_or(Expression::UNKNOWN),
            "cmd" => {
                let end = call.delimiter.span().close();
                let callee = self.path(&call.path);
                calling(callee, lowered, between(last.ident.span(), end))
            }
            _ => Expression::Effects(lowered),
        }
    }

    /// `json!({"model": MODEL})`: maps and lists whose parts are expressions.
    fn json(&mut self, tokens: TokenStream) -> Expression<'static> {
        self.deeper(|deeper| deeper.json_inner(tokens), || Expression::UNKNOWN)
    }

    fn json_inner(&mut self, tokens: TokenStream) -> Expression<'static> {
        use proc_macro2::{Delimiter, TokenTree};
        let mut inner = tokens.clone().into_iter();
        let (Some(TokenTree::Group(group)), None) = (inner.next(), inner.next()) else {
            return match syn::parse2::<Expr>(tokens) {
                Ok(tree) => self.expression(&tree),
                Err(_) => Expression::UNKNOWN,
            };
        };
        let parts = separated(group.stream(), ',');
        match group.delimiter() {
            Delimiter::Bracket => {
                Expression::List(parts.into_iter().map(|part| self.json(part)).collect())
            }
            Delimiter::Brace => {
                let mut entries = Vec::new();
                for part in parts {
                    let mut pair = separated(part, ':').into_iter();
                    let (Some(key), Some(first)) = (pair.next(), pair.next()) else {
                        continue;
                    };
                    // A path has colons of its own.
                    let value = pair.fold(first, |mut value, more| {
                        let colon = proc_macro2::Punct::new(':', proc_macro2::Spacing::Joint);
                        value.extend([TokenTree::Punct(colon)]);
                        value.extend(more);
                        value
                    });
                    let value = self.json(value);
                    match self.json(key) {
                        Expression::Known(Value::Text(key), _) => {
                            entries.push(Entry::Pair(Word::Owned(key), value));
                        }
                        key => entries.push(Entry::Computed(key, value)),
                    }
                }
                Expression::Map(entries)
            }
            _ => self.json(group.stream()),
        }
    }
}

/// Tokens between separators.
fn separated(tokens: TokenStream, separator: char) -> Vec<TokenStream> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    for token in tokens {
        match &token {
            proc_macro2::TokenTree::Punct(punct) if punct.as_char() == separator => {
                parts.push(part.drain(..).collect());
            }
            _ => part.push(token),
        }
    }
    if !part.is_empty() {
        parts.push(part.into_iter().collect());
    }
    parts
}

/// A format string with its arguments in their places.
fn formatted(
    written: &Punctuated<Expr, Token![,]>,
    lowered: Vec<Expression<'static>>,
    line: u32,
) -> Expression<'static> {
    let mut named = Vec::new();
    let mut placed = Vec::new();
    let mut template = None;
    for (tree, expression) in written.iter().zip(lowered) {
        match (tree, expression) {
            (_, Expression::Known(Value::Text(text), _)) if template.is_none() => {
                template = Some(text);
            }
            (Expr::Assign(_), Expression::Assign(pattern, value)) => {
                if let super::super::flow::Pattern::Name(name) = *pattern {
                    named.push((name, *value));
                }
            }
            (_, expression) => placed.push(expression),
        }
    }
    let Some(template) = template else {
        return Expression::Effects(placed);
    };
    let mut placed = placed.into_iter();
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = template.as_str();
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(at);
        text.push_str(before);
        if let Some(doubled) = after
            .strip_prefix("{{")
            .or_else(|| after.strip_prefix("}}"))
        {
            text.push_str(after.get(..1).unwrap_or_default());
            rest = doubled;
            continue;
        }
        let Some((inside, behind)) = after.get(1..).and_then(|after| after.split_once('}')) else {
            rest = after.get(1..).unwrap_or_default();
            continue;
        };
        parts.push(Expression::Known(Value::Text(std::mem::take(&mut text)), 0));
        let name = inside.split(':').next().unwrap_or_default().trim();
        let part = if name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit()) {
            placed.next()
        } else {
            let at = named.iter().position(|(word, _)| word == name);
            Some(match at {
                Some(at) => named.swap_remove(at).1,
                None => Expression::Name(Word::Owned(name.to_owned())),
            })
        };
        parts.push(part.unwrap_or(Expression::UNKNOWN));
        rest = behind;
    }
    text.push_str(rest);
    parts.push(Expression::Known(Value::Text(text), 0));
    Expression::Join(parts, true, line)
}
