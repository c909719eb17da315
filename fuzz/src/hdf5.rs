//! HDF5 files.

use waybill_formats::{Limits, hdf5};

/// Reads the structure; what it states as its end never lies behind the trailing bytes.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = hdf5::recognises(bytes);
    let Some(facts) = hdf5::parse(&source, &Limits::default()) else {
        return;
    };
    assert!(
        facts
            .trailing_start
            .is_none_or(|start| start < bytes.len() as u64)
    );
}
