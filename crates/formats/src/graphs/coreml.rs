//! CoreML models, `.mlmodel`.
//!
//! Format: <https://github.com/apple/coremltools/tree/main/mlmodel/format>, `Model.proto`, `NeuralNetwork.proto`
//! and `MIL.proto`.

use super::{GLANCE_FIELDS, GraphFacts, KEPT, Reader};
use crate::protobuf::{Extent, MOST_DEPTH, Value, Wire};
use crate::{Limits, ReadAt};

/// First field of those that hold the model by its kind.
const KINDS: u64 = 200;
/// How deep pipelines and blocks may stand in each other.
const DEEPEST: u32 = MOST_DEPTH / 4;

/// True if the file is a model by its structure.
#[must_use]
pub fn is_model(source: &dyn ReadAt) -> bool {
    let wire = Wire::glance(source, GLANCE_FIELDS);
    let (mut version, mut kind) = (false, false);
    for field in wire.fields(wire.whole()) {
        match (field.number, field.value) {
            (1, Value::Number(1..=64)) => version = true,
            (2, Value::Range(_)) | (10, Value::Number(0..=1)) => {}
            (KINDS..=3000, Value::Range(_)) => kind = true,
            _ => return false,
        }
    }
    version && (kind || wire.broken().is_some())
}

/// True for the weights beside a model, `weight.bin`: a header and blocks with a mark.
#[must_use]
pub fn is_weights(head: &[u8]) -> bool {
    head.get(4..8) == Some(&[2, 0, 0, 0])
        && head
            .get(8..64)
            .is_some_and(|rest| rest.iter().all(|byte| *byte == 0))
        && head.get(64..68) == Some(&[0xef, 0xbe, 0xad, 0xde])
}

/// Reads the model. `None` if the content is none.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<GraphFacts> {
    if !is_model(source) {
        return None;
    }
    let wire = Wire::new(source, limits);
    let mut reader = Reader {
        wire: &wire,
        facts: GraphFacts::default(),
        texts_left: limits.text_bytes,
    };
    reader.model(wire.whole(), 0);
    reader.facts.broken = wire.broken();
    Some(reader.facts)
}

impl Reader<'_, '_> {
    fn model(&mut self, range: Extent, depth: u32) {
        if depth > DEEPEST {
            return self.limit(range.start, "depth");
        }
        for field in self.wire.fields(range) {
            let Value::Range(range) = field.value else {
                continue;
            };
            match field.number {
                2 => self.description(range),
                // Pipelines of models, the first two with something around them.
                200 | 201 => {
                    for inner in self.wire.fields(range) {
                        if let (1, Value::Range(range)) = (inner.number, inner.value) {
                            self.pipeline(range, depth);
                        }
                    }
                }
                202 => self.pipeline(range, depth),
                303 | 403 | 500 => self.network(range),
                502 => self.program(range, depth),
                555 => self.custom("a custom model", range),
                556 => self.linked(range),
                KINDS..=3000 => {}
                _ if self.facts.unknown.len() < KEPT => self.facts.unknown.push(range),
                _ => {}
            }
        }
    }

    fn pipeline(&mut self, range: Extent, depth: u32) {
        for field in self.wire.fields(range) {
            if let (1, Value::Range(range)) = (field.number, field.value) {
                self.model(range, depth.saturating_add(1));
            }
        }
    }

    /// A `ModelDescription`: of it the texts about the model.
    fn description(&mut self, range: Extent) {
        for field in self.wire.fields(range) {
            let (100, Value::Range(metadata)) = (field.number, field.value) else {
                continue;
            };
            for field in self.wire.fields(metadata) {
                match (field.number, field.value) {
                    (1, Value::Range(text)) => drop(self.text("shortDescription", text)),
                    (2..=4, Value::Range(text)) => drop(self.text("metadata", text)),
                    (100, Value::Range(entry)) => self.entry(entry),
                    _ => {}
                }
            }
        }
    }

