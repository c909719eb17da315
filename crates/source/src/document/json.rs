use std::sync::Arc;

use super::node::{Document, DocumentLimits, Node, Scalar};
use crate::code::Unread;

/// Reads JSON; comments, trailing commas and a byte order mark are let pass.
///
/// What stands before an error is returned together with it.
#[must_use]
pub fn json(text: &str, limits: &DocumentLimits) -> Document {
    let mut reader = Reader {
        text,
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        line: 1,
        counted: 0,
        values: 0,
        stack: Vec::new(),
        unread: Vec::new(),
        limits,
    };
    let mut cut = false;
    let root = match reader.read() {
        Ok(root) => root,
        Err(reason) => {
            cut = true;
            let line = Some(reader.line_here());
            reader.unread.push(Unread { line, reason });
            reader.close_all()
        }
    };
    Document {
        roots: root.into_iter().map(Arc::new).collect(),
        unread: reader.unread,
        cut,
    }
}

/// A list or map that is still open.
enum Open {
    List(Vec<Arc<Node>>, u32),
    Map {
        entries: Vec<(String, u32, Arc<Node>)>,
        key: Option<(String, u32)>,
        line: u32,
    },
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Line of the byte `counted`.
    line: u32,
    counted: usize,
    values: usize,
    stack: Vec<Open>,
    unread: Vec<Unread>,
    limits: &'a DocumentLimits,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn step(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes).min(self.text.len());
    }

    fn line_here(&mut self) -> u32 {
        let passed = self.text.as_bytes().get(self.counted..self.at);
        let breaks = passed
            .unwrap_or_default()
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        self.line = self
            .line
            .saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.counted = self.at;
        self.line
    }

    /// Passes over white space and comments.
    fn gap(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.step(1),
                Some(b'/') if self.rest().starts_with("//") => {
                    let length = self.rest().find('\n').unwrap_or(self.rest().len());
                    self.step(length);
                }
                Some(b'/') if self.rest().starts_with("/*") => {
                    let length = self
                        .rest()
                        .find("*/")
                        .map_or(self.rest().len(), |found| found.saturating_add(2));
                    self.step(length);
                }
                _ => return,
            }
        }
    }

    fn read(&mut self) -> Result<Option<Node>, String> {
        loop {
            self.gap();
            if let Some(done) = self.close_or_key()? {
                match done {
                    Closed::Value(node) => {
                        if let Some(root) = self.put(node) {
                            return self.end(root);
                        }
                    }
                    Closed::Nothing => {}
                }
                continue;
            }
            let Some(value) = self.value()? else {
                continue;
            };
            if let Some(root) = self.put(value) {
                return self.end(root);
            }
        }
    }

    fn end(&mut self, root: Node) -> Result<Option<Node>, String> {
        self.gap();
        if self.at < self.text.len() {
            let line = Some(self.line_here());
            let reason = "text follows the end of the JSON value".to_owned();
            self.unread.push(Unread { line, reason });
        }
        Ok(Some(root))
    }

    /// Closes the innermost list or map, or reads the next key of a map.
    fn close_or_key(&mut self) -> Result<Option<Closed>, String> {
        let byte = self.peek();
        match self.stack.last_mut() {
            Some(Open::List(_, _)) if byte == Some(b']') => {}
            Some(Open::Map { key: None, .. }) if byte == Some(b'}') => {}
            Some(Open::List(_, _) | Open::Map { key: None, .. }) if byte == Some(b',') => {
                self.step(1);
                return Ok(Some(Closed::Nothing));
            }
            Some(Open::Map { key: None, .. }) => return self.key().map(Some),
            _ => return Ok(None),
        }
        self.step(1);
        let node = match self.stack.pop() {
            Some(Open::List(items, line)) => Node::List { items, line },
            Some(Open::Map { entries, line, .. }) => self.map(entries, line),
            None => return Err("a bracket closes nothing".to_owned()),
        };
        Ok(Some(Closed::Value(node)))
    }

    fn key(&mut self) -> Result<Closed, String> {
        if self.peek() != Some(b'"') {
            return Err("expected a key in double quotes".to_owned());
        }
        let line = self.line_here();
        let name = self.string()?;
        self.gap();
        if self.peek() != Some(b':') {
            return Err("expected `:` after a key".to_owned());
        }
        self.step(1);
        if let Some(Open::Map { key, .. }) = self.stack.last_mut() {
            *key = Some((name, line));
        }
        Ok(Closed::Nothing)
    }

    fn map(&mut self, entries: Vec<(String, u32, Arc<Node>)>, line: u32) -> Node {
        note_twice(&entries, &mut self.unread);
        Node::Map { entries, line }
    }

    /// Puts a value where it belongs; gives it back if it is the root.
    fn put(&mut self, node: Node) -> Option<Node> {
        match self.stack.last_mut() {
            None => return Some(node),
            Some(Open::List(items, _)) => items.push(Arc::new(node)),
            Some(Open::Map { entries, key, line }) => {
                let (name, at) = key.take().unwrap_or_else(|| (String::new(), *line));
                entries.push((name, at, Arc::new(node)));
            }
        }
        None
    }

    /// Closes everything that is still open, so that what was read is kept.
    fn close_all(&mut self) -> Option<Node> {
        let mut inner = None;
        while let Some(open) = self.stack.pop() {
            let mut node = match open {
                Open::List(items, line) => Node::List { items, line },
                Open::Map {
                    mut entries,
                    key,
                    line,
                } => {
                    if let (Some((name, at)), Some(value)) = (key, inner.take()) {
                        entries.push((name, at, Arc::new(value)));
                    }
                    Node::Map { entries, line }
                }
            };
            if let (Node::List { items, .. }, Some(value)) = (&mut node, inner.take()) {
                items.push(Arc::new(value));
            }
            inner = Some(node);
        }
        inner
    }

    fn value(&mut self) -> Result<Option<Node>, String> {
        self.values = self.values.saturating_add(1);
        if self.values > self.limits.values {
            return Err(format!("more than {} values", self.limits.values));
        }
        let line = self.line_here();
        let value = match self.peek() {
            Some(b'{' | b'[') => {
                if self.stack.len() >= self.limits.depth {
                    return Err(format!("nested deeper than {}", self.limits.depth));
                }
                let open = if self.peek() == Some(b'[') {
                    Open::List(Vec::new(), line)
                } else {
                    Open::Map {
                        entries: Vec::new(),
                        key: None,
                        line,
                    }
                };
                self.step(1);
                self.stack.push(open);
                return Ok(None);
            }
            Some(b'"') => Scalar::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => self.word()?,
            None => return Err("the text ends within a value".to_owned()),
        };
        Ok(Some(Node::Scalar { value, line }))
    }

    fn number(&mut self) -> Scalar {
        let length = self
            .rest()
            .bytes()
            .take_while(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
            .count();
        let text = self.rest().get(..length).unwrap_or_default().to_owned();
        self.step(length);
        Scalar::Number(text)
    }

    fn word(&mut self) -> Result<Scalar, String> {
        let length = self
            .rest()
            .bytes()
            .take_while(u8::is_ascii_alphabetic)
            .count();
        let scalar = match self.rest().get(..length) {
            Some("null") => Scalar::Null,
            Some("true") => Scalar::Bool(true),
            Some("false") => Scalar::Bool(false),
            Some(word @ ("NaN" | "Infinity")) => Scalar::Number(word.to_owned()),
            _ => return Err("expected a value".to_owned()),
        };
        self.step(length);
        Ok(scalar)
    }

    /// Reads a string; the opening quote is next.
    fn string(&mut self) -> Result<String, String> {
        self.step(1);
        let mut text = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = rest.find(['"', '\\']).ok_or("a string is not closed")?;
            text.push_str(rest.get(..plain).unwrap_or_default());
            self.step(plain.saturating_add(1));
            if rest.as_bytes().get(plain) == Some(&b'"') {
                return Ok(text);
            }
            self.escape(&mut text)?;
        }
    }

    fn escape(&mut self, text: &mut String) -> Result<(), String> {
        let byte = self.peek().ok_or("a string is not closed")?;
        if byte == b'u' {
            self.step(1);
            text.push(self.unicode());
            return Ok(());
        }
        text.push(match byte {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'"' | b'\\' | b'/' => char::from(byte),
            _ => return Err("an unknown escape in a string".to_owned()),
        });
        self.step(1);
        Ok(())
    }

    /// The character of `\uXXXX`, surrogate pairs joined; a lone surrogate is U+FFFD.
    fn unicode(&mut self) -> char {
        let high = self.hexadecimal();
        if (0xD800..0xDC00).contains(&high) && self.rest().starts_with("\\u") {
            let before = self.at;
            self.step(2);
            let low = self.hexadecimal();
            if (0xDC00..0xE000).contains(&low) {
                let joined = 0x10000_u32
                    .wrapping_add(high.wrapping_sub(0xD800) << 10)
                    .wrapping_add(low.wrapping_sub(0xDC00));
                return char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER);
            }
            self.at = before;
        }
        char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn hexadecimal(&mut self) -> u32 {
        let digits = self.rest().get(..4).unwrap_or_default();
        let value = u32::from_str_radix(digits, 16).unwrap_or(0xFFFD);
        let length = digits.len();
        self.step(length);
        value
    }
}

enum Closed {
    Value(Node),
    Nothing,
}

/// Notes the keys of a map that occur twice.
pub(super) fn note_twice(entries: &[(String, u32, Arc<Node>)], unread: &mut Vec<Unread>) {
    let mut seen = std::collections::HashSet::with_capacity(entries.len());
    for (name, line, _) in entries {
        if !seen.insert(name.as_str()) && unread.len() < 100 {
            unread.push(Unread {
                line: Some(*line),
                reason: format!(
                    "the key `{}` occurs twice",
                    name.chars().take(80).collect::<String>()
                ),
            });
        }
    }
}
