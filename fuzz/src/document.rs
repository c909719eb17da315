//! Configuration: JSON, YAML and TOML.

use waybill_source::document::{DocumentLimits, json, skops, toml, yaml, yaml_objects};

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
    let _ = yaml_objects(&text);
    let _ = skops(&text);
}
