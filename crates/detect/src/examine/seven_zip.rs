//! 7z archives: streams are unpacked once, and the files in them examined like any other member.

use std::sync::Arc;

use waybill_formats::seven_zip::{self, Entry, Method, Stream};
use waybill_formats::wrapper::{Ended, expand};
use waybill_formats::{Bytes, SubRange};

use super::archive::{CHECKED_BYTES, checksum, path};
use super::{Facts, Format, Listed, Place, Walk};

impl Walk<'_> {
    pub(super) fn seven_zip(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let Some(facts) = seven_zip::parse(bytes, self.context.limits) else {
            return;
        };
        let format = Format::SEVEN_ZIP;
        let listed: Vec<Listed> = facts.entries.iter().map(listed).collect();
        self.judge(place, format, bytes.len(), Facts::Listing(&listed));
        if let Some(broken) = &facts.broken {
            let problems = [broken.clone()];
            self.judge(place, format, bytes.len(), Facts::Damaged(&problems));
            self.search(bytes, place, 0);
        }
        // Files stand in the order of their streams.
        let placed = facts.entries.iter().filter(|entry| entry.place.is_some());
        let mut placed = placed.peekable();
        for (index, stream) in facts.streams.iter().enumerate() {
            let content = self.stream(bytes, stream, place);
            while let Some(entry) =
                placed.next_if(|entry| entry.place.is_some_and(|(stream, _)| stream == index))
            {
                let offset = entry.place.map_or(0, |(_, offset)| offset);
                if let Some(content) = &content {
                    self.seven_zip_entry(content, entry, offset, place);
                }
            }
        }
        self.trailing(
            bytes,
            place,
            Some(facts.end),
            "bytes after the end of the archive",
        );
    }

    /// Unpacks one stream.
    fn stream(&mut self, bytes: &Bytes, stream: &Stream, place: &Place<'_>) -> Option<Bytes> {
        let format = Format::SEVEN_ZIP;
        let length = stream.packed_bytes;
        let packed: Bytes = Arc::new(SubRange::new(Arc::clone(bytes), stream.start, length));
        let codec = match &stream.method {
            Method::Copied => return Some(packed),
            Method::Packed(codec) => *codec,
            Method::Encrypted => {
                self.judge(place, format, length, Facts::Unread("it is encrypted"));
                return None;
            }
            Method::Unknown(ids) => {
                let reason = format!("compression method {ids} is not known");
                self.judge(place, format, length, Facts::Unread(&reason));
                return None;
            }
        };
        let limits = self.context.limits;
        let ratio = stream
            .unpacked_bytes
            .checked_div(length.max(1))
            .unwrap_or(0);
        if stream.unpacked_bytes > limits.bomb_bytes && ratio > limits.bomb_ratio {
            let produced = stream.unpacked_bytes;
            let ended = Ended::Bomb { produced, ratio };
            self.judge(place, format, length, Facts::Wrapper { ended: &ended });
            return None;
        }
        let expanded = expand(codec, &packed, limits, self.budget, self.context.scratch);
        if expanded.ended != Ended::Whole {
            let ended = &expanded.ended;
            self.judge(place, format, length, Facts::Wrapper { ended });
        }
        (!matches!(expanded.ended, Ended::Bomb { .. })).then_some(expanded.bytes)
    }

    fn seven_zip_entry(&mut self, stream: &Bytes, entry: &Entry, offset: u64, place: &Place<'_>) {
        let content: Bytes = Arc::new(SubRange::new(Arc::clone(stream), offset, entry.length));
        let member = path(place.member, &entry.name);
        let inner = Place {
            name: &entry.name,
            member: Some(&member),
            depth: place.depth.saturating_add(1),
            polyglot: false,
        };
        let format = Format::SEVEN_ZIP;
        if content.len() < entry.length {
            let reason = "it lies beyond the end of its stream";
            self.judge(&inner, format, content.len(), Facts::Unread(reason));
        } else if content.len() <= CHECKED_BYTES
            && let (Some(found), Some(stated)) = (checksum(&content), entry.crc32)
            && found != stated
        {
            let problems = [(
                0,
                "its checksum is not the one that the header states".to_owned(),
            )];
            self.judge(&inner, format, content.len(), Facts::Damaged(&problems));
        }
        if !entry.is_link {
            self.examine(&content, &inner);
        }
    }
}

fn listed(entry: &Entry) -> Listed {
    Listed {
        name: entry.name.clone(),
        offset: entry.place.map_or(0, |(_, offset)| offset),
        is_link: entry.is_link,
    }
}
