//! Packages of the language ecosystems and of operating systems, with the graph between them.
//!
//! What is installed and what is locked says which versions there are. What is only wanted joins
//! the version that answers it, if a lock file of the same project or an environment installed
//! beside it has one, and is a component of its own otherwise.

mod found;
mod identity;
mod includes;
mod locked;
mod owned;
mod project;
mod rpm;
mod system;
mod versions;
mod wanted;

#[cfg(test)]
mod tests;

use waybill_domain::inventory::Pin;
use waybill_source::packages::Package;

use crate::{draft::Draft, tree::Tree};

use found::Found;

pub(crate) use project::project;
pub(crate) use rpm::rpm_facts;

/// True for a package that lies in the tree, and is fetched from nowhere.
pub(crate) fn is_local(package: &Package) -> bool {
    owned::Owned::is_local(package)
}

/// What an inventory calls a package by.
pub(crate) fn named(package: &Package) -> String {
    identity::Identity::of(package).id.0
}

/// How firmly a file that is no record of an installation fixes a package.
pub(crate) fn pin_of(package: &Package) -> Pin {
    found::pin(package, found::Witness::Wanted)
}

/// Adds the part of the inventory that this module finds.
pub(crate) fn add(tree: &Tree, draft: &mut Draft) {
    let systems = system::Systems::of(tree);
    let owned = owned::Owned::of(tree);
    let mut found = Found::default();
    let locks = locked::add(tree, &systems, &owned, &mut found);
    wanted::add(tree, &owned, locks, &mut found, draft);
    systems.add(&mut found);
    found.finish(draft);
}
