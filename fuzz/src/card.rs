//! Cards of models and data sets.

use waybill_source::card;

/// Reads the card.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = card::parse(&text);
}
