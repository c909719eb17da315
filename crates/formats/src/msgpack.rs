//! MessagePack, as Flax, Orbax and spaCy write it: values in a tree, bytes and extensions among them.
//!
//! Format: <https://github.com/msgpack/msgpack/blob/master/spec.md>. Flax uses the extensions 1 (array), 2
//! (complex number) and 3 (scalar), whose content is MessagePack again: shape, type, bytes
//! (`flax/serialization.py`).

use crate::{Cursor, Limits, ReadAt};

/// What the file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MsgpackFacts {
    /// Values read.
    pub values: u64,
    /// Arrays of Flax.
    pub arrays: u64,
    /// Bytes, and the data of arrays: offset and length.
    pub bytes: Vec<(u64, u64)>,
    /// Kinds of extensions with how often each stands there.
    pub extensions: std::collections::BTreeMap<i8, u64>,
    /// Offsets of arrays whose data does not fit their shape and type, or which hold objects.
    pub odd_arrays: Vec<(u64, String)>,
    /// Offset behind the first value.
    pub end: u64,
    /// Where reading stopped, and why.
    pub broken: Option<(u64, String)>,
}

/// Values inside values that are followed.
const DEPTH: usize = 1000;
/// Places that are listed.
const LISTED: usize = 10_000;
/// Shorter bytes are no payload.
const PAYLOAD_BYTES: u64 = 16;

/// True if the content begins as a map with a name as its first key.
#[must_use]
pub fn recognises(head: &[u8], _length: u64) -> bool {
    let rest = match head {
        [0x81..=0x8f, rest @ ..] => rest,
        [0xde, _, _, rest @ ..] => rest,
        [0xdf, _, _, _, _, rest @ ..] => rest,
        _ => return false,
    };
    let name = match rest {
        [first @ 0xa1..=0xbf, rest @ ..] => rest.get(..usize::from(first & 31)),
        [0xd9, length, rest @ ..] => rest.get(..usize::from(*length)),
        _ => None,
    };
    name.is_some_and(|name| {
        !name.is_empty()
            && name
                .iter()
                .all(|byte| byte.is_ascii_graphic() || *byte == b' ')
    })
}

/// Reads the value that the content begins with.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> MsgpackFacts {
    let mut reader = Reader {
        cursor: Cursor::new(source, 0),
        end: source.len(),
        facts: MsgpackFacts::default(),
        left: limits.members.saturating_mul(16),
    };
    let ended = reader.run(true);
    let end = reader.cursor.offset().min(source.len());
    let mut facts = reader.facts;
    facts.end = end;
    facts.broken = ended.err().map(|reason| (end, reason));
    facts
}

type Fault = String;

fn ended(_: crate::ReadFailed) -> Fault {
    "the data ends in the middle of a value".to_owned()
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    end: u64,
    facts: MsgpackFacts,
    left: u64,
}

/// One value without what it holds.
enum Head {
    Plain,
    Text(u64),
    Bytes(u64),
    Integer(u64),
    List(u64),
    Map(u64),
    Extension(i8, u64),
}

