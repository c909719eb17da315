//! The symbolic pickle machine, and the search for streams behind other bytes.

use waybill_formats::{Limits, pickle};

/// Executes the streams with a trace, then searches them as if they were something else.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let limits = Limits {
        pickle_memory_bytes: 64 << 20,
        ..Limits::default()
    };
    let mut lines = 0_u64;
    let mut trace = |_: u64, _: &str| lines += 1;
    let facts = pickle::examine(&source, 0, &limits, Some(&mut trace));
    assert!(facts.end <= bytes.len() as u64);
    if let Ok(tree) = pickle::tree::read(&source, 0, &limits) {
        assert!(tree.end() <= bytes.len() as u64);
    }
    let _ = pickle::recognises(&source, 0, &limits);
    if let Some(offset) = pickle::find(&source, 0, &limits) {
        assert!(offset < bytes.len() as u64);
    }
}
