use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inventory::Role;

/// A component as a comparison names it.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Named {
    /// What it is.
    pub role: Role,
    /// Its name with its namespace.
    pub name: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its package URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purl: Option<String>,
}

/// One field that differs.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Change {
    /// `version`, `supplier`, `licences`, `hashes`, `pin`, or a fact of a model or service.
    pub field: String,
    /// What the old bill says; empty if nothing.
    pub old: Vec<String>,
    /// What the new bill says; empty if nothing.
    pub new: Vec<String>,
}

/// A component that is in both bills and not the same.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Changed {
    /// The component as the new bill has it.
    pub component: Named,
    /// What differs, by field.
    pub changes: Vec<Change>,
}

/// Data that flows to or from a service.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Flow {
    /// The service.
    pub service: String,
    /// Which way, seen from the service.
    pub direction: String,
    /// What flows.
    pub what: String,
    /// How sensitive it is.
    pub classification: String,
}

/// How two bills differ. Models, data sets and services are among the components, told apart by
/// their role. Every list is sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BillDiff {
    /// Components that only the new bill has.
    pub added: Vec<Named>,
    /// Components that only the old bill has.
    pub removed: Vec<Named>,
    /// Components that differ.
    pub changed: Vec<Changed>,
    /// Components that are the same in both.
    pub unchanged: u64,
    /// Suppliers that only the new bill has.
    pub suppliers_added: Vec<String>,
    /// Suppliers that only the old bill has.
    pub suppliers_removed: Vec<String>,
    /// Flows of data that only the new bill has.
    pub flows_added: Vec<Flow>,
    /// Flows of data that only the old bill has.
    pub flows_removed: Vec<Flow>,
    /// What one bill says of so many components, and the format of the other has no place for:
    /// by field, and `data-flow` for flows of data. No difference between what they are about.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub uncarried: BTreeMap<String, u64>,
}

impl BillDiff {
    /// True if the bills say the same.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.changed.is_empty()
            && self.suppliers_added.is_empty()
            && self.suppliers_removed.is_empty()
            && self.flows_added.is_empty()
            && self.flows_removed.is_empty()
    }
}
