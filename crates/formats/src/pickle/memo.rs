use std::collections::HashMap;

use super::value::Value;

/// Memo indices beyond this distance from the entries there are kept apart, so that one `PUT` with
/// a huge index costs one entry, not the whole table.
const GAP: usize = 1024;

/// The memo: dense where pickles are, sparse where an attacker is.
#[derive(Default)]
pub(super) struct Memo {
    dense: Vec<Value>,
    sparse: HashMap<u64, Value>,
}

/// A slot that was never written. The tag is that of an inert value with a payload nothing uses.
const EMPTY: Value = Value::new(super::value::Tag::Inert, 1);

impl Memo {
    /// Number of entries, as `CPython` counts for `MEMOIZE`.
    pub(super) fn len(&self) -> usize {
        self.dense.len().saturating_add(self.sparse.len())
    }

    pub(super) fn bytes(&self) -> u64 {
        (self.dense.len() as u64)
            .saturating_mul(8)
            .saturating_add((self.sparse.len() as u64).saturating_mul(40))
    }

    #[inline]
    pub(super) fn push(&mut self, value: Value) {
        if self.sparse.is_empty() {
            self.dense.push(value);
        } else {
            self.put(self.len() as u64, value);
        }
    }

    pub(super) fn put(&mut self, index: u64, value: Value) {
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
        assert!(memo.bytes() < 100);
    }
}
