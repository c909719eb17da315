//! Literals of Python: strings, integers, tuples, lists, dictionaries, `True`, `False`, `None`.
//!
//! Grammar: <https://docs.python.org/3/reference/lexical_analysis.html#literals>, as far as
//! `repr` writes it. Anything else is a [`LiteralFault`] at its offset.

use crate::problems::excerpt;
use crate::quote::quoted;

/// A value that stands for itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Integer(i128),
    Boolean(bool),
    None,
    Tuple(Vec<Self>),
    List(Vec<Self>),
    Dictionary(Vec<(Self, Self, usize)>),
}

/// Why a text is not a literal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LiteralFault {
    /// A name where a value should be, such as that of a function; its first 128 characters.
    #[error("the name {} where a value should be", quoted(.name))]
    Name {
        /// The name.
        name: String,
    },
    /// A literal is followed by something that computes: a call, an operator, an index.
    #[error("{} after a literal, which computes something", quoted(.character.encode_utf8(&mut [0; 4])))]
    Operator {
        /// The character.
        character: char,
    },
    /// A character that begins no literal.
    #[error("{}, which begins no literal", quoted(.character.encode_utf8(&mut [0; 4])))]
    Unexpected {
        /// The character.
        character: char,
    },
    /// The text ends inside a literal.
    #[error("the text ends inside a literal")]
    Unfinished,
    /// An integer of more than 127 bits.
    #[error("an integer of more than 127 bits")]
    IntegerTooLarge,
    /// A number with a fraction, an exponent, another base or separators.
    #[error("a number that is not a plain decimal integer")]
    NumberNotDecimal,
    /// A backslash sequence that Python does not have or that stands for no character.
    #[error("a backslash sequence that stands for no character")]
    EscapeUnknown,
    /// Brackets stand inside each other deeper than the limit.
    #[error("brackets inside each other deeper than the limit")]
    TooDeep,
    /// More values than the limit.
    #[error("more values than the limit")]
    TooMany,
    /// Text after the literal.
    #[error("text after the literal")]
    TextAfter,
}

/// A fault and its index in the text, in bytes.
pub(super) type Fault = (usize, LiteralFault);

pub(super) struct Reader<'t> {
    text: &'t str,
    next: usize,
    values_left: u64,
    deepest: u32,
}

