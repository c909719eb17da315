//! Jinja2 templates.

use waybill_source::template;

/// Reads the template; every place is one in the text.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let facts = template::parse(&text);
    for access in &facts.accesses {
        assert!(text.is_char_boundary(access.offset));
    }
    for located in facts.strings.iter().chain(&facts.unknown_tags) {
        assert!(text.is_char_boundary(located.offset));
    }
    assert!(facts.literal_text.len() <= text.len());
}
