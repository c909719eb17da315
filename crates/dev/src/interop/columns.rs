//! What pyarrow says of its own files, and what our parsers read in them.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use waybill_formats::{Bytes, Limits, arrow, parquet};

/// What the script wrote down of one file.
#[derive(Debug, Deserialize, PartialEq)]
struct Facts {
    file: String,
    columns: Vec<String>,
    /// Parts with rows: groups of rows, or batches.
    parts: u64,
    /// Rows, which only Parquet's footer has.
    rows: Option<i64>,
    metadata: Vec<String>,
}

/// Compares the facts of each file that the script lists in `columns.json`.
pub(super) fn compare(scratch: &Path) -> Result<()> {
    let folder = scratch.join("columns");
    let listed = std::fs::read_to_string(folder.join("columns.json")).context("read the facts")?;
    let listed: Vec<Facts> = serde_json::from_str(&listed).context("read the facts")?;
    ensure!(listed.len() >= 8, "the script lists too few files");
    for theirs in &listed {
        let bytes = std::fs::read(folder.join(&theirs.file)).context("read what pyarrow wrote")?;
        let ours = facts(&theirs.file, bytes)?;
        ensure!(
            ours == *theirs,
            "pyarrow reads {theirs:?}, and here is read {ours:?}"
        );
    }
    println!(
        "columns   {} files of pyarrow have the same facts here",
        listed.len()
    );
    Ok(())
}

fn facts(file: &str, bytes: Vec<u8>) -> Result<Facts> {
    let limits = Limits::default();
    let names = |pairs: Vec<(String, String)>| {
        let mut names: Vec<String> = pairs.into_iter().map(|(name, _)| name).collect();
        names.sort();
        names
    };
    if file.ends_with(".parquet") {
        let facts = parquet::parse(&bytes, &limits).context("recognise Parquet")?;
        ensure!(
            facts.broken.is_none(),
            "{file} is broken: {:?}",
            facts.broken
        );
        return Ok(Facts {
            file: file.to_owned(),
            columns: facts.columns,
            parts: facts.row_groups,
            rows: Some(facts.rows),
            metadata: names(facts.metadata),
        });
    }
    let length = bytes.len() as u64;
    let bytes: Bytes = Arc::new(bytes);
    let facts = arrow::parse(&bytes, &limits).context("recognise Arrow")?;
    ensure!(
        facts.broken.is_none(),
        "{file} is broken: {:?}",
        facts.broken
    );
    ensure!(
        facts.end == length,
        "{file} ends at {}, not at {length}",
        facts.end
    );
    Ok(Facts {
        file: file.to_owned(),
        columns: facts.columns,
        parts: facts.batches,
        rows: None,
        metadata: names(facts.metadata),
    })
}
