//! What a file of TensorFlow is, by its structure: there is no magic number.

use crate::ReadAt;
use crate::protobuf::{Broken, Extent, Value, Wire};

/// What is around the graphs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Container {
    /// `saved_model.pb`.
    SavedModel,
    /// `.meta` beside a checkpoint.
    MetaGraph,
    /// A frozen graph.
    #[default]
    Graph,
}

/// Fields that are looked at.
const GLANCE_FIELDS: u64 = 4096;

/// What the file is; none if it is nothing of TensorFlow.
#[must_use]
pub fn container(source: &dyn ReadAt) -> Option<Container> {
    let head = source.bytes_at(0, 2).ok()?;
    if !matches!(head.first()?, 0x08 | 0x0a | 0x12 | 0x22) {
        return None;
    }
    let wire = || Wire::glance(source, GLANCE_FIELDS);
    let is = |shape: fn(&Wire<'_>, Extent) -> bool| {
        let wire = wire();
        shape(&wire, wire.whole())
    };
    if is(saved_model) {
        Some(Container::SavedModel)
    } else if is(meta_graph) {
        Some(Container::MetaGraph)
    } else if is(graph) {
        Some(Container::Graph)
    } else {
        None
    }
}

/// True if the file is what Keras keeps beside a saved model, `keras_metadata.pb`.
#[must_use]
pub fn is_keras_metadata(source: &dyn ReadAt) -> bool {
    let wire = Wire::glance(source, GLANCE_FIELDS);
    let mut objects = 0_u32;
    for field in wire.fields(wire.whole()).take(64) {
        let (1, Value::Range(range)) = (field.number, field.value) else {
            return false;
        };
        let (mut identifier, mut metadata) = (false, false);
        for field in wire.fields(range) {
            match (field.number, field.value) {
                (2, Value::Number(_)) | (3 | 4, Value::Range(_)) => {}
                (5, Value::Range(name)) => {
                    identifier = wire.text(name, 64).starts_with("_tf_keras");
                }
                (6, Value::Range(text)) => metadata = wire.text(text, 1) == "{",
                _ => return false,
            }
        }
        if !identifier || !metadata {
            return false;
        }
        objects = objects.saturating_add(1);
    }
    objects > 0
}

fn saved_model(wire: &Wire<'_>, range: Extent) -> bool {
    let mut graphs = 0_u32;
    for field in wire.fields(range) {
        match (field.number, field.value) {
            (1, Value::Number(version)) if version < 100 => {}
            (2, Value::Range(range)) => {
                if !meta_graph(wire, range) {
                    return false;
                }
                graphs = graphs.saturating_add(1);
            }
            (16.., _) => {}
            _ => return false,
        }
    }
    graphs > 0 || cut(wire, 2)
}

fn meta_graph(wire: &Wire<'_>, range: Extent) -> bool {
    let mut told = false;
    for field in wire.fields(range) {
        let Value::Range(range) = field.value else {
            return false;
        };
        match field.number {
            1 => {
                // A node begins with its name, this with a version, operators or tags.
                if !about(wire, range) {
                    return false;
                }
                told = true;
            }
            2 => {
                if !graph(wire, range) && range.length > 0 {
                    return false;
                }
                told = true;
            }
            3..=7 | 16.. => {}
            _ => return false,
        }
    }
    told || cut(wire, 2)
}

/// A `MetaInfoDef`: texts, and lists of operators.
fn about(wire: &Wire<'_>, range: Extent) -> bool {
    let mut told = range.length == 0;
    for field in wire.fields(range).take(64) {
        match (field.number, field.value) {
            (1, Value::Range(name)) => {
                if !wire.is_name(name) {
                    return false;
                }
            }
            (2, Value::Range(_)) => {
                // A node's operator is a name; this is a list of messages.
                told = true;
                if wire.bytes(first(field.value), 1) != [0x0a] {
                    return false;
                }
            }
            (3 | 8, Value::Range(_)) => {}
            (4..=6, Value::Range(name)) => told |= wire.is_name(name) || name.length == 0,
            (7, Value::Number(_)) => told = true,
            _ => return false,
        }
    }
    told
}

fn first(value: Value) -> Extent {
    match value {
        Value::Range(range) => range,
        _ => Extent::default(),
    }
}

/// A `GraphDef`.
fn graph(wire: &Wire<'_>, range: Extent) -> bool {
    let mut told = false;
    for field in wire.fields(range).take(256) {
        match (field.number, field.value) {
            (1, Value::Range(range)) => {
                if !node(wire, range) {
                    return false;
                }
                told = true;
            }
            (2 | 4, Value::Range(_)) => told |= field.number == 2 && range.length > 64,
            (3, Value::Number(_)) | (5 | 16.., Value::Range(_)) => {}
            _ => return false,
        }
    }
    told
}

fn node(wire: &Wire<'_>, range: Extent) -> bool {
    let mut operator = false;
    for field in wire.fields(range).take(64) {
        match (field.number, field.value) {
            (1, Value::Range(name)) => {
                if !wire.is_name(name) {
                    return false;
                }
            }
            (2, Value::Range(name)) => {
                let text = wire.text(name, 128);
                operator = text
                    .starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
                    && wire.is_name(name);
                if !operator {
                    return false;
                }
            }
            (3..=7, Value::Range(_)) => {}
            _ => return false,
        }
    }
    operator
}

/// True if the file ends inside a field of that number.
fn cut(wire: &Wire<'_>, number: u8) -> bool {
    let Some(Broken::TooLong { offset }) = wire.broken() else {
        return false;
    };
    let tag = Extent {
        start: offset,
        length: 1,
    };
    offset <= 2 && wire.bytes(tag, 1) == [number << 3 | 2]
}
