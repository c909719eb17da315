//! XML, HTML, and models that are text.

use waybill_formats::Bytes;
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
        let text = self.whole_text(bytes, format, place);
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
