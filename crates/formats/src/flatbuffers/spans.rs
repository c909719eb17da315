//! Which bytes were seen to belong to a model.

use std::collections::BTreeMap;

/// Fewer bytes between two parts are not told apart: padding, and small tables that are not read.
const APART: u64 = 4 << 10;

/// Ranges of bytes, from and to, those close to each other joined.
#[derive(Default)]
pub(super) struct Spans {
    held: BTreeMap<u64, u64>,
}

impl Spans {
    pub(super) fn add(&mut self, start: u64, end: u64) {
        let (mut start, mut end) = (start, end);
        if end <= start {
            return;
        }
        if let Some((from, to)) = self.held.range(..=start).next_back()
            && to.saturating_add(APART) > start
        {
            if *to >= end {
                return;
            }
            start = *from;
        }
        let mut joined = Vec::new();
        for (from, to) in self.held.range(start..) {
            if *from >= end.saturating_add(APART) {
                break;
            }
            end = end.max(*to);
            joined.push(*from);
        }
        for from in joined {
            self.held.remove(&from);
        }
        self.held.insert(start, end);
    }

    /// What lies between the ranges, from the beginning up to the last.
    pub(super) fn gaps(&self) -> Vec<(u64, u64)> {
        let mut gaps = Vec::new();
        let mut at = 0;
        for (from, to) in &self.held {
            if from.saturating_sub(at) >= APART {
                gaps.push((at, *from));
            }
            at = *to;
        }
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_far_apart_leaves_gaps() {
        let mut spans = Spans::default();
        spans.add(20_000, 20_010);
        spans.add(0, 8);
        spans.add(9_000, 9_100);
        assert_eq!(spans.gaps(), [(8, 9_000), (9_100, 20_000)]);
        spans.add(5_000, 6_000);
        assert_eq!(spans.gaps(), [(8, 5_000), (9_100, 20_000)]);
        spans.add(5_500, 5_600);
        spans.add(4_000, 30_000);
        spans.add(7, 7);
        assert_eq!(spans.gaps(), []);
    }
}
