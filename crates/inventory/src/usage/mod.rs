//! Models, data sets, hosted models and stores that code loads and calls.

use crate::{draft::Draft, tree::Tree};

/// Adds what the tree says to the draft.
pub(crate) fn add(tree: &Tree, draft: &mut Draft) {
    let _ = (tree, draft);
}
