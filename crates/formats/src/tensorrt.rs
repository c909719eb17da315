//! Engines of `TensorRT` (`.engine`, `.plan`, `.trt`).
//!
//! NVIDIA publishes no layout. Public readers know the header: a mark, two versions, and the length of what
//! follows, at a place that depends on the version; tools that export engines write metadata in JSON with its
//! length before that. The rest is code for the device, weights, data of plugins and, if the engine was built
//! so, libraries of plugins; only names are looked for in it.

use std::collections::HashSet;

use crate::ReadAt;

/// Bytes of the header.
const HEADER_BYTES: u64 = 24;
/// Longest metadata before an engine.
const PREFACE_BYTES: u64 = 64 << 20;
/// Bytes that are searched at once, and how much of them again.
const PIECE_BYTES: usize = 1 << 20;
const OVERLAP_BYTES: usize = 128;
/// Names that are listed, and how long one is.
const LISTED: usize = 256;
const NAME_BYTES: std::ops::RangeInclusive<usize> = 5..=64;
/// What names of plugins hold.
const WORDS: [&[u8]; 2] = [b"_TRT", b"Plugin"];

/// What is known of an engine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TensorRtFacts {
    /// Where metadata in JSON stand before the engine: offset and length.
    pub metadata: Option<(u64, u64)>,
    /// Offset of the engine.
    pub start: u64,
    /// Version of the serialisation of engines with safety, zero for ordinary ones.
    pub safe_version: u32,
    /// Version of the serialisation of ordinary engines.
    pub version: u32,
    /// Offset behind the engine by what its header states; `None` if the header is of a version whose layout
    /// is not known.
    pub end: Option<u64>,
    /// Names of plugins, each once, with the offset of the first.
    pub plugins: Vec<(String, u64)>,
    /// Where the header contradicts the bytes: offset and what is wrong.
    pub problems: Vec<(u64, String)>,
}

/// True if the content begins as an engine does, or as metadata with an engine behind them.
#[must_use]
pub fn recognises(source: &dyn ReadAt, head: &[u8]) -> bool {
    has_mark(head) || preface(source, head).is_some()
}

fn has_mark(head: &[u8]) -> bool {
    head.starts_with(b"ftrt") || head.starts_with(b"ptrt")
}

/// Length of the metadata before an engine.
fn preface(source: &dyn ReadAt, head: &[u8]) -> Option<u64> {
    let (length, text) = head.split_first_chunk::<4>()?;
    let length = u64::from(u32::from_le_bytes(*length));
    if text.first() != Some(&b'{') || length > PREFACE_BYTES {
        return None;
    }
    let engine = source.bytes_at(length.saturating_add(4), 4).ok()?;
    has_mark(&engine).then_some(length)
}

/// Reads the header and looks for names; `None` if the content is no engine.
#[must_use]
pub fn parse(source: &dyn ReadAt) -> Option<TensorRtFacts> {
    let head = source.bytes_at(0, 16).ok()?;
    let mut facts = TensorRtFacts::default();
    if !has_mark(&head) {
        let length = preface(source, &head)?;
        facts.metadata = Some((4, length));
        facts.start = length.saturating_add(4);
    }
    let header = source.bytes_at(facts.start, 24).unwrap_or_default();
    let small = |at: usize| {
        let bytes = header.get(at..at.saturating_add(4))?;
        bytes.try_into().ok().map(u32::from_le_bytes)
    };
    let large = |at: usize| {
        let bytes = header.get(at..at.saturating_add(8))?;
        bytes.try_into().ok().map(u64::from_le_bytes)
    };
    let (Some(safe), Some(version), Some(early), Some(late)) =
        (small(4), small(8), large(12), large(16))
    else {
        let reason = "the engine ends in its header".to_owned();
        facts.problems.push((source.len(), reason));
        return Some(facts);
    };
    facts.safe_version = safe;
    facts.version = version;
    let there = source.len().saturating_sub(facts.start);
    let fits = |stated: u64| stated == there || stated.checked_add(HEADER_BYTES) == Some(there);
    let stated = match safe {
        0x57 | 0x59 | 0x60 | 0x61 => Some(early),
        0 | 0x2b => Some(late),
        _ => [late, early].into_iter().find(|stated| fits(*stated)),
    };
    if let Some(stated) = stated {
        let behind_header = there.saturating_sub(HEADER_BYTES);
        if fits(stated) {
            facts.end = Some(source.len());
        } else if stated > there {
            let reason = format!("the header states {stated} bytes, {behind_header} are behind it");
            facts.problems.push((facts.start, reason));
        } else {
            let length = stated.saturating_add(HEADER_BYTES).min(there);
            facts.end = Some(facts.start.saturating_add(length));
        }
    }
    plugins(source, &mut facts);
    Some(facts)
}

