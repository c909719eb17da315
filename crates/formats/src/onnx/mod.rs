//! ONNX: one protobuf message that holds a graph, its weights and where they come from.
//!
//! Format: <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3>. All that describes the model
//! is read, graphs inside nodes, functions and training information included; bodies of tensors are
//! only located, and nothing is followed outside the file. As in every reader of protobuf a message
//! that stands twice is one message.

mod elements;
mod graph;
mod ports;
mod problem;
mod tensor;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::problems::list;
use crate::protobuf::{Broken, Extent, Field, Value, Wire};
use crate::{Limits, ReadAt};
pub use elements::{element_bits, element_type};
pub use problem::{Problem, ProblemKind};

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
    /// Number of nodes of all other graphs: inside nodes, functions and training information.
    pub inner_nodes: u64,
    /// Operators of other domains than the standard ones, as `domain::name`.
    pub custom_operators: BTreeSet<String>,
    /// Every operator that is used and not defined as a function of the model.
    pub operators: BTreeMap<Operator, OperatorUse>,
    /// Functions that the model defines.
    pub functions: BTreeSet<Operator>,
    /// Number of tensors in the outermost graph that hold weights, dense and sparse.
    pub initialisers: u64,
    /// Elements of those tensors by element type.
    pub elements: BTreeMap<&'static str, u64>,
    /// Every tensor, wherever it stands.
    pub tensors: Vec<Tensor>,
    /// Where tensors lie outside the file.
    pub external: Vec<External>,
    /// Names of the files beside this one that hold tensors, as written.
    pub external_files: BTreeSet<String>,
    /// Text pairs about the model, in the order of the file.
    pub metadata: Vec<(String, String)>,
    /// Texts that stand in the model, metadata included.
    pub texts: Vec<Text>,
    /// What deviates from the format.
    pub problems: Vec<Problem>,
    /// Deviations beyond those that are listed.
    pub problems_left_out: u64,
    /// Where and why reading stopped.
    pub broken: Option<Broken>,
}

/// An operator: domain and name. The empty domain is the standard one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operator {
    /// The domain.
    pub domain: String,
    /// The name.
    pub name: String,
}

/// How often an operator is used, and where first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OperatorUse {
    /// Offset of the first node.
    pub offset: u64,
    /// Number of nodes.
    pub count: u64,
}

/// What a tensor is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TensorRole {
    /// A weight.
    Initialiser,
    /// Values or indices of a sparse weight.
    Sparse,
    /// A constant in an attribute of a node.
    Attribute,
}

/// One tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Its name; of an attribute, the attribute's.
    pub name: String,
    /// What it is there for.
    pub role: TensorRole,
    /// Offset of its message.
    pub offset: u64,
    /// Element type by number, see [`element_type`].
    pub data_type: u64,
    /// Product of its dimensions; none if it overflows.
    pub elements: Option<u64>,
    /// Where its data stands in the file, if it stands in one piece.
    pub data: Option<Extent>,
}

/// A tensor that lies in another file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct External {
    /// Its name.
    pub tensor: String,
    /// Offset of the first entry that says so.
    pub at: u64,
    /// The other file, as written; a text of more than 4096 bytes is cut.
    pub location: String,
    /// Where it begins there, as written.
    pub offset: Option<String>,
    /// Its length there, as written.
    pub length: Option<String>,
    /// Element type by number.
    pub data_type: u64,
    /// Bytes that its type and shape ask for.
    pub wanted: Option<u64>,
    /// Keys that the format does not know.
    pub other_keys: Vec<String>,
}

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextRole {
    /// What the maker writes about the model, its graphs and functions.
    Model,
    /// A text pair.
    Metadata,
    /// An attribute of a node.
    Attribute,
    /// What the exporter notes at nodes and tensors.
    Note,
}

/// A text of the model, cut at 4096 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Where it stands.
    pub role: TextRole,
    /// Name of the field, attribute or key.
    pub name: String,
    /// Offset in the file.
    pub offset: u64,
    /// The text.
    pub text: String,
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
/// Inputs, outputs, files and operators that are kept of one graph.
const KEPT: usize = 1024;
/// Fields that are looked at to find out whether a file is a model.
const GLANCE_FIELDS: u64 = 4096;

/// True if the content may be ONNX: it begins with a field that a model has. Weak, since protobuf has
/// no signature; [`parse`] decides.
#[must_use]
pub fn recognises(head: &[u8], _length: u64) -> bool {
    match head {
        // `ir_version` is written first by every exporter known; it is a small number.
        [0x08, 1..=0x40, tag, ..] => {
            matches!(tag, 0x12 | 0x1a | 0x22 | 0x28 | 0x32 | 0x3a | 0x42 | 0x72)
        }
        // Nothing asks for that order.
        [tag, ..] => matches!(tag, 0x12 | 0x1a | 0x22 | 0x32 | 0x3a | 0x42 | 0x72),
        _ => false,
    }
}

