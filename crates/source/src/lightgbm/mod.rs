//! LightGBM models as text.
//!
//! Format: `GBDT::SaveModelToString` in
//! <https://github.com/microsoft/LightGBM/blob/master/src/boosting/gbdt_model_text.cpp>: a header, a block for each tree,
//! then importances and parameters.

#[cfg(test)]
mod tests;
mod tree;

use std::collections::HashMap;

use tree::Tree;

/// What a model holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LightGbmFacts {
    /// Names of the features.
    pub names: Vec<String>,
    /// Number of trees.
    pub trees: u64,
    /// What contradicts itself.
    pub problems: Vec<Problem>,
    /// Contradictions beyond those that are listed.
    pub problems_left_out: u64,
}

/// A contradiction and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Offset of the line.
    pub offset: usize,
    /// What is wrong: a sentence without its full stop.
    pub what: String,
}

/// Problems that are listed.
const LISTED: usize = 64;

/// Reads a model. Call it for texts that begin as one.
#[must_use]
pub fn parse(text: &str) -> LightGbmFacts {
    let mut reader = Reader::default();
    let mut offset = 0_usize;
    for line in text.split('\n') {
        reader.line(line.trim_end_matches('\r'), offset);
        offset = offset.saturating_add(line.len()).saturating_add(1);
    }
    reader.finish(offset)
}

#[derive(Default)]
struct Reader<'a> {
    facts: LightGbmFacts,
    header: HashMap<&'a str, &'a str>,
    tree: Option<Tree<'a>>,
    /// Highest index of a feature, once the header is read.
    most_feature: Option<i64>,
    ended: bool,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str, offset: usize) {
        if self.ended || line.is_empty() {
            return;
        }
        if line == "end of trees" {
            self.close();
            self.ended = true;
            return;
        }
        let Some((key, value)) = line.split_once('=') else {
            // The first line, and flags without a value.
            if offset > 0 && self.tree.is_some() {
                self.problem(offset, "a line within a tree has no value".to_owned());
            }
            return;
        };
        if key == "Tree" {
            match self.tree {
                Some(_) => self.close(),
                None => self.close_header(offset),
            }
            self.facts.trees = self.facts.trees.saturating_add(1);
            self.tree = Some(Tree::new(offset));
            return;
        }
        let repeated = match &mut self.tree {
            Some(tree) => tree.lines.insert(key, value).is_some(),
            None => self.header.insert(key, value).is_some(),
        };
        if repeated {
            let key: String = key.chars().take(64).collect();
            self.problem(offset, format!("`{}` stands twice", key.replace('`', "'")));
        }
    }

    fn close_header(&mut self, offset: usize) {
        let names = self
            .header
            .get("feature_names")
            .copied()
            .unwrap_or_default();
        self.facts.names = names
            .split(' ')
            .filter(|name| !name.is_empty())
            .take(1 << 20)
            .map(|name| name.chars().take(256).collect())
            .collect();
        let stated = self.header.get("max_feature_idx");
        let Some(stated) = stated.and_then(|text| text.parse::<i64>().ok()) else {
            self.problem(
                offset,
                "the header does not state its highest feature".to_owned(),
            );
            return;
        };
        self.most_feature = Some(stated);
        let count = self.facts.names.len();
        if i64::try_from(count).ok() != stated.checked_add(1) {
            let what =
                format!("the header states {stated} as its highest feature and names {count}");
            self.problem(offset, what);
        }
    }

    fn close(&mut self) {
        let Some(tree) = self.tree.take() else {
            return;
        };
        for what in tree.problems(self.most_feature) {
            self.problem(tree.offset, what);
        }
    }

    fn problem(&mut self, offset: usize, what: String) {
        if self.facts.problems.len() < LISTED {
            self.facts.problems.push(Problem { offset, what });
        } else {
            self.facts.problems_left_out = self.facts.problems_left_out.saturating_add(1);
        }
    }

    fn finish(mut self, end: usize) -> LightGbmFacts {
        self.close();
        if self.facts.trees == 0 {
            self.close_header(end);
        }
        if !self.ended {
            self.problem(end, "the model ends before its trees do".to_owned());
        }
        self.facts
    }
}
