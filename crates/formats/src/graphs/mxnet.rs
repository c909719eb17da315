//! Parameters of MXNet, `.params`: a list of arrays, and their names behind them.
//!
//! Format: `NDArray::Save` and `NDArray::Load` in
//! <https://github.com/apache/mxnet/blob/master/src/ndarray/ndarray.cc>. Dense arrays of all versions are
//! read; sparse ones are not.

use crate::protobuf::Extent;
use crate::{Cursor, Limits, ReadAt, ReadFailed};

/// The first number of the file.
const LIST: u64 = 0x112;
/// Dimensions of one array.
const MOST_DIMENSIONS: u32 = 32;
/// Longest name.
const NAME_BYTES: u64 = 4096;

/// The arrays of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MxnetFacts {
    /// The arrays, in the order of the file.
    pub arrays: Vec<Array>,
    /// Offset behind the last name.
    pub end: u64,
    /// Where reading stopped, and why.
    pub broken: Option<(u64, String)>,
}

/// One array.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Array {
    /// Its name; empty if the file names none.
    pub name: String,
    /// Type of its elements by number.
    pub element: u32,
    /// Where its numbers stand.
    pub data: Extent,
}

/// True if the content begins as such a list does.
#[must_use]
pub fn recognises(head: &[u8]) -> bool {
    let number = |at: usize| {
        let bytes = head.get(at..)?.first_chunk::<8>()?;
        Some(u64::from_le_bytes(*bytes))
    };
    number(0) == Some(LIST) && number(8) == Some(0)
}

/// Reads the list. `None` if the content does not begin as one.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<MxnetFacts> {
    if !recognises(&source.bytes_at(0, 16).ok()?) {
        return None;
    }
    let mut facts = MxnetFacts::default();
    let mut cursor = Cursor::new(source, 16);
    let ended = list(&mut cursor, limits, &mut facts);
    facts.end = cursor.offset();
    facts.broken = ended.err().map(|reason| (facts.end, reason.to_owned()));
    Some(facts)
}

const CUT: &str = "the file ends before the list does";

fn cut(_: ReadFailed) -> &'static str {
    CUT
}

fn list(
    cursor: &mut Cursor<'_>,
    limits: &Limits,
    facts: &mut MxnetFacts,
) -> Result<(), &'static str> {
    let count = cursor.u64_le().map_err(cut)?;
    if count > limits.members {
        return Err("it has more arrays than the limit `members` allows");
    }
    for _ in 0..count {
        let array = array(cursor)?;
        facts.arrays.push(array);
    }
    let names = cursor.u64_le().map_err(cut)?;
    if names != 0 && names != count {
        return Err("it has more or fewer names than arrays");
    }
    for array in facts
        .arrays
        .iter_mut()
        .take(usize::try_from(names).unwrap_or(0))
    {
        let length = cursor.u64_le().map_err(cut)?;
        let length = usize::try_from(length.min(NAME_BYTES + 1)).unwrap_or(usize::MAX);
        if length as u64 > NAME_BYTES {
            return Err("a name is too long");
        }
        let name = cursor.take(length).map_err(cut)?;
        array.name = String::from_utf8_lossy(name).into_owned();
    }
    Ok(())
}

fn array(cursor: &mut Cursor<'_>) -> Result<Array, &'static str> {
    let mut array = Array::default();
    let version = cursor.u32_le().map_err(cut)?;
    let mut dimensions = version;
    let wide = (0xf993_fac8..=0xf993_faca).contains(&version);
    if wide {
        if version > 0xf993_fac8 && cursor.u32_le().map_err(cut)? != 0 {
            return Err("an array is sparse, which is not read");
        }
        dimensions = cursor.u32_le().map_err(cut)?;
    }
    // An array without a shape has nothing behind it; with the last version it is one of shape `()`.
    if dimensions == u32::MAX || dimensions == 0 && version != 0xf993_faca {
        array.data.start = cursor.offset();
        return Ok(array);
    }
    if dimensions > MOST_DIMENSIONS {
        return Err("an array has more dimensions than there can be");
    }
    let mut elements = 1_u64;
    for _ in 0..dimensions {
        let size = match wide {
            true => cursor.u64_le().map_err(cut)?,
            false => u64::from(cursor.u32_le().map_err(cut)?),
        };
        elements = elements.checked_mul(size).ok_or("an array is too large")?;
    }
    // The device on which it was.
    cursor.u64_le().map_err(cut)?;
    array.element = cursor.u32_le().map_err(cut)?;
    let bytes = element_bytes(array.element).ok_or("an array has elements of no known type")?;
    let length = elements.checked_mul(bytes).ok_or("an array is too large")?;
    if length > cursor.remaining() {
        return Err(CUT);
    }
    array.data = Extent {
        start: cursor.offset(),
        length,
    };
    cursor.skip(length);
    Ok(array)
}

const fn element_bytes(element: u32) -> Option<u64> {
    Some(match element {
        3 | 5 | 7 => 1,
        2 | 8 | 9 | 12 => 2,
        0 | 4 | 10 => 4,
        1 | 6 | 11 => 8,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(words: &[u64]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    fn file(element: u32, names: u64) -> Vec<u8> {
        let mut out = numbers(&[LIST, 0, 1]);
        for word in [0xf993_fac9_u32, 0, 2] {
            out.extend(word.to_le_bytes());
        }
        out.extend(numbers(&[1, 2, 1]));
        out.extend(element.to_le_bytes());
        out.extend([0; 8]);
        out.extend(numbers(&[names, 3]));
        out.extend(b"w:0");
        out
    }

    #[test]
    fn arrays_have_names_and_places() {
        let bytes = file(0, 1);
        let array = Array {
            name: "w:0".to_owned(),
            element: 0,
            data: Extent {
                start: 64,
                length: 8,
            },
        };
        let expected = MxnetFacts {
            arrays: vec![array],
            end: bytes.len() as u64,
            broken: None,
        };
        assert_eq!(parse(&bytes, &Limits::default()), Some(expected));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let broken = |bytes: Vec<u8>| {
            let facts = parse(&bytes, &Limits::default()).unwrap();
            facts.broken.map(|(_, reason)| reason)
        };
        let mut short = file(0, 1);
        short.truncate(70);
        assert_eq!(broken(short).as_deref(), Some(CUT));
        assert_eq!(
            broken(file(99, 1)).as_deref(),
            Some("an array has elements of no known type")
        );
        assert_eq!(
            broken(file(0, 7)).as_deref(),
            Some("it has more or fewer names than arrays")
        );
        assert_eq!(parse(&vec![0; 32], &Limits::default()), None);
    }
}
