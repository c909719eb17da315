//! Artifacts in the tree: models, adapters, data sets, their cards and metadata, and their lineage.

use crate::{draft::Draft, tree::Tree};

/// Adds what the tree says to the draft.
pub(crate) fn add(tree: &Tree, draft: &mut Draft) {
    let _ = (tree, draft);
}
