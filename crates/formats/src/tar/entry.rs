//! What a header whose checksum is right begins: an entry, or a record about the next one.

use super::block::{Block, terminated};
use super::pending::{Pax, Pending};
use super::walk::{Stop, Walk};
use super::{Entry, EntryKind, NumberField, Position, ProblemKind};
use crate::problems::excerpt;

/// The largest size that eleven octal digits can say.
const LARGEST_OCTAL_BYTES: u64 = 0o777_7777_7777;

/// A path or link target as text.
struct Text {
    text: String,
    is_utf8: bool,
}

impl Walk<'_> {
    pub(super) fn header(&mut self, offset: u64, block: Block<'_>, size: u64) -> Result<(), Stop> {
        match block.type_flag() {
            flag @ (b'L' | b'K' | b'x' | b'X' | b'g') => self.record(offset, flag, size),
            _ => self.entry(offset, block, size),
        }
    }

    /// A long name or a pax header.
    fn record(&mut self, offset: u64, flag: u8, size: u64) -> Result<(), Stop> {
        let there = self.cursor.remaining();
        if size > there {
            let path = format!("record {}", char::from(flag));
            let missing = size.saturating_sub(there);
            self.report(offset, ProblemKind::SizeBeyondFile { path, missing });
        }
        let length = size.min(there);
        if length > self.limits.text_bytes {
            self.report(offset, ProblemKind::RecordOverLimit { length });
            self.skip_data(size);
            return Ok(());
        }
        let wanted = usize::try_from(length).unwrap_or(0);
        let data = self.cursor.take(wanted)?.to_vec();
        let padded = size.checked_next_multiple_of(super::BLOCK_BYTES);
        self.cursor
            .skip(padded.map_or(u64::MAX, |padded| padded.saturating_sub(length)));
        match flag {
            b'g' => self.global_header(offset, &data),
            b'x' | b'X' => self.pax_header(offset, &data),
            _ => self.long_name(offset, flag, &data),
        }
        Ok(())
    }

    fn long_name(&mut self, offset: u64, flag: u8, data: &[u8]) {
        self.pending.at.get_or_insert(offset);
        let facts = &mut *self.facts;
        let name = terminated(data, &mut |kind| facts.problem(offset, kind)).to_vec();
        let slot = match flag {
            b'L' => &mut self.pending.gnu_path,
            _ => &mut self.pending.gnu_link,
        };
        let before = slot.replace(name);
        self.named_before(offset, before);
    }

    fn pax_header(&mut self, offset: u64, data: &[u8]) {
        self.pending.at.get_or_insert(offset);
        let before = self.pending.pax.path.take();
        if !self.pending.pax.read(data) {
            self.report(offset, ProblemKind::PaxMalformed);
        }
        match self.pending.pax.path {
            Some(_) => self.named_before(offset, before),
            None => self.pending.pax.path = before,
        }
    }

    /// Reports a name that a record before this one gave.
    fn named_before(&mut self, offset: u64, before: Option<Vec<u8>>) {
        if let Some(before) = before {
            let path = excerpt(&String::from_utf8_lossy(&before));
            self.report(offset, ProblemKind::NamedTwice { path });
        }
    }

    fn global_header(&mut self, offset: u64, data: &[u8]) {
        let mut pax = Pax::default();
        if !pax.read(data) {
            self.report(offset, ProblemKind::PaxMalformed);
        }
        for kind in pax.of_one_entry() {
            self.report(offset, kind);
        }
        self.global.path = pax.path.or(self.global.path.take());
        self.global.link = pax.link.or(self.global.link.take());
    }

    fn entry(&mut self, offset: u64, block: Block<'_>, header_size: u64) -> Result<(), Stop> {
        let pending = std::mem::take(&mut self.pending);
        let entries = self.facts.entries.len() as u64;
        if entries >= self.limits.members || self.text_left == 0 {
            self.report(offset, ProblemKind::LimitReached { entries });
            return Err(Stop::End);
        }
        let kind = pending.kind(block.kind());
        let facts = &mut *self.facts;
        let header_path = block.path(|kind| facts.problem(offset, kind));
        let header_link = block.link_target(|kind| facts.problem(offset, kind));
        let path = self.text(offset, &pending.path(&self.global, header_path));
        let is_link = matches!(kind, EntryKind::HardLink | EntryKind::SymLink);
        let link = pending.link(&self.global, header_link);
        let link_target = (is_link || !link.is_empty()).then(|| self.text(offset, &link).text);
        if path.text.is_empty() {
            self.report(offset, ProblemKind::PathEmpty);
        }
        let mode = self.mode(offset, block);
        let expanded_size = self.sparse(offset, block, &pending)?;
        let entry = Entry {
            path: path.text,
            path_is_utf8: path.is_utf8,
            kind,
            link_target,
            mode,
            size: pending.pax.size.unwrap_or(header_size),
            header_size,
            pax_size: pending.pax.size,
            expanded_size,
            header_offset: offset,
            data_offset: self.cursor.offset(),
            position: self.position,
        };
        self.compare(&entry, pending.is_named_twice());
        self.skip_data(entry.data_bytes());
        self.facts.entries.push(entry);
        Ok(())
    }

    /// Reports where an entry disagrees with itself or with the file.
    fn compare(&mut self, entry: &Entry, named_twice: bool) {
        let path = || excerpt(&entry.path);
        let (header_size, pax_size) = (entry.header_size, entry.pax_size);
        let missing = entry.data_bytes().saturating_sub(self.cursor.remaining());
        // A size that the field of the header cannot hold is often zero there.
        let excused = |size: u64| header_size == 0 && size > LARGEST_OCTAL_BYTES;
        let disagrees = pax_size.filter(|size| *size != header_size && !excused(*size));
        let after_end = self.position == Position::AfterEnd;
        let found = [
            named_twice.then(|| ProblemKind::NamedTwice { path: path() }),
            disagrees.map(|pax_size| ProblemKind::SizeDisagrees {
                path: path(),
                header_size,
                pax_size,
            }),
            (!entry.kind.has_data() && entry.size > 0).then(|| ProblemKind::SizeWithoutData {
                path: path(),
                size: entry.size,
            }),
            (missing > 0).then(|| ProblemKind::SizeBeyondFile {
                path: path(),
                missing,
            }),
            after_end.then(|| ProblemKind::EntryAfterEnd { path: path() }),
        ];
        for kind in found.into_iter().flatten() {
            self.report(entry.header_offset, kind);
        }
    }

    fn mode(&mut self, offset: u64, block: Block<'_>) -> Option<u32> {
        let mode = match block.mode() {
            Ok(mode) => u32::try_from(mode).ok(),
            Err(wrong) => {
                self.number(offset, NumberField::Mode, wrong);
                return None;
            }
        };
        if mode.is_none() {
            let field = NumberField::Mode;
            self.report(offset, ProblemKind::NumberOutOfRange { field });
        }
        mode
    }

    /// Size of a sparse file with its holes; passes over the rest of an old sparse map.
    fn sparse(
        &mut self,
        offset: u64,
        block: Block<'_>,
        pending: &Pending,
    ) -> Result<Option<u64>, Stop> {
        if block.type_flag() != b'S' {
            return Ok(pending.pax.expanded_size);
        }
        let mut goes_on = block.sparse_map_goes_on();
        while goes_on {
            let map = self.cursor.array::<512>()?;
            goes_on = map.get(504).is_some_and(|byte| *byte != 0);
        }
        match block.expanded_size() {
            Ok(size) => Ok(Some(size)),
            Err(wrong) => {
                self.number(offset, NumberField::ExpandedSize, wrong);
                Ok(None)
            }
        }
    }

    /// A path or link target as text; what is odd about it is reported.
    fn text(&mut self, offset: u64, bytes: &[u8]) -> Text {
        let text = String::from_utf8_lossy(bytes);
        self.text_left = self.text_left.saturating_sub(text.len() as u64);
        let is_utf8 = std::str::from_utf8(bytes).is_ok();
        if !is_utf8 {
            let path = excerpt(&text);
            self.report(offset, ProblemKind::PathNotUtf8 { path });
        }
        if text.contains('\0') {
            let path = excerpt(&text);
            self.report(offset, ProblemKind::NulInPath { path });
        } else if text.contains(char::is_control) {
            let path = excerpt(&text);
            self.report(offset, ProblemKind::ControlInPath { path });
        }
        let text = text.into_owned();
        Text { text, is_utf8 }
    }
}
