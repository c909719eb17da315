//! Splits a big JSON object: the elements of its lists one by one, the rest as a skeleton in
//! which those lists are empty. Only the batch at hand is in memory.

use std::io::Read;
use std::ops::Range;

use super::{
    BillError, BillLimits,
    json::{self, Parsed},
};

/// Some elements of one list of the top level.
pub(crate) struct Batch {
    /// The list's key.
    pub(crate) key: String,
    /// Index of the first element.
    pub(crate) first: usize,
    bytes: Vec<u8>,
    elements: Vec<Range<usize>>,
}

impl Batch {
    /// The number of elements.
    pub(crate) const fn len(&self) -> usize {
        self.elements.len()
    }

    /// The texts of the elements.
    pub(crate) fn texts(&self) -> Vec<&[u8]> {
        self.elements
            .iter()
            .filter_map(|range| self.bytes.get(range.clone()))
            .collect()
    }
}

/// Takes what a document is split into, in its order.
pub(crate) trait Sink {
    /// A member of the top level that is no list.
    fn member(&mut self, key: &str, text: &[u8]) -> Result<(), BillError>;
    /// Elements of a list.
    fn batch(&mut self, batch: Batch) -> Result<(), BillError>;
}

/// Bytes of a batch: enough to keep all cores busy for some milliseconds.
const BATCH_BYTES: usize = 1 << 20;
const CHUNK_BYTES: usize = 1 << 20;

/// Splits the object that `reader` gives, and returns it without the elements of its lists.
pub(crate) fn split(
    reader: &mut dyn Read,
    limits: &BillLimits,
    sink: &mut dyn Sink,
) -> Result<Parsed, BillError> {
    let mut scanner = Scanner {
        reader,
        chunk: vec![0; CHUNK_BYTES],
        at: 0,
        end: 0,
        offset: 0,
        limits: *limits,
    };
    scanner.skip_byte_order_mark()?;
    scanner.expect(b'{')?;
    let mut skeleton = vec![b'{'];
    if scanner.token()? == b'}' {
        scanner.advance();
    } else {
        loop {
            let key = member(&mut scanner, &mut skeleton, sink)?;
            match scanner.token()? {
                b',' => {
                    scanner.advance();
                    skeleton.push(b',');
                }
                b'}' => {
                    scanner.advance();
                    break;
                }
                _ => return Err(scanner.malformed(format!("expected `,` or `}}` after `{key}`"))),
            }
        }
    }
    skeleton.push(b'}');
    if scanner.token_or_end()?.is_some() {
        return Err(scanner.malformed("something follows the end of the document".to_owned()));
    }
    json::parse(&skeleton).map_err(|error| scanner.malformed(error.to_string()))
}

fn member(
    scanner: &mut Scanner<'_>,
    skeleton: &mut Vec<u8>,
    sink: &mut dyn Sink,
) -> Result<String, BillError> {
    if scanner.token()? != b'"' {
        return Err(scanner.malformed("expected a key in quotes".to_owned()));
    }
    let key_start = skeleton.len();
    scanner.copy_value(skeleton, 1)?;
    let key: String = serde_json::from_slice(skeleton.get(key_start..).unwrap_or_default())
        .map_err(|error| scanner.malformed(error.to_string()))?;
    scanner.expect(b':')?;
    skeleton.push(b':');
    if scanner.token()? == b'[' {
        scanner.advance();
        skeleton.extend_from_slice(b"[]");
        elements(scanner, &key, sink)?;
    } else {
        let start = skeleton.len();
        scanner.copy_value(skeleton, 1)?;
        sink.member(&key, skeleton.get(start..).unwrap_or_default())?;
    }
    Ok(key)
}

fn elements(scanner: &mut Scanner<'_>, key: &str, sink: &mut dyn Sink) -> Result<(), BillError> {
    let mut batch = Batch {
        key: key.to_owned(),
        first: 0,
        bytes: Vec::new(),
        elements: Vec::new(),
    };
    if scanner.token()? == b']' {
        scanner.advance();
        return Ok(());
    }
    loop {
        let start = batch.bytes.len();
        scanner.token()?;
        scanner.copy_value(&mut batch.bytes, 2)?;
        batch.elements.push(start..batch.bytes.len());
        let more = match scanner.token()? {
            b',' => true,
            b']' => false,
            _ => return Err(scanner.malformed(format!("expected `,` or `]` in `{key}`"))),
        };
        scanner.advance();
        if !more || batch.bytes.len() >= BATCH_BYTES {
            let next = batch.first.saturating_add(batch.elements.len());
            let full = std::mem::replace(
                &mut batch,
                Batch {
                    key: key.to_owned(),
                    first: next,
                    bytes: Vec::new(),
                    elements: Vec::new(),
                },
            );
            sink.batch(full)?;
        }
        if !more {
            return Ok(());
        }
    }
}

