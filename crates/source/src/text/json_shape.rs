//! Whether a head reads as JSON, and as which kind.

use super::{Name, TextClass};

/// Open brackets that are followed: as many as a head can hold.
const DEPTH: usize = 65_536;

/// JSON, JSON Lines or a notebook, if the text starts so and lexes so to its end.
pub(super) fn recognise(text: &str, name: &Name) -> Option<TextClass> {
    let text = text.trim_start();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let mut shape = Shape::new(text);
    let end = shape.document()?;
    let rest = skip_blank(text.get(end..)?);
    if rest.is_empty() {
        let notebook = shape.notebook || (name.extension() == "ipynb" && text.starts_with('{'));
        let lines = name.is_one_of(&["jsonl", "ndjson"]);
        return Some(match (notebook, lines) {
            (true, _) => TextClass::Notebook,
            (false, true) => TextClass::JsonLines,
            (false, false) => TextClass::Json,
        });
    }
    let next = Shape::new(rest).document();
    (rest.starts_with(['{', '[']) && next.is_some()).then_some(TextClass::JsonLines)
}

/// Passes over white space and comments.
fn skip_blank(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let after = if let Some(comment) = rest.strip_prefix("//") {
            comment
                .find('\n')
                .map_or("", |end| comment.get(end..).unwrap_or_default())
        } else if let Some(comment) = rest.strip_prefix("/*") {
            let end = comment.find("*/").map(|end| end.saturating_add(2));
            end.map_or("", |end| comment.get(end..).unwrap_or_default())
        } else {
            return rest;
        };
        rest = after.trim_start();
    }
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    Key,
    Colon,
    CommaOrEnd,
}

struct Shape<'t> {
    text: &'t str,
    position: usize,
    /// `true` for each open object.
    open: Vec<bool>,
    expect: Expect,
    cells: bool,
    notebook: bool,
}

impl<'t> Shape<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            position: 0,
            open: Vec::new(),
            expect: Expect::Value,
            cells: false,
            notebook: false,
        }
    }

    /// End of the first document, or of the text if the document goes on; `None` if this
    /// is not JSON.
    fn document(&mut self) -> Option<usize> {
        loop {
            let rest = skip_blank(self.text.get(self.position..)?);
            self.position = self.text.len().saturating_sub(rest.len());
            let Some(first) = rest.chars().next() else {
                return Some(self.text.len());
            };
            self.token(first, rest)?;
            if self.open.is_empty() {
                return Some(self.position);
            }
        }
    }

    fn token(&mut self, first: char, rest: &str) -> Option<()> {
        match (first, self.expect) {
            ('{' | '[', Expect::Value) => {
                if self.open.len() >= DEPTH {
                    return None;
                }
                self.open.push(first == '{');
                self.expect = if first == '{' {
                    Expect::Key
                } else {
                    Expect::Value
                };
            }
            ('}' | ']', expect) if expect != Expect::Colon => {
                if self.open.pop()? != (first == '}') {
                    return None;
                }
                self.expect = Expect::CommaOrEnd;
            }
            ('"', Expect::Key | Expect::Value) => return self.string(rest),
            (':', Expect::Colon) => self.expect = Expect::Value,
            (',', Expect::CommaOrEnd) => {
                let object = self.open.last().copied()?;
                self.expect = if object { Expect::Key } else { Expect::Value };
            }
            (_, Expect::Value) => return self.scalar(rest),
            _ => return None,
        }
        self.position = self.position.saturating_add(1);
        Some(())
    }

    fn string(&mut self, rest: &str) -> Option<()> {
        let body = rest.get(1..)?;
        let Some(end) = string_end(body) else {
            self.position = self.text.len();
            return Some(());
        };
        if self.expect == Expect::Key {
            self.note_key(body.get(..end)?);
            self.expect = Expect::Colon;
        } else {
            self.expect = Expect::CommaOrEnd;
        }
        self.position = self.position.saturating_add(end).saturating_add(2);
        Some(())
    }

    fn note_key(&mut self, key: &str) {
        match (self.open.len(), key) {
            (1, "nbformat") => self.notebook = true,
            (1, "cells") => self.cells = true,
            (3, "cell_type") if self.cells => self.notebook = true,
            _ => {}
        }
    }

    fn scalar(&mut self, rest: &str) -> Option<()> {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
        let word = rest.get(..end.unwrap_or(rest.len()))?;
        let number = word.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            && word.parse::<f64>().is_ok();
        let known = ["true", "false", "null", "NaN", "Infinity", "-Infinity"];
        let cut = end.is_none() && known.iter().any(|one| one.starts_with(word));
        let valid = number || known.contains(&word) || (cut && !word.is_empty());
        self.position = self.position.saturating_add(word.len());
        self.expect = Expect::CommaOrEnd;
        valid.then_some(())
    }
}

/// Where a string's closing quote is; strings do not span lines.
fn string_end(body: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in body.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at),
            _ => {}
        }
    }
    None
}
