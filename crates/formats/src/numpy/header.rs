//! The header's dictionary, and how its promises compare with the length of the file.

use super::descr::{Descr, times};
use super::literal::{self, Literal};
use super::{NumpyFacts, ProblemKind};
use crate::problems::excerpt;
use crate::{Limits, ReadAt};

/// Brackets that one level of structured type needs: the list of fields and the field.
const BRACKETS_A_LEVEL: u32 = 2;

/// Brackets around the types: the dictionary, and the shape of the innermost type.
const BRACKETS_AROUND: u32 = 2;

/// However high the limit: types inside each other are read by recursion.
const DEEPEST: u32 = 64;

const KEYS: [&str; 3] = ["descr", "fortran_order", "shape"];

/// Reads `claimed` bytes of header from `start` on.
pub(super) fn read(
    source: &dyn ReadAt,
    limits: &Limits,
    start: u64,
    claimed: u64,
    facts: &mut NumpyFacts,
) {
    facts.data_start = start.saturating_add(claimed);
    let there = source.len().saturating_sub(start);
    if claimed > there {
        facts.problem(8, ProblemKind::HeaderBeyondFile { claimed, there });
    }
    let limit = limits.header_bytes.min(limits.text_bytes);
    if claimed > limit {
        facts.problem(8, ProblemKind::HeaderOverLimit { claimed, limit });
    }
    let wanted = usize::try_from(claimed.min(limit)).unwrap_or(usize::MAX);
    let bytes = match source.bytes_at(start, wanted) {
        Ok(bytes) => bytes,
        Err(failed) => {
            let reason = failed.to_string();
            facts.problem(start, ProblemKind::Unreadable { reason });
            return;
        }
    };
    facts.header_text = text(&bytes, start, facts);
    understand(source, limits, start, facts);
}

/// Reads the header's text as a literal, and the literal as a header.
fn understand(source: &dyn ReadAt, limits: &Limits, start: u64, facts: &mut NumpyFacts) {
    let deepest = limits
        .depth
        .min(DEEPEST)
        .saturating_mul(BRACKETS_A_LEVEL)
        .saturating_add(BRACKETS_AROUND);
    match literal::read(&facts.header_text, deepest, limits.members) {
        Ok(literal) => dictionary(source, &literal, start, facts),
        Err((index, fault)) => {
            let at = Offsets::new(start, facts).at(index);
            facts.problem(at, ProblemKind::HeaderNotLiteral { fault });
            // A reader that evaluates the header may still find objects.
            facts.has_objects = facts.header_text.contains('O');
        }
    }
}

fn text(bytes: &[u8], start: u64, facts: &mut NumpyFacts) -> String {
    if facts.version.0 < 3 {
        return bytes.iter().copied().map(char::from).collect();
    }
    let text = String::from_utf8_lossy(bytes);
    if let Err(error) = std::str::from_utf8(bytes) {
        let at = start.saturating_add(error.valid_up_to() as u64);
        facts.problem(at, ProblemKind::HeaderNotUtf8);
    }
    text.into_owned()
}

/// Offsets in the file of growing indices in the header's text, which has two bytes for a byte of
/// the upper half of Latin-1.
struct Offsets {
    utf8: bool,
    text: String,
    index: usize,
    offset: u64,
}

impl Offsets {
    fn new(start: u64, facts: &NumpyFacts) -> Self {
        Self {
            utf8: facts.version.0 == 3,
            text: facts.header_text.clone(),
            index: 0,
            offset: start,
        }
    }

    fn at(&mut self, index: usize) -> u64 {
        let between = self.text.get(self.index..index).unwrap_or_default();
        let bytes = match self.utf8 {
            true => between.len(),
            false => between.chars().count(),
        };
        self.index = index;
        self.offset = self.offset.saturating_add(bytes as u64);
        self.offset
    }
}