impl Reader<'_> {
    fn run(&mut self, descend: bool) -> Result<(), Fault> {
        let mut open: Vec<u64> = vec![1];
        while let Some(left) = open.last_mut() {
            if *left == 0 {
                open.pop();
                continue;
            }
            *left = left.saturating_sub(1);
            let start = self.cursor.offset();
            self.facts.values = self.facts.values.saturating_add(1);
            self.left = self
                .left
                .checked_sub(1)
                .ok_or_else(|| "more values than are read".to_owned())?;
            let more = match self.head()? {
                Head::Plain | Head::Integer(_) => 0,
                Head::Text(length) => self.skip(length)?,
                Head::Bytes(length) => {
                    self.payload(length);
                    self.skip(length)?
                }
                Head::Extension(kind, length) => {
                    let count = self.facts.extensions.entry(kind).or_default();
                    *count = count.saturating_add(1);
                    let content = self.cursor.offset();
                    self.skip(length)?;
                    if descend && kind == 1 {
                        self.array(start, content, length);
                    } else {
                        self.note(content, length);
                    }
                    0
                }
                Head::List(count) => self.held(count)?,
                Head::Map(count) => self.held(count.saturating_mul(2))?,
            };
            if more > 0 {
                if open.len() >= DEPTH {
                    return Err(format!(
                        "values stand deeper than {DEPTH} inside each other"
                    ));
                }
                open.push(more);
            }
        }
        Ok(())
    }

    /// A number of values, each of at least one byte.
    fn held(&self, count: u64) -> Result<u64, Fault> {
        let there = self.end.saturating_sub(self.cursor.offset());
        if count > there {
            return Err(format!("{count} values are announced in {there} bytes"));
        }
        Ok(count)
    }

    fn skip(&mut self, length: u64) -> Result<u64, Fault> {
        let there = self.end.saturating_sub(self.cursor.offset());
        if length > there {
            return Err(format!("{length} bytes are announced where {there} are"));
        }
        self.cursor.skip(length);
        Ok(0)
    }

    fn payload(&mut self, length: u64) {
        let offset = self.cursor.offset();
        self.note(offset, length);
    }

    fn note(&mut self, offset: u64, length: u64) {
        if length >= PAYLOAD_BYTES && self.facts.bytes.len() < LISTED {
            self.facts.bytes.push((offset, length));
        }
    }

    fn number(&mut self, bytes: u32) -> Result<u64, Fault> {
        let mut value = 0_u64;
        for _ in 0..bytes {
            value = value << 8 | u64::from(self.cursor.u8().map_err(ended)?);
        }
        Ok(value)
    }

    fn head(&mut self) -> Result<Head, Fault> {
        let first = self.cursor.u8().map_err(ended)?;
        Ok(match first {
            0..=0x7f => Head::Integer(u64::from(first)),
            0x80..=0x8f => Head::Map(u64::from(first & 15)),
            0x90..=0x9f => Head::List(u64::from(first & 15)),
            0xa0..=0xbf => Head::Text(u64::from(first & 31)),
            0xc0 | 0xc2 | 0xc3 | 0xe0..=0xff => Head::Plain,
            0xc1 => return Err("the byte c1 begins no value".to_owned()),
            0xc4..=0xc6 => Head::Bytes(self.number(1_u32 << first.saturating_sub(0xc4))?),
            0xc7..=0xc9 => {
                let length = self.number(1_u32 << first.saturating_sub(0xc7))?;
                self.extension(length)?
            }
            0xca => self.skip(4).map(|_| Head::Plain)?,
            0xcb => self.skip(8).map(|_| Head::Plain)?,
            0xcc..=0xcf => Head::Integer(self.number(1_u32 << first.saturating_sub(0xcc))?),
            0xd0..=0xd3 => self
                .skip(1_u64 << first.saturating_sub(0xd0))
                .map(|_| Head::Plain)?,
            0xd4..=0xd8 => self.extension(1_u64 << first.saturating_sub(0xd4))?,
            0xd9..=0xdb => Head::Text(self.number(1_u32 << first.saturating_sub(0xd9))?),
            0xdc => Head::List(self.number(2)?),
            0xdd => Head::List(self.number(4)?),
            0xde => Head::Map(self.number(2)?),
            0xdf => Head::Map(self.number(4)?),
        })
    }

    fn extension(&mut self, length: u64) -> Result<Head, Fault> {
        let kind = self.cursor.u8().map_err(ended)?;
        Ok(Head::Extension(i8::from_ne_bytes([kind]), length))
    }

    /// An array of Flax: shape, name of the type, bytes. The cursor stands behind it.
    fn array(&mut self, start: u64, content: u64, length: u64) {
        self.facts.arrays = self.facts.arrays.saturating_add(1);
        let after = self.cursor.offset();
        let end = self.end;
        self.cursor.skip_to(content);
        self.end = content.saturating_add(length);
        let odd = self.array_fault();
        self.cursor.skip_to(after);
        self.end = end;
        if let Some(reason) = odd
            && self.facts.odd_arrays.len() < LISTED
        {
            self.facts.odd_arrays.push((start, reason));
        }
    }

    fn array_fault(&mut self) -> Option<String> {
        let broken = || Some("an array is not written as shape, type and data".to_owned());
        let Ok(Head::List(3)) = self.head() else {
            return broken();
        };
        let Ok(Head::List(dimensions)) = self.head() else {
            return broken();
        };
        let mut elements = Some(1_u64);
        for _ in 0..dimensions {
            match self.head() {
                Ok(Head::Integer(size)) => {
                    elements = elements.and_then(|product| product.checked_mul(size));
                }
                _ => return broken(),
            }
        }
        let Ok(Head::Text(length @ 1..=32)) = self.head() else {
            return broken();
        };
        let name = self
            .cursor
            .take(usize::try_from(length).unwrap_or(0))
            .ok()?;
        let name = String::from_utf8_lossy(name).into_owned();
        let Ok(Head::Bytes(bytes)) = self.head() else {
            return broken();
        };
        let offset = self.cursor.offset();
        self.note(offset, bytes);
        if bytes > self.end.saturating_sub(offset) {
            return Some("the data of an array is longer than what holds it".to_owned());
        }
        if name == "object" || name == "O" {
            return Some("an array holds objects of Python".to_owned());
        }
        let size = element_bytes(&name)?;
        (elements.and_then(|elements| elements.checked_mul(size)) != Some(bytes)).then(|| {
            format!("an array of {name} has {bytes} bytes, which is not what its shape needs")
        })
    }
}