/// Reads a whole text as one literal with at most so many brackets inside each other and values.
pub(super) fn read(text: &str, deepest: u32, values: u64) -> Result<Literal, Fault> {
    let mut reader = Reader {
        text,
        next: 0,
        values_left: values,
        deepest,
    };
    let literal = reader.value(0)?;
    reader.white_space();
    match reader.peek() {
        None => Ok(literal),
        Some(
            character @ ('(' | '[' | '.' | '+' | '-' | '*' | '/' | '%' | '|' | '&' | '<' | '>'),
        ) => Err(reader.fault(LiteralFault::Operator { character })),
        Some(_) => Err(reader.fault(LiteralFault::TextAfter)),
    }
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.next..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn advance(&mut self, bytes: usize) {
        self.next = self.next.saturating_add(bytes);
    }

    fn take(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.advance(character.len_utf8());
        Some(character)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.advance(wanted.len_utf8());
        }
        there
    }

    fn white_space(&mut self) {
        while self
            .peek()
            .is_some_and(|c| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c'))
        {
            self.advance(1);
        }
    }

    fn fault(&self, fault: LiteralFault) -> Fault {
        (self.next, fault)
    }

    fn value(&mut self, depth: u32) -> Result<Literal, Fault> {
        self.white_space();
        if depth > self.deepest {
            return Err(self.fault(LiteralFault::TooDeep));
        }
        let left = self.values_left.checked_sub(1);
        self.values_left = left.ok_or_else(|| self.fault(LiteralFault::TooMany))?;
        let inside = depth.saturating_add(1);
        match self.peek() {
            None => Err(self.fault(LiteralFault::Unfinished)),
            Some('{') => self.dictionary(inside),
            Some('[') => Ok(Literal::List(self.sequence(']', inside)?.0)),
            Some('(') => {
                let (mut values, comma) = self.sequence(')', inside)?;
                // Brackets around one value without a comma only group.
                match values.pop() {
                    Some(only) if values.is_empty() && !comma => Ok(only),
                    last => {
                        values.extend(last);
                        Ok(Literal::Tuple(values))
                    }
                }
            }
            Some(quote @ ('\'' | '"')) => self.string(quote).map(Literal::Text),
            Some('-' | '0'..='9') => self.integer(),
            Some(character) if character.is_alphabetic() || character == '_' => self.word(),
            Some(character) => Err(self.fault(LiteralFault::Unexpected { character })),
        }
    }

    /// The values up to `close`, and whether there was a comma.
    fn sequence(&mut self, close: char, depth: u32) -> Result<(Vec<Literal>, bool), Fault> {
        self.advance(1);
        let mut values = Vec::new();
        let mut comma = false;
        loop {
            self.white_space();
            if self.eat(close) {
                return Ok((values, comma));
            }
            values.push(self.value(depth)?);
            comma |= self.separator(close)?;
        }
    }

    fn dictionary(&mut self, depth: u32) -> Result<Literal, Fault> {
        self.advance(1);
        let mut pairs = Vec::new();
        loop {
            self.white_space();
            if self.eat('}') {
                return Ok(Literal::Dictionary(pairs));
            }
            let at = self.next;
            let key = self.value(depth)?;
            self.white_space();
            if !self.eat(':') {
                return Err(self.misplaced());
            }
            let value = self.value(depth)?;
            pairs.push((key, value, at));
            self.separator('}')?;
        }
    }

    /// A comma, or nothing in front of the closing bracket.
    fn separator(&mut self, close: char) -> Result<bool, Fault> {
        self.white_space();
        if self.eat(',') {
            return Ok(true);
        }
        match self.peek() {
            Some(character) if character == close => Ok(false),
            _ => Err(self.misplaced()),
        }
    }

    /// What stands where a comma, a colon or a closing bracket should.
    fn misplaced(&self) -> Fault {
        self.fault(match self.peek() {
            None => LiteralFault::Unfinished,
            Some(character) => LiteralFault::Operator { character },
        })
    }

    fn integer(&mut self) -> Result<Literal, Fault> {
        let at = self.next;
        let sign = usize::from(self.peek() == Some('-'));
        let digits = self
            .rest()
            .bytes()
            .skip(sign)
            .take_while(u8::is_ascii_digit)
            .count();
        let length = sign.saturating_add(digits);
        let number = self.rest().get(..length).unwrap_or_default().parse();
        if digits == 0 {
            return Err((at, LiteralFault::Operator { character: '-' }));
        }
        let number = number.map_err(|_| (at, LiteralFault::IntegerTooLarge))?;
        self.advance(length);
        // Python 2 marks long integers.
        if !self.eat('L') {
            let more = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_');
            if self.peek().is_some_and(more) {
                return Err((at, LiteralFault::NumberNotDecimal));
            }
        }
        Ok(Literal::Integer(number))
    }

    fn word(&mut self) -> Result<Literal, Fault> {
        let at = self.next;
        let length: usize = self
            .rest()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .map(char::len_utf8)
            .sum();
        let name = self.rest().get(..length).unwrap_or_default();
        let literal = match name {
            "True" => Literal::Boolean(true),
            "False" => Literal::Boolean(false),
            "None" => Literal::None,
            "u" if self.rest().starts_with("u'") || self.rest().starts_with("u\"") => {
                self.advance(1);
                let quote = self.peek().unwrap_or('\'');
                return self.string(quote).map(Literal::Text);
            }
            _ => {
                let name = excerpt(name);
                return Err((at, LiteralFault::Name { name }));
            }
        };
        self.advance(length);
        Ok(literal)
    }

    fn string(&mut self, quote: char) -> Result<String, Fault> {
        self.advance(1);
        let mut text = String::new();
        loop {
            let at = self.next;
            match self.take() {
                None | Some('\n') => return Err((at, LiteralFault::Unfinished)),
                Some('\\') => text.push(self.escape(at)?),
                Some(character) if character == quote => return Ok(text),
                Some(character) => text.push(character),
            }
        }
    }

    fn escape(&mut self, at: usize) -> Result<char, Fault> {
        let digits = match self.take() {
            Some('n') => return Ok('\n'),
            Some('r') => return Ok('\r'),
            Some('t') => return Ok('\t'),
            Some(quoted @ ('\\' | '\'' | '"')) => return Ok(quoted),
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            None => return Err((at, LiteralFault::Unfinished)),
            Some(_) => return Err((at, LiteralFault::EscapeUnknown)),
        };
        let number = self.rest().get(..digits).unwrap_or_default();
        let signed = number.starts_with('+');
        let number = u32::from_str_radix(number, 16).ok().filter(|_| !signed);
        self.advance(digits);
        number
            .and_then(char::from_u32)
            .ok_or((at, LiteralFault::EscapeUnknown))
    }
}
