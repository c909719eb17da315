//! How the tensors lie in the data: type, size, order, holes, overlaps, and what follows them.

use super::dtype;
use super::header::Unlisted;
use super::problem::ProblemKind;
use super::{SafetensorsFacts, Tensor};
use crate::problems::excerpt;

/// Reports keys that stand twice, among the tensors and in the metadata.
pub(super) fn duplicates(facts: &mut SafetensorsFacts, unlisted: &Unlisted) {
    let tensors = std::mem::take(&mut facts.tensors);
    let mut names: Vec<(&str, u64)> = tensors
        .iter()
        .map(|tensor| (tensor.name.as_str(), tensor.at))
        .chain(
            unlisted
                .entries
                .iter()
                .map(|(name, at)| (name.as_str(), *at)),
        )
        .collect();
    names.sort_unstable();
    for (key, at) in twice(&names) {
        let within = None;
        facts.problem(at, ProblemKind::DuplicateKey { within, key });
    }
    facts.tensors = tensors;
    let metadata = std::mem::take(&mut facts.metadata);
    let mut keys: Vec<(&str, u64)> = metadata
        .iter()
        .zip(&unlisted.metadata_at)
        .map(|((key, _), at)| (key.as_str(), *at))
        .collect();
    keys.sort_unstable();
    for (key, at) in twice(&keys) {
        let within = Some("__metadata__".to_owned());
        facts.problem(at, ProblemKind::DuplicateKey { within, key });
    }
    facts.metadata = metadata;
}

/// The later ones of equal names in a sorted list.
fn twice<'a>(sorted: &'a [(&str, u64)]) -> impl Iterator<Item = (String, u64)> + 'a {
    sorted
        .iter()
        .zip(sorted.iter().skip(1))
        .filter(|((before, _), (name, _))| before == name)
        .map(|(_, (name, at))| (excerpt(name), *at))
}

/// Compares the tensors' ranges with their types, with each other and with the file's length.
pub(super) fn check(file_length: u64, facts: &mut SafetensorsFacts) {
    let there = file_length.saturating_sub(facts.data_start);
    let tensors = std::mem::take(&mut facts.tensors);
    for tensor in &tensors {
        for kind in by_itself(tensor, there) {
            facts.problem(tensor.at, kind);
        }
    }
    let end = in_order(&tensors, facts);
    facts.tensors = tensors;
    if there > end {
        let start = facts.data_start.saturating_add(end);
        let length = there.saturating_sub(end);
        facts.trailing_start = Some(start);
        facts.problem(start, ProblemKind::BytesAfterData { length });
    }
}

/// Walks over the tensors as they lie in the data; returns where the last one ends.
fn in_order(tensors: &[Tensor], facts: &mut SafetensorsFacts) -> u64 {
    let mut order: Vec<&Tensor> = tensors.iter().collect();
    order.sort_by_key(|tensor| (tensor.begin, tensor.end));
    let mut last: Option<&Tensor> = None;
    for tensor in order {
        let begin = tensor.begin;
        let (at, kind) = match last {
            None if begin > 0 => (0, Some(ProblemKind::DataStart { begin })),
            Some(before) if begin < before.end => {
                let (first, second) = (excerpt(&before.name), excerpt(&tensor.name));
                (begin, Some(ProblemKind::Overlap { first, second }))
            }
            Some(before) if begin > before.end => {
                let length = begin.saturating_sub(before.end);
                (before.end, Some(ProblemKind::Hole { length }))
            }
            _ => (0, None),
        };
        if let Some(kind) = kind {
            facts.problem(facts.data_start.saturating_add(at), kind);
        }
        if last.is_none_or(|before| tensor.end > before.end) {
            last = Some(tensor);
        }
    }
    last.map_or(0, |tensor| tensor.end)
}

/// What a tensor's entry says against itself and against the length of the data.
fn by_itself(tensor: &Tensor, there: u64) -> impl Iterator<Item = ProblemKind> {
    let name = || excerpt(&tensor.name);
    let (begin, end) = (tensor.begin, tensor.end);
    let range = if end < begin {
        Some(ProblemKind::OffsetsReversed {
            tensor: name(),
            begin,
            end,
        })
    } else if end <= there {
        None
    } else if begin >= there {
        Some(ProblemKind::OffsetsBeyondFile {
            tensor: name(),
            end,
            there,
        })
    } else {
        Some(ProblemKind::DataTruncated {
            tensor: name(),
            missing: end.saturating_sub(there),
        })
    };
    let size = match dtype::bits(&tensor.dtype) {
        None => Some(ProblemKind::DtypeUnknown {
            tensor: name(),
            dtype: excerpt(&tensor.dtype),
        }),
        Some(bits) => size(tensor, bits),
    };
    [range, size].into_iter().flatten()
}

fn size(tensor: &Tensor, bits: u64) -> Option<ProblemKind> {
    let expected = tensor
        .shape
        .iter()
        .try_fold(bits, |product, dimension| product.checked_mul(*dimension));
    let tensor_name = excerpt(&tensor.name);
    let actual_bytes = tensor.end.checked_sub(tensor.begin)?;
    match expected {
        None => Some(ProblemKind::SizeOverflow {
            tensor: tensor_name,
        }),
        Some(expected_bits) if actual_bytes.checked_mul(8) != Some(expected_bits) => {
            Some(ProblemKind::SizeDisagrees {
                tensor: tensor_name,
                expected_bits,
                actual_bytes,
            })
        }
        Some(_) => None,
    }
}
