//! JSON documents: strings that matter.

use waybill_source::json;

/// Reads the document.
pub fn run(bytes: &[u8]) {
    let _ = json::strings_of_interest(bytes, &json::Limits::default());
    let _ = json::exported(bytes);
}
