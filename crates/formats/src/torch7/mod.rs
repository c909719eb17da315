//! Torch7 objects (`.t7`), binary or text: numbers, strings, tables, tensors, and functions of Lua.
//!
//! Format: `torch/File.lua` and `doc/serialization.md` of <https://github.com/torch/torch7>. Objects are
//! written once and referred to by their index. Functions are written as dumped byte code, which the
//! reader hands to the interpreter.

mod encoding;

use crate::{Limits, ReadAt, problems};
use encoding::Encoding;

/// What the file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Torch7Facts {
    /// True for the text encoding.
    pub text: bool,
    /// Functions.
    pub functions: Vec<Function>,
    /// Names of classes, each once.
    pub classes: Vec<String>,
    /// Values read.
    pub values: u64,
    /// Offset behind the last value.
    pub end: u64,
    /// Where reading stopped, and why.
    pub broken: Option<(u64, String)>,
}

/// A function of Lua as dumped byte code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Offset of the byte code.
    pub offset: u64,
    /// Its length.
    pub length_bytes: u64,
    /// Which of the names that reach outside stand among its constants.
    pub names: Vec<&'static str>,
}

/// Names in Lua by which a program reaches the machine or makes code.
const NAMES: [&str; 8] = [
    "execute",
    "popen",
    "loadstring",
    "dofile",
    "loadfile",
    "ffi",
    "loadlib",
    "getfenv",
];
/// Bytes of byte code that are searched for names.
const SEARCHED_BYTES: u64 = 1 << 20;

/// Values inside values that are followed.
const DEPTH: usize = 10_000;
/// Functions and classes that are listed.
const LISTED: usize = 1000;

const NUMBER: i32 = 1;
const STRING: i32 = 2;
const TABLE: i32 = 3;
const TORCH: i32 = 4;
const BOOLEAN: i32 = 5;
const FUNCTION: i32 = 6;
const RECURSIVE_FUNCTION: i32 = 8;
const OLD_RECURSIVE_FUNCTION: i32 = 7;

/// True if the content begins as such an object does: a table or an object with index 1, or a function.
#[must_use]
pub fn recognises(head: &[u8], length: u64) -> bool {
    // `4 1 3 V 1 <length> torch.` or a module's name; `3 1 <count>` followed by a known type.
    match head {
        [4, 0, 0, 0, 1, 0, 0, 0, name, 0, 0, 0, b'V', b' ', ..] => *name >= 3,
        [6..=8, 0, 0, 0, 1, 0, 0, 0, rest @ ..] => rest
            .get(4..)
            .is_some_and(|code| code.starts_with(b"\x1bLua") || code.starts_with(b"\x1bLJ")),
        [3, 0, 0, 0, 1, 0, 0, 0, count @ ..] => {
            let number = count.get(..4).and_then(|bytes| bytes.try_into().ok());
            let elements = number.map_or(0, u32::from_le_bytes);
            let key = count.get(4..8);
            elements > 0
                && u64::from(elements).saturating_mul(8) < length
                && matches!(key, Some([1 | 2, 0, 0, 0]))
        }
        text => text.starts_with(b"4\n1\n3\nV 1\n"),
    }
}

/// True if the content may be one in the text encoding: the number of a type on a line of its own.
fn begins_as_text(head: &[u8]) -> bool {
    matches!(head, [b'0'..=b'8', b'\n', ..])
}

/// Reads the object; `None` if the content does not begin as one. Texts are read that [`recognises`] does
/// not tell from other texts.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<Torch7Facts> {
    let head = source.bytes_at(0, 64).ok()?;
    let text = begins_as_text(&head);
    if !text && !recognises(&head, source.len()) {
        return None;
    }
    let mut reader = Reader {
        input: Encoding::new(source, text),
        facts: Torch7Facts {
            text,
            ..Torch7Facts::default()
        },
        seen: std::collections::HashSet::new(),
        left: limits.members.saturating_mul(16),
    };
    let ended = reader.run();
    if ended.is_ok() {
        reader.input.blanks();
    }
    let end = reader.input.offset();
    let mut facts = reader.facts;
    facts.end = end;
    facts.broken = ended.err().map(|reason| (end, reason));
    Some(facts)
}

struct Reader<'a> {
    input: Encoding<'a>,
    facts: Torch7Facts,
    /// Indices of objects that were written.
    seen: std::collections::HashSet<i32>,
    left: u64,
}

type Fault = String;

fn ended(_: crate::ReadFailed) -> Fault {
    "the data ends in the middle of a value".to_owned()
}

