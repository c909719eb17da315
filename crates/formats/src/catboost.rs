//! CatBoost models (`.cbm`): a length, a table of FlatBuffers, and the parts that the table names.
//!
//! Format: `catboost/libs/model/flatbuffers/model.fbs` and `catboost/libs/model/model.cpp` of
//! <https://github.com/catboost/catboost>.

use crate::flat::Table;
use crate::{Bytes, Limits, SubRange, problems};

/// What every model begins with.
const MAGIC: &[u8] = b"CBM1";
/// Entries that are read.
const LISTED: usize = 1000;
/// Bytes of a text that are kept.
const KEPT_BYTES: usize = 64 << 10;

/// What the model says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatboostFacts {
    /// The version of the format.
    pub version: String,
    /// Texts that were kept while it was trained: parameters, versions.
    pub info: Vec<(String, String)>,
    /// Parts behind the table.
    pub parts: u64,
    /// Offset behind the table.
    pub end: u64,
    /// What is wrong with the structure.
    pub broken: Option<(u64, String)>,
}

/// True if the content begins as a model does.
#[must_use]
pub fn recognises(head: &[u8], _length: u64) -> bool {
    head.starts_with(MAGIC)
}

/// Reads the table; `None` if the content does not begin as a model.
#[must_use]
pub fn parse(bytes: &Bytes, _limits: &Limits) -> Option<CatboostFacts> {
    let head = bytes.bytes_at(0, 8).ok()?;
    if !recognises(&head, bytes.len()) {
        return None;
    }
    let mut facts = CatboostFacts::default();
    let length = head.get(4..8).and_then(|field| field.try_into().ok());
    let length = u64::from(length.map_or(0, u32::from_le_bytes));
    facts.end = length.saturating_add(8);
    if facts.end > bytes.len() || length < 8 {
        facts.broken = Some((
            4,
            "the table is longer than the file, or nothing".to_owned(),
        ));
        facts.end = facts.end.min(bytes.len());
        return Some(facts);
    }
    let core = SubRange::new(std::sync::Arc::clone(bytes), 8, length);
    let Some(root) = Table::root(&core, 0) else {
        facts.broken = Some((8, "the table cannot be found".to_owned()));
        return Some(facts);
    };
    facts.version = root.text(0, 64).unwrap_or_default();
    if facts.version != "FlabuffersModel_v1" {
        let version = problems::excerpt(&facts.version);
        facts.broken = Some((8, format!("the version of the format is `{version}`")));
        return Some(facts);
    }
    if root.table(1).is_none() {
        facts.broken = Some((8, "the table has no trees".to_owned()));
    }
    let (count, pairs) = root.tables(2, LISTED);
    if count != pairs.len() as u64 {
        facts.broken = Some((8, "the list of texts leads out of the table".to_owned()));
    }
    for pair in pairs {
        let key = pair.text(0, 256).unwrap_or_default();
        let value = pair.text(1, KEPT_BYTES).unwrap_or_default();
        facts.info.push((key, value));
    }
    facts.parts = root.list(3).map_or(0, |(_, count)| count);
    Some(facts)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn facts(text: &str) -> CatboostFacts {
        let bytes = waybill_fixtures::assemble("bytes", text).unwrap();
        let bytes: Bytes = Arc::new(bytes);
        parse(&bytes, &Limits::default()).unwrap()
    }

    #[test]
    fn the_table_is_followed_with_care() {
        // Root at 12: fields at 4 (length 8, table 12, two fields), text at 24, table of trees at 48.
        let model = "text \"CBM1\"\nblock u32le : bytes\n  u32le 12\n  u16le 8 12 4 8\n  u32le 8 8 32\n  lp32le \"FlabuffersModel_v1\"\n  u8 0 0\n  u16le 4 4\n  u32le 4\n";
        let found = facts(model);
        assert_eq!(
            (found.version.as_str(), found.broken.clone()),
            ("FlabuffersModel_v1", None)
        );
        let zeros = facts("text \"CBM1\"\nblock u32le : bytes\n  u8 repeat=256 0\n");
        assert!(zeros.broken.is_some());
        assert!(facts("text \"CBM1\"\nu32le 500\n").broken.is_some());
    }
}
