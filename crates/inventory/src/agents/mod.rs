//! MCP servers and agent tools, prompts, standing instructions.

mod code;
mod packages;
mod prompts;
mod servers;
#[cfg(test)]
mod tests;
mod wording;

use waybill_domain::inventory::{
    Component, ComponentId, Field, Occurrence, RelationKind, Standing,
};

use crate::{draft::Draft, tree::Tree, usage::Resolver};

pub(crate) use code::{BINDS, packages as packages_of_tools};
pub(crate) use prompts::{BEGINNINGS, digest as text_digest, may_instruct, wants_text};

/// Adds what the tree says to the draft.
pub(crate) fn add(tree: &Tree, draft: &mut Draft) {
    let resolver = Resolver::new(tree);
    prompts::add(tree, draft);
    servers::add(&resolver, draft);
    code::add(&resolver, draft);
}

/// Adds a component that the system uses, with the place where it was seen.
fn used(draft: &mut Draft, mut component: Component, occurrence: Occurrence) -> ComponentId {
    let name = component.full_name();
    component.state(
        Field::Name,
        name,
        Standing::Observed,
        occurrence.path.clone(),
        Some(occurrence.clone()),
    );
    component.direct = Some(true);
    component.seen(occurrence.clone());
    let id = draft.add(component);
    draft.relate(
        &ComponentId::subject(),
        RelationKind::Uses,
        &id,
        Standing::Observed,
        Some(occurrence),
    );
    id
}