impl Reader<'_> {
    /// Values are read one after the other; only how many are still to come is kept.
    fn run(&mut self) -> Result<(), Fault> {
        let mut open: Vec<u64> = vec![1];
        while let Some(left) = open.last_mut() {
            if *left == 0 {
                open.pop();
                continue;
            }
            *left = left.saturating_sub(1);
            let more = self.value()?;
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

    fn count(&mut self) -> Result<u64, Fault> {
        u64::try_from(self.input.int()?).map_err(|_| "a length is negative".to_owned())
    }

    fn text(&mut self) -> Result<String, Fault> {
        let length = self.count()?;
        let text = self.input.characters(length, 256)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// Reads one value and returns how many values it consists of.
    fn value(&mut self) -> Result<u64, Fault> {
        self.facts.values = self.facts.values.saturating_add(1);
        self.left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| "more values than are read".to_owned())?;
        match self.input.int()? {
            0 => Ok(0),
            NUMBER => self.input.numbers(1, 8).map(|()| 0),
            STRING => {
                let length = self.count()?;
                self.input.characters(length, 0).map(|_| 0)
            }
            BOOLEAN => self.input.int().map(|_| 0),
            kind @ (TABLE | TORCH | FUNCTION | RECURSIVE_FUNCTION | OLD_RECURSIVE_FUNCTION) => {
                let index = self.input.int()?;
                if !self.seen.insert(index) {
                    return Ok(0);
                }
                match kind {
                    TABLE => Ok(self.count()?.saturating_mul(2)),
                    TORCH => self.object(),
                    _ => self.function(),
                }
            }
            other => Err(format!("a value of type {other} is not known")),
        }
    }

    fn function(&mut self) -> Result<u64, Fault> {
        let length = self.count()?;
        let offset = self.input.offset();
        if length > self.input.remaining() {
            return Err("byte code is longer than the data".to_owned());
        }
        let code = self.input.characters(length, SEARCHED_BYTES)?;
        let there = |name: &&&str| memchr::memmem::find(&code, name.as_bytes()).is_some();
        let names = NAMES.iter().filter(there).copied().collect();
        if self.facts.functions.len() < LISTED {
            self.facts.functions.push(Function {
                offset,
                length_bytes: length,
                names,
            });
        }
        // The values that the function closes over.
        Ok(1)
    }

    fn object(&mut self) -> Result<u64, Fault> {
        let version = self.text()?;
        let class = if version.starts_with("V ") {
            self.text()?
        } else {
            version
        };
        if self.facts.classes.len() < LISTED && !self.facts.classes.contains(&class) {
            self.facts.classes.push(problems::excerpt(&class));
        }
        if let Some(kind) = class.strip_prefix("torch.") {
            if kind.ends_with("Tensor") {
                let dimensions = self.count()?;
                // Sizes, strides, and where in the storage it begins.
                self.input.numbers(dimensions, 8)?;
                self.input.numbers(dimensions, 8)?;
                self.input.numbers(1, 8)?;
                return Ok(1);
            }
            if let Some(element) = kind.strip_suffix("Storage") {
                let bytes = match element {
                    "Double" | "Long" | "CudaDouble" | "CudaLong" => 8,
                    "Float" | "Int" | "Cuda" | "CudaInt" => 4,
                    "Short" | "Half" | "CudaHalf" | "CudaShort" => 2,
                    "Byte" | "Char" | "CudaByte" | "CudaChar" => 1,
                    _ => return Err("a storage of elements that are not known".to_owned()),
                };
                let elements = self.input.long()?;
                self.input.numbers(elements, bytes)?;
                return Ok(0);
            }
            if kind == "Timer" || kind == "Generator" {
                return Err(format!("an object of class torch.{kind} is not read"));
            }
        }
        // What a class of Lua keeps is one table.
        Ok(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> Option<Torch7Facts> {
        let bytes = waybill_fixtures::assemble("bytes", text).unwrap();
        parse(&bytes, &Limits::default())
    }

    #[test]
    fn functions_are_found_between_tensors() {
        let text = "u32le 4 1\nlp32le \"V 1\" \"nn.Linear\"\nu32le 3 2 2\nu32le 2\nlp32le \"weight\"\nu32le 4 3\nlp32le \"V 1\" \"torch.FloatTensor\"\nu32le 1\nu64le 2 1 1\nu32le 4 4\nlp32le \"V 1\" \"torch.FloatStorage\"\nu64le 2\nf32le 1 2\nu32le 2\nlp32le \"hook\"\nu32le 8 5\nlp32le \"os execute\"\nu32le 0\n";
        let found = facts(text).unwrap();
        assert_eq!(found.broken, None);
        assert_eq!(found.functions.len(), 1);
        assert_eq!(found.functions[0].names, ["execute"]);
        assert_eq!(
            found.classes,
            ["nn.Linear", "torch.FloatTensor", "torch.FloatStorage"]
        );
    }

    #[test]
    fn texts_are_read_as_the_binary_encoding_is() {
        let text = "text \"4\\n1\\n3\\nV 1\\n9\\nnn.Linear\\n3\\n2\\n3\\n2\\n6\\nweight\\n4\\n3\\n3\\nV 1\\n17\\ntorch.FloatTensor\\n1\\n2\\n1\\n1\\n4\\n4\\n3\\nV 1\\n18\\ntorch.FloatStorage\\n2\\n0.5 -1e-05\\n2\\n4\\nhook\\n8\\n5\\n10\\nos execute\\n0\\n2\\n4\\nbias\\n1\\nnan\\n\"\n";
        let found = facts(text).unwrap();
        assert_eq!(found.broken, None);
        assert!(found.text);
        assert_eq!(found.functions.len(), 1);
        assert_eq!(found.functions[0].names, ["execute"]);
        assert_eq!(found.functions[0].length_bytes, 10);
        assert_eq!(
            found.classes,
            ["nn.Linear", "torch.FloatTensor", "torch.FloatStorage"]
        );
        let other = facts("text \"3\\n1\\n2\\nabc\\n\"\n").unwrap();
        assert_eq!(
            other.broken.unwrap().1,
            "something stands where a number should"
        );
        assert!(
            facts("text \"3\\n1\\n999999\\n\"\n")
                .unwrap()
                .broken
                .is_some()
        );
        assert_eq!(facts("text \"hello\"\n"), None);
    }

    #[test]
    fn broken_objects_say_where() {
        let found = facts("u32le 3 1 1\nu32le 2\nlp32le \"a\"\nu32le 9\n").unwrap();
        assert_eq!(found.broken.unwrap().1, "a value of type 9 is not known");
        assert_eq!(facts("u32le 3 1 0x7fffffff 2\n"), None);
        assert!(
            facts("u32le 4 1 3\ntext \"V 1\"\nu32le 0x7fffffff\n")
                .unwrap()
                .broken
                .is_some()
        );
    }
}
