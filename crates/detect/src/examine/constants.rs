//! Constants of a pickle that are themselves another format.

use std::sync::Arc;

use waybill_formats::Bytes;
use waybill_formats::pickle::{self, Embedded, Encoding, PickleFacts};

use super::{Class, Facts, Format, Place, Walk, archive, identify};

impl Walk<'_> {
    pub(super) fn constants(&mut self, bytes: &Bytes, facts: &PickleFacts, place: &Place<'_>) {
        for embedded in &facts.embedded {
            let Some(content) = decoded(bytes, embedded, self.context.limits.text_bytes) else {
                continue;
            };
            self.constant(content, embedded.offset, place);
        }
    }

    /// Examines a decoded constant if it convincingly is another format.
    pub(super) fn constant(&mut self, content: Vec<u8>, offset: u64, place: &Place<'_>) {
        let content: Bytes = Arc::new(content);
        let Some(format) = identify::identify(&content, "", self.context.limits)
            .first()
            .copied()
        else {
            return;
        };
        let convincing = match format {
            Format::PICKLE => pickle::convinces(content.as_ref(), 0, self.context.limits),
            _ => {
                format.class == Class::Executable && !format.name.is_empty()
                    || (format.is_examined() && format.codec.is_none())
            }
        };
        // Compressed constants are common and inert by themselves; what is in them may not be.
        if !convincing && format.codec.is_none() {
            return;
        }
        if convincing {
            self.judge(
                place,
                format,
                content.len(),
                Facts::Constant {
                    offset,
                    format: format.name,
                },
            );
        }
        let member = archive::path(place.member, &format!("(constant at byte {offset})"));
        let inner = Place {
            name: "",
            member: Some(&member),
            depth: place.depth.saturating_add(1),
            polyglot: false,
        };
        if format.class != Class::Executable {
            self.quietly(&content, &inner);
        }
    }

    /// Examines without noting that a harmless constant is no known format.
    pub(super) fn quietly(&mut self, content: &Bytes, inner: &Place<'_>) {
        let before = self.found.findings.len();
        self.examine(content, inner);
        let kept = self.found.findings.split_off(before);
        self.found
            .findings
            .extend(kept.into_iter().filter(|finding| !finding.incomplete));
    }
}

fn decoded(bytes: &Bytes, embedded: &Embedded, cap: u64) -> Option<Vec<u8>> {
    let length = usize::try_from(embedded.length.min(cap)).ok()?;
    let raw = bytes.bytes_at(embedded.start, length).ok()?;
    match embedded.encoding {
        Encoding::Raw => Some(raw),
        Encoding::Base64 => pickle::base64(&raw),
        Encoding::Hexadecimal => pickle::unhex(&raw),
    }
}
