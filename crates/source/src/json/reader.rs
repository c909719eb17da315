//! A pull reader: one event at a time, no recursion.

use super::facts::{Limit, SyntaxError};

/// What comes next in a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event<'t> {
    ObjectStart,
    ArrayStart,
    /// The innermost object or array ends.
    End,
    /// A key, without its quotes and with its escapes.
    Key(&'t [u8]),
    Text(&'t [u8]),
    /// A number, `true`, `null`, `NaN` and the like, as written.
    Scalar(&'t [u8]),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    /// A key, or the end of the object.
    Key,
    Colon,
    Comma,
}

pub(super) struct Reader<'t> {
    text: &'t [u8],
    position: usize,
    /// `true` for each open object.
    open: Vec<bool>,
    expect: Expect,
    depth_limit: usize,
}

/// Why reading stopped before the end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Syntax(SyntaxError),
    Limit(Limit),
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t [u8], depth_limit: usize) -> Self {
        let mark = if text.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        Self {
            text,
            position: mark,
            open: Vec::new(),
            expect: Expect::Value,
            depth_limit,
        }
    }

    /// Where the next byte is.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The document is complete.
    pub(super) fn is_done(&self) -> bool {
        self.open.is_empty() && self.expect == Expect::Comma
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.position).copied()
    }

    fn skip(&mut self, bytes: usize) {
        self.position = self.position.saturating_add(bytes);
    }

    fn rest(&self) -> &'t [u8] {
        self.text.get(self.position..).unwrap_or_default()
    }

    fn fail<T>(&self, message: &'static str) -> Result<T, Stop> {
        Err(Stop::Syntax(SyntaxError {
            offset: self.position,
            message,
        }))
    }

    /// Passes over white space and comments.
    pub(super) fn skip_blank(&mut self) {
        loop {
            while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
                self.skip(1);
            }
            let rest = self.rest();
            let closer: &[u8] = match rest.get(..2) {
                Some(b"//") => b"\n",
                Some(b"/*") => b"*/",
                _ => return,
            };
            let body = rest.get(2..).unwrap_or_default();
            let end = body
                .windows(closer.len())
                .position(|window| window == closer);
            let end = end.map_or(body.len(), |end| end.saturating_add(closer.len()));
            self.skip(end.saturating_add(2));
        }
    }

    /// The next event and its offset; `None` when the document is complete.
    pub(super) fn next(&mut self) -> Result<Option<(usize, Event<'t>)>, Stop> {
        loop {
            if self.is_done() {
                return Ok(None);
            }
            self.skip_blank();
            let offset = self.position;
            let Some(byte) = self.peek() else {
                return self.fail("the document ends too soon");
            };
            match (byte, self.expect) {
                (b',', Expect::Comma) => {
                    self.skip(1);
                    let object = self.open.last() == Some(&true);
                    self.expect = if object { Expect::Key } else { Expect::Value };
                }
                (b':', Expect::Colon) => {
                    self.skip(1);
                    self.expect = Expect::Value;
                }
                _ => return Ok(Some((offset, self.event(byte)?))),
            }
        }
    }

    fn event(&mut self, byte: u8) -> Result<Event<'t>, Stop> {
        let in_object = self.open.last().copied();
        match (byte, self.expect) {
            (b'{' | b'[', Expect::Value) => self.start(byte == b'{'),
            (b'}', Expect::Key | Expect::Comma) if in_object == Some(true) => Ok(self.end()),
            (b']', Expect::Value | Expect::Comma) if in_object == Some(false) => Ok(self.end()),
            (b'"', Expect::Key) => {
                let key = self.string()?;
                self.expect = Expect::Colon;
                Ok(Event::Key(key))
            }
            (b'"', Expect::Value) => {
                let text = self.string()?;
                self.expect = Expect::Comma;
                Ok(Event::Text(text))
            }
            (_, Expect::Value) => self.scalar(),
            (_, Expect::Key) => self.fail("expected a key"),
            (_, Expect::Colon) => self.fail("expected a colon"),
            (_, Expect::Comma) => self.fail("expected a comma or an end"),
        }
    }

    fn start(&mut self, object: bool) -> Result<Event<'t>, Stop> {
        if self.open.len() >= self.depth_limit {
            return Err(Stop::Limit(Limit::Depth));
        }
        self.skip(1);
        self.open.push(object);
        if object {
            self.expect = Expect::Key;
            return Ok(Event::ObjectStart);
        }
        self.expect = Expect::Value;
        Ok(Event::ArrayStart)
    }

    fn end(&mut self) -> Event<'t> {
        self.skip(1);
        self.open.pop();
        self.expect = Expect::Comma;
        Event::End
    }

    fn string(&mut self) -> Result<&'t [u8], Stop> {
        let body = self.rest().get(1..).unwrap_or_default();
        let mut escaped = false;
        for (at, byte) in body.iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    self.skip(at.saturating_add(2));
                    return Ok(body.get(..at).unwrap_or_default());
                }
                _ => {}
            }
        }
        self.fail("a string is never closed")
    }

    fn scalar(&mut self) -> Result<Event<'t>, Stop> {
        let rest = self.rest();
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let end = rest
            .iter()
            .position(|byte| !part(byte))
            .unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        let known = [
            &b"true"[..],
            b"false",
            b"null",
            b"NaN",
            b"Infinity",
            b"-Infinity",
        ];
        let digits = word.strip_prefix(b"-").unwrap_or(word);
        let number = digits.first().is_some_and(u8::is_ascii_digit);
        if !number && !known.contains(&word) {
            return self.fail("expected a value");
        }
        self.skip(end);
        self.expect = Expect::Comma;
        Ok(Event::Scalar(word))
    }
}
