//! PaddlePaddle programs, `.pdmodel`, and their parameters, `.pdiparams`.
//!
//! Format: <https://github.com/PaddlePaddle/Paddle/blob/develop/paddle/fluid/framework/framework.proto>; parameters are
//! tensors one after the other, as `SerializeToStream` in `lod_tensor.cc` writes them.

use super::{GLANCE_FIELDS, GraphFacts, KEPT, Reader};
use crate::protobuf::{Extent, Value, Wire};
use crate::{Limits, ReadAt};

/// Longest description of one tensor.
const DESCRIPTION_BYTES: u64 = 4096;

/// True if the file is a program by its structure.
#[must_use]
pub fn is_program(source: &dyn ReadAt) -> bool {
    let wire = Wire::glance(source, GLANCE_FIELDS);
    let mut blocks = 0_u32;
    for field in wire.fields(wire.whole()) {
        match (field.number, field.value) {
            (1, Value::Range(block)) => {
                let numbers = wire.fields(block).take(2);
                let numbers: Vec<(u64, Value)> =
                    numbers.map(|field| (field.number, field.value)).collect();
                if !matches!(
                    numbers.as_slice(),
                    [(1, Value::Number(_)), (2, Value::Number(_))]
                ) {
                    return false;
                }
                blocks = blocks.saturating_add(1);
            }
            (4 | 5, Value::Range(_)) => {}
            _ => return false,
        }
    }
    blocks > 0
}

/// Reads a program. `None` if the content is none.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<GraphFacts> {
    if !is_program(source) {
        return None;
    }
    let wire = Wire::new(source, limits);
    let mut reader = Reader {
        wire: &wire,
        facts: GraphFacts::default(),
        texts_left: limits.text_bytes,
    };
    for field in wire.fields(wire.whole()) {
        if let (1, Value::Range(block)) = (field.number, field.value) {
            for field in wire.fields(block) {
                match (field.number, field.value) {
                    (4, Value::Range(operator)) => reader.operator(operator),
                    (1 | 2 | 5, _) | (3, Value::Range(_)) => {}
                    (_, Value::Range(other)) if reader.facts.unknown.len() < KEPT => {
                        reader.facts.unknown.push(other);
                    }
                    _ => {}
                }
            }
        }
    }
    reader.facts.broken = wire.broken();
    Some(reader.facts)
}

impl Reader<'_, '_> {
    /// An `OpDesc`.
    fn operator(&mut self, range: Extent) {
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (3, Value::Range(name)) => {
                    let name = self.wire.text(name, 256);
                    self.used(name, range.start);
                }
                (4, Value::Range(attribute)) => self.paddle_attribute(attribute),
                _ => {}
            }
        }
    }

    fn paddle_attribute(&mut self, range: Extent) {
        let mut name = String::new();
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Range(text)) => name = self.wire.text(text, 256),
                // Where an operator was called, as a trace of Python.
                (5 | 8, Value::Range(_)) if name == "op_callstack" => {}
                (5 | 8, Value::Range(text)) => drop(self.text(&name, text)),
                _ => {}
            }
        }
    }
}

/// Tensors one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParameterFacts {
    /// Where the numbers of each tensor stand.
    pub tensors: Vec<Extent>,
    /// Where the tensors end, if bytes follow that are none.
    pub trailing_start: Option<u64>,
}

/// True if the file begins with such a tensor.
#[must_use]
pub fn is_parameters(source: &dyn ReadAt) -> bool {
    tensor(source, 0).is_some()
}

/// Reads the places of all tensors. `None` if the file does not begin with one.
#[must_use]
pub fn parse_parameters(source: &dyn ReadAt, limits: &Limits) -> Option<ParameterFacts> {
    let mut facts = ParameterFacts::default();
    let mut at = 0;
    while let Some(data) = tensor(source, at) {
        facts.tensors.push(data);
        at = data.end();
        if at >= source.len() || facts.tensors.len() as u64 >= limits.members {
            break;
        }
    }
    if facts.tensors.is_empty() {
        return None;
    }
    facts.trailing_start = (at < source.len()).then_some(at);
    Some(facts)
}

/// Where the numbers of the tensor stand that begins at `at`.
fn tensor(source: &dyn ReadAt, at: u64) -> Option<Extent> {
    let number = |at: u64| {
        let bytes = source.bytes_at(at, 4).ok()?;
        Some(u64::from(u32::from_le_bytes(bytes.try_into().ok()?)))
    };
    // Version, levels of detail (none for weights), version.
    let head = source.bytes_at(at, 16).ok()?;
    if head.len() < 16 || head.iter().any(|byte| *byte != 0) {
        return None;
    }
    let length = number(at.checked_add(16)?)?;
    if !(2..=DESCRIPTION_BYTES).contains(&length) {
        return None;
    }
    let start = at.checked_add(20)?;
    let description = Extent { start, length };
    let wire = Wire::glance(source, 256);
    let (mut bytes, mut elements) = (None, 1_u64);
    for field in wire.fields(description) {
        match (field.number, field.value) {
            (1, Value::Number(kind)) => bytes = element_bytes(kind),
            (2, Value::Number(size)) => elements = elements.checked_mul(size)?,
            (2, Value::Range(sizes)) => {
                for size in wire.packed(sizes, 64) {
                    elements = elements.checked_mul(size)?;
                }
            }
            _ => return None,
        }
    }
    let length = elements.checked_mul(bytes?)?;
    let data = Extent {
        start: description.end(),
        length,
    };
    (wire.broken().is_none() && data.end() <= source.len()).then_some(data)
}

/// Bytes of one element of `VarType.Type`.
const fn element_bytes(kind: u64) -> Option<u64> {
    Some(match kind {
        0 | 20 | 21 | 32 | 33 => 1,
        1 | 4 | 22 => 2,
        2 | 5 => 4,
        3 | 6 | 19 | 23 => 8,
        24 => 16,
        _ => return None,
    })
}
