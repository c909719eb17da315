//! Tensors: where their data stands, and whether its size is what type and shape ask for.

use super::{
    External, KEPT, ProblemKind, Reader, TEXT_BYTES, Tensor, TensorRole, TextRole, element_bits,
    element_type,
};
use crate::problems::excerpt;
use crate::protobuf::{Broken, Extent, Value};

/// Dimensions of one tensor that are looked at.
const MOST_DIMENSIONS: usize = 64;
/// Longest varint, in bytes.
const VARINT_BYTES: u64 = 10;
/// Tensors outside the file that are kept.
const MOST_EXTERNAL: usize = 65_536;

/// What the fields of one tensor said.
#[derive(Default)]
struct Parts {
    name: String,
    data_type: u64,
    dimensions: Vec<u64>,
    raw: Option<Extent>,
    raw_fields: u32,
    /// Numbers in a list: the field, bytes of packed ones, and where they stand.
    list: Option<(u64, u64, Extent)>,
    /// Kinds of lists that hold something.
    lists: u32,
    texts: u64,
    external: Option<External>,
    said_external: bool,
}

impl Reader<'_, '_> {
    /// A `TensorProto`; gives its name. `counted` if its elements count as weights.
    pub(super) fn tensor(
        &mut self,
        range: Extent,
        name: &str,
        role: TensorRole,
        counted: bool,
    ) -> String {
        let mut parts = self.tensor_parts(range);
        if parts.name.is_empty() {
            parts.name = name.to_owned();
        }
        let elements = product(&parts.dimensions);
        if let (true, Some(element), Some(elements)) =
            (counted, element_type(parts.data_type), elements)
        {
            let sum = self.facts.elements.entry(element).or_default();
            *sum = sum.saturating_add(elements);
        }
        self.sizes(range, &parts, elements);
        let data = parts.raw.or(parts.list.map(|(_, _, extent)| extent));
        if self.facts.tensors.len() as u64 >= self.most_tensors {
            self.wire.note(Broken::Limit {
                offset: range.start,
                limit: "members",
            });
        } else {
            self.facts.tensors.push(Tensor {
                name: parts.name.clone(),
                role,
                offset: range.start,
                data_type: parts.data_type,
                elements,
                data,
            });
        }
        self.keep_external(range, &mut parts, elements);
        parts.name
    }

    fn tensor_parts(&mut self, range: Extent) -> Parts {
        let mut parts = Parts::default();
        for field in self.wire.fields(range) {
            match (field.number, field.value) {
                (1, Value::Number(size)) => {
                    if parts.dimensions.len() < MOST_DIMENSIONS {
                        parts.dimensions.push(size);
                    }
                }
                (1, Value::Range(range)) => {
                    let left = MOST_DIMENSIONS.saturating_sub(parts.dimensions.len());
                    parts.dimensions.extend(self.wire.packed(range, left));
                }
                (2, Value::Number(number)) => parts.data_type = number,
                (4 | 10, Value::Fixed) => {
                    let bytes = if field.number == 4 { 4 } else { 8 };
                    parts.number(field.number, bytes, None);
                }
                (5 | 7 | 11, Value::Number(_)) => parts.number(field.number, 1, None),
                (4 | 5 | 7 | 10 | 11, Value::Range(range)) => {
                    parts.number(field.number, range.length, Some(range));
                }
                (6, Value::Range(_)) => parts.texts = parts.texts.saturating_add(1),
                (8, Value::Range(range)) => parts.name = self.wire.text(range, TEXT_BYTES),
                (9, Value::Range(range)) => {
                    parts.raw = Some(range);
                    parts.raw_fields = parts.raw_fields.saturating_add(1);
                }
                (12, Value::Range(range)) => self.note(range),
                (13, Value::Range(entry)) => self.external_entry(entry, &mut parts),
                (14, Value::Number(place)) => parts.said_external = place == 1,
                (16, Value::Range(range)) => self.note_pair(TextRole::Note, range),
                (3, Value::Range(_)) => {}
                _ => self.unknown("a tensor", field),
            }
        }
        if parts.raw_fields > 1 {
            let field = "the data of a tensor";
            self.problem(range.start, ProblemKind::Repeated { field });
        }
        parts
    }

    fn external_entry(&mut self, entry: Extent, parts: &mut Parts) {
        let (key, value) = self.pair(entry);
        let external = parts.external.get_or_insert_with(|| External {
            at: entry.start,
            ..External::default()
        });
        match key.as_str() {
            "location" => {
                if !external.location.is_empty() && external.location != value {
                    let field = "the location of a tensor";
                    self.problem(entry.start, ProblemKind::Repeated { field });
                    // Each of them is looked at.
                    let other = External {
                        location: value,
                        ..external.clone()
                    };
                    self.push_external(other);
                } else {
                    external.location = value;
                }
            }
            "offset" => external.offset = Some(value),
            "length" => external.length = Some(value),
            "checksum" | "basepath" => {}
            _ if external.other_keys.len() < KEPT => external.other_keys.push(excerpt(&key)),
            _ => {}
        }
    }

