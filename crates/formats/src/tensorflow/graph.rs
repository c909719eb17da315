//! Graphs, functions, nodes and their attributes.

use super::{Node, Reader, TEXT_BYTES, Tensor, Text};
use crate::protobuf::{Extent, MOST_DEPTH, Value};

/// Inputs of one node that are kept.
const MOST_INPUTS: usize = 8;
/// Texts of one node that are kept.
const MOST_TEXTS: usize = 64;
/// `DT_STRING`.
const TEXTS: u64 = 7;

impl Reader<'_, '_> {
    /// A `GraphDef`.
    pub(super) fn graph(&mut self, range: Extent) {
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Range(range)) => self.node(range, 0),
                (2, Value::Range(range)) => self.library(range),
                (3, Value::Number(_)) | (4 | 5, Value::Range(_)) => {}
                (_, value) => self.unknown(value),
            }
        }
    }

    /// A `FunctionDefLibrary`.
    fn library(&mut self, range: Extent) {
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Range(range)) => self.function(range),
                (2 | 3, Value::Range(_)) => {}
                (_, value) => self.unknown(value),
            }
        }
    }

    /// A `FunctionDef`.
    fn function(&mut self, range: Extent) {
        self.facts.functions.push(String::new());
        let scope = self.facts.functions.len();
        if scope as u64 > self.most_nodes {
            self.limit(range.start, "members");
            return;
        }
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Range(range)) => {
                    for field in self.wire.fields(range) {
                        if let (1, Value::Range(range)) = (field.number, field.value) {
                            let name = self.wire.text(range, TEXT_BYTES);
                            if let Some(last) = self.facts.functions.last_mut() {
                                *last = name;
                            }
                        }
                    }
                }
                (3, Value::Range(range)) => self.node(range, scope),
                (2 | 4..=8, _) => {}
                (_, value) => self.unknown(value),
            }
        }
    }

    /// A `NodeDef`.
    fn node(&mut self, range: Extent, scope: usize) {
        let mut node = Node {
            scope,
            offset: range.start,
            ..Node::default()
        };
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Range(range)) => node.name = self.wire.text(range, TEXT_BYTES),
                (2, Value::Range(range)) => node.operator = self.wire.text(range, TEXT_BYTES),
                (3, Value::Range(range)) if node.inputs.len() < MOST_INPUTS => {
                    node.inputs.push(self.wire.text(range, TEXT_BYTES));
                }
                (5, Value::Range(range)) => self.entry(range, &mut node, 0),
                (3 | 4 | 6 | 7, Value::Range(_)) => {}
                (_, value) => self.unknown(value),
            }
        }
        let used = self
            .facts
            .operators
            .entry(node.operator.clone())
            .or_default();
        if used.count == 0 {
            used.offset = range.start;
        }
        used.count = used.count.saturating_add(1);
        if self.facts.nodes.len() as u64 >= self.most_nodes {
            self.limit(range.start, "members");
        } else {
            self.facts.nodes.push(node);
        }
    }

    /// An entry of a map from names to `AttrValue`.
    fn entry(&mut self, range: Extent, node: &mut Node, depth: u32) {
        let mut key = String::new();
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Range(range)) => key = self.wire.text(range, TEXT_BYTES),
                (2, Value::Range(range)) => self.attribute(range, &key, node, depth),
                (_, value) => self.unknown(value),
            }
        }
    }

    /// An `AttrValue`, or the list in one.
    fn attribute(&mut self, range: Extent, key: &str, node: &mut Node, depth: u32) {
        if depth > MOST_DEPTH / 2 {
            self.limit(range.start, "depth");
            return;
        }
        let deeper = depth.saturating_add(1);
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Range(list)) => self.attribute(list, key, node, deeper),
                (2, Value::Range(text)) => self.text(key, text, node),
                (8, Value::Range(tensor)) => self.tensor(tensor, key, node),
                (9, Value::Range(function)) => {
                    // A placeholder is a name, a function in a list a message.
                    if !self.wire.is_name(function) {
                        self.name_and_attributes(function, node, deeper);
                    }
                }
                (10, Value::Range(function)) => self.name_and_attributes(function, node, deeper),
                (3..=7, _) => {}
                (_, value) => self.unknown(value),
            }
        }
    }

    /// A `NameAttrList`.
    fn name_and_attributes(&mut self, range: Extent, node: &mut Node, depth: u32) {
        for field in self.wire.fields(range) {
            if let (2, Value::Range(range)) = (field.number, field.value) {
                self.entry(range, node, depth);
            }
        }
    }

    fn text(&mut self, key: &str, range: Extent, node: &mut Node) {
        if range.length == 0 {
            return;
        }
        let text = self.wire.text(range, TEXT_BYTES);
        let size = text.len().saturating_add(64) as u64;
        match self.texts_left.checked_sub(size) {
            Some(left) => self.texts_left = left,
            None => return self.limit(range.start, "text_bytes"),
        }
        if text.len() >= 6 {
            self.facts.texts.push(Text {
                name: format!("{}.{key}", node.name),
                offset: range.start,
                text: text.clone(),
            });
        }
        if node.texts.len() < MOST_TEXTS {
            node.texts.push((key.to_owned(), text));
        }
    }

    /// A `TensorProto`.
    fn tensor(&mut self, range: Extent, key: &str, node: &mut Node) {
        let mut data_type = 0;
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Number(number)) => data_type = number,
                (4, Value::Range(data)) if data.length > 0 => {
                    if self.facts.tensors.len() as u64 >= self.most_nodes {
                        self.limit(range.start, "members");
                        return;
                    }
                    self.facts.tensors.push(Tensor {
                        name: node.name.clone(),
                        data_type,
                        data,
                    });
                }
                (8, Value::Range(text)) if matches!(data_type, 0 | TEXTS) => {
                    self.text(key, text, node);
                }
                (2 | 3 | 5..=19, _) => {}
                (_, value) => self.unknown(value),
            }
        }
    }
}
