//! Marshalled code.

use waybill_formats::marshal;

/// Finds the strings; none reaches beyond the end.
pub fn run(bytes: &[u8]) {
    let _ = marshal::recognises(bytes);
    for found in marshal::strings(bytes) {
        assert!(found.offset < bytes.len());
    }
}
