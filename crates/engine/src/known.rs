//! What an earlier bill lists: nothing is said of it again.

use std::collections::BTreeSet;
use std::path::Path;

use waybill_domain::inventory::Inventory;

use crate::{BillFailure, read_bill};

/// The components that a bill lists: by id, and by package URL where that differs.
///
/// # Errors
/// [`BillFailure`] if it cannot be read.
pub fn known_components(bill: &Path) -> Result<BTreeSet<String>, BillFailure> {
    let components = read_bill(bill)?.inventory.components.into_iter();
    Ok(components
        .flat_map(|component| [Some(component.id.0), component.purl])
        .flatten()
        .collect())
}

/// Leaves out the components that are known; how many that were.
pub(crate) fn without_known(inventory: &mut Inventory, known: &BTreeSet<String>) -> u64 {
    let before = inventory.components.len();
    inventory
        .components
        .retain(|component| !known.contains(component.id.as_str()));
    (before - inventory.components.len()) as u64
}
