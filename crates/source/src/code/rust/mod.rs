//! Rust.
//!
//! Read by [`syn`] and lowered for [`flow`](super::flow). The tokens are looked at first: what would
//! nest deeper than the parser's stack allows is refused by [`guard`].

mod guard;
#[cfg(test)]
mod hostile;
mod items;
mod lower;
mod macros;
mod meaning;
mod names;
#[cfg(test)]
mod tests;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use super::{CodeFacts, Everything, Unread, Wants, flow};
use lower::Lowering;

/// Larger texts are generated.
const SIZE_MAX_BYTES: usize = 8 * 1024 * 1024;

/// Reads Rust.
///
/// # Limits
///
/// A text of more than eight mebibytes, or one that nests deeper than any person writes, is not
/// read. Of a file with syntax errors the items without are read. [`CodeFacts::unread`] says what
/// is missing.
#[must_use]
pub fn rust(text: &str) -> CodeFacts {
    rust_for(text, &Everything)
}

/// The same, but only what is wanted.
#[must_use]
pub fn rust_for(text: &str, wants: &dyn Wants) -> CodeFacts {
    let mut facts = whole(text, wants);
    facts.keep(wants);
    facts
}

fn whole(text: &str, wants: &dyn Wants) -> CodeFacts {
    let mut facts = CodeFacts::default();
    if text.len() > SIZE_MAX_BYTES {
        facts.unread.push(unread(None, "larger than 8 MiB"));
        return facts;
    }
    let text = without_shebang(text);
    let facts = match text.parse::<TokenStream>() {
        Err(error) => {
            let line = Some(line(error.span()));
            facts
                .unread
                .push(unread(line, "syntax error: no Rust tokens"));
            facts
        }
        Ok(tokens) => match guard::admit(tokens.clone()) {
            Err(span) => {
                let line = Some(line(span));
                facts.unread.push(unread(line, "nests too deep to be read"));
                facts
            }
            Ok(()) => read(tokens, text.len(), wants.file(&text)),
        },
    };
    // The parser remembers the places of every text it ever read, unless it is told not to.
    proc_macro2::extra::invalidate_current_thread_spans();
    facts
}

fn read(tokens: TokenStream, size_bytes: usize, follow: bool) -> CodeFacts {
    let mut unread_parts = Vec::new();
    let items = match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(file) => file.items,
        Err(_) => one_by_one(tokens, &mut unread_parts),
    };
    let mut lowering = Lowering::new(&items);
    let mut facts = CodeFacts {
        passed_over: !follow,
        ..CodeFacts::default()
    };
    if follow {
        let program = lowering.items(&items);
        facts = flow::follow(&program, &meaning::Rust, size_bytes);
    }
    facts.imports = std::mem::take(&mut lowering.imports);
    facts.imports.sort_by(|one, other| {
        let key =
            |import: &super::Import| (import.line, import.module.clone(), import.name.clone());
        key(one).cmp(&key(other))
    });
    facts.imports.dedup();
    facts.unread = std::mem::take(&mut lowering.unread);
    facts.unread.append(&mut unread_parts);
    facts
}

/// The items of a file that has a mistake somewhere.
fn one_by_one(tokens: TokenStream, unread_parts: &mut Vec<Unread>) -> Vec<syn::Item> {
    let mut items = Vec::new();
    let mut pending: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let ends = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !is_use(&pending),
            _ => false,
        };
        pending.push(token);
        if ends {
            take(&mut pending, &mut items, unread_parts);
        }
    }
    take(&mut pending, &mut items, unread_parts);
    items
}

fn is_use(pending: &[TokenTree]) -> bool {
    let is_word = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "use" || word == "const" || word == "static");
    pending.iter().any(is_word)
}

fn take(pending: &mut Vec<TokenTree>, items: &mut Vec<syn::Item>, unread_parts: &mut Vec<Unread>) {
    let Some(first) = pending.first() else { return };
    let at = first.span();
    let chunk: TokenStream = pending.drain(..).collect();
    match syn::parse2::<syn::Item>(chunk) {
        Ok(item) => items.push(item),
        Err(error) => {
            let reason = format!("syntax error: {error}");
            unread_parts.push(unread(Some(line(at)), &reason));
        }
    }
}

fn without_shebang(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.starts_with("#!") && !text.starts_with("#![") {
        let end = text.find('\n').unwrap_or(text.len());
        return text.get(end..).unwrap_or_default().to_owned();
    }
    text.to_owned()
}

fn line(span: Span) -> u32 {
    u32::try_from(span.start().line).unwrap_or(u32::MAX)
}

fn unread(line: Option<u32>, reason: &str) -> Unread {
    Unread {
        line,
        reason: reason.to_owned(),
    }
}