fn dictionary(source: &dyn ReadAt, literal: &Literal, start: u64, facts: &mut NumpyFacts) {
    let Literal::Dictionary(pairs) = literal else {
        facts.problem(start, ProblemKind::HeaderNotDictionary);
        return;
    };
    let [descr, order, shape] = known_values(pairs, start, facts);
    let item_bytes = descr.and_then(|(value, at)| element(value, at, facts));
    match order {
        Some((Literal::Boolean(order), _)) => facts.fortran_order = *order,
        Some((_, at)) => facts.problem(at, ProblemKind::OrderNotBoolean),
        None => {}
    }
    let shaped = shape.is_some_and(|(value, at)| dimensions(value, at, facts));
    if let Some(item_bytes) = item_bytes.filter(|_| shaped && !facts.has_objects) {
        data(source, item_bytes, facts);
    }
}

/// The values of [`KEYS`] with the offsets of their keys.
fn known_values<'l>(
    pairs: &'l [(Literal, Literal, usize)],
    start: u64,
    facts: &mut NumpyFacts,
) -> [Option<(&'l Literal, u64)>; 3] {
    let mut values = [None; 3];
    let mut offsets = Offsets::new(start, facts);
    for (key, value, index) in pairs {
        let at = offsets.at(*index);
        let key = match key {
            Literal::Text(key) => key.as_str(),
            _ => "",
        };
        match KEYS
            .iter()
            .zip(&mut values)
            .find(|(known, _)| **known == key)
        {
            None => facts.problem(at, ProblemKind::KeyUnknown { key: excerpt(key) }),
            Some((_, slot)) => {
                if slot.replace((value, at)).is_some() {
                    facts.problem(at, ProblemKind::KeyTwice { key: excerpt(key) });
                }
            }
        }
    }
    for (key, value) in KEYS.iter().zip(&values) {
        if value.is_none() {
            facts.problem(start, ProblemKind::KeyMissing { key });
        }
    }
    values
}

/// Bytes of an element, if its type is understood.
fn element(value: &Literal, at: u64, facts: &mut NumpyFacts) -> Option<u64> {
    let descr = match Descr::from_literal(value) {
        Ok(descr) => descr,
        Err(descr) => {
            facts.problem(at, ProblemKind::DescrUnknown { descr });
            facts.has_objects = true;
            return None;
        }
    };
    facts.has_objects = descr.has_objects();
    let bytes = descr.item_bytes();
    facts.descr = Some(descr);
    match bytes {
        Ok(Some(bytes)) => Some(bytes),
        Ok(None) => {
            facts.problem(at, ProblemKind::SizeOverflow);
            None
        }
        Err(descr) => {
            facts.problem(at, ProblemKind::DescrUnknown { descr });
            None
        }
    }
}

fn dimensions(value: &Literal, at: u64, facts: &mut NumpyFacts) -> bool {
    let Literal::Tuple(dimensions) = value else {
        facts.problem(at, ProblemKind::ShapeMistyped);
        return false;
    };
    let mut shape = Vec::with_capacity(dimensions.len());
    for dimension in dimensions {
        let kind = match dimension {
            Literal::Integer(number) => match u64::try_from(*number) {
                Ok(number) => {
                    shape.push(number);
                    continue;
                }
                Err(_) if *number < 0 => ProblemKind::ShapeNegative { dimension: *number },
                Err(_) => ProblemKind::SizeOverflow,
            },
            _ => ProblemKind::ShapeMistyped,
        };
        facts.problem(at, kind);
        return false;
    }
    facts.shape = shape;
    true
}

/// Compares the size by type and shape with what is there.
fn data(source: &dyn ReadAt, item_bytes: u64, facts: &mut NumpyFacts) {
    let start = facts.data_start;
    let there = source.len().saturating_sub(start);
    let elements = times(Some(1), &facts.shape);
    let wanted = elements.and_then(|_| times(Some(item_bytes), &facts.shape));
    let Some(wanted) = wanted else {
        facts.problem(start, ProblemKind::SizeOverflow);
        return;
    };
    facts.data_bytes = Some(wanted);
    if let Some(missing) = wanted.checked_sub(there).filter(|missing| *missing > 0) {
        facts.problem(start, ProblemKind::DataShort { missing });
    }
    if let Some(length) = there.checked_sub(wanted).filter(|length| *length > 0) {
        let end = start.saturating_add(wanted);
        facts.trailing_start = Some(end);
        facts.problem(end, ProblemKind::BytesAfterData { length });
    }
}
