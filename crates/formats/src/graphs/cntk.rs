//! Models of the Cognitive Toolkit, version 2: dictionaries in dictionaries.
//!
//! Format: `CNTK.proto` in
//! <https://github.com/microsoft/CNTK/blob/master/Source/CNTKv2LibraryDll/proto/CNTK.proto>; functions that a
//! user has defined name a module and what of it reads them back (`Serialization.cpp`, `UserDefinedFunction.cpp`).

use super::{GLANCE_FIELDS, GraphFacts, Reader};
use crate::protobuf::{Broken, Extent, MOST_DEPTH, Value, Wire};
use crate::{Limits, ReadAt};

/// What a model holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CntkFacts {
    /// Names and texts; classes are what reads functions of users back, as `module.method`.
    pub graph: GraphFacts,
    /// Where the numbers of each array stand, and whether they take eight bytes each.
    pub arrays: Vec<(Extent, bool)>,
}

/// The key under which a model keeps its functions.
const FUNCTIONS: &str = "primitive_functions";

/// True if the file is such a dictionary by its structure.
#[must_use]
pub fn is_model(source: &dyn ReadAt) -> bool {
    let wire = Wire::glance(source, GLANCE_FIELDS);
    let (mut entries, mut marked) = (0_u32, false);
    for field in wire.fields(wire.whole()) {
        match (field.number, field.value) {
            (1, Value::Number(_)) => {}
            (2, Value::Range(entry)) => {
                let Some((key, value)) = pair(&wire, entry) else {
                    return false;
                };
                if wire.fields(value).next().is_none() {
                    return false;
                }
                entries = entries.saturating_add(1);
                marked |= key == FUNCTIONS;
            }
            _ => return false,
        }
    }
    entries > 1 && marked
}

/// Reads a model. `None` if the content is none.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<CntkFacts> {
    if !is_model(source) {
        return None;
    }
    let wire = Wire::new(source, limits);
    let mut reader = Reader {
        wire: &wire,
        facts: GraphFacts::default(),
        texts_left: limits.text_bytes,
    };
    let mut arrays = Vec::new();
    reader.dictionary(wire.whole(), 0, &mut arrays);
    reader.facts.broken = wire.broken();
    Some(CntkFacts {
        graph: reader.facts,
        arrays,
    })
}

/// Key and value of one entry of a dictionary.
fn pair(wire: &Wire<'_>, entry: Extent) -> Option<(String, Extent)> {
    let (mut key, mut value) = (None, None);
    for field in wire.fields(entry) {
        match (field.number, field.value) {
            (1, Value::Range(name)) if wire.is_name(name) => key = Some(wire.text(name, 256)),
            (2, Value::Range(held)) => value = Some(held),
            _ => return None,
        }
    }
    key.zip(value)
}

impl Reader<'_, '_> {
    fn dictionary(&mut self, range: Extent, depth: u32, arrays: &mut Vec<(Extent, bool)>) {
        if depth > MOST_DEPTH {
            return self.limit(range.start, "depth");
        }
        let (mut module, mut method) = (String::new(), String::new());
        for field in self.wire.fields(range) {
            let (2, Value::Range(entry)) = (field.number, field.value) else {
                continue;
            };
            let Some((key, value)) = pair(self.wire, entry) else {
                self.wire.note(Broken::NoField {
                    offset: entry.start,
                });
                continue;
            };
            let text = self.dictionary_value(&key, value, depth, arrays);
            match key.as_str() {
                "module" => module = text.unwrap_or_default(),
                "deserialize_method" | "class" => method = text.unwrap_or_default(),
                "op" | "type" => {
                    if let Some(operator) = text.filter(|text| !text.is_empty()) {
                        self.used(operator, value.start);
                    }
                }
                _ => {}
            }
        }
        if !module.is_empty() {
            let name = match method.as_str() {
                "" => module,
                method => format!("{module}.{method}"),
            };
            self.class("a user-defined function", name, range.start);
        }
    }

    /// A value of a dictionary or a list; its text, if it is one.
    fn dictionary_value(
        &mut self,
        key: &str,
        range: Extent,
        depth: u32,
        arrays: &mut Vec<(Extent, bool)>,
    ) -> Option<String> {
        let mut found = None;
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (8, Value::Range(text)) => found = Some(self.text(key, text)),
                (11, Value::Range(list)) if depth <= MOST_DEPTH => {
                    for item in self.wire.fields(list) {
                        if let (1, Value::Range(item)) = (item.number, item.value) {
                            self.dictionary_value(key, item, depth.saturating_add(1), arrays);
                        }
                    }
                }
                (12, Value::Range(held)) => self.dictionary(held, depth.saturating_add(1), arrays),
                (13, Value::Range(array)) => self.array(array, arrays),
                (11, Value::Range(list)) => self.limit(list.start, "depth"),
                _ => {}
            }
        }
        found
    }

    /// The numbers of an array: lists of floats, of doubles, or bytes.
    fn array(&mut self, range: Extent, arrays: &mut Vec<(Extent, bool)>) {
        const MOST: usize = 65_536;
        for field in self.wire.fields(range) {
            let (4..=6, Value::Range(list)) = (field.number, field.value) else {
                continue;
            };
            for numbers in self.wire.fields(list) {
                if let (1, Value::Range(numbers)) = (numbers.number, numbers.value)
                    && arrays.len() < MOST
                {
                    arrays.push((numbers, field.number == 5));
                }
            }
        }
    }
}
