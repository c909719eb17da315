//! What would nest too deep for a parser that recurses, told by the tokens.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// Brackets that may be open at once.
const OPEN_MAX: usize = 64;
/// What may nest without brackets, over all open brackets.
const CHAIN_MAX: usize = 300;
/// Words after which an expression goes on.
const GOING_ON: [&str; 13] = [
    "if", "else", "match", "return", "break", "move", "async", "unsafe", "as", "dyn", "for",
    "while", "in",
];
/// What a type in a type weighs, for it takes more of the stack.
const ANGLE_WEIGHT: usize = 4;

struct Level {
    tokens: std::iter::Peekable<proc_macro2::token_stream::IntoIter>,
    chain: usize,
    angles: usize,
    after_hash: bool,
    last: char,
}

impl Level {
    fn new(tokens: TokenStream) -> Self {
        Self {
            tokens: tokens.into_iter().peekable(),
            chain: 0,
            angles: 0,
            after_hash: false,
            last: ' ',
        }
    }
}

/// Whether tokens may be handed to the parser; else where they nest too deep.
pub(super) fn admit(tokens: TokenStream) -> Result<(), Span> {
    let mut levels = vec![Level::new(tokens)];
    let mut closed = 0_usize;
    while let Some(level) = levels.last_mut() {
        let Some(token) = level.tokens.next() else {
            closed = closed.saturating_sub(level.chain.saturating_add(level.angles));
            levels.pop();
            continue;
        };
        let before = level.chain.saturating_add(level.angles);
        let span = token.span();
        let mut inner = None;
        match token {
            TokenTree::Punct(punct) => count(level, punct.as_char()),
            TokenTree::Group(group) => {
                if !level.after_hash {
                    level.chain = level.chain.saturating_add(1);
                }
                level.after_hash = false;
                level.last = ' ';
                if group.delimiter() == Delimiter::Brace && !goes_on(level) {
                    level.chain = 0;
                    level.angles = 0;
                }
                inner = Some(group.stream());
            }
            TokenTree::Ident(word) => {
                if GOING_ON.iter().any(|going_on| word == going_on) {
                    level.chain = level.chain.saturating_add(1);
                }
                level.last = ' ';
            }
            TokenTree::Literal(_) => level.last = ' ',
        }
        let after = level.chain.saturating_add(level.angles);
        closed = closed.saturating_add(after).saturating_sub(before);
        if let Some(inner) = inner {
            levels.push(Level::new(inner));
        }
        if levels.len() > OPEN_MAX || closed > CHAIN_MAX {
            return Err(span);
        }
    }
    Ok(())
}

fn count(level: &mut Level, punct: char) {
    match punct {
        ';' => {
            level.chain = 0;
            level.angles = 0;
        }
        ',' => level.chain = 0,
        '#' => level.after_hash = true,
        '!' if level.last == '#' => {}
        '<' => level.angles = level.angles.saturating_add(ANGLE_WEIGHT),
        '>' if !matches!(level.last, '-' | '=') => {
            level.angles = level.angles.saturating_sub(ANGLE_WEIGHT)
        }
        ':' | '\'' => {}
        _ => level.chain = level.chain.saturating_add(1),
    }
    level.last = punct;
}

/// Whether a block is followed by more of the same expression.
fn goes_on(level: &mut Level) -> bool {
    match level.tokens.peek() {
        Some(TokenTree::Ident(word)) => word == "else" || word == "as",
        Some(TokenTree::Punct(punct)) => punct.as_char() != '#',
        Some(TokenTree::Group(_)) => true,
        _ => false,
    }
}
