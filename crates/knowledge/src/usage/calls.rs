use std::{
    collections::{BTreeMap, HashMap},
    sync::OnceLock,
};

use serde::Deserialize;

use super::pattern::Pattern;

/// Most parts of a path that are looked at.
const PARTS: usize = 24;

/// What a call of a library means.
#[derive(Debug, Deserialize)]
pub struct KnownCall {
    /// Paths of the call, with gaps.
    paths: Vec<String>,
    /// The word for what it does; the recogniser knows them all.
    pub means: String,
    /// Everything else: which arguments say what, and what is fixed.
    #[serde(flatten)]
    with: BTreeMap<String, String>,
}

impl KnownCall {
    /// What the table says under a key: an argument (`name = "0|model"`) or a fixed fact.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.with.get(key).map(String::as_str)
    }

    /// All keys with what they say.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.with
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// The table of calls, ready to be asked.
#[derive(Debug, Default)]
pub struct CallTable {
    calls: Vec<KnownCall>,
    patterns: Vec<(Pattern, usize)>,
    by_head: HashMap<String, Vec<usize>>,
    by_tail: HashMap<String, Vec<usize>>,
}

#[derive(Deserialize)]
struct File {
    call: Vec<KnownCall>,
}

impl CallTable {
    pub(super) fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let file: File = toml::from_str(text)?;
        let mut table = Self {
            calls: file.call,
            ..Self::default()
        };
        for (index, call) in table.calls.iter().enumerate() {
            for path in &call.paths {
                let pattern = Pattern::new(path);
                let at = table.patterns.len();
                if let Some(head) = pattern.head() {
                    table.by_head.entry(head.to_owned()).or_default().push(at);
                } else if let Some(tail) = pattern.tail() {
                    table.by_tail.entry(tail.to_owned()).or_default().push(at);
                }
                table.patterns.push((pattern, index));
            }
        }
        Ok(table)
    }

    /// What the table says of a call by its path; of several entries the most exact one, and one
    /// that names the library before one that does not.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&KnownCall> {
        let head = path.split('.').next()?;
        let tail = path.split('.').take(PARTS).last()?;
        let heads = self.by_head.get(head);
        let tails = self.by_tail.get(tail);
        // Most of what is called in a file is in no table.
        if heads.is_none() && tails.is_none() {
            return None;
        }
        let parts: Vec<&str> = path.split('.').take(PARTS).collect();
        heads
            .into_iter()
            .chain(tails)
            .flatten()
            .filter_map(|at| self.patterns.get(*at))
            .filter(|(pattern, _)| pattern.fits(&parts))
            .max_by_key(|(pattern, _)| (pattern.head().is_some(), pattern.weight))
            .and_then(|(_, index)| self.calls.get(*index))
    }

    /// Of every path its first part, or, where that has a gap, the longest of the others without
    /// one: what a file has to write to mean it.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.patterns
            .iter()
            .filter_map(|(pattern, _)| pattern.head().or_else(|| pattern.longest()))
    }

    /// All entries.
    #[must_use]
    pub fn all(&self) -> &[KnownCall] {
        &self.calls
    }
}

/// The embedded table.
#[must_use]
pub fn calls() -> &'static CallTable {
    static TABLE: OnceLock<CallTable> = OnceLock::new();
    TABLE.get_or_init(|| CallTable::parse(super::CALLS).unwrap_or_default())
}
