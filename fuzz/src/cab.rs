//! Cabinets.

use std::sync::Arc;

use waybill_formats::cab::{self, Method};
use waybill_formats::wrapper::{Budget, InMemory, expand};
use waybill_formats::{Bytes, Limits, SubRange};

/// Lists the cabinet, and unfolds what it holds.
pub fn run(bytes: &[u8]) {
    let limits = Limits {
        expanded_bytes: 1 << 20,
        ..Limits::default()
    };
    let length = bytes.len() as u64;
    let source: Bytes = Arc::new(bytes.to_vec());
    let Some(facts) = cab::parse(source.as_ref(), &limits) else {
        return;
    };
    let budget = Budget::new(length);
    for folder in facts.folders.iter().take(8) {
        if let Method::Blocks(codec) = folder.method {
            let rest: Bytes = Arc::new(SubRange::new(
                Arc::clone(&source),
                folder.start,
                length.saturating_sub(folder.start),
            ));
            let _ = expand(codec, &rest, &limits, &budget, &InMemory);
        }
    }
}
