//! Code: the first byte chooses the language.

use waybill_source::code;

/// Reads the text as code of that language.
pub fn run(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    let facts = match choice % 6 {
        0 => code::python(&text),
        1 => code::notebook(&text),
        2 => code::script(&text, "a.js"),
        3 => code::script(&text, "a.tsx"),
        4 => code::script(&text, "a.vue"),
        _ => code::rust(&text),
    };
    for call in &facts.calls {
        assert!(
            call.receiver
                .is_none_or(|receiver| receiver < facts.calls.len())
        );
    }
}
