//! Inputs and outputs of a graph.

use super::{Port, Reader, TEXT_BYTES, element_type};
use crate::protobuf::{Extent, Value};

/// Dimensions of one input or output that are kept.
const MOST_DIMENSIONS: usize = 64;

impl Reader<'_, '_> {
    /// A `ValueInfoProto`.
    pub(super) fn port(&self, range: Extent) -> Port {
        let mut port = Port::default();
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Range(range)) => port.name = self.wire.text(range, TEXT_BYTES),
                (2, Value::Range(range)) => self.typed(range, &mut port),
                _ => {}
            }
        }
        port
    }

    /// A `TypeProto`.
    fn typed(&self, range: Extent, port: &mut Port) {
        for field in self.wire.fields(range) {
            let Value::Range(range) = field.value else {
                continue;
            };
            match field.number {
                1 | 8 => self.tensor_type(range, port),
                4 => port.element = Some("sequence"),
                5 => port.element = Some("map"),
                9 => port.element = Some("optional"),
                _ => {}
            }
        }
    }

    fn tensor_type(&self, range: Extent, port: &mut Port) {
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Number(number)) => port.element = element_type(number),
                (2, Value::Range(range)) => {
                    for field in self.wire.fields(range) {
                        if let (1, Value::Range(range)) = (field.number, field.value)
                            && port.shape.len() < MOST_DIMENSIONS
                        {
                            port.shape.push(self.dimension(range));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn dimension(&self, range: Extent) -> String {
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Number(size)) => return size.to_string(),
                (2, Value::Range(range)) if range.length > 0 => {
                    return self.wire.text(range, TEXT_BYTES);
                }
                _ => {}
            }
        }
        "?".to_owned()
    }
}
