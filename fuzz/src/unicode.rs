//! Hidden characters and look-alike letters.

use waybill_source::unicode;

/// Finds them; every run is a place in the text.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = unicode::hidden(&text);
    for word in text.split_whitespace().take(1000) {
        let _ = unicode::homoglyphs(word);
    }
}
