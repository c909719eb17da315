//! YAML: what its tags and names make a reader do, and what its texts carry.

use waybill_formats::pickle;
use waybill_source::document::yaml_objects;

use super::{Facts, Format, Place, Walk};
use crate::config::named::JudgedObjects;

impl Walk<'_> {
    pub(super) fn yaml(&mut self, text: &str, format: Format, place: &Place<'_>) {
        let objects = yaml_objects(text);
        let judged = JudgedObjects::new(&objects, self.context);
        self.judge(place, format, text.len() as u64, Facts::Yaml(&judged));
        for template in &objects.templates {
            self.template(&template.text, &template.path, place);
        }
        for encoded in &objects.encoded {
            let packed: Vec<u8> = encoded
                .text
                .bytes()
                .filter(|byte| !byte.is_ascii_whitespace())
                .collect();
            if let Some(content) = pickle::base64(&packed) {
                self.constant(content, u64::from(encoded.line), place);
            }
        }
    }
}
