//! What stands between opcodes without being one: arrays that `joblib` writes raw, and the
//! storages that `torch` names by persistent ids.

use super::facts::{OddityKind, Storage};
use super::machine::{Halt, Machine};
use super::value::{Constant, Node, Tag, Value};

/// What beginning a second reading costs, in opcodes.
const READING_COST: u64 = 4096;
/// Opcodes of all second readings of one artifact.
const OTHER_OPCODES_IN_ALL: u64 = 1 << 24;
/// Storages that are kept.
const STORAGES_KEPT: usize = 1 << 20;

impl Machine<'_, '_> {
    /// After the `BUILD` of a `NumpyArrayWrapper` the array's bytes follow in the stream, as
    /// `joblib.numpy_pickle.NumpyArrayWrapper.write_array` leaves them: for objects another
    /// pickle, else (since joblib 1.1) one byte of padding length, the padding, and the data.
    pub(super) fn interleaved_array(&mut self, state: Value) -> Result<(), Halt> {
        // `joblib` ends its frame before it writes an array; inside a frame two loaders differ.
        if self.frame_end > self.input.offset() {
            return Err(Halt::Broken("an array inside a frame".into()));
        }
        let shape = self
            .state_item(state, "shape")
            .and_then(|shape| self.parts(shape));
        let dtype = self.state_item(state, "dtype");
        let (Some(shape), Some(dtype)) = (shape, dtype) else {
            return Err(Halt::Broken(
                "an array between the opcodes whose shape is not known".into(),
            ));
        };
        let Some(kind) = self.item_bytes(dtype) else {
            return Err(Halt::Broken(
                "an array between the opcodes whose items are not known".into(),
            ));
        };
        let Some(item_bytes) = kind else {
            self.facts.object_arrays = self.facts.object_arrays.saturating_add(1);
            let inner = self.inner_stream()?;
            let ended = inner.ended.clone();
            self.facts.streams.push(inner);
            return match ended {
                super::Ended::Stop => Ok(()),
                super::Ended::Broken { reason, .. } => Err(Halt::Broken(format!(
                    "in the objects of an array: {reason}"
                ))),
                super::Ended::Limit { limit, .. } => Err(Halt::Limit(limit)),
            };
        };
        self.second_reading();
        // What stands on the stack from here on is the array.
        self.stack.pop();
        self.stack.push(Value::INERT);
        let mut bytes = item_bytes;
        for extent in &shape {
            let Some(Constant::Int(extent)) = self.constant_of(*extent) else {
                return Err(Halt::Broken(
                    "an array whose shape is not made of numbers".into(),
                ));
            };
            let extent = u64::try_from(extent).unwrap_or(u64::MAX);
            bytes = bytes
                .checked_mul(extent)
                .ok_or_else(|| Halt::Broken("an array of more than 2^64 bytes".into()))?;
        }
        let aligned = self
            .state_item(state, "numpy_array_alignment_bytes")
            .is_some_and(|value| value.tag() == Tag::Int);
        if aligned {
            let padding = self.input.byte()?;
            self.input.skip(u64::from(padding), 0)?;
        }
        self.input.skip(bytes, 0)?;
        self.facts.arrays = self.facts.arrays.saturating_add(1);
        Ok(())
    }

    pub(super) fn state_item(&self, state: Value, wanted: &str) -> Option<Value> {
        let Some(Node::Items { items, .. }) = self.arena.get(state) else {
            return None;
        };
        items
            .chunks_exact(2)
            .filter(|pair| {
                pair.first().and_then(|key| self.text_of(*key)).as_deref() == Some(wanted)
            })
            .filter_map(|pair| pair.get(1).copied())
            .next_back()
    }

