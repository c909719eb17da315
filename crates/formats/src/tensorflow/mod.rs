//! TensorFlow graphs: saved models, meta graphs and frozen graphs, as protobuf.
//!
//! Format: `saved_model.proto`, `meta_graph.proto`, `graph.proto`, `function.proto` and `node_def.proto` below
//! <https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/protobuf> and `.../framework`.
//! Every node is read, those of the function library included; tensors are only located.

mod graph;
mod index;
mod recognise;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;

use crate::onnx::OperatorUse;
use crate::protobuf::{Broken, Extent, Value, Wire};
use crate::{Limits, ReadAt};
pub use index::{Entry, IndexFacts, is_index, parse_index};
pub use recognise::{Container, container, is_keras_metadata};
pub use text::parse_text;

/// What a file of TensorFlow holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TensorFlowFacts {
    /// What is around the graphs.
    pub container: Container,
    /// Graphs of a saved model.
    pub graphs: u64,
    /// Version of TensorFlow that wrote it.
    pub writer: Option<String>,
    /// Tags of the graphs.
    pub tags: Vec<String>,
    /// Every operator that is used, functions included.
    pub operators: BTreeMap<String, OperatorUse>,
    /// Names of the functions in the library.
    pub functions: Vec<String>,
    /// Nodes outside and inside functions.
    pub nodes: Vec<Node>,
    /// Files that belong to the model.
    pub own_files: Vec<OwnFile>,
    /// Texts in attributes and constants.
    pub texts: Vec<Text>,
    /// Configurations that Keras left at its objects, as JSON.
    pub keras: Vec<Text>,
    /// Where tensors lie.
    pub tensors: Vec<Tensor>,
    /// Fields that the format does not know: place and length.
    pub unknown: Vec<Extent>,
    /// Where and why reading stopped.
    pub broken: Option<Broken>,
}

/// A node of a graph or function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its operator.
    pub operator: String,
    /// The nodes whose outputs it takes, as written; at most 8.
    pub inputs: Vec<String>,
    /// Texts in its attributes and in its constant; at most 64.
    pub texts: Vec<(String, String)>,
    /// The function that it stands in, counted from 1; 0 for the graph.
    pub scope: usize,
    /// Offset of its message.
    pub offset: u64,
}

/// A file that belongs to a saved model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnFile {
    /// The tensor that takes its path.
    pub tensor: String,
    /// Its name below the folder of such files.
    pub name: String,
    /// Offset of the message that names it.
    pub offset: u64,
}

/// A text in the graph, cut at 4096 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Node and attribute.
    pub name: String,
    /// Offset in the file.
    pub offset: u64,
    /// The text.
    pub text: String,
}

/// Bytes of a constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// The node.
    pub name: String,
    /// `DataType` by number.
    pub data_type: u64,
    /// Where its bytes stand.
    pub data: Extent,
}

/// Longest text that is kept, in bytes.
const TEXT_BYTES: u64 = 4096;
/// Longest configuration of Keras that is kept.
const CONFIGURATION_BYTES: u64 = 16 << 20;
/// Entries of small tables that are kept.
const KEPT: usize = 1024;

/// Reads the graphs. `None` if the content is nothing of TensorFlow.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<TensorFlowFacts> {
    let container = container(source)?;
    let wire = Wire::new(source, limits);
    let mut reader = Reader {
        wire: &wire,
        facts: TensorFlowFacts {
            container,
            ..TensorFlowFacts::default()
        },
        texts_left: limits.text_bytes,
        most_nodes: limits.members.min(MOST_NODES),
    };
    let whole = wire.whole();
    match container {
        Container::SavedModel => reader.saved_model(whole),
        Container::MetaGraph => reader.meta_graph(whole),
        Container::Graph => reader.graph(whole),
    }
    reader.facts.broken = wire.broken();
    Some(reader.facts)
}

