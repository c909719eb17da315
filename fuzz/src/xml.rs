//! XML and HTML.

/// Parses the text strictly and leniently.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for lenient in [false, true] {
        let _ = waybill_source::xml::parse(&text, lenient);
    }
}