/// True if the file is a model by its structure, in whatever order its fields stand: a graph or a
/// set of operators, and nothing that a model has otherwise.
#[must_use]
pub fn is_model(source: &dyn ReadAt) -> bool {
    let wire = Wire::glance(source, GLANCE_FIELDS);
    let (mut version, mut graph, mut set) = (false, false, false);
    for field in wire.fields(wire.whole()) {
        match (field.number, field.value) {
            (1, Value::Number(number)) if number <= 0x40 => version = true,
            (7, Value::Range(range)) => graph |= looks_like_graph(&wire, range),
            (8, Value::Range(range)) => set |= looks_like_set(&wire, range),
            (5, Value::Number(_)) => {}
            (2 | 3 | 4 | 6 | 14 | 20 | 25 | 26, Value::Range(_)) => {}
            (27.., _) => {}
            _ => return false,
        }
    }
    graph || (version && set) || cut_graph(&wire, source, version)
}

/// True if the file is one tensor by itself, as test data of models is kept: dimensions, a type and
/// data, nothing else.
#[must_use]
pub fn is_tensor(source: &dyn ReadAt) -> bool {
    let wire = Wire::glance(source, GLANCE_FIELDS);
    let (mut element, mut data) = (false, false);
    for field in wire.fields(wire.whole()) {
        match (field.number, field.value) {
            (1, Value::Number(_) | Value::Range(_)) => {}
            (2, Value::Number(number)) => element = element_type(number).is_some(),
            (4..=7 | 9..=11, _) => data = true,
            (8, Value::Range(name)) => data |= wire.is_name(name),
            (12, Value::Range(_)) => {}
            _ => return false,
        }
    }
    element && data && wire.broken().is_none()
}

/// True if the file ends inside what would be its graph.
fn cut_graph(wire: &Wire<'_>, source: &dyn ReadAt, version: bool) -> bool {
    let Some(Broken::TooLong { offset }) = wire.broken() else {
        return false;
    };
    let starts_graph = source.bytes_at(offset, 1).is_ok_and(|tag| tag == [0x3a]);
    version && starts_graph
}

fn looks_like_graph(wire: &Wire<'_>, range: Extent) -> bool {
    let mut fields = wire.fields(range);
    match fields.next().map(|field| (field.number, field.value)) {
        Some((1, Value::Range(node))) => wire.fields(node).take(64).all(|field| {
            matches!(field.number, 1..=10 | 32..) && matches!(field.value, Value::Range(_))
        }),
        Some((2, Value::Range(name))) => wire.is_name(name),
        Some((5 | 10 | 11 | 12 | 13 | 15, Value::Range(_))) => true,
        _ => false,
    }
}

fn looks_like_set(wire: &Wire<'_>, range: Extent) -> bool {
    range.length > 0
        && wire.fields(range).all(|field| {
            matches!(
                (field.number, field.value),
                (1, Value::Range(_)) | (2, Value::Number(_))
            )
        })
}

/// Reads the model. `None` if the content is not an ONNX model: a field that a model does not have,
/// or neither a graph nor an operator set.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<OnnxFacts> {
    let head = source.bytes_at(0, 16).ok()?;
    if !recognises(&head, source.len()) || !is_model(source) {
        return None;
    }
    let wire = Wire::new(source, limits);
    let mut reader = Reader {
        wire: &wire,
        facts: OnnxFacts::default(),
        texts_left: limits.text_bytes,
        most_tensors: limits.members,
    };
    reader.model();
    Some(reader.finish())
}

/// What reads one file.
struct Reader<'w, 'a> {
    wire: &'w Wire<'a>,
    facts: OnnxFacts,
    /// Bytes of texts that may still be kept.
    texts_left: u64,
    most_tensors: u64,
}