/// Reads what Keras keeps beside a saved model: a configuration for each of its objects.
#[must_use]
pub fn parse_keras_metadata(source: &dyn ReadAt, limits: &Limits) -> Option<TensorFlowFacts> {
    if !is_keras_metadata(source) {
        return None;
    }
    let wire = Wire::new(source, limits);
    let mut reader = Reader {
        wire: &wire,
        facts: TensorFlowFacts::default(),
        texts_left: limits.text_bytes,
        most_nodes: 0,
    };
    for field in wire.fields(wire.whole()) {
        if let (1, Value::Range(range)) = (field.number, field.value) {
            reader.keras_node(range);
        }
    }
    reader.facts.broken = wire.broken();
    Some(reader.facts)
}

/// Nodes that are kept of one file.
const MOST_NODES: u64 = 400_000;

/// What reads one file.
struct Reader<'w, 'a> {
    wire: &'w Wire<'a>,
    facts: TensorFlowFacts,
    /// Bytes of texts that may still be kept.
    texts_left: u64,
    most_nodes: u64,
}

impl Reader<'_, '_> {
    fn saved_model(&mut self, range: Extent) {
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Number(_)) => {}
                (2, Value::Range(range)) => self.meta_graph(range),
                (_, value) => self.unknown(value),
            }
        }
    }

    fn meta_graph(&mut self, range: Extent) {
        self.facts.graphs = self.facts.graphs.saturating_add(1);
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Range(range)) => self.about(range),
                (2, Value::Range(range)) => self.graph(range),
                (6, Value::Range(range)) => self.file(range),
                (7, Value::Range(range)) => self.objects(range),
                (3..=5, Value::Range(_)) => {}
                (_, value) => self.unknown(value),
            }
        }
    }

    /// A `MetaInfoDef`.
    fn about(&mut self, range: Extent) {
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (4, Value::Range(range)) if self.facts.tags.len() < KEPT => {
                    self.facts.tags.push(self.wire.text(range, TEXT_BYTES));
                }
                (5, Value::Range(range)) => {
                    self.facts.writer = Some(self.wire.text(range, TEXT_BYTES));
                }
                _ => {}
            }
        }
    }

    /// An `AssetFileDef`.
    fn file(&mut self, range: Extent) {
        let mut file = OwnFile {
            offset: range.start,
            ..OwnFile::default()
        };
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Range(range)) => {
                    for field in self.wire.fields(range) {
                        if let (1, Value::Range(range)) = (field.number, field.value) {
                            file.tensor = self.wire.text(range, TEXT_BYTES);
                        }
                    }
                }
                (2, Value::Range(range)) => file.name = self.wire.text(range, TEXT_BYTES),
                (_, value) => self.unknown(value),
            }
        }
        if self.facts.own_files.len() < KEPT {
            self.facts.own_files.push(file);
        }
    }

    /// A `SavedObjectGraph`: of its objects those that a user made.
    fn objects(&mut self, range: Extent) {
        for field in self.wire.fields(range) {
            let (1, Value::Range(object)) = (field.number, field.value) else {
                continue;
            };
            for field in self.wire.fields(object) {
                if let (4, Value::Range(user)) = (field.number, field.value) {
                    self.keras_object(user, (1, 3));
                }
            }
        }
    }

    /// A `SavedObject` of `keras_metadata.pb`.
    fn keras_node(&mut self, range: Extent) {
        self.keras_object(range, (5, 6));
    }

    /// An object with an identifier and a text of its own in two of its fields.
    fn keras_object(&mut self, range: Extent, (identifier, metadata): (u64, u64)) {
        let mut name = String::new();
        for field in self.wire.fields(range) {
            let Value::Range(range) = field.value else {
                continue;
            };
            if field.number == identifier {
                name = self.wire.text(range, TEXT_BYTES);
            } else if field.number == metadata && range.length > 2 {
                if range.length > self.texts_left {
                    self.limit(range.start, "text_bytes");
                    return;
                }
                self.texts_left = self.texts_left.saturating_sub(range.length);
                self.facts.keras.push(Text {
                    name: name.clone(),
                    offset: range.start,
                    text: self.wire.text(range, CONFIGURATION_BYTES),
                });
            }
        }
    }

    fn unknown(&mut self, value: Value) {
        if let Value::Range(range) = value
            && self.facts.unknown.len() < KEPT
        {
            self.facts.unknown.push(range);
        }
    }

    fn limit(&self, offset: u64, limit: &'static str) {
        self.wire.note(Broken::Limit { offset, limit });
    }
}
