use waybill_domain::inventory::{Component, ComponentId, Inventory, Role};

use super::{artificial, package};
use crate::bill::moment;

/// A field that a profile of SPDX 3.0.1 demands and that nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The component; the subject for fields of the document itself.
    pub component: ComponentId,
    /// The field, in SPDX's spelling.
    pub field: &'static str,
}

/// What the AI and Dataset profiles of SPDX 3.0.1 demand of the models and data sets and nobody
/// knows, by component.
#[must_use]
pub fn gaps(inventory: &Inventory) -> Vec<Gap> {
    let known = inventory
        .suppliers
        .iter()
        .map(|supplier| &supplier.id)
        .collect();
    let components = inventory.components.iter();
    components
        .flat_map(|component| {
            missing(component, &known).into_iter().map(|field| Gap {
                component: component.id.clone(),
                field,
            })
        })
        .collect()
}

/// True for what SPDX 3 calls an AI package.
pub(super) const fn is_model(role: Role) -> bool {
    matches!(role, Role::Model | Role::Adapter | Role::HostedModel)
}

/// True for what SPDX 3 calls a dataset package.
pub(super) const fn is_dataset(role: Role) -> bool {
    matches!(role, Role::Dataset | Role::EvaluationSet)
}

fn missing(
    component: &Component,
    suppliers: &std::collections::HashSet<&waybill_domain::inventory::SupplierId>,
) -> Vec<&'static str> {
    let mut missing = Vec::new();
    let mut demand = |field, known: bool| {
        if !known {
            missing.push(field);
        }
    };
    let released = component.released.as_deref().and_then(moment::utc);
    if is_model(component.role) {
        let supplier = component.supplier.as_ref();
        let supplied = supplier.is_some_and(|id| suppliers.contains(id));
        demand("suppliedBy", supplied);
        demand(
            "software_packageVersion",
            package::version(component).is_some(),
        );
    } else if is_dataset(component.role) {
        demand(
            "dataset_datasetType",
            !artificial::kinds(component).is_empty(),
        );
        demand("builtTime", artificial::built(component).is_some());
        demand(
            "originatedBy",
            component.authors.iter().any(|name| !name.is_empty()),
        );
    } else {
        return missing;
    }
    demand("releaseTime", released.is_some());
    demand(
        "software_downloadLocation",
        package::download(component).is_some(),
    );
    missing
}
