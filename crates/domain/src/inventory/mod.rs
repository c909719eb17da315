//! The vocabulary of an inventory: components, their suppliers and relations, and how each
//! fact about them is known.
//!
//! Discovery in a source tree and reading a bill both end in an [`Inventory`]; views and bills
//! are written from one.

mod component;
mod dataset;
mod model;
mod relation;
mod service;
mod statement;
mod supplier;

pub use component::{
    Component, ComponentId, Hash, Licence, LicenceSource, Occurrence, Pin, Reference,
    ReferenceKind, Role, Scope,
};
pub use dataset::DatasetFacts;
pub use model::{Metric, ModelFacts};
pub use relation::{Relation, RelationKind};
pub use service::{DataFlow, FlowDirection, HostedFacts, ServiceFacts};
pub use statement::{Field, Standing, Statement};
pub use supplier::{Supplier, SupplierId, SupplierKind};

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Finding, Tool};

/// Version of the shape of [`Inventory`] as it leaves the process.
pub const INVENTORY_SCHEMA: &str = "waybill.inventory/1";

/// What an AI system is made of, who supplies it, and how that is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Inventory {
    /// [`INVENTORY_SCHEMA`].
    pub schema: String,
    /// What made the inventory.
    pub tool: Tool,
    /// The system that was looked at.
    pub subject: Subject,
    /// Sorted by id; no id occurs twice.
    pub components: Vec<Component>,
    /// Sorted by id; no id occurs twice.
    pub suppliers: Vec<Supplier>,
    /// Sorted; both ends exist, or are [`ComponentId::subject`].
    pub relations: Vec<Relation>,
    /// What the rules saw, worst first.
    pub findings: Vec<Noted>,
    /// What could not be read, and why. Not empty means that the inventory is not complete.
    pub unread: Vec<Unread>,
    /// Numbers.
    pub summary: InventorySummary,
}

/// The system whose parts are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// The name that the project's own metadata gives, else that of the folder or image.
    pub name: String,
    /// The version that the project's own metadata gives, or the tag of the commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What it says of itself in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its own licences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub licences: Vec<Licence>,
    /// The organisation that produces it, if its metadata or the user says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<SupplierId>,
    /// State of the version control system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
    /// For an image: its digest, `sha256:...`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_digest: Option<String>,
    /// Links that its metadata gives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
}

/// Where a source tree stands in its history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Revision {
    /// Id of the commit, 40 or 64 hexadecimal digits.
    pub commit: String,
    /// The branch checked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// A tag of exactly this commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// True if files of the commit were changed or removed; `None` if that could not be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dirty: Option<bool>,
    /// Address of the remote named `origin`, without any user name or password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
}

/// A finding of the inventory: what a rule saw, at which component, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Noted {
    /// The component that it is about; none if it is about the system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<ComponentId>,
    /// Where in the tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<Occurrence>,
    /// Rule, severity, message and help.
    #[serde(flatten)]
    pub finding: Finding,
}

/// Something that should have been read but could not be, in whole or in part.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Unread {
    /// Path relative to the target.
    pub path: String,
    /// Line in it, from 1, if the trouble has a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Why, as a lowercase fragment.
    pub reason: String,
}

/// Numbers of an inventory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InventorySummary {
    /// Components by role.
    pub components: BTreeMap<Role, u64>,
    /// Components by how firmly their version is fixed, those that can be fixed at all.
    pub pins: BTreeMap<Pin, u64>,
    /// Files seen below the target.
    pub files: u64,
    /// Files that were read because they can name a component.
    pub files_read: u64,
    /// Bytes read.
    pub bytes_read: u64,
}
