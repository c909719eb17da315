//! JSON documents, for the strings in them that name code, hold templates or hide bytes.
//!
//! A pull reader of our own goes through the document once without building it, so that a
//! tokenizer of 20 MB costs no more memory than its facts, nesting costs no stack, and every
//! fact has an offset. It is as lenient as the programs that will read the file: `NaN`,
//! `Infinity`, comments, trailing commas, duplicate keys and bytes after the document are
//! accepted; the last two are facts. Grammar: <https://www.rfc-editor.org/rfc/rfc8259>.

mod collect;
mod exported;
mod facts;
mod interest;
mod path;
mod payload;
mod reader;
mod strings;
mod templates;

pub use exported::{ExportedFacts, exported};
pub use facts::{
    DuplicateKey, Encoding, JsonFacts, Limit, Limits, NamedCode, Payload, PayloadFormat,
    SyntaxError, TemplateText,
};

/// Reads a document in UTF-8, with or without a byte order mark.
#[must_use]
pub fn strings_of_interest(text: &[u8], limits: &Limits) -> JsonFacts {
    collect::read(text, limits)
}

#[cfg(test)]
mod tests;
