//! Programs and archives at any offset.

use waybill_formats::executable;

/// Reads the bytes in every way.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = executable::at(&source, 0);
    let mut last = 0;
    let _ = executable::find(
        &source,
        &mut |offset, piece| last = offset + piece.len() as u64,
        &mut |hit| assert!(hit.offset < bytes.len() as u64),
    );
    assert_eq!(last, bytes.len() as u64);
}