    /// An entry of a map from texts to texts.
    fn entry(&mut self, range: Extent) {
        let mut key = String::new();
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Range(text)) => key = self.text("key", text),
                (2, Value::Range(text)) => drop(self.text(&key, text)),
                _ => {}
            }
        }
    }

    /// A `NeuralNetwork` with its layers, also those in branches and loops.
    fn network(&mut self, range: Extent) {
        let mut open = vec![(range, 0_u32)];
        while let Some((range, depth)) = open.pop() {
            if depth > DEEPEST {
                return self.limit(range.start, "depth");
            }
            for field in self.wire.fields(range) {
                let (1, Value::Range(layer)) = (field.number, field.value) else {
                    continue;
                };
                for field in self.wire.fields(layer) {
                    let Value::Range(range) = field.value else {
                        continue;
                    };
                    match field.number {
                        500 => self.custom("a custom layer", range),
                        // Loops and branches hold networks in two of their fields.
                        600..=650 => {
                            for inner in self.wire.fields(range) {
                                if let (1..=4, Value::Range(body)) = (inner.number, inner.value)
                                    && self.is_network(body)
                                {
                                    open.push((body, depth.saturating_add(1)));
                                }
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    fn is_network(&self, range: Extent) -> bool {
        let first = self.wire.fields(range).next();
        first.is_some_and(|field| field.number == 1 && matches!(field.value, Value::Range(_)))
    }

    /// `CustomModel` and `CustomLayerParams` number their fields alike.
    fn custom(&mut self, what: &'static str, range: Extent) {
        let mut name = String::new();
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (10, Value::Range(text)) => name = self.text("className", text),
                (30, Value::Range(entry)) => self.parameter(entry),
                (40, Value::Range(text)) => drop(self.text("description", text)),
                _ => {}
            }
        }
        self.class(what, name, range.start);
    }

    fn parameter(&mut self, entry: Extent) {
        let mut key = String::new();
        for field in self.wire.fields(entry) {
            match (field.number, field.value) {
                (1, Value::Range(text)) => key = self.text("parameter", text),
                (2, Value::Range(value)) => {
                    for field in self.wire.fields(value) {
                        if let (20, Value::Range(text)) = (field.number, field.value) {
                            self.text(&key, text);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// A `LinkedModel`: another model by the name of its file and where to look for it.
    fn linked(&mut self, range: Extent) {
        for field in self.wire.fields(range) {
            let (1, Value::Range(file)) = (field.number, field.value) else {
                continue;
            };
            for field in self.wire.fields(file) {
                let (1 | 2, Value::Range(parameter)) = (field.number, field.value) else {
                    continue;
                };
                for field in self.wire.fields(parameter) {
                    if let (1, Value::Range(text)) = (field.number, field.value) {
                        let name = self.text("linked model", text);
                        self.file(name, text.start);
                    }
                }
            }
        }
    }

    /// A program of MIL: functions, their blocks, and the operations in them.
    fn program(&mut self, range: Extent, depth: u32) {
        for function in self.values(range, 2) {
            for block in self.values(function, 3) {
                self.block(block, depth);
            }
        }
    }

    /// The values of a map that is field `number` of a message.
    fn values(&self, range: Extent, number: u64) -> Vec<Extent> {
        let mut found = Vec::new();
        for field in self.wire.fields(range) {
            let Value::Range(entry) = field.value else {
                continue;
            };
            if field.number != number {
                continue;
            }
            for field in self.wire.fields(entry) {
                if let (2, Value::Range(value)) = (field.number, field.value) {
                    found.push(value);
                }
            }
        }
        found
    }

    fn block(&mut self, range: Extent, depth: u32) {
        if depth > DEEPEST {
            return self.limit(range.start, "depth");
        }
        for field in self.wire.fields(range) {
            if let (3, Value::Range(operation)) = (field.number, field.value) {
                self.operation(operation, depth);
            }
        }
    }

    fn operation(&mut self, range: Extent, depth: u32) {
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Range(name)) => {
                    let name = self.wire.text(name, 256);
                    if name == "custom_layer" {
                        self.class("a custom layer", name.clone(), range.start);
                    }
                    self.used(name, range.start);
                }
                (4, Value::Range(block)) => self.block(block, depth.saturating_add(1)),
                (5, Value::Range(entry)) => {
                    for field in self.wire.fields(entry) {
                        if let (2, Value::Range(value)) = (field.number, field.value) {
                            self.value(value);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// A `Value`: of it the file that holds it, or its texts.
    fn value(&mut self, range: Extent) {
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (3, Value::Range(immediate)) => self.immediate(immediate),
                (5, Value::Range(blob)) => {
                    for field in self.wire.fields(blob) {
                        if let (1, Value::Range(name)) = (field.number, field.value) {
                            let text = self.wire.text(name, super::TEXT_BYTES);
                            self.file(text, name.start);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Texts stand four messages deep.
    fn immediate(&mut self, range: Extent) {
        for tensor in self.wire.fields(range) {
            let (1, Value::Range(tensor)) = (tensor.number, tensor.value) else {
                continue;
            };
            for list in self.wire.fields(tensor) {
                let (4, Value::Range(list)) = (list.number, list.value) else {
                    continue;
                };
                for text in self.wire.fields(list) {
                    if let (1, Value::Range(text)) = (text.number, text.value) {
                        self.text("value", text);
                    }
                }
            }
        }
    }
}
