//! What the bytes of a model or data file say about it: headers and tables, never the weights.

mod archive;
mod data;
mod gguf;
mod magic;
mod plain;
mod tensors;
#[cfg(test)]
mod tests;
mod torch;

use std::collections::BTreeMap;

pub(crate) use archive::archive;
pub(crate) use magic::by_name;
pub(crate) use plain::{in_document, in_text};

use waybill_domain::inventory::{DatasetFacts, ModelFacts};
use waybill_formats::{Limits, ReadAt};

/// What a file is to a model or data set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nature {
    /// Weights of a model.
    #[default]
    Weights,
    /// Weights of an adapter to a model.
    AdapterWeights,
    /// Objects of which only the surroundings tell whether they are a model: a pickle.
    Objects,
    /// Numbers of which only the surroundings tell what they are.
    Array,
    /// Records.
    Data,
    /// State of a training run: optimiser, scheduler, random numbers.
    TrainingState,
}

/// A model or data set that a header names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Its name.
    pub name: Option<String>,
    /// Who made it.
    pub organisation: Option<String>,
    /// Address of its repository.
    pub repository: Option<String>,
}

/// What one file says by its bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArtifactFacts {
    /// What the bytes are: `safetensors`, `gguf`, `onnx`, `parquet`, ...
    pub format: String,
    /// What the file is for.
    pub nature: Nature,
    /// Facts of a model.
    pub model: ModelFacts,
    /// Facts of a data set.
    pub dataset: DatasetFacts,
    /// Number of tensors.
    pub tensor_count: u64,
    /// The name that the header gives.
    pub name: Option<String>,
    /// The version that the header gives.
    pub version: Option<String>,
    /// What the header says of it in a sentence.
    pub description: Option<String>,
    /// Authors and organisations that the header names.
    pub authors: Vec<String>,
    /// Licence as the header states it.
    pub licence: Option<String>,
    /// Models that the header says it was made from.
    pub bases: Vec<Named>,
    /// Data sets that the header says it was trained on.
    pub datasets: Vec<Named>,
    /// True if the header holds a template for conversations.
    pub chat_template: bool,
    /// Files beside this one that hold a part of it, as written.
    pub beside: Vec<String>,
    /// A digest that a pointer gives in place of the bytes: algorithm and hexadecimal digits.
    pub stands_for: Option<(String, String)>,
    /// Whatever else is worth saying.
    pub properties: BTreeMap<String, String>,
}

/// Bytes at the start that decide about the format, and in which columns of tables are looked for.
const HEAD_BYTES: usize = 64 << 10;

/// Reads an artifact. The content decides what it is, the name only between readings of
/// content without a signature; `None` if it is neither a model nor data.
pub(crate) fn artifact(path: &str, bytes: &dyn ReadAt) -> Option<ArtifactFacts> {
    let head = bytes.bytes_at(0, HEAD_BYTES).ok()?;
    let limits = Limits {
        members: 200_000,
        pickle_memory_bytes: 32 << 20,
        ..Limits::default()
    };
    magic::pointer(path, &head)
        .or_else(|| gguf::read(bytes, &limits))
        .or_else(|| tensors::safetensors(bytes, &limits))
        .or_else(|| torch::read(path, bytes, &head, &limits))
        .or_else(|| tensors::numpy(bytes, &limits))
        .or_else(|| magic::read(path, &head))
        .or_else(|| plain::in_xml(path, &head))
        .or_else(|| tensors::onnx(path, bytes, &limits))
        .or_else(|| data::read(path, &head, bytes.len()))
        .map(|mut facts| {
            super::names::adjust(path, &mut facts);
            facts
        })
}

/// Records a text under a name, unless it is empty.
fn put(properties: &mut BTreeMap<String, String>, name: &str, value: impl Into<String>) {
    let value = value.into();
    if !value.trim().is_empty() {
        properties.insert(name.to_owned(), value);
    }
}
