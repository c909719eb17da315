//! ONNX: one protobuf message that holds a graph, its weights and where they come from.
//!
//! Format: <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3>, in the wire encoding of
//! <https://protobuf.dev/programming-guides/encoding/>. Only what describes the model is read:
//! bodies of tensors are passed over by their length, and nothing is followed outside the file.

mod graph;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::{BTreeMap, BTreeSet};

use crate::{Limits, ReadAt};
use wire::{Fields, Value};

/// What an ONNX file says about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OnnxFacts {
    /// Version of the format.
    pub ir_version: u64,
    /// The program that wrote it.
    pub producer_name: Option<String>,
    /// That program's version.
    pub producer_version: Option<String>,
    /// Namespace of the model, in reverse domain notation.
    pub domain: Option<String>,
    /// Version of the model, as its maker counts.
    pub model_version: u64,
    /// What its maker writes about it.
    pub doc_string: Option<String>,
    /// Name of the graph.
    pub graph_name: Option<String>,
    /// Operator sets: domain (empty text: the standard one) and version.
    pub opsets: Vec<(String, u64)>,
    /// Inputs of the graph that are not weights.
    pub inputs: Vec<Port>,
    /// Outputs of the graph.
    pub outputs: Vec<Port>,
    /// Number of nodes of the outermost graph.
    pub nodes: u64,
    /// Operators of other domains than the standard ones, as `domain::name`.
    pub custom_operators: BTreeSet<String>,
    /// Number of tensors in the graph that hold weights.
    pub initialisers: u64,
    /// Elements of those tensors by element type.
    pub elements: BTreeMap<&'static str, u64>,
    /// Names of the files beside this one that hold tensors, as written.
    pub external_files: BTreeSet<String>,
    /// Text pairs about the model, in the order of the file.
    pub metadata: Vec<(String, String)>,
    /// Offset at which the message stopped making sense or a limit was reached.
    pub broken_at: Option<u64>,
}

/// An input or output of a graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Element type of a tensor; `sequence`, `map`, `optional` for what is none.
    pub element: Option<&'static str>,
    /// Dimensions: a number, a name, or `?`.
    pub shape: Vec<String>,
}

/// Longest text that is kept, in bytes.
const TEXT_BYTES: u64 = 4096;

/// True if the content may be ONNX: it begins with a field that a model has. Weak, since protobuf has
/// no signature; [`parse`] decides.
#[must_use]
pub fn recognises(head: &[u8], _length: u64) -> bool {
    match head {
        // `ir_version` is written first by every exporter known; it is a small number.
        [0x08, 1..=0x40, tag, ..] => {
            matches!(tag, 0x12 | 0x1a | 0x22 | 0x28 | 0x32 | 0x3a | 0x42 | 0x72)
        }
        _ => false,
    }
}

/// Reads the description of the model. `None` if the content is not an ONNX model: a field that
/// a model does not have, or neither a graph nor an operator set.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<OnnxFacts> {
    let head = source.bytes_at(0, 16).ok()?;
    if !recognises(&head, source.len()) {
        return None;
    }
    let mut facts = OnnxFacts::default();
    let mut budget = limits.members;
    let mut graph = None;
    let mut fields = Fields::new(source, 0, source.len());
    while let Some(field) = fields.next(&mut budget) {
        match (field.number, field.value) {
            (1, Value::Number(version)) => facts.ir_version = version,
            (2, Value::Range(at, length)) => facts.producer_name = text(source, at, length),
            (3, Value::Range(at, length)) => facts.producer_version = text(source, at, length),
            (4, Value::Range(at, length)) => facts.domain = text(source, at, length),
            (5, Value::Number(version)) => facts.model_version = version,
            (6, Value::Range(at, length)) => facts.doc_string = text(source, at, length),
            (7, Value::Range(at, length)) => graph = Some((at, length)),
            (8, Value::Range(at, length)) => {
                let set = operator_set(source, at, length, &mut budget);
                facts.opsets.push(set);
            }
            (14, Value::Range(at, length)) => {
                facts.metadata.push(pair(source, at, length, &mut budget));
            }
            // Training information, functions, and what newer versions add.
            (20 | 25..=32, Value::Range(..)) => {}
            _ => return None,
        }
    }
    facts.broken_at = fields.broken_at();
    let (at, length) = match graph {
        Some(range) => range,
        None if facts.opsets.is_empty() => return None,
        None => return Some(facts),
    };
    graph::read(source, at, length, &mut budget, &mut facts);
    Some(facts)
}

/// A text, cut at [`TEXT_BYTES`]; none if it is empty.
fn text(source: &dyn ReadAt, at: u64, length: u64) -> Option<String> {
    let length = usize::try_from(length.min(TEXT_BYTES)).ok()?;
    let bytes = source.bytes_at(at, length).ok()?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (!text.is_empty()).then_some(text)
}

fn operator_set(source: &dyn ReadAt, at: u64, length: u64, budget: &mut u64) -> (String, u64) {
    let mut set = (String::new(), 0);
    let mut fields = Fields::new(source, at, length);
    while let Some(field) = fields.next(budget) {
        match (field.number, field.value) {
            (1, Value::Range(at, length)) => set.0 = text(source, at, length).unwrap_or_default(),
            (2, Value::Number(version)) => set.1 = version,
            _ => {}
        }
    }
    set
}

/// A `StringStringEntryProto`.
fn pair(source: &dyn ReadAt, at: u64, length: u64, budget: &mut u64) -> (String, String) {
    let mut pair = (String::new(), String::new());
    let mut fields = Fields::new(source, at, length);
    while let Some(field) = fields.next(budget) {
        match (field.number, field.value) {
            (1, Value::Range(at, length)) => pair.0 = text(source, at, length).unwrap_or_default(),
            (2, Value::Range(at, length)) => pair.1 = text(source, at, length).unwrap_or_default(),
            _ => {}
        }
    }
    pair
}

/// Name of an element type of `TensorProto.DataType`, in the words of safetensors where it has one.
const fn element_type(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "F32",
        2 => "U8",
        3 => "I8",
        4 => "U16",
        5 => "I16",
        6 => "I32",
        7 => "I64",
        8 => "STRING",
        9 => "BOOL",
        10 => "F16",
        11 => "F64",
        12 => "U32",
        13 => "U64",
        14 => "C64",
        15 => "C128",
        16 => "BF16",
        17 => "F8_E4M3",
        18 => "F8_E4M3FNUZ",
        19 => "F8_E5M2",
        20 => "F8_E5M2FNUZ",
        21 => "U4",
        22 => "I4",
        23 => "F4",
        24 => "F8_E8M0",
        25 => "U2",
        26 => "I2",
        _ => return None,
    })
}
