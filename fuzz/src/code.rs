//! Code: the first byte chooses the language.

use waybill_source::code;

/// Reads the text as code of that language.
pub fn run(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    let facts = match choice % 2 {
        0 => code::python(&text),
        _ => code::notebook(&text),
    };
    for call in &facts.calls {
        assert!(
            call.receiver
                .is_none_or(|receiver| receiver < facts.calls.len())
        );
    }
}
