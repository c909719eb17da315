use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Occurrence, Standing};

/// Identifies a supplier within an inventory: `<kind>:<lowercase name>`.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct SupplierId(pub String);

/// How a supplier came to be known.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SupplierKind {
    /// An organisation that a catalogue or metadata names.
    Organisation,
    /// A person that metadata names.
    Person,
    /// The owner of a namespace on a hub.
    HubNamespace,
    /// The owner of a namespace of a package registry or a forge.
    PackageNamespace,
    /// The owner of a namespace of an image registry.
    ImageNamespace,
    /// Whoever answers at an API host.
    ApiHost,
    /// The holder of a copyright.
    LicenceHolder,
}

/// An organisation or person that provides something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Supplier {
    /// Its id.
    pub id: SupplierId,
    /// Its name.
    pub name: String,
    /// How it came to be known.
    pub kind: SupplierKind,
    /// Observed if a catalogue of Waybill's names it for that host or namespace, else claimed.
    pub standing: Standing,
    /// Its page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<String>,
    /// Its contact by RFC 9116 (`security.txt`), if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_contact: Option<String>,
    /// Country, ISO 3166-1 alpha-2, if the catalogue knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Where it was seen. Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub occurrences: Vec<Occurrence>,
}
