use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Alteration, BillFormat, Unmapped};

/// One of the bills that became one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MergedInput {
    /// What the caller calls it: its path.
    pub label: String,
    /// Its format.
    pub format: BillFormat,
    /// Version of its standard.
    pub version: String,
    /// Components and services that it lists, its root included; not those that others hold.
    pub components: u64,
    /// How many of them were in a bill before it already.
    pub united: u64,
    /// References that had to be given another name because a bill before it has them too.
    pub renamed: u64,
    /// What of it could not stay as it was, by its place in it. Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alterations: Vec<Alteration>,
    /// For a bill of another standard: what was read and has no place in the result, by its place
    /// in the JSON form of the inventory.
    #[serde(default, skip_serializing_if = "Unmapped::is_empty")]
    pub unwritten: Unmapped,
    /// How many errors the bill has.
    pub errors: u64,
    /// How many of them are keys that an object names twice: the last value went into the result.
    #[serde(default)]
    pub duplicate_keys: u64,
}

/// Two bills say different things of one thing.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Conflict {
    /// The thing: its `bom-ref` in the result, else its name; `metadata` for the bill itself.
    pub about: String,
    /// Which member of it: a JSON pointer from it on.
    pub pointer: String,
    /// The value that stands in the result, as JSON, cut short if it is long.
    pub kept: String,
    /// The value that does not, as JSON, cut short if it is long. For digests both stand.
    pub other: String,
    /// The bill that says the other.
    pub from: String,
}

/// How several bills became one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Merging {
    /// The bills, in the order given.
    pub inputs: Vec<MergedInput>,
    /// Components and services of the result, without its root.
    pub components: u64,
    /// Where they disagree, in the order of the bills.
    pub conflicts: Vec<Conflict>,
    /// What could not stand in the result, by its place in it: references to nothing, mostly.
    /// Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alterations: Vec<Alteration>,
}