impl Reader<'_, '_> {
    fn model(&mut self) {
        let mut graphs = 0_u32;
        for field in self.wire.fields(self.wire.whole()) {
            match (field.number, field.value) {
                (1, Value::Number(version)) => self.facts.ir_version = version,
                (2, Value::Range(range)) => {
                    self.facts.producer_name = self.said("producer_name", range)
                }
                (3, Value::Range(range)) => {
                    self.facts.producer_version = self.said("producer_version", range);
                }
                (4, Value::Range(range)) => self.facts.domain = self.said("domain", range),
                (5, Value::Number(version)) => self.facts.model_version = version,
                (6, Value::Range(range)) => self.facts.doc_string = self.said("doc_string", range),
                (7, Value::Range(range)) => {
                    graphs = graphs.saturating_add(1);
                    if graphs == 2 {
                        self.problem(field.at, ProblemKind::Repeated { field: "the graph" });
                    }
                    self.graph(range, true, 0);
                }
                (8, Value::Range(range)) => {
                    let set = self.operator_set(range);
                    if self.facts.opsets.len() < KEPT {
                        self.facts.opsets.push(set);
                    }
                }
                (14, Value::Range(range)) => {
                    let pair = self.pair(range);
                    self.text(TextRole::Metadata, &pair.0, range, &pair.1);
                    if self.facts.metadata.len() < KEPT {
                        self.facts.metadata.push(pair);
                    }
                }
                (20, Value::Range(range)) => self.training(range),
                (25, Value::Range(range)) => self.function(range),
                (26, Value::Range(_)) => {}
                _ => self.unknown("the model", field),
            }
        }
        if graphs == 0 && self.wire.broken().is_none() {
            self.problem(0, ProblemKind::NoGraph);
        }
    }

    fn finish(mut self) -> OnnxFacts {
        if let Some(broken) = self.wire.broken() {
            self.facts.broken = Some(broken);
            let kind = match broken {
                Broken::NoField { .. } => ProblemKind::NoField,
                Broken::TooLong { .. } => ProblemKind::TooLong,
                Broken::Limit { limit, .. } => ProblemKind::LimitReached { limit },
            };
            // First, because what else is wrong may follow from it.
            let problem = Problem {
                offset: broken.offset(),
                kind,
            };
            self.facts.problems.insert(0, problem);
        }
        let functions = &self.facts.functions;
        self.facts
            .operators
            .retain(|used, _| !functions.contains(used));
        let names = self.facts.operators.keys();
        let custom = names.filter(|used| !is_standard(&used.domain));
        self.facts.custom_operators = custom
            .take(KEPT)
            .map(|used| format!("{}::{}", used.domain, used.name))
            .collect();
        self.facts
    }

    /// A text about the model; none if it is empty.
    fn said(&mut self, name: &str, range: Extent) -> Option<String> {
        let text = self.wire.text(range, TEXT_BYTES);
        self.text(TextRole::Model, name, range, &text);
        (!text.is_empty()).then_some(text)
    }

    fn text(&mut self, role: TextRole, name: &str, range: Extent, text: &str) {
        // Shorter ones can say nothing that counts.
        if text.len() < 6 {
            return;
        }
        let size = text.len().saturating_add(name.len()) as u64;
        let Some(left) = self.texts_left.checked_sub(size) else {
            self.wire.note(Broken::Limit {
                offset: range.start,
                limit: "text_bytes",
            });
            return;
        };
        self.texts_left = left;
        self.facts.texts.push(Text {
            role,
            name: name.to_owned(),
            offset: range.start,
            text: text.to_owned(),
        });
    }

    fn problem(&mut self, offset: u64, kind: ProblemKind) {
        let facts = &mut self.facts;
        let problem = Problem { offset, kind };
        list(problem, &mut facts.problems, &mut facts.problems_left_out);
    }

    fn unknown(&mut self, message: &'static str, field: Field) {
        let length = match field.value {
            Value::Range(range) => range.length,
            _ => 0,
        };
        let kind = ProblemKind::UnknownField {
            message,
            number: field.number,
            length,
        };
        self.problem(field.at, kind);
    }

    fn operator_set(&mut self, range: Extent) -> (String, u64) {
        let mut set = (String::new(), 0);
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Range(range)) => set.0 = self.wire.text(range, TEXT_BYTES),
                (2, Value::Number(version)) => set.1 = version,
                _ => self.unknown("an operator set", field),
            }
        }
        set
    }

    /// A `StringStringEntryProto`.
    fn pair(&mut self, range: Extent) -> (String, String) {
        let mut pair = (String::new(), String::new());
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Range(range)) => pair.0 = self.wire.text(range, TEXT_BYTES),
                (2, Value::Range(range)) => pair.1 = self.wire.text(range, TEXT_BYTES),
                _ => self.unknown("a text pair", field),
            }
        }
        pair
    }
}

fn is_standard(domain: &str) -> bool {
    matches!(
        domain,
        "" | "ai.onnx" | "ai.onnx.ml" | "ai.onnx.training" | "ai.onnx.preview.training"
    )
}
