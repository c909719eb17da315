//! Graphs of smaller frameworks, as protobuf: CoreML, PaddlePaddle, CNTK, and the tokenizer models
//! of SentencePiece. All of them are told by their structure.

pub mod cntk;
pub mod coreml;
pub mod mxnet;
pub mod paddle;
mod sentencepiece;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::onnx::OperatorUse;
use crate::protobuf::{Broken, Extent, Wire};
pub use sentencepiece::is_sentencepiece;

/// A text of a model, cut at 4096 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Name of the field or attribute.
    pub name: String,
    /// Offset in the file.
    pub offset: u64,
    /// The text.
    pub text: String,
}

/// What a model of these frameworks holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphFacts {
    /// Every operator that is used.
    pub operators: BTreeMap<String, OperatorUse>,
    /// Classes of the program around the model that it needs: what for, name, offset.
    pub classes: Vec<(&'static str, String, u64)>,
    /// Files that it names as part of itself, with the offset.
    pub files: Vec<(String, u64)>,
    /// Texts in it.
    pub texts: Vec<Text>,
    /// Fields that the format does not know: place and length.
    pub unknown: Vec<Extent>,
    /// Where and why reading stopped.
    pub broken: Option<Broken>,
}

/// Longest text that is kept, in bytes.
const TEXT_BYTES: u64 = 4096;
/// Files, classes and unknown fields that are kept.
const KEPT: usize = 1024;
/// Different operators that are kept.
const MOST_OPERATORS: usize = 65_536;
/// Fields that are looked at to find out what a file is.
const GLANCE_FIELDS: u64 = 4096;

/// What reads one file.
struct Reader<'w, 'a> {
    wire: &'w Wire<'a>,
    facts: GraphFacts,
    /// Bytes of texts that may still be kept.
    texts_left: u64,
}

impl Reader<'_, '_> {
    fn used(&mut self, operator: String, offset: u64) {
        let operators = &mut self.facts.operators;
        if operators.len() >= MOST_OPERATORS && !operators.contains_key(&operator) {
            return self.limit(offset, "members");
        }
        let used = operators.entry(operator).or_default();
        if used.count == 0 {
            used.offset = offset;
        }
        used.count = used.count.saturating_add(1);
    }

    fn text(&mut self, name: &str, range: Extent) -> String {
        let text = self.wire.text(range, TEXT_BYTES);
        // Shorter ones can say nothing that counts.
        if text.len() < 6 {
            return text;
        }
        match self.texts_left.checked_sub(text.len() as u64) {
            Some(left) => self.texts_left = left,
            None => {
                self.limit(range.start, "text_bytes");
                return text;
            }
        }
        self.facts.texts.push(Text {
            name: name.to_owned(),
            offset: range.start,
            text: text.clone(),
        });
        text
    }

    fn class(&mut self, what: &'static str, name: String, offset: u64) {
        if self.facts.classes.len() < KEPT {
            self.facts.classes.push((what, name, offset));
        }
    }

    fn file(&mut self, name: String, offset: u64) {
        let files = &mut self.facts.files;
        if files.len() < KEPT && files.last().is_none_or(|(last, _)| *last != name) {
            files.push((name, offset));
        }
    }

    fn limit(&self, offset: u64, limit: &'static str) {
        self.wire.note(Broken::Limit { offset, limit });
    }
}