/// Bytes of an element; `None` for types that are not known here.
fn element_bytes(name: &str) -> Option<u64> {
    Some(match name {
        "bool" | "int8" | "uint8" | "float8_e4m3fn" | "float8_e5m2" => 1,
        "int16" | "uint16" | "float16" | "bfloat16" => 2,
        "int32" | "uint32" | "float32" => 4,
        "int64" | "uint64" | "float64" | "complex64" => 8,
        "complex128" => 16,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> MsgpackFacts {
        let bytes = waybill_fixtures::assemble("bytes", text).unwrap();
        parse(&bytes, &Limits::default())
    }

    #[test]
    fn arrays_of_flax_fit_their_shape() {
        let array = "u8 0x81\nhex a6\ntext \"params\"\nhex c7 10 01 93 92 02 02 a5\ntext \"uint8\"\nhex c4 04 00010203\n";
        let found = facts(array);
        assert_eq!((found.broken.clone(), found.arrays), (None, 1));
        assert_eq!(found.odd_arrays, []);
        assert_eq!(found.end, 27);
        let wrong = facts(&array.replace("92 02 02", "92 02 03"));
        assert!(wrong.odd_arrays[0].1.contains("not what its shape needs"));
        let other = facts(&array.replace("uint8", "other"));
        assert_eq!(other.odd_arrays, []);
    }

    #[test]
    fn announced_lengths_have_to_be_there() {
        let found = facts("hex ddffffffff\n");
        assert!(found.broken.unwrap().1.contains("4294967295 values"));
        assert!(facts("hex c6ffffffff\n").broken.is_some());
        assert!(
            facts("hex repeat=3000 91\n")
                .broken
                .unwrap()
                .1
                .contains("deeper")
        );
        assert!(facts("hex c1\n").broken.is_some());
    }

    #[test]
    fn a_map_of_names_is_recognised() {
        assert!(recognises(b"\x81\xa6params", 7));
        assert!(!recognises(b"\x81\xa6\0\0\0\0\0\0", 7));
        assert!(!recognises(b"\x80", 1));
    }
}
