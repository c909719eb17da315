//! Universal Binary JSON, as XGBoost writes its models.
//!
//! Format: <https://ubjson.org/>, draft 12, with typed and counted containers.

use crate::{Cursor, Limits, ReadAt, problems};

/// What the file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UbjsonFacts {
    /// Values read.
    pub values: u64,
    /// Keys of the outermost object.
    pub keys: Vec<String>,
    /// Texts longer than a few letters: offset and text, cut.
    pub texts: Vec<(u64, String)>,
    /// Offset behind the value.
    pub end: u64,
    /// Where reading stopped, and why.
    pub broken: Option<(u64, String)>,
}

const DEPTH: usize = 1000;
const LISTED: usize = 10_000;
/// Bytes of a text that are kept.
const KEPT_BYTES: u64 = 4096;
/// Texts shorter than this say nothing.
const SHORT_BYTES: u64 = 6;

/// True if the content begins as an object whose first key is a name.
#[must_use]
pub fn recognises(head: &[u8], _length: u64) -> bool {
    match head {
        [b'{', b'L', 0, 0, 0, 0, 0, 0, 0, length, rest @ ..] => name(rest, usize::from(*length)),
        [b'{', b'i' | b'U', length, rest @ ..] => name(rest, usize::from(*length)),
        [b'{', b'#' | b'$', ..] => false,
        _ => false,
    }
}

fn name(rest: &[u8], length: usize) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    length > 0
        && rest
            .get(..length)
            .is_some_and(|name| name.iter().all(plain))
}

/// Reads the value; `None` if the content does not begin as one.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<UbjsonFacts> {
    let head = source.bytes_at(0, 300).ok()?;
    if !recognises(&head, source.len()) {
        return None;
    }
    let mut reader = Reader {
        cursor: Cursor::new(source, 0),
        facts: UbjsonFacts::default(),
        open: Vec::new(),
        left: limits.members.saturating_mul(64),
    };
    let ended = reader.run();
    let end = reader.cursor.offset().min(source.len());
    let mut facts = reader.facts;
    facts.end = end;
    facts.broken = ended.err().map(|reason| (end, reason));
    Some(facts)
}

type Fault = String;

fn ended(_: crate::ReadFailed) -> Fault {
    "the data ends in the middle of a value".to_owned()
}

/// A list or object that is open.
struct Open {
    object: bool,
    /// Values to come, if that was announced.
    left: Option<u64>,
    /// Marker of all values, if that was announced.
    kind: Option<u8>,
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    facts: UbjsonFacts,
    open: Vec<Open>,
    left: u64,
}

