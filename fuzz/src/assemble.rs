//! The assembler: a language on the first line, a description below it.

/// Assembles whatever the bytes describe.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let (language, description) = text.split_once('\n').unwrap_or((text, ""));
    let _ = waybill_fixtures::assemble(language, description);
}
