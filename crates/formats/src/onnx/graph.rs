//! The graph: what goes in and out, and which tensors it holds.

use std::collections::HashSet;

use super::wire::{Fields, Value, packed};
use super::{OnnxFacts, Port, element_type, pair, text};
use crate::ReadAt;

/// Dimensions of one tensor that are looked at.
const MOST_DIMENSIONS: usize = 64;
/// Inputs, outputs, files and operators that are kept of one graph.
const KEPT: usize = 1024;

/// Reads the outermost graph; graphs inside nodes are passed over.
pub(super) fn read(
    source: &dyn ReadAt,
    at: u64,
    length: u64,
    budget: &mut u64,
    facts: &mut OnnxFacts,
) {
    let mut weights = HashSet::new();
    let mut fields = Fields::new(source, at, length);
    while let Some(field) = fields.next(budget) {
        let Value::Range(at, length) = field.value else {
            continue;
        };
        match field.number {
            1 => node(source, at, length, budget, facts),
            2 => facts.graph_name = text(source, at, length),
            5 => {
                if let Some(name) = tensor(source, at, length, budget, facts) {
                    weights.insert(name);
                }
            }
            11 if facts.inputs.len() < KEPT => {
                facts.inputs.push(port(source, at, length, budget));
            }
            12 if facts.outputs.len() < KEPT => {
                facts.outputs.push(port(source, at, length, budget));
            }
            15 => sparse(source, at, length, budget, facts),
            _ => {}
        }
    }
    facts.broken_at = facts.broken_at.or(fields.broken_at());
    // Before version 4 of the format every weight had to be an input as well.
    facts.inputs.retain(|port| !weights.contains(&port.name));
}

fn node(source: &dyn ReadAt, at: u64, length: u64, budget: &mut u64, facts: &mut OnnxFacts) {
    facts.nodes = facts.nodes.saturating_add(1);
    let (mut operator, mut domain) = (None, None);
    let mut fields = Fields::new(source, at, length);
    while let Some(field) = fields.next(budget) {
        match (field.number, field.value) {
            (4, Value::Range(at, length)) => operator = Some((at, length)),
            (7, Value::Range(at, length)) => domain = text(source, at, length),
            (5, Value::Range(at, length)) => constant(source, at, length, budget, facts),
            _ => {}
        }
    }
    let Some(domain) = domain.filter(|domain| !is_standard(domain)) else {
        return;
    };
    let name = operator.and_then(|(at, length)| text(source, at, length));
    if facts.custom_operators.len() < KEPT {
        let name = name.unwrap_or_default();
        facts.custom_operators.insert(format!("{domain}::{name}"));
    }
}

fn is_standard(domain: &str) -> bool {
    matches!(
        domain,
        "" | "ai.onnx" | "ai.onnx.ml" | "ai.onnx.training" | "ai.onnx.preview.training"
    )
}

/// A tensor that stands in an attribute of a node, as exporters write constants. Its external
/// file is noted; its elements count as weights only if they lie outside, since small constants
/// are no parameters.
fn constant(source: &dyn ReadAt, at: u64, length: u64, budget: &mut u64, facts: &mut OnnxFacts) {
    let mut fields = Fields::new(source, at, length);
    while let Some(field) = fields.next(budget) {
        if let (5, Value::Range(at, length)) = (field.number, field.value) {
            let mut aside = OnnxFacts::default();
            tensor(source, at, length, budget, &mut aside);
            if !aside.external_files.is_empty() {
                facts.external_files.append(&mut aside.external_files);
            }
        }
    }
}

fn sparse(source: &dyn ReadAt, at: u64, length: u64, budget: &mut u64, facts: &mut OnnxFacts) {
    let mut fields = Fields::new(source, at, length);
    while let Some(field) = fields.next(budget) {
        if let (1, Value::Range(at, length)) = (field.number, field.value) {
            tensor(source, at, length, budget, facts);
        }
    }
}

/// Counts a tensor; gives its name.
fn tensor(
    source: &dyn ReadAt,
    at: u64,
    length: u64,
    budget: &mut u64,
    facts: &mut OnnxFacts,
) -> Option<String> {
    let (mut name, mut element, mut dimensions) = (None, None, Vec::new());
    let mut fields = Fields::new(source, at, length);
    while let Some(field) = fields.next(budget) {
        match (field.number, field.value) {
            (1, Value::Number(size)) if dimensions.len() < MOST_DIMENSIONS => {
                dimensions.push(size);
            }
            (1, Value::Range(at, length)) => {
                dimensions = packed(source, at, length, MOST_DIMENSIONS).unwrap_or_default();
            }
            (2, Value::Number(number)) => element = element_type(number),
            (8, Value::Range(at, length)) => name = text(source, at, length),
            (13, Value::Range(at, length)) => {
                let (key, value) = pair(source, at, length, budget);
                if key == "location" && facts.external_files.len() < KEPT {
                    facts.external_files.insert(value);
                }
            }
            _ => {}
        }
    }
    facts.initialisers = facts.initialisers.saturating_add(1);
    let elements = dimensions
        .iter()
        .try_fold(1_u64, |product, size| product.checked_mul(*size));
    if let (Some(element), Some(elements)) = (element, elements) {
        let sum = facts.elements.entry(element).or_default();
        *sum = sum.saturating_add(elements);
    }
    name
}

/// A `ValueInfoProto`.
fn port(source: &dyn ReadAt, at: u64, length: u64, budget: &mut u64) -> Port {
    let mut port = Port::default();
    let mut fields = Fields::new(source, at, length);
    while let Some(field) = fields.next(budget) {
        match (field.number, field.value) {
            (1, Value::Range(at, length)) => {
                port.name = text(source, at, length).unwrap_or_default();
            }
            (2, Value::Range(at, length)) => typed(source, at, length, budget, &mut port),
            _ => {}
        }
    }
    port
}

/// A `TypeProto`.
fn typed(source: &dyn ReadAt, at: u64, length: u64, budget: &mut u64, port: &mut Port) {
    let mut fields = Fields::new(source, at, length);
    while let Some(field) = fields.next(budget) {
        let Value::Range(at, length) = field.value else {
            continue;
        };
        match field.number {
            1 | 8 => tensor_type(source, at, length, budget, port),
            4 => port.element = Some("sequence"),
            5 => port.element = Some("map"),
            9 => port.element = Some("optional"),
            _ => {}
        }
    }
}

fn tensor_type(source: &dyn ReadAt, at: u64, length: u64, budget: &mut u64, port: &mut Port) {
    let mut fields = Fields::new(source, at, length);
    while let Some(field) = fields.next(budget) {
        match (field.number, field.value) {
            (1, Value::Number(number)) => port.element = element_type(number),
            (2, Value::Range(at, length)) => {
                let mut dimensions = Fields::new(source, at, length);
                while let Some(field) = dimensions.next(budget) {
                    if let (1, Value::Range(at, length)) = (field.number, field.value)
                        && port.shape.len() < MOST_DIMENSIONS
                    {
                        port.shape.push(dimension(source, at, length, budget));
                    }
                }
            }
            _ => {}
        }
    }
}

fn dimension(source: &dyn ReadAt, at: u64, length: u64, budget: &mut u64) -> String {
    let mut fields = Fields::new(source, at, length);
    while let Some(field) = fields.next(budget) {
        match (field.number, field.value) {
            (1, Value::Number(size)) => return size.to_string(),
            (2, Value::Range(at, length)) => {
                return text(source, at, length).unwrap_or_else(|| "?".to_owned());
            }
            _ => {}
        }
    }
    "?".to_owned()
}
