//! Graphs, their nodes, and what holds graphs.

use std::collections::HashSet;

use super::{KEPT, Operator, ProblemKind, Reader, TEXT_BYTES, TensorRole, TextRole};
use crate::problems::excerpt;
use crate::protobuf::{Broken, Extent, Value};

/// How deep graphs may stand inside nodes; protobuf itself stops at about this.
const MOST_DEPTH: u32 = 32;

impl Reader<'_, '_> {
    /// A `GraphProto`.
    pub(super) fn graph(&mut self, range: Extent, outermost: bool, depth: u32) {
        if depth > MOST_DEPTH {
            self.wire.note(Broken::Limit {
                offset: range.start,
                limit: "depth",
            });
            return;
        }
        let mut weights = HashSet::new();
        for field in self.wire.fields(range) {
            let Value::Range(range) = field.value else {
                self.unknown("a graph", field);
                continue;
            };
            match field.number {
                1 => self.node(range, outermost, depth),
                2 if outermost => {
                    self.facts.graph_name = self.said("graph name", range);
                }
                5 => {
                    let name = self.weight(range, outermost);
                    if !name.is_empty() && !weights.insert(name.clone()) {
                        let name = excerpt(&name);
                        self.problem(range.start, ProblemKind::DuplicateTensor { name });
                    }
                }
                10 => {
                    self.said("graph doc_string", range);
                }
                11 if outermost && self.facts.inputs.len() < KEPT => {
                    self.facts.inputs.push(self.port(range));
                }
                12 if outermost && self.facts.outputs.len() < KEPT => {
                    self.facts.outputs.push(self.port(range));
                }
                15 => self.sparse(range, outermost),
                16 => self.note_pair(TextRole::Metadata, range),
                2 | 11..=14 => {}
                _ => self.unknown("a graph", field),
            }
        }
        if outermost {
            // Before version 4 of the format every weight had to be an input as well.
            self.facts
                .inputs
                .retain(|port| !weights.contains(&port.name));
        }
    }

    fn weight(&mut self, range: Extent, outermost: bool) -> String {
        let role = TensorRole::Initialiser;
        if outermost {
            self.facts.initialisers = self.facts.initialisers.saturating_add(1);
        }
        self.tensor(range, "", role, outermost)
    }

    /// A `SparseTensorProto`.
    pub(super) fn sparse(&mut self, range: Extent, outermost: bool) {
        if outermost {
            self.facts.initialisers = self.facts.initialisers.saturating_add(1);
        }
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Range(range)) => {
                    self.tensor(range, "", TensorRole::Sparse, outermost);
                }
                (2, Value::Range(range)) => {
                    self.tensor(range, "", TensorRole::Sparse, false);
                }
                (3, _) => {}
                _ => self.unknown("a sparse tensor", field),
            }
        }
    }

    /// A `NodeProto`.
    fn node(&mut self, range: Extent, outermost: bool, depth: u32) {
        let count = match outermost {
            true => &mut self.facts.nodes,
            false => &mut self.facts.inner_nodes,
        };
        *count = count.saturating_add(1);
        let mut operator = Operator::default();
        for field in self.wire.fields(range) {
            let Value::Range(range) = field.value else {
                self.unknown("a node", field);
                continue;
            };
            match field.number {
                4 => operator.name = self.wire.text(range, TEXT_BYTES),
                5 => self.attribute(range, depth),
                6 => self.note(range),
                7 => operator.domain = self.wire.text(range, TEXT_BYTES),
                9 => self.note_pair(TextRole::Note, range),
                1 | 2 | 3 | 8 | 10 => {}
                _ => self.unknown("a node", field),
            }
        }
        if operator.domain == "ai.onnx" {
            operator.domain.clear();
        }
        self.used(operator, range.start);
    }

    fn used(&mut self, operator: Operator, offset: u64) {
        let operators = &mut self.facts.operators;
        if !operators.contains_key(&operator) && operators.len() >= KEPT.saturating_mul(16) {
            self.wire.note(Broken::Limit {
                offset,
                limit: "members",
            });
            return;
        }
        let used = operators.entry(operator).or_default();
        if used.count == 0 {
            used.offset = offset;
        }
        used.count = used.count.saturating_add(1);
    }

    /// An `AttributeProto`.
    fn attribute(&mut self, range: Extent, depth: u32) {
        let mut name = String::new();
        for field in self.wire.fields(range) {
            let inner = depth.saturating_add(1);
            match (field.number, field.value) {
                (1, Value::Range(range)) => name = self.wire.text(range, TEXT_BYTES),
                (4 | 9, Value::Range(range)) => {
                    let text = self.wire.text(range, TEXT_BYTES);
                    self.text(TextRole::Attribute, &name, range, &text);
                }
                (5 | 10, Value::Range(range)) => {
                    self.tensor(range, &name, TensorRole::Attribute, false);
                }
                (6 | 11, Value::Range(range)) => self.graph(range, false, inner),
                (22 | 23, Value::Range(range)) => self.sparse(range, false),
                (13, Value::Range(range)) => self.note(range),
                (2 | 3 | 7 | 8 | 14 | 15 | 20 | 21, _) => {}
                _ => self.unknown("an attribute", field),
            }
        }
    }

    /// A `FunctionProto`: a graph in all but name.
    pub(super) fn function(&mut self, range: Extent) {
        let mut defined = Operator::default();
        for field in self.wire.fields(range) {
            let Value::Range(range) = field.value else {
                self.unknown("a function", field);
                continue;
            };
            match field.number {
                1 => defined.name = self.wire.text(range, TEXT_BYTES),
                7 => self.node(range, false, 0),
                8 => {
                    self.said("function doc_string", range);
                }
                10 => defined.domain = self.wire.text(range, TEXT_BYTES),
                11 => self.attribute(range, 0),
                14 => self.note_pair(TextRole::Metadata, range),
                4..=6 | 9 | 12 | 13 => {}
                _ => self.unknown("a function", field),
            }
        }
        if defined.domain == "ai.onnx" {
            defined.domain.clear();
        }
        self.facts.functions.insert(defined);
    }

    /// A `TrainingInfoProto`.
    pub(super) fn training(&mut self, range: Extent) {
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1 | 2, Value::Range(range)) => self.graph(range, false, 0),
                (3 | 4, Value::Range(_)) => {}
                _ => self.unknown("training information", field),
            }
        }
    }

    /// What an exporter notes.
    pub(super) fn note(&mut self, range: Extent) {
        let text = self.wire.text(range, TEXT_BYTES);
        self.text(TextRole::Note, "doc_string", range, &text);
    }

    pub(super) fn note_pair(&mut self, role: TextRole, range: Extent) {
        let (key, value) = self.pair(range);
        self.text(role, &key, range, &value);
    }
}
