//! The first difference between two makings of a thing, and its kind.

use std::path::Path;

use waybill_domain::{DifferenceKind, FirstDifference};
use waybill_formats::{Bytes, Limits, zip};
use waybill_tensors::Model;
use waybill_tensors::compare::{Asked, Change, Side, compare, digests};

use super::places::files;
use super::texts;
use crate::rewrite::opened;
use crate::scratch::InFiles;

/// Texts up to this size are compared as texts.
const TEXT_BYTES: u64 = 64 << 20;
/// Norm of the difference by that of the numbers, up to which rounding explains it.
const NOISE: f64 = 1e-4;
/// The same, of types with 10 bits of mantissa and fewer.
const NARROW_NOISE: f64 = 1e-2;
/// Bytes that are compared at once.
const PIECE_BYTES: usize = 1 << 16;

fn difference(kind: DifferenceKind, what: impl Into<String>) -> FirstDifference {
    FirstDifference {
        kind,
        what: what.into(),
    }
}

/// Between two files or folders that are not equal.
pub(super) fn between(then: &Path, now: &Path, limits: &Limits) -> FirstDifference {
    let unreadable = |error: std::io::Error| difference(DifferenceKind::Unknown, error.to_string());
    let (then, now) = match (files(then), files(now)) {
        (Ok(then), Ok(now)) => (then, now),
        (Err(error), _) | (_, Err(error)) => return unreadable(error),
    };
    let names: std::collections::BTreeSet<_> = then.keys().chain(now.keys()).collect();
    for name in names {
        let shown = name.display().to_string();
        let place = match shown.as_str() {
            "" => String::new(),
            name => format!("`{name}`: "),
        };
        match (then.get(name), now.get(name)) {
            (Some(then), Some(now)) => {
                if let Some(mut found) = of_files(then, now, limits) {
                    found.what.insert_str(0, &place);
                    return found;
                }
            }
            (Some(_), None) => {
                return difference(
                    DifferenceKind::Content,
                    format!("{place}it did not come out"),
                );
            }
            _ => return difference(DifferenceKind::Content, format!("{place}it is new")),
        }
    }
    difference(
        DifferenceKind::Unknown,
        "every file is equal, the digests are not: names or links differ",
    )
}

fn of_files(then: &Path, now: &Path, limits: &Limits) -> Option<FirstDifference> {
    let (then, now) = match (opened(then), opened(now)) {
        (Ok((then, _)), Ok((now, _))) => (then, now),
        (Err(error), _) | (_, Err(error)) => {
            return Some(difference(DifferenceKind::Unknown, error.to_string()));
        }
    };
    let place = first_byte(&then, &now)?;
    let found = of_tensors(&then, &now, limits)
        .or_else(|| of_zips(&then, &now, limits))
        .or_else(|| of_gzip(&then, &now))
        .or_else(|| of_texts(&then, &now));
    Some(found.unwrap_or_else(|| {
        difference(
            DifferenceKind::Content,
            format!("the first differing byte is byte {place}"),
        )
    }))
}

/// The first byte that differs, or where the shorter one ends.
fn first_byte(then: &Bytes, now: &Bytes) -> Option<u64> {
    let mut at = 0_u64;
    loop {
        let one = then.bytes_at(at, PIECE_BYTES).unwrap_or_default();
        let other = now.bytes_at(at, PIECE_BYTES).unwrap_or_default();
        let same = one
            .iter()
            .zip(&other)
            .take_while(|(one, other)| one == other);
        let same = same.count();
        if same < one.len().max(other.len()) {
            return Some(at + same as u64);
        }
        if one.is_empty() {
            return None;
        }
        at += one.len() as u64;
    }
}

