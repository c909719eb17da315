use waybill_domain::inventory::{
    Component, ComponentId, Field, Occurrence, RelationKind, Standing,
};

use crate::draft::Draft;

/// Adds components with the place where they were seen and what uses them.
pub(super) struct Maker<'d> {
    pub(super) draft: &'d mut Draft,
}

impl Maker<'_> {
    /// Adds a component that the system, or the container that runs the command, uses.
    pub(super) fn add(
        &mut self,
        mut component: Component,
        kind: RelationKind,
        container: Option<&ComponentId>,
        occurrence: Occurrence,
    ) -> ComponentId {
        if let Some(version) = component.version.clone() {
            component.state(
                Field::Version,
                version,
                Standing::Observed,
                occurrence.path.clone(),
                Some(occurrence.clone()),
            );
        }
        component.seen(occurrence.clone());
        let id = self.draft.add(component);
        for from in std::iter::once(&ComponentId::subject()).chain(container) {
            self.draft.relate(
                from,
                kind,
                &id,
                Standing::Observed,
                Some(occurrence.clone()),
            );
        }
        id
    }
}
