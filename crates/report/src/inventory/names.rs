//! Looking up by id, once for all rows.

use std::collections::BTreeMap;

use waybill_domain::inventory::{Component, ComponentId, Inventory, Role, Supplier, SupplierId};

/// Components and suppliers by id, and where a page shows them.
pub(super) struct Names<'a> {
    components: BTreeMap<&'a ComponentId, (usize, &'a Component)>,
    suppliers: BTreeMap<&'a SupplierId, (usize, &'a Supplier)>,
}

impl<'a> Names<'a> {
    pub(super) fn new(inventory: &'a Inventory) -> Self {
        let components = inventory.components.iter().enumerate();
        let suppliers = inventory.suppliers.iter().enumerate();
        Self {
            components: components
                .map(|(index, component)| (&component.id, (index, component)))
                .collect(),
            suppliers: suppliers
                .map(|(index, supplier)| (&supplier.id, (index, supplier)))
                .collect(),
        }
    }

    pub(super) fn component(&self, id: &ComponentId) -> Option<&'a Component> {
        self.components.get(id).map(|(_, component)| *component)
    }

    /// The supplier's name; empty if it is not known.
    pub(super) fn supplier(&self, id: Option<&SupplierId>) -> &'a str {
        id.and_then(|id| self.suppliers.get(id))
            .map_or("", |(_, supplier)| supplier.name.as_str())
    }

    /// What an end of a relation is called: not yet [`neutral`](crate::neutral).
    pub(super) fn end(&self, id: &ComponentId) -> String {
        match self.component(id) {
            Some(component) => component.full_name(),
            None if *id == ComponentId::subject() => "the system".to_owned(),
            None => id.as_str().to_owned(),
        }
    }

    /// The id of a component's row in a page.
    pub(super) fn row(&self, id: &ComponentId) -> Option<String> {
        self.components
            .get(id)
            .map(|(index, _)| format!("part-{index}"))
    }

    /// The id of a supplier's row in a page.
    pub(super) fn supplier_row(&self, id: &SupplierId) -> Option<String> {
        self.suppliers
            .get(id)
            .map(|(index, _)| format!("supplier-{index}"))
    }
}

/// True for what a system is built with rather than what makes it an AI system: such components
/// come by the hundred.
pub(super) const fn is_software(role: Role) -> bool {
    matches!(
        role,
        Role::Library
            | Role::Application
            | Role::SystemPackage
            | Role::OperatingSystem
            | Role::WorkflowAction
            | Role::InfrastructurePlugin
            | Role::File
            | Role::Machine
    )
}
