use std::collections::HashMap;

use super::value::Value;

/// Memo indices beyond this distance from the entries there are kept apart, so that one `PUT` with
/// a huge index costs one entry, not the whole table.
const GAP: usize = 1024;

/// The memo: dense where pickles are, sparse where an attacker is.
#[derive(Clone, Default)]
pub(super) struct Memo {
    dense: Vec<Value>,
    sparse: HashMap<u64, Value>,
    /// Slots that were written: the index that `MEMOIZE` takes next, gaps or not.
    count: u64,
}

/// A slot that was never written. The tag is that of an inert value with a payload nothing uses.
const EMPTY: Value = Value::new(super::value::Tag::Inert, 1);

impl Memo {
    pub(super) fn bytes(&self) -> u64 {
        (self.dense.len() as u64)
            .saturating_mul(8)
            .saturating_add((self.sparse.len() as u64).saturating_mul(40))
    }

    /// What `MEMOIZE` does: writes the slot whose index is the number of slots written so far.
    #[inline]
    pub(super) fn push(&mut self, value: Value) {
        if self.sparse.is_empty() && self.dense.len() as u64 == self.count {
            self.dense.push(value);
            self.count = self.count.saturating_add(1);
        } else {
            self.put(self.count, value);
        }
    }

    pub(super) fn put(&mut self, index: u64, value: Value) {
        if self.get(index).is_none() {
            self.count = self.count.saturating_add(1);
        }
        self.sparse.remove(&index);
        match usize::try_from(index) {
            Ok(index) if index < self.dense.len() => {
                if let Some(slot) = self.dense.get_mut(index) {
                    *slot = value;
                }
            }
            Ok(index) if index <= self.dense.len().saturating_add(GAP) => {
                self.dense.resize(index, EMPTY);
                self.dense.push(value);
            }
            _ => {
                self.sparse.insert(index, value);
            }
        }
    }

    #[inline]
    pub(super) fn get(&self, index: u64) -> Option<Value> {
        let dense = usize::try_from(index)
            .ok()
            .and_then(|index| self.dense.get(index))
            .copied();
        dense
            .filter(|value| *value != EMPTY)
            .or_else(|| self.sparse.get(&index).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_huge_index_costs_one_entry() {
        let mut memo = Memo::default();
        memo.put(u64::from(u32::MAX), Value::NONE);
        memo.put(3, Value::INERT);
        assert_eq!(memo.get(u64::from(u32::MAX)), Some(Value::NONE));
        assert_eq!(memo.get(3), Some(Value::INERT));
        assert_eq!(memo.get(2), None);
        assert!(memo.bytes() < 200);
    }

    #[test]
    fn memoize_counts_written_slots_not_gaps() {
        let mut memo = Memo::default();
        memo.put(5, Value::NONE);
        memo.push(Value::INERT);
        assert_eq!(memo.get(1), Some(Value::INERT));
        assert_eq!(memo.get(6), None);
        memo.put(5, Value::INERT);
        memo.push(Value::NONE);
        assert_eq!(memo.get(2), Some(Value::NONE));
    }
}
