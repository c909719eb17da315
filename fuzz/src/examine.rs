//! The whole examination: recognition, parsers, containers within containers, every rule.

use std::sync::Arc;
use waybill_detect::{AllowedNames, Context, Origin, examine, trace};
use waybill_formats::{Bytes, Limits, wrapper::InMemory};
use waybill_knowledge::Globals;

/// Examines the bytes as one artifact, and traces its pickles.
pub fn run(bytes: &[u8]) {
    let bytes: Bytes = Arc::new(bytes.to_vec());
    let limits = Limits {
        depth: 4,
        expanded_bytes: 4 << 20,
        bomb_bytes: 1 << 20,
        pickle_memory_bytes: 16 << 20,
        spool_memory_bytes: 64 << 10,
        ..Limits::default()
    };
    let context = Context {
        patterns: &[],
        limits: &limits,
        globals: Globals::embedded(),
        allowed: &AllowedNames::new(),
        scratch: &InMemory,
    };
    let origin = Origin {
        name: "model.bin".to_owned(),
    };
    let examination = examine(&bytes, &origin, &context);
    for finding in &examination.found.findings {
        assert!(!finding.message.is_empty());
        assert!(!finding.message.contains(['\n', '\u{1b}']));
    }
    trace(&bytes, &context, &mut |_, _, _| {});
}
