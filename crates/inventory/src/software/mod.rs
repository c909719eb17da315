//! Packages out of lock files, requirement files and metadata: components, their graph and pins.

use crate::{draft::Draft, tree::Tree};

/// Adds what the tree says to the draft.
pub(crate) fn add(tree: &Tree, draft: &mut Draft) {
    let _ = (tree, draft);
}