    fn keep_external(&mut self, range: Extent, parts: &mut Parts, elements: Option<u64>) {
        let Some(mut external) = parts.external.take() else {
            return;
        };
        let name = excerpt(&parts.name);
        if !parts.said_external {
            self.problem(
                range.start,
                ProblemKind::NotSaidExternal { name: name.clone() },
            );
        }
        external.tensor = name;
        external.data_type = parts.data_type;
        external.wanted = raw_bytes(parts.data_type, elements);
        self.push_external(external);
    }

    fn push_external(&mut self, external: External) {
        let facts = &mut self.facts;
        if facts.external_files.len() < KEPT {
            facts.external_files.insert(external.location.clone());
        }
        if facts.external.len() < MOST_EXTERNAL {
            facts.external.push(external);
        } else {
            self.wire.note(Broken::Limit {
                offset: external.at,
                limit: "members",
            });
        }
    }

    /// Compares the data with what type and shape ask for.
    fn sizes(&mut self, range: Extent, parts: &Parts, elements: Option<u64>) {
        let at = range.start;
        let name = excerpt(&parts.name);
        if element_type(parts.data_type).is_none() {
            let number = parts.data_type;
            return self.problem(at, ProblemKind::TypeUnknown { name, number });
        }
        let Some(elements) = elements else {
            return self.problem(at, ProblemKind::SizeOverflows { name });
        };
        let places = u32::from(parts.raw.is_some())
            .saturating_add(parts.lists)
            .saturating_add(u32::from(parts.texts > 0))
            .saturating_add(u32::from(parts.said_external && parts.external.is_some()));
        if places > 1 {
            return self.problem(at, ProblemKind::DataTwice { name });
        }
        if parts.said_external {
            return;
        }
        if parts.data_type == 8 {
            if parts.texts != elements {
                let (wanted, there) = (elements, parts.texts);
                self.problem(
                    at,
                    ProblemKind::CountDisagrees {
                        name,
                        wanted,
                        there,
                    },
                );
            }
            return;
        }
        let (field, there) = match (parts.raw, parts.list) {
            (Some(raw), _) => (9, raw.length),
            (None, Some((field, bytes, _))) => (field, bytes),
            (None, None) => (9, 0),
        };
        self.size(at, name, (parts.data_type, elements), field, there);
    }

    fn size(
        &mut self,
        at: u64,
        name: String,
        (data_type, elements): (u64, u64),
        field: u64,
        there: u64,
    ) {
        match field {
            9 | 4 | 10 => {
                let wanted = raw_bytes(data_type, Some(elements)).unwrap_or(there);
                if wanted != there {
                    self.problem(
                        at,
                        ProblemKind::SizeDisagrees {
                            name,
                            wanted,
                            there,
                        },
                    );
                }
            }
            // Varints: small elements share one.
            _ => {
                let shared = match element_bits(data_type) {
                    Some(4) => 2,
                    Some(2) => 4,
                    _ => 1,
                };
                let wanted = elements.div_ceil(shared);
                if there < wanted || there > wanted.saturating_mul(VARINT_BYTES) {
                    self.problem(
                        at,
                        ProblemKind::CountDisagrees {
                            name,
                            wanted,
                            there,
                        },
                    );
                }
            }
        }
    }
}

impl Parts {
    fn number(&mut self, field: u64, bytes: u64, packed: Option<Extent>) {
        if bytes == 0 {
            return;
        }
        match &mut self.list {
            Some((known, sum, _)) if *known == field => *sum = sum.saturating_add(bytes),
            Some(_) => self.lists = self.lists.saturating_add(1),
            None => {
                self.lists = 1;
                self.list = Some((field, bytes, packed.unwrap_or_default()));
            }
        }
    }
}

/// Product of dimensions, within 63 bits; none if it overflows or one of them is negative.
fn product(dimensions: &[u64]) -> Option<u64> {
    if dimensions.iter().any(|size| i64::try_from(*size).is_err()) {
        return None;
    }
    if dimensions.contains(&0) {
        return Some(0);
    }
    let product = dimensions
        .iter()
        .try_fold(1_u64, |product, size| product.checked_mul(*size));
    product.filter(|product| i64::try_from(*product).is_ok())
}

/// Bytes of raw data; none if that cannot be told.
fn raw_bytes(data_type: u64, elements: Option<u64>) -> Option<u64> {
    let bits = elements?.checked_mul(element_bits(data_type)?)?;
    Some(bits.div_ceil(8))
}
