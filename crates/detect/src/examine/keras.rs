//! Configurations of Keras, wherever they stand: a file, a member, an attribute.

use waybill_source::keras;

use super::{Facts, Format, Place, Walk};
use crate::keras::standing::JudgedKeras;

impl Walk<'_> {
    /// Judges a JSON document if it is the configuration of a model.
    pub(super) fn keras_json(&mut self, raw: &[u8], place: &Place<'_>) {
        let of_archive = self.keras && place.name == "config.json";
        self.keras_text(&String::from_utf8_lossy(raw), of_archive, place);
    }

    /// Judges a text if it is the configuration of a model, or stands where only one may; false if
    /// it is none.
    pub(super) fn keras_text(&mut self, text: &str, expected: bool, place: &Place<'_>) -> bool {
        if !expected && !keras::recognises(text) {
            return false;
        }
        let facts = keras::parse(text);
        // Documents of others name classes too; code is Keras' own wherever it stands.
        if !expected && !facts.is_configuration && facts.code.is_empty() {
            return false;
        }
        let judged = JudgedKeras::new(&facts, expected, self.context);
        let length = text.len() as u64;
        self.judge(place, Format::JSON, length, Facts::Keras(&judged));
        true
    }
}