/// Looks for words that name plugins.
fn plugins(source: &dyn ReadAt, facts: &mut TensorRtFacts) {
    let mut seen = HashSet::new();
    let mut from = facts.start;
    while from < source.len() && facts.plugins.len() < LISTED {
        let piece = source.bytes_at(from, PIECE_BYTES).unwrap_or_default();
        for word in WORDS {
            for at in memchr::memmem::find_iter(&piece, word) {
                let (start, name) = around(&piece, at);
                if !is_plugin(name) || facts.plugins.len() >= LISTED {
                    continue;
                }
                let name = String::from_utf8_lossy(name).into_owned();
                if seen.insert(name.clone()) {
                    let offset = from.saturating_add(start as u64);
                    facts.plugins.push((name, offset));
                }
            }
        }
        if piece.len() < PIECE_BYTES {
            break;
        }
        from = from.saturating_add((PIECE_BYTES.saturating_sub(OVERLAP_BYTES)) as u64);
    }
    facts.plugins.sort_by_key(|(_, offset)| *offset);
}

/// The word that a place stands in.
fn around(piece: &[u8], at: usize) -> (usize, &[u8]) {
    let part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let most = *NAME_BYTES.end();
    let before = piece.get(..at).unwrap_or_default();
    let back = before.iter().rev().take(most).take_while(part).count();
    let start = at.saturating_sub(back);
    let word = piece.get(start..).unwrap_or_default();
    let length = word
        .iter()
        .take(most.saturating_add(1))
        .take_while(part)
        .count();
    (start, word.get(..length).unwrap_or_default())
}

fn is_plugin(name: &[u8]) -> bool {
    NAME_BYTES.contains(&name.len())
        && name.first().is_some_and(u8::is_ascii_alphabetic)
        && (name.ends_with(b"_TRT") || memchr::memmem::find(name, b"Plugin").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> TensorRtFacts {
        let bytes = waybill_fixtures::assemble("bytes", text).unwrap();
        assert!(recognises(&bytes, &bytes));
        parse(&bytes).unwrap()
    }

    #[test]
    fn headers_are_read_by_their_version() {
        let new = facts("text \"ptrt\"\nu32le 0 232 0\nu64le 4\nu8 1 2 3 4\n");
        assert_eq!(
            (new.version, new.end, new.problems.len()),
            (232, Some(28), 0)
        );
        let old = facts("text \"ptrt\"\nu32le 0x60 7\nu64le 2\nu32le 0\nu8 1 2 3 4\n");
        assert_eq!(old.end, Some(26));
        let unknown = facts("text \"ftrt\"\nu32le 500 7\nu64le 2\nu32le 0\nu8 1 2 3 4\n");
        assert_eq!((unknown.end, unknown.problems.len()), (None, 0));
    }

    #[test]
    fn metadata_before_it_and_names_inside_are_found() {
        let text = "block u32le : text\n  {\"task\": \"detect\"}\ntext \"ftrt\"\nu32le 0 239 0\nu64le 34\nlp32le \"EfficientNMS_TRT\"\nlp8 \"AcmePluginV2\"\nu8 0\n";
        let found = facts(text);
        let (_, length) = found.metadata.unwrap();
        assert_eq!(found.start, length + 4);
        let names: Vec<_> = found.plugins.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["EfficientNMS_TRT", "AcmePluginV2"]);
        assert_eq!(found.end, Some(found.start + 24 + 34));
    }

    #[test]
    fn headers_that_lie_are_told() {
        let long = facts("text \"ftrt\"\nu32le 0 239 0\nu64le 400\nu8 1\n");
        let reason = "the header states 400 bytes, 1 are behind it".to_owned();
        assert_eq!(long.problems, [(0, reason)]);
        assert_eq!(facts("text \"ftrt\"\nu32le 0\n").problems.len(), 1);
    }
}
