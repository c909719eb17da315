//! What a text is.

use waybill_source::text;

/// Decodes and classifies, with and without a name.
pub fn run(bytes: &[u8]) {
    let _ = text::decode(bytes);
    let _ = text::classify(bytes, None);
    let _ = text::classify(bytes, Some("setup.py"));
}
