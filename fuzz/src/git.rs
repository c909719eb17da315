//! What Git keeps of a work tree: the index, packs, objects.

use waybill_formats::{Limits, git};

/// Reads the bytes in every way.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    for id_bytes in [20, 32] {
        let _ = git::index(&source, id_bytes, &Limits::default());
    }
    let _ = git::find_in_pack(&source, bytes.get(..20).unwrap_or_default());
    let _ = git::packed_object(&source, 0);
    let _ = git::loose_object(bytes);
    let _ = git::tree_of_commit(bytes);
    let _ = git::commit_of_tag(bytes);
}
