use std::collections::HashSet;

use waybill_domain::inventory::{ComponentId, Inventory};

/// Places of the components that the subject depends on by itself: what it names, and what
/// nothing else brings in although nobody said that it is indirect.
pub(crate) fn roots(inventory: &Inventory) -> Vec<usize> {
    let reached: HashSet<&ComponentId> = inventory
        .relations
        .iter()
        .filter(|relation| relation.from != relation.to)
        .map(|relation| &relation.to)
        .collect();
    let components = inventory.components.iter().enumerate();
    components
        .filter(|(_, component)| match component.direct {
            Some(direct) => direct,
            None => !reached.contains(&component.id),
        })
        .map(|(place, _)| place)
        .collect()
}
