//! Duplicates, alignment, and how the tensors lie in the data.

use super::{GgufFacts, ProblemKind, Tensor, Value};
use crate::ReadAt;
use crate::problems::excerpt;

/// Reports keys and names of tensors that stand twice.
pub(super) fn duplicates(facts: &mut GgufFacts) {
    let pairs = std::mem::take(&mut facts.pairs);
    let mut keys: Vec<(&str, u64)> = pairs
        .iter()
        .map(|pair| (pair.key.as_str(), pair.offset))
        .collect();
    for (key, at) in twice(&mut keys) {
        facts.problem(at, ProblemKind::DuplicateKey { key });
    }
    facts.pairs = pairs;
    let tensors = std::mem::take(&mut facts.tensors);
    let mut names: Vec<(&str, u64)> = tensors
        .iter()
        .map(|tensor| (tensor.name.as_str(), tensor.at))
        .collect();
    for (tensor, at) in twice(&mut names) {
        facts.problem(at, ProblemKind::DuplicateTensor { tensor });
    }
    facts.tensors = tensors;
}

/// The later ones of equal names.
fn twice<'a>(names: &'a mut [(&str, u64)]) -> impl Iterator<Item = (String, u64)> + 'a {
    names.sort_unstable();
    let names: &'a [(&str, u64)] = names;
    names
        .iter()
        .zip(names.iter().skip(1))
        .filter(|((before, _), (name, _))| before == name)
        .map(|(_, (name, at))| (excerpt(name), *at))
}

/// Takes the alignment from its key, if it is usable.
pub(super) fn alignment(facts: &mut GgufFacts) {
    let Some(pair) = facts
        .pairs
        .iter()
        .find(|pair| pair.key == "general.alignment")
    else {
        return;
    };
    let offset = pair.offset;
    match pair.value {
        Value::U32(alignment) if alignment.is_power_of_two() => {
            facts.alignment = u64::from(alignment);
        }
        Value::U32(alignment) => {
            let alignment = u64::from(alignment);
            facts.problem(offset, ProblemKind::AlignmentUnusable { alignment });
        }
        _ => facts.problem(offset, ProblemKind::AlignmentMistyped),
    }
}

/// Rounds up to a multiple of the alignment.
fn aligned(offset: u64, alignment: u64) -> u64 {
    offset
        .checked_next_multiple_of(alignment.max(1))
        .unwrap_or(u64::MAX)
}

/// Compares the tensors' ranges with alignment, each other and the file's length.
pub(super) fn check(source: &dyn ReadAt, tables_end: u64, facts: &mut GgufFacts) {
    let start = aligned(tables_end, facts.alignment);
    facts.data_start = Some(start);
    padding(source, tables_end, start, facts);
    let there = source.len().saturating_sub(start);
    let tensors = std::mem::take(&mut facts.tensors);
    for tensor in &tensors {
        by_itself(tensor, there, facts);
    }
    let end = in_order(source, start, &tensors, facts);
    let known = tensors.iter().all(|tensor| tensor.size_bytes.is_some());
    facts.tensors = tensors;
    if known {
        behind(source, start.saturating_add(end), facts);
    }
}

fn by_itself(tensor: &Tensor, there: u64, facts: &mut GgufFacts) {
    let offset = tensor.offset;
    if offset.checked_rem(facts.alignment.max(1)) != Some(0) {
        let kind = ProblemKind::OffsetNotAligned {
            tensor: excerpt(&tensor.name),
            offset,
        };
        facts.problem(tensor.at, kind);
    }
    let end = offset.saturating_add(tensor.size_bytes.unwrap_or(0));
    if end > there {
        let kind = ProblemKind::DataBeyondFile {
            tensor: excerpt(&tensor.name),
            missing: end.saturating_sub(there.max(offset)),
        };
        facts.problem(tensor.at, kind);
    }
}

/// Walks over the tensors as they lie in the data; returns where the last one ends, counted from
/// the start of the data.
fn in_order(source: &dyn ReadAt, start: u64, tensors: &[Tensor], facts: &mut GgufFacts) -> u64 {
    let mut order: Vec<&Tensor> = tensors.iter().collect();
    order.sort_by_key(|tensor| (tensor.offset, tensor.size_bytes));
    let mut end = 0;
    let mut last: Option<&Tensor> = None;
    for tensor in order {
        let begin = tensor.offset;
        let expected = aligned(end, facts.alignment);
        let known = last.is_none_or(|before| before.size_bytes.is_some());
        match last {
            Some(before) if begin < end => {
                let (first, second) = (excerpt(&before.name), excerpt(&tensor.name));
                let kind = ProblemKind::Overlap { first, second };
                facts.problem(start.saturating_add(begin), kind);
            }
            _ if known && begin > expected => {
                let length = begin.saturating_sub(expected);
                let kind = ProblemKind::Hole { length };
                facts.problem(start.saturating_add(expected), kind);
            }
            _ if known => {
                let (from, to) = (start.saturating_add(end), start.saturating_add(begin));
                padding(source, from, to, facts);
            }
            _ => {}
        }
        let tensor_end = begin.saturating_add(tensor.size_bytes.unwrap_or(0));
        if last.is_none() || tensor_end >= end {
            (end, last) = (tensor_end, Some(tensor));
        }
    }
    end
}

/// Looks at the padding behind the last tensor and at what follows it.
fn behind(source: &dyn ReadAt, end: u64, facts: &mut GgufFacts) {
    let length = source.len();
    facts.end_of_tensors = Some(end);
    let padded = aligned(end, facts.alignment);
    if padding(source, end, padded, facts) {
        facts.trailing_start = Some(end);
    }
    if length > padded {
        let length = length.saturating_sub(padded);
        facts.trailing_start.get_or_insert(padded);
        facts.problem(padded, ProblemKind::BytesAfterData { length });
    }
}

/// Reports padding that is not zero; what lies beyond the file is not looked at.
fn padding(source: &dyn ReadAt, from: u64, to: u64, facts: &mut GgufFacts) -> bool {
    let mut offset = from;
    while offset < to.min(source.len()) {
        let left = usize::try_from(to.saturating_sub(offset)).unwrap_or(usize::MAX);
        let Ok(bytes) = source.bytes_at(offset, left.min(64 << 10)) else {
            return false;
        };
        let odd = bytes.iter().position(|byte| *byte != 0);
        if let Some(index) = odd {
            let length = to.saturating_sub(from);
            let at = offset.saturating_add(index as u64);
            facts.problem(at, ProblemKind::PaddingNotZero { length });
            return true;
        }
        if bytes.is_empty() {
            return false;
        }
        offset = offset.saturating_add(bytes.len() as u64);
    }
    false
}
