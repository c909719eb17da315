//! Images, workflow actions, Terraform plug-ins, downloads, and the models named in commands.

use crate::{draft::Draft, tree::Tree};

/// Adds what the tree says to the draft.
pub(crate) fn add(tree: &Tree, draft: &mut Draft) {
    let _ = (tree, draft);
}
