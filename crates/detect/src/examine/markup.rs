//! XML, HTML, and models that are text.

use waybill_formats::Bytes;
use waybill_source::text::decode;
use waybill_source::{lightgbm, xml};

use super::{Facts, Format, Place, Walk};

/// Formats that this module examines.
pub(super) fn is_markup(format: Format) -> bool {
    matches!(
        format,
        Format::XML | Format::HTML | Format::SVG | Format::PMML | Format::LIGHTGBM
    )
}

impl Walk<'_> {
    pub(super) fn markup(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        let cap = self.context.limits.text_bytes;
        if bytes.len() > cap {
            self.judge(place, format, bytes.len(), Facts::Limit("text_bytes"));
        }
        let length = usize::try_from(bytes.len().min(cap)).unwrap_or(usize::MAX);
        let raw = bytes.bytes_at(0, length).unwrap_or_default();
        let text =
            decode(&raw).map_or_else(|| String::from_utf8_lossy(&raw), |decoded| decoded.text);
        if format == Format::LIGHTGBM {
            let facts = lightgbm::parse(&text);
            self.judge(place, format, bytes.len(), Facts::LightGbm(&facts));
        } else {
            let facts = xml::parse(&text, format == Format::HTML);
            self.judge(place, format, bytes.len(), Facts::Xml(&facts));
            self.claim_constants(&facts, place);
        }
        self.judge(place, format, bytes.len(), Facts::Text(&text));
        self.search(bytes, place, 0);
    }
}
