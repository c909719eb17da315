//! Configuration: JSON, YAML and TOML.

use waybill_source::document::{DocumentLimits, json, toml, yaml};

/// Reads the text in every language.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let limits = DocumentLimits {
        depth: 64,
        values: 10_000,
    };
    for read in [json, yaml, toml] {
        let _ = read(&text, &limits);
    }
}