impl Reader<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        let first = self.byte()?;
        self.value(first)?;
        while let Some(open) = self.open.last_mut() {
            let (object, kind) = (open.object, open.kind);
            if let Some(left) = &mut open.left {
                if *left == 0 {
                    self.open.pop();
                    continue;
                }
                *left = left.saturating_sub(1);
            } else {
                let close = if object { b'}' } else { b']' };
                let mut next = self.byte()?;
                while next == b'N' {
                    next = self.byte()?;
                }
                if next == close {
                    self.open.pop();
                    continue;
                }
                if object {
                    self.key(next)?;
                    next = self.byte()?;
                }
                self.value(next)?;
                continue;
            }
            if object {
                let marker = self.byte()?;
                self.key(marker)?;
            }
            let marker = match kind {
                Some(kind) => kind,
                None => self.byte()?,
            };
            self.value(marker)?;
        }
        Ok(())
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        self.cursor.u8().map_err(ended)
    }

    fn key(&mut self, marker: u8) -> Result<(), Fault> {
        let length = self.length_of(marker)?;
        let text = self.text(length)?;
        if self.open.len() == 1 && self.facts.keys.len() < LISTED {
            self.facts.keys.push(problems::excerpt(&text));
        }
        Ok(())
    }

    /// A length with its marker already read.
    fn length_of(&mut self, marker: u8) -> Result<u64, Fault> {
        let width = match marker {
            b'U' | b'i' => 1,
            b'I' => 2,
            b'l' => 4,
            b'L' => 8,
            _ => return Err("a length has no number".to_owned()),
        };
        let mut value = 0_u64;
        for _ in 0..width {
            value = value << 8 | u64::from(self.byte()?);
        }
        let sign = match marker {
            b'i' => value & 0x80,
            b'I' => value & 0x8000,
            b'l' => value & 0x8000_0000,
            b'L' => value & (1 << 63),
            _ => 0,
        };
        if sign != 0 {
            return Err("a length is negative".to_owned());
        }
        Ok(value)
    }

    fn text(&mut self, length: u64) -> Result<String, Fault> {
        if length > self.cursor.remaining() {
            return Err("a text is longer than the data".to_owned());
        }
        let kept = length.min(KEPT_BYTES);
        let bytes = self
            .cursor
            .take(usize::try_from(kept).unwrap_or(0))
            .map_err(ended)?;
        let text = String::from_utf8_lossy(bytes).into_owned();
        self.cursor.skip(length.saturating_sub(kept));
        Ok(text)
    }

    fn value(&mut self, marker: u8) -> Result<(), Fault> {
        self.facts.values = self.facts.values.saturating_add(1);
        self.left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| "more values than are read".to_owned())?;
        let width = match marker {
            b'Z' | b'T' | b'F' => 0,
            b'i' | b'U' | b'C' => 1,
            b'I' => 2,
            b'l' | b'd' => 4,
            b'L' | b'D' => 8,
            b'S' | b'H' => {
                let marker = self.byte()?;
                let length = self.length_of(marker)?;
                let offset = self.cursor.offset();
                let text = self.text(length)?;
                if length >= SHORT_BYTES && self.facts.texts.len() < LISTED {
                    self.facts.texts.push((offset, text));
                }
                return Ok(());
            }
            b'[' => return self.enter(false),
            b'{' => return self.enter(true),
            _ => return Err(format!("a value has the unknown marker {marker:#04x}")),
        };
        self.skip(width)
    }

    fn skip(&mut self, bytes: u64) -> Result<(), Fault> {
        if bytes > self.cursor.remaining() {
            return Err("the data ends in the middle of a value".to_owned());
        }
        self.cursor.skip(bytes);
        Ok(())
    }

    fn enter(&mut self, object: bool) -> Result<(), Fault> {
        if self.open.len() >= DEPTH {
            return Err(format!(
                "values stand deeper than {DEPTH} inside each other"
            ));
        }
        let start = self.cursor.offset();
        let (mut kind, mut left) = (None, None);
        let mut next = self.byte()?;
        if next == b'$' {
            kind = Some(self.byte()?);
            next = self.byte()?;
            if next != b'#' {
                return Err("a list of one type has no count".to_owned());
            }
        }
        if next == b'#' {
            let marker = self.byte()?;
            left = Some(self.length_of(marker)?);
        } else {
            self.cursor.skip_to(start);
        }
        if let (Some(count), Some(kind), false) = (left, kind, object)
            && let Some(width) = fixed(kind)
        {
            self.facts.values = self.facts.values.saturating_add(count);
            return self.skip(count.saturating_mul(width));
        }
        if left.is_some_and(|count| count > self.cursor.remaining()) {
            return Err("more values are announced than bytes are there".to_owned());
        }
        self.open.push(Open { object, left, kind });
        Ok(())
    }
}

/// Bytes of a value whose marker says it all.
fn fixed(marker: u8) -> Option<u64> {
    Some(match marker {
        b'Z' | b'T' | b'F' => 0,
        b'i' | b'U' | b'C' => 1,
        b'I' => 2,
        b'l' | b'd' => 4,
        b'L' | b'D' => 8,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> UbjsonFacts {
        let bytes = waybill_fixtures::assemble("bytes", text).unwrap();
        parse(&bytes, &Limits::default()).unwrap()
    }

    #[test]
    fn a_model_is_read_to_its_end() {
        let found = facts(
            "text \"{L\"\nlp64be \"learner\"\ntext \"{i\"\nlp8 \"name\"\ntext \"SL\"\nlp64be \"gbtree model\"\ntext \"i\"\nlp8 \"w\"\ntext \"[$d#L\"\nu64be 2\nf32be 1 2\ntext \"i\"\nlp8 \"v\"\ntext \"[#i\"\nu8 2\ntext \"TZ}L\"\nlp64be \"version\"\ntext \"[i\"\nu8 3\ntext \"]}\"\n",
        );
        assert_eq!(found.broken, None);
        assert_eq!(found.keys, ["learner", "version"]);
        assert_eq!(found.texts[0].1, "gbtree model");
    }

    #[test]
    fn lies_about_lengths_are_told() {
        for text in [
            "text \"{i\"\nlp8 \"w\"\ntext \"[$d#L\"\nu64be 0xffffffffffff\n",
            "text \"{i\"\nlp8 \"w\"\ntext \"[#l\"\nu32be -1\n",
            "text \"{i\"\nlp8 \"w\"\ntext \"SL\"\nu64be 0x7fffffffffffffff\n",
            "text \"{i\"\nlp8 \"w\"\ntext \"x\"\n",
            "text \"{i\"\nlp8 \"w\"\ntext repeat=2000 \"[\"\n",
        ] {
            assert!(facts(text).broken.is_some(), "{text}");
        }
    }
}
