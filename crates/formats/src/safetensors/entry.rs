//! The entry of one tensor.

use serde::de::MapAccess;

use super::Tensor;
use super::json::{KEPT_VALUES, Loose};
use super::members::State;
use super::problem::ProblemKind;
use crate::problems::excerpt;

/// Reads an entry; holds the tensor's name and the offset of its key.
pub(super) struct Entry<'s, 'a>(
    pub(super) &'s mut State<'a>,
    pub(super) String,
    pub(super) u64,
);

impl Entry<'_, '_> {
    pub(super) fn read<'de, A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let Self(state, name, name_at) = self;
        let mut fields = [None, None, None];
        while let Some((key, at)) = state.key(&mut object)? {
            let value = object.next_value_seed(state.anything())?;
            let known = FIELDS
                .iter()
                .zip(&mut fields)
                .find(|(field, _)| **field == key);
            let kind = match known {
                Some((_, slot)) => slot
                    .replace((value, at))
                    .map(|_| ProblemKind::DuplicateKey {
                        within: Some(excerpt(&name)),
                        key: excerpt(&key),
                    }),
                None => Some(ProblemKind::FieldUnknown {
                    tensor: excerpt(&name),
                    key: excerpt(&key),
                }),
            };
            if let Some(kind) = kind {
                state.problem(at, kind);
            }
        }
        match state.tensor(&name, name_at, fields) {
            Some((dtype, shape, begin, end)) => state.facts.tensors.push(Tensor {
                name,
                dtype,
                shape,
                begin,
                end,
                at: name_at,
            }),
            None => state.unlisted.entries.push((name, name_at)),
        }
        Ok(())
    }

    pub(super) fn other<E>(self) -> Result<(), E> {
        let Self(state, name, at) = self;
        let tensor = excerpt(&name);
        state.problem(at, ProblemKind::EntryNotObject { tensor });
        state.unlisted.entries.push((name, at));
        Ok(())
    }
}

const FIELDS: [&str; 3] = ["dtype", "shape", "data_offsets"];

type Field = Option<(Loose, u64)>;

impl State<'_> {
    /// What the fields of an entry say: type, shape, begin and end. A type that is no text is
    /// kept as an empty one.
    fn tensor(
        &mut self,
        name: &str,
        at: u64,
        fields: [Field; 3],
    ) -> Option<(String, Vec<u64>, u64, u64)> {
        for (field, found) in FIELDS.iter().zip(&fields) {
            if found.is_none() {
                let tensor = excerpt(name);
                self.problem(at, ProblemKind::FieldMissing { tensor, field });
            }
        }
        let [dtype, shape, offsets] = fields;
        let dtype = self.dtype(name, dtype);
        let shape = shape.and_then(|(value, at)| self.numbers(name, "shape", value, at));
        let offsets = offsets.and_then(|(value, at)| self.numbers(name, "data_offsets", value, at));
        let [begin, end] = offsets?.try_into().ok()?;
        Some((dtype.unwrap_or_default(), shape?, begin, end))
    }

    fn dtype(&mut self, name: &str, field: Field) -> Option<String> {
        let (value, at) = field?;
        if matches!(value, Loose::Text(..)) {
            return Some(self.text(value, at));
        }
        let (tensor, field) = (excerpt(name), "dtype");
        self.problem(at, ProblemKind::FieldMistyped { tensor, field });
        None
    }

    fn numbers(
        &mut self,
        name: &str,
        field: &'static str,
        value: Loose,
        at: u64,
    ) -> Option<Vec<u64>> {
        let tensor = excerpt(name);
        let Loose::List(values, count) = value else {
            self.problem(at, ProblemKind::FieldMistyped { tensor, field });
            return None;
        };
        if field == "data_offsets" && count != 2 {
            self.problem(at, ProblemKind::FieldMistyped { tensor, field });
            return None;
        }
        if count > KEPT_VALUES as u64 {
            let dimensions = count;
            self.problem(at, ProblemKind::TooManyDimensions { tensor, dimensions });
            return None;
        }
        let mut numbers = Vec::with_capacity(values.len());
        for value in values {
            let kind = match value {
                Loose::Natural(number) => {
                    numbers.push(number);
                    continue;
                }
                Loose::Number(number) => ProblemKind::NumberNotNatural {
                    tensor,
                    field,
                    number,
                },
                _ => ProblemKind::FieldMistyped { tensor, field },
            };
            self.problem(at, kind);
            return None;
        }
        Some(numbers)
    }
}
