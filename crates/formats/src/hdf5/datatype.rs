//! Datatype messages (HDF5 File Format Specification 3.0, IV.A.2.d).

use super::fields::{Fields, Reader};

/// Nesting of a type.
const DEPTH: u32 = 16;

/// What an element is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datatype {
    /// Its class.
    pub class: DatatypeClass,
    /// Bytes of one element.
    pub size: u32,
    /// True for the most significant byte first.
    pub is_big_endian: bool,
}

/// The class of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatatypeClass {
    /// Whole numbers.
    Integer {
        /// True if they may be negative.
        is_signed: bool,
    },
    /// Floating point.
    Float,
    /// Text of a fixed length.
    Text,
    /// Text of any length, which stands in a heap.
    VariableText,
    /// Sequences of any length, which stand in a heap.
    Sequence(Box<Datatype>),
    /// Bytes with a tag.
    Opaque(String),
    /// Several named members.
    Compound,
    /// References to objects or regions.
    Reference,
    /// Named whole numbers.
    Enumeration {
        /// The type of the numbers.
        base: Box<Datatype>,
        /// The names.
        names: Vec<String>,
    },
    /// Arrays of one shape.
    Array {
        /// The shape.
        shape: Vec<u32>,
        /// The type of their elements.
        base: Box<Datatype>,
    },
    /// Another class, by its number.
    Other(u8),
}

impl Datatype {
    /// The type as NumPy writes it where it can: `<f4`, `|S8`, `|O`, `|V12`.
    #[must_use]
    pub fn describe(&self) -> String {
        let order = match (self.size, self.is_big_endian) {
            (..2, _) => '|',
            (_, true) => '>',
            (_, false) => '<',
        };
        match &self.class {
            DatatypeClass::Integer { is_signed: true } => format!("{order}i{}", self.size),
            DatatypeClass::Integer { is_signed: false } => format!("{order}u{}", self.size),
            DatatypeClass::Float => format!("{order}f{}", self.size),
            DatatypeClass::Text => format!("|S{}", self.size),
            DatatypeClass::VariableText | DatatypeClass::Sequence(_) | DatatypeClass::Reference => {
                "|O".to_owned()
            }
            DatatypeClass::Enumeration { base, names } => {
                if names == &["FALSE", "TRUE"] {
                    "|b1".to_owned()
                } else {
                    base.describe()
                }
            }
            DatatypeClass::Array { base, .. } => base.describe(),
            DatatypeClass::Opaque(_) | DatatypeClass::Compound | DatatypeClass::Other(_) => {
                format!("|V{}", self.size)
            }
        }
    }
}

/// Reads a type.
pub(super) fn read(bytes: &[u8], reader: &Reader<'_>) -> Option<Datatype> {
    nested(&mut reader.fields(bytes), 0)
}

fn nested(fields: &mut Fields<'_>, depth: u32) -> Option<Datatype> {
    if depth > DEPTH {
        return None;
    }
    let first = fields.u8()?;
    let version = first >> 4;
    let bits = fields.take(3)?;
    let low = *bits.first()?;
    let size = fields.u32()?;
    let mut is_big_endian = low & 1 == 1;
    let class = match first & 0x0f {
        0 => {
            fields.skip(4)?;
            DatatypeClass::Integer {
                is_signed: low & 8 != 0,
            }
        }
        1 => {
            fields.skip(12)?;
            DatatypeClass::Float
        }
        3 => DatatypeClass::Text,
        5 => {
            let tag = fields.take(usize::from(low).min(fields.rest().len()))?;
            DatatypeClass::Opaque(super::fields::padded_text(tag))
        }
        6 => DatatypeClass::Compound,
        7 => DatatypeClass::Reference,
        8 => {
            let base = nested(fields, depth.saturating_add(1))?;
            is_big_endian = base.is_big_endian;
            let names = names(fields, u16::from_le_bytes([low, *bits.get(1)?]), version);
            DatatypeClass::Enumeration {
                base: Box::new(base),
                names,
            }
        }
        9 if low & 0x0f == 1 => DatatypeClass::VariableText,
        9 => DatatypeClass::Sequence(Box::new(nested(fields, depth.saturating_add(1))?)),
        10 => {
            let rank = fields.u8()?;
            if version < 3 {
                fields.skip(3)?;
            }
            let shape = (0..rank)
                .map(|_| fields.u32())
                .collect::<Option<Vec<_>>>()?;
            if version < 3 {
                fields.skip(usize::from(rank).saturating_mul(4))?;
            }
            let base = nested(fields, depth.saturating_add(1))?;
            is_big_endian = base.is_big_endian;
            DatatypeClass::Array {
                shape,
                base: Box::new(base),
            }
        }
        other => DatatypeClass::Other(other),
    };
    if !matches!(
        class,
        DatatypeClass::Integer { .. }
            | DatatypeClass::Float
            | DatatypeClass::Enumeration { .. }
            | DatatypeClass::Array { .. }
    ) {
        is_big_endian = false;
    }
    Some(Datatype {
        class,
        size,
        is_big_endian,
    })
}

/// The names of an enumeration; before version 3 each is padded to a multiple of eight.
fn names(fields: &mut Fields<'_>, count: u16, version: u8) -> Vec<String> {
    let mut names = Vec::new();
    for _ in 0..count {
        let before = fields.at;
        let Some(name) = fields.text() else { break };
        if version < 3 {
            let used = fields.at.saturating_sub(before);
            let padding = used.next_multiple_of(8).saturating_sub(used);
            if fields.skip(padding).is_none() {
                break;
            }
        }
        names.push(name);
    }
    names
}

/// Elements in each dimension (IV.A.2.b); `None` inside for a null dataspace.
pub(super) fn shape(bytes: &[u8], reader: &Reader<'_>) -> Option<Option<Vec<u64>>> {
    let mut fields = reader.fields(bytes);
    let version = fields.u8()?;
    let rank = fields.u8()?;
    fields.u8()?;
    match version {
        1 => fields.skip(5)?,
        2 if fields.u8()? == 2 => return Some(None),
        2 => {}
        _ => return None,
    }
    (0..rank)
        .map(|_| fields.length())
        .collect::<Option<Vec<_>>>()
        .map(Some)
}