struct Scanner<'r> {
    reader: &'r mut dyn Read,
    chunk: Vec<u8>,
    at: usize,
    end: usize,
    /// Bytes before the chunk.
    offset: u64,
    limits: BillLimits,
}

impl Scanner<'_> {
    fn position(&self) -> u64 {
        self.offset.saturating_add(self.at as u64)
    }

    fn malformed(&self, reason: String) -> BillError {
        BillError::Malformed {
            offset: self.position(),
            reason,
        }
    }

    /// Makes sure that there are bytes at hand; false at the end.
    fn fill(&mut self) -> Result<bool, BillError> {
        while self.at >= self.end {
            self.offset = self.offset.saturating_add(self.end as u64);
            self.at = 0;
            self.end = 0;
            if self.offset > self.limits.bytes {
                return Err(BillError::Limit {
                    offset: self.offset,
                    limit: self.limits.bytes,
                    unit: "bytes",
                });
            }
            match self.reader.read(&mut self.chunk) {
                Ok(0) => return Ok(false),
                Ok(count) => self.end = count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(true)
    }

    fn advance(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn token_or_end(&mut self) -> Result<Option<u8>, BillError> {
        while self.fill()? {
            let rest = self.chunk.get(self.at..self.end).unwrap_or_default();
            match rest
                .iter()
                .position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
            {
                Some(skipped) => {
                    self.at = self.at.saturating_add(skipped);
                    return Ok(self.chunk.get(self.at).copied());
                }
                None => self.at = self.end,
            }
        }
        Ok(None)
    }

    /// The next byte that is not white space, left where it is.
    fn token(&mut self) -> Result<u8, BillError> {
        self.token_or_end()?
            .ok_or_else(|| self.malformed("the document ends too early".to_owned()))
    }

    fn expect(&mut self, byte: u8) -> Result<(), BillError> {
        if self.token()? == byte {
            self.advance();
            Ok(())
        } else {
            Err(self.malformed(format!("expected `{}`", char::from(byte))))
        }
    }

    fn skip_byte_order_mark(&mut self) -> Result<(), BillError> {
        for expected in b"\xef\xbb\xbf" {
            if !self.fill()? || self.chunk.get(self.at) != Some(expected) {
                break;
            }
            self.advance();
        }
        Ok(())
    }

    /// Copies one value. Brackets and quotes are followed, the rest is left to the JSON parser.
    fn copy_value(&mut self, out: &mut Vec<u8>, outer_depth: usize) -> Result<(), BillError> {
        let start = out.len();
        let mut state = Following {
            depth: outer_depth,
            ..Following::default()
        };
        loop {
            if !self.fill()? {
                return Err(self.malformed("the document ends within a value".to_owned()));
            }
            let rest = self.chunk.get(self.at..self.end).unwrap_or_default();
            let done = state.follow(rest, outer_depth, self.limits.depth);
            let taken = match done {
                Followed::Ended(taken) => taken,
                Followed::Open => rest.len(),
                Followed::TooDeep(taken) => {
                    return Err(BillError::Limit {
                        offset: self.position().saturating_add(taken as u64),
                        limit: self.limits.depth as u64,
                        unit: "levels of nesting",
                    });
                }
            };
            out.extend_from_slice(rest.get(..taken).unwrap_or_default());
            self.at = self.at.saturating_add(taken);
            if out.len().saturating_sub(start) > self.limits.element_bytes {
                return Err(BillError::Limit {
                    offset: self.position(),
                    limit: self.limits.element_bytes as u64,
                    unit: "bytes in one element",
                });
            }
            if matches!(done, Followed::Ended(_)) {
                return Ok(());
            }
        }
    }
}

#[derive(Default)]
struct Following {
    depth: usize,
    text: bool,
    escaped: bool,
    begun: bool,
}

#[derive(Clone, Copy)]
enum Followed {
    Ended(usize),
    Open,
    TooDeep(usize),
}

impl Following {
    fn follow(&mut self, bytes: &[u8], outer: usize, deepest: usize) -> Followed {
        for (index, byte) in bytes.iter().copied().enumerate() {
            if self.text {
                if self.escaped {
                    self.escaped = false;
                } else if byte == b'\\' {
                    self.escaped = true;
                } else if byte == b'"' {
                    self.text = false;
                    if self.depth == outer {
                        return Followed::Ended(index.saturating_add(1));
                    }
                }
                continue;
            }
            match byte {
                b'"' => {
                    if self.begun && self.depth == outer {
                        return Followed::Ended(index);
                    }
                    self.text = true;
                }
                b'{' | b'[' => {
                    if self.begun && self.depth == outer {
                        return Followed::Ended(index);
                    }
                    self.depth = self.depth.saturating_add(1);
                    if self.depth > deepest {
                        return Followed::TooDeep(index);
                    }
                }
                b'}' | b']' => {
                    if self.depth == outer {
                        return Followed::Ended(index);
                    }
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == outer {
                        return Followed::Ended(index.saturating_add(1));
                    }
                }
                b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == outer => {
                    return Followed::Ended(index);
                }
                _ => {}
            }
            self.begun = true;
        }
        Followed::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Seen(Vec<String>);

    impl Sink for Seen {
        fn member(&mut self, key: &str, text: &[u8]) -> Result<(), BillError> {
            self.0
                .push(format!("{key}={}", String::from_utf8_lossy(text)));
            Ok(())
        }

        fn batch(&mut self, batch: Batch) -> Result<(), BillError> {
            for (index, text) in batch.texts().into_iter().enumerate() {
                self.0.push(format!(
                    "{}[{}]={}",
                    batch.key,
                    batch.first + index,
                    String::from_utf8_lossy(text)
                ));
            }
            Ok(())
        }
    }

    /// Gives one byte at a time, so that every state meets the end of a chunk.
    struct Drop<'a>(&'a [u8]);

    impl Read for Drop<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            match self.0.split_first() {
                Some((first, rest)) => {
                    buffer[0] = *first;
                    self.0 = rest;
                    Ok(1)
                }
                None => Ok(0),
            }
        }
    }

    fn seen(text: &str) -> Result<(Vec<String>, serde_json::Value), BillError> {
        let mut sink = Seen::default();
        let parsed = split(
            &mut Drop(text.as_bytes()),
            &BillLimits::default(),
            &mut sink,
        )?;
        let mut whole = Seen::default();
        split(&mut text.as_bytes(), &BillLimits::default(), &mut whole).unwrap();
        assert_eq!(sink.0, whole.0);
        Ok((sink.0, parsed.value))
    }

    #[test]
    fn lists_are_split_and_the_rest_stays() {
        let text = "\u{feff} { \"a\" : 1.5e3 , \"list\":[ {\"x\":\"]}\\\"\"} , 2,\"t\", [1, 2] ],\"o\":{\"p\":[1]}, \"e\":[] }\n";
        let (seen, skeleton) = seen(text).unwrap();
        assert_eq!(
            seen,
            [
                "a=1.5e3",
                "list[0]={\"x\":\"]}\\\"\"}",
                "list[1]=2",
                "list[2]=\"t\"",
                "list[3]=[1, 2]",
                "o={\"p\":[1]}",
            ]
        );
        assert_eq!(
            skeleton,
            serde_json::json!({"a": 1500.0, "list": [], "o": {"p": [1]}, "e": []})
        );
    }

    #[test]
    fn broken_and_bottomless_documents_are_refused() {
        let mut deep = String::from("{\"components\":[");
        deep.push_str(&"[".repeat(100_000));
        let cases = [
            ("", "parse the bill at byte 0: the document ends too early"),
            (
                "{\"a\":1",
                "parse the bill at byte 6: the document ends within a value",
            ),
            (
                "{\"a\":[1",
                "parse the bill at byte 7: the document ends within a value",
            ),
            (
                "{\"a\":1}x",
                "parse the bill at byte 7: something follows the end of the document",
            ),
            ("{\"a\" 1}", "parse the bill at byte 5: expected `:`"),
            (
                "{\"a\":[1 2]}",
                "parse the bill at byte 8: expected `,` or `]` in `a`",
            ),
            (
                &deep,
                "read the bill at byte 113: it exceeds the limit of 100 levels of nesting",
            ),
        ];
        for (text, expected) in cases {
            let error = seen(text).map(|_| ()).unwrap_err();
            assert_eq!(
                error.to_string(),
                expected,
                "{:?}",
                text.get(..20.min(text.len()))
            );
        }
    }
}
