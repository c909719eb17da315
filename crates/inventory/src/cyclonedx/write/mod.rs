mod citations;
mod component;
mod data;
mod document;
mod evidence;
mod formulation;
mod graph;
mod licences;
mod metadata;
mod model_card;
mod parties;
mod ranges;
mod refs;
mod service;
#[cfg(test)]
mod tests;

use std::io;

pub(crate) use metadata::{subject_purl, version as subject_version};
use waybill_domain::inventory::Inventory;

use crate::bill::WriteOptions;

/// Writes an inventory as CycloneDX JSON of the version that the options name (ECMA-424).
///
/// The text is valid against the official schema, every reference leads somewhere, and the same
/// inventory and options always give the same bytes. What CycloneDX has no place for stands in
/// properties that start with `waybill:`.
#[must_use]
pub fn write(inventory: &Inventory, options: &WriteOptions) -> String {
    let mut text = Vec::new();
    // Writing into memory does not fail.
    let _ = write_into(inventory, options, &mut text);
    String::from_utf8(text).unwrap_or_default()
}

/// As [`write`], into a file or stream, without the whole text in memory.
///
/// # Errors
///
/// If writing fails.
pub fn write_into(
    inventory: &Inventory,
    options: &WriteOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    document::write(inventory, options, out)
}