fn of_tensors(then: &Bytes, now: &Bytes, limits: &Limits) -> Option<FirstDifference> {
    let read = |bytes: &Bytes| -> Option<Model> {
        let model = waybill_tensors::read(bytes, limits, &InFiles).ok()?;
        (!model.tensors.is_empty()).then_some(model)
    };
    let (then, now) = (read(then)?, read(now)?);
    let (before, after) = (digests(&then).ok()?, digests(&now).ok()?);
    let side = |model, digests| Side { model, digests };
    let compared = compare(side(&then, &before), side(&now, &after), Asked::default()).ok()?;
    for (names, which) in [
        (&compared.only_first, "did not come out"),
        (&compared.only_second, "is new"),
    ] {
        if let Some(name) = names.first() {
            return Some(difference(
                DifferenceKind::Content,
                format!("the tensor `{name}` {which}"),
            ));
        }
    }
    let changed: Vec<_> = compared
        .tensors
        .iter()
        .filter(|tensor| tensor.change != Change::Equal || tensor.renamed.is_some())
        .collect();
    let Some(first) = changed.first() else {
        let texts = (then.metadata, now.metadata);
        return Some(match texts.0 == texts.1 {
            true => difference(
                DifferenceKind::Order,
                "every tensor is equal, they stand in another order or container",
            ),
            false => of_metadata(&texts.0, &texts.1),
        });
    };
    let noise = |tensor: &&waybill_tensors::compare::Compared| {
        let narrow = tensor.dtypes.0.part_bytes() < 4;
        let most = if narrow { NARROW_NOISE } else { NOISE };
        let small = tensor.distance.is_some_and(|distance| distance <= most);
        small && tensor.dtypes.0 == tensor.dtypes.1 && tensor.renamed.is_none() && !tensor.sampled
    };
    let kind = match changed.iter().all(noise) {
        true => DifferenceKind::FloatNoise,
        false => DifferenceKind::Content,
    };
    let size = first.distance.map_or(String::new(), |distance| {
        format!(", by {distance:.1e} of its norm")
    });
    Some(difference(
        kind,
        format!(
            "{} of {} tensors differ, the first is `{}`{size}",
            changed.len(),
            compared.tensors.len(),
            first.name
        ),
    ))
}

type Pairs = [(String, String)];

fn of_metadata(then: &Pairs, now: &Pairs) -> FirstDifference {
    let lines = |pairs: &Pairs| {
        let lines: Vec<String> = pairs
            .iter()
            .map(|(key, value)| format!("{key}: {value}"))
            .collect();
        lines.join("\n")
    };
    let mut found = texts::between(&lines(then), &lines(now));
    found.what.insert_str(0, "in the metadata, ");
    found
}

fn of_zips(then: &Bytes, now: &Bytes, limits: &Limits) -> Option<FirstDifference> {
    let read = |bytes: &Bytes| {
        let head = bytes.bytes_at(0, 64).ok()?;
        if !zip::recognises(&head) {
            return None;
        }
        let facts = zip::parse(bytes.as_ref(), limits)?;
        let entries = facts.entries.into_iter().filter(|entry| entry.listed);
        let entries = entries.map(|entry| (entry.name, entry.crc32, entry.uncompressed_bytes));
        Some(entries.collect::<Vec<_>>())
    };
    let (then, now) = (read(then)?, read(now)?);
    if then == now {
        return Some(difference(
            DifferenceKind::Timestamp,
            "every member is equal, their times or other headers are not",
        ));
    }
    let sorted = |mut entries: Vec<(String, u32, u64)>| {
        entries.sort();
        entries
    };
    let pairs = then.iter().zip(&now);
    let first = pairs.clone().find(|(then, now)| then != now);
    let named = first.map_or(
        "an archive of another number of members".to_owned(),
        |pair| format!("the first is `{}`", pair.0.0),
    );
    Some(match sorted(then.clone()) == sorted(now.clone()) {
        true => difference(
            DifferenceKind::Order,
            format!("the members stand in another order, {named}"),
        ),
        false => difference(
            DifferenceKind::Content,
            format!("members of the archive differ, {named}"),
        ),
    })
}

/// gzip states a time in bytes 4 to 7.
fn of_gzip(then: &Bytes, now: &Bytes) -> Option<FirstDifference> {
    let head = |bytes: &Bytes| bytes.bytes_at(0, 8).ok();
    let (one, other) = (head(then)?, head(now)?);
    let is_gzip = |head: &[u8]| head.starts_with(b"\x1f\x8b");
    if !is_gzip(&one)
        || !is_gzip(&other)
        || then.len() != now.len()
        || one.get(..4) != other.get(..4)
    {
        return None;
    }
    let rest = |bytes: &Bytes| -> Bytes {
        let bytes = std::sync::Arc::clone(bytes);
        let length = bytes.len().saturating_sub(8);
        std::sync::Arc::new(waybill_formats::SubRange::new(bytes, 8, length))
    };
    first_byte(&rest(then), &rest(now)).is_none().then(|| {
        difference(
            DifferenceKind::Timestamp,
            "only the time in the header of gzip",
        )
    })
}

fn of_texts(then: &Bytes, now: &Bytes) -> Option<FirstDifference> {
    let text = |bytes: &Bytes| {
        if bytes.len() > TEXT_BYTES {
            return None;
        }
        let count = usize::try_from(bytes.len()).ok()?;
        String::from_utf8(bytes.bytes_at(0, count).ok()?).ok()
    };
    Some(texts::between(&text(then)?, &text(now)?))
}