    /// Bytes of one item of a `numpy.dtype(...)`: `Ok(None)` for objects.
    fn item_bytes(&self, dtype: Value) -> Option<Option<u64>> {
        let Some(Node::Call { callee, arguments }) = self.arena.get(dtype) else {
            return None;
        };
        let named = u32::try_from(callee.payload())
            .ok()
            .and_then(|index| self.names.get(index))?;
        if callee.tag() != Tag::Global || &*named.module != "numpy" || &*named.name != "dtype" {
            return None;
        }
        let descr = self.text_of(*self.parts(*arguments)?.first()?)?;
        let descr = descr.trim_start_matches(['<', '>', '|', '=']);
        let (letter, digits) = descr.split_at_checked(1)?;
        let width: u64 = if digits.is_empty() && letter == "?" {
            1
        } else {
            digits.parse().ok()?
        };
        let bytes = match letter {
            "O" => return Some(None),
            "U" => width.checked_mul(4)?,
            _ => width,
        };
        let Some(state) = self.states.get(&dtype).and_then(|state| self.parts(*state)) else {
            return Some(Some(bytes));
        };
        // The state may change the size and bring in fields: (version, order, subarray, names,
        // fields, item bytes, alignment, flags). A subarray multiplies; flags tell of objects.
        let number = |index: usize| state.get(index).and_then(|value| self.constant_of(*value));
        if state
            .get(2)
            .is_some_and(|subarray| subarray.tag() != Tag::None)
        {
            return None;
        }
        match (number(5), number(7)) {
            (Some(Constant::Int(stated)), _)
                if stated >= 0 && u64::try_from(stated) != Ok(bytes) =>
            {
                None
            }
            (_, Some(Constant::Int(flags))) if flags & 1 != 0 => Some(None),
            _ => Some(Some(bytes)),
        }
    }

    /// A loader that does not know `joblib` executes the array's bytes as opcodes: follow that
    /// reading too.
    fn second_reading(&mut self) {
        if self.lenient {
            return;
        }
        let start = self.input.offset();
        let first = self.source.bytes_at(start, 1).unwrap_or_default();
        if first
            .first()
            .is_none_or(|code| super::opcode(*code).is_none())
        {
            return;
        }
        if self.other_opcodes > OTHER_OPCODES_IN_ALL {
            self.dropped = Some("second readings");
            return;
        }
        let mut other = self.other_reading(start);
        let ended = other.resume();
        self.other_opcodes = self
            .other_opcodes
            .saturating_add(other.opcodes)
            .saturating_add(READING_COST)
            .saturating_add(other.input.offset().saturating_sub(start) / 64);
        let named = |known: &&super::Use| {
            super::recognise::is_name(&known.module) && super::recognise::is_name(&known.name)
        };
        let goes_on = ended.is_ok() || other.opcodes >= 4;
        if let Some(found) = other.facts.uses.iter().find(named).filter(|_| goes_on) {
            let shown = format!("{}.{}", found.module, found.name);
            self.odd(start, OddityKind::SecondReading(shown));
            return;
        }
        let computed = other
            .facts
            .oddities
            .iter()
            .any(|oddity| matches!(oddity.kind, OddityKind::ComputedName(_)));
        if computed && other.opcodes >= 8 {
            self.odd(
                start,
                OddityKind::SecondReading("a name out of the memo".into()),
            );
        }
    }

    /// Notes what a persistent id of `torch` names: `('storage', class, key, location, elements)`.
    pub(super) fn storage(&mut self, id: Value, offset: u64) {
        if id.tag() == Tag::Inert {
            return;
        }
        let noted = self
            .parts(id)
            .and_then(|parts| self.storage_of(&parts, offset));
        match noted {
            Some(storage) if self.facts.storages.len() < STORAGES_KEPT => {
                self.facts.storages.push(storage)
            }
            Some(_) => {}
            None => {
                let shown = self.renderer().value(id);
                self.odd(offset, OddityKind::PersistentId(shown));
            }
        }
    }

    fn storage_of(&self, parts: &[Value], offset: u64) -> Option<Storage> {
        let [kind, class, key, location, elements, ..] = parts else {
            return None;
        };
        if self.text_of(*kind)? != "storage" || class.tag() != Tag::Global {
            return None;
        }
        let name = self.names.get(u32::try_from(class.payload()).ok()?)?;
        let Constant::Int(elements) = self.constant_of(*elements)? else {
            return None;
        };
        let key = match self.constant_of(*key)? {
            Constant::Str(key) => key,
            Constant::Int(key) => key.to_string(),
            Constant::Bytes(_) => return None,
        };
        Some(Storage {
            module: name.module.to_string(),
            class: name.name.to_string(),
            key,
            location: self.text_of(*location)?,
            elements: u64::try_from(elements).ok()?,
            offset,
        })
    }
}
