//! One tree: lists of numbers whose lengths follow from its number of leaves.

use std::collections::HashMap;

/// The lines of one tree.
pub(super) struct Tree<'a> {
    pub(super) offset: usize,
    pub(super) lines: HashMap<&'a str, &'a str>,
}

/// Lists with one number for each split.
const SPLITS: [&str; 5] = [
    "split_feature",
    "threshold",
    "decision_type",
    "left_child",
    "right_child",
];

impl<'a> Tree<'a> {
    pub(super) fn new(offset: usize) -> Self {
        Self {
            offset,
            lines: HashMap::new(),
        }
    }

    /// What contradicts itself, as sentences.
    pub(super) fn problems(&self, most_feature: Option<i64>) -> Vec<String> {
        let mut found = Vec::new();
        let Some(leaves) = self.number("num_leaves").filter(|leaves| *leaves >= 1) else {
            found.push("a tree does not state its number of leaves".to_owned());
            return found;
        };
        let splits = leaves.saturating_sub(1);
        for name in SPLITS {
            self.length(name, splits, splits > 0, &mut found);
        }
        self.length("leaf_value", leaves, true, &mut found);
        if let Some(most) = most_feature {
            self.within("split_feature", 0, most, &mut found);
        }
        // Negative numbers are leaves: -1 is the first.
        let lowest = leaves.checked_neg().unwrap_or(i64::MIN);
        for name in ["left_child", "right_child"] {
            self.within(name, lowest, splits.saturating_sub(1), &mut found);
        }
        self.finite("leaf_value", &mut found);
        found
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.lines.get(name)?.trim().parse().ok()
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let line = self.lines.get(name).copied().unwrap_or_default();
        line.split(' ').filter(|value| !value.is_empty())
    }

    fn length(&self, name: &str, wanted: i64, needed: bool, found: &mut Vec<String>) {
        let there = self.values(name).count();
        if i64::try_from(there).ok() == Some(wanted) || there == 0 && !needed {
            return;
        }
        found.push(format!(
            "a tree needs {wanted} values of {name}, it holds {there}"
        ));
    }

    fn within(&self, name: &str, lowest: i64, highest: i64, found: &mut Vec<String>) {
        let wrong = self.values(name).find(|value| {
            let number = value.parse::<i64>();
            number.map_or(true, |number| number < lowest || number > highest)
        });
        if let Some(wrong) = wrong {
            let wrong: String = wrong.chars().take(64).collect();
            let wrong = wrong.replace('`', "'");
            found.push(format!(
                "a tree holds `{wrong}` in {name}, where {lowest} to {highest} may stand"
            ));
        }
    }

    fn finite(&self, name: &str, found: &mut Vec<String>) {
        if self.values(name).any(|value| value.parse::<f64>().is_err()) {
            found.push(format!("a tree holds what is no number in {name}"));
        }
    }
}
