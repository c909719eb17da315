//! Byte patterns asked beside Waybill's own rules: YARA.

use std::collections::BTreeSet;

use waybill_domain::Severity;
use waybill_formats::Bytes;

use super::{Class, Facts, Format, Place, Walk};

/// Bytes of one piece that is handed over at once.
const WINDOW_BYTES: u64 = 32 << 20;
/// Bytes by which pieces overlap, so that what stands across a border is seen in one of them.
const OVERLAP_BYTES: u64 = 64 << 10;
/// Said in reports of what was only begun.
const SAMPLED: &str =
    "YARA rules of Waybill saw the beginning of what is long (limit `yara_bytes`)";
/// Said where conditions about the size or the end of a file do not mean the whole of it.
const IN_PIECES: &str = "YARA rules saw pieces of 32 MiB of what is longer";

/// Patterns that are looked for in bytes.
pub trait Patterns: Sync {
    /// True if they are to see every byte, weights and archives too; else they see texts, programs
    /// and what nobody knows.
    fn everywhere(&self) -> bool;
    /// Those that match; `name` is that of the artifact or member.
    fn matches(&self, name: &str, bytes: &[u8]) -> Vec<PatternMatch>;
}

/// One pattern that matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternMatch {
    /// Its name.
    pub pattern: String,
    /// The set that it belongs to.
    pub set: String,
    /// What it is said to find.
    pub description: Option<String>,
    /// How bad, by its own word.
    pub severity: Severity,
    /// Offset in the bytes that were handed over.
    pub offset: Option<u64>,
}

impl Walk<'_> {
    /// Asks all patterns about the bytes at a place.
    pub(super) fn patterns(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        for patterns in self.context.patterns {
            let length = match (patterns.everywhere(), holds_prose(format)) {
                (true, _) => bytes.len(),
                (false, true) => bytes.len().min(self.context.limits.yara_bytes),
                (false, false) => continue,
            };
            if length < bytes.len() {
                self.found.sampled.insert(SAMPLED);
            }
            if length > WINDOW_BYTES {
                self.found.sampled.insert(IN_PIECES);
            }
            self.pieces(*patterns, bytes, length, (format, place));
        }
    }

    fn pieces(
        &mut self,
        patterns: &dyn Patterns,
        bytes: &Bytes,
        length: u64,
        (format, place): (Format, &Place<'_>),
    ) {
        let mut seen = BTreeSet::new();
        let mut start = 0;
        while start < length {
            let end = start.saturating_add(WINDOW_BYTES).min(length);
            let size = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX);
            // What cannot be read is told elsewhere.
            let piece = bytes.bytes_at(start, size).unwrap_or_default();
            for mut found in patterns.matches(place.name, &piece) {
                found.offset = found.offset.map(|offset| offset.saturating_add(start));
                // A text that nothing runs may only speak of it: lists of attacks, filters, manuals.
                if !patterns.everywhere() && format.class == Class::Text {
                    found.severity = found.severity.min(Severity::Medium);
                }
                // Pieces overlap.
                if seen.insert((found.set.clone(), found.pattern.clone(), found.offset)) {
                    self.judge(place, format, bytes.len(), Facts::Pattern(&found));
                }
            }
            if end == length {
                return;
            }
            start = end.saturating_sub(OVERLAP_BYTES);
        }
    }
}

/// True for what people write and machines run: there the patterns of Waybill look.
fn holds_prose(format: Format) -> bool {
    matches!(
        format.class,
        Class::Text | Class::Executable | Class::Unknown | Class::NotExamined
    ) || [Format::PYTHON, Format::XML, Format::HTML, Format::SVG].contains(&format)
}
