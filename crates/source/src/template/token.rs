//! Tokens inside a tag.

/// One token and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token<'t> {
    pub(super) offset: usize,
    pub(super) end: usize,
    pub(super) kind: TokenKind<'t>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind<'t> {
    Name(&'t str),
    Text(String),
    Integer(i128),
    Float(f64),
    Symbol(&'static str),
    /// A character that no token starts with, or a bracket that closes nothing.
    Unexpected(char),
    TagEnd,
    End,
}

impl TokenKind<'_> {
    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self, TokenKind::Symbol(this) if *this == symbol)
    }

    pub(super) fn is_name(&self, name: &str) -> bool {
        matches!(self, TokenKind::Name(this) if *this == name)
    }

    /// What an error message calls it.
    pub(super) fn describe(&self) -> String {
        match self {
            TokenKind::Name(name) => {
                format!("name `{}`", name.chars().take(40).collect::<String>())
            }
            TokenKind::Text(_) => "a string".to_owned(),
            TokenKind::Integer(_) | TokenKind::Float(_) => "a number".to_owned(),
            TokenKind::Symbol(symbol) => format!("`{symbol}`"),
            TokenKind::Unexpected(character) => format!("character {character:?}"),
            TokenKind::TagEnd => "the end of the tag".to_owned(),
            TokenKind::End => "the end of the template".to_owned(),
        }
    }
}

/// Every operator and delimiter, longest first.
pub(super) const SYMBOLS: [&str; 26] = [
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}",
    ">", "<", "=", ".", ":", "|", ",", ";",
];
