use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{BillFormat, Problems, Unmapped};

/// What became of a part of a bill that could not stay as it was.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum AlterationKind {
    /// Left out: the target has no place for it.
    Dropped,
    /// Another word stands for it, one that says less.
    Replaced,
    /// Stands elsewhere, in another shape.
    Moved,
    /// Not in the original: the target demands it.
    Added,
    /// Equal elements became one.
    United,
}

impl AlterationKind {
    /// The word used in every output, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dropped => "dropped",
            Self::Replaced => "replaced",
            Self::Moved => "moved",
            Self::Added => "added",
            Self::United => "united",
        }
    }
}

/// One kind of change at one kind of place.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Alteration {
    /// Where: a JSON pointer (RFC 6901) into the original in which `*` stands for any index. All
    /// below it is meant.
    pub pointer: String,
    /// What became of it.
    pub kind: AlterationKind,
    /// The value or the member that stands for it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// How often.
    pub count: u64,
}

/// Changes counted by kind and place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alterations(BTreeMap<(String, AlterationKind, Option<String>), u64>);

impl Alterations {
    /// Counts a change.
    pub fn add(&mut self, pointer: String, kind: AlterationKind, into: Option<String>, count: u64) {
        let known = self.0.entry((pointer, kind, into)).or_default();
        *known = known.saturating_add(count);
    }

    /// Counts those of another list too.
    pub fn append(&mut self, others: Self) {
        for ((pointer, kind, into), count) in others.0 {
            self.add(pointer, kind, into, count);
        }
    }

    /// The changes, sorted by place.
    #[must_use]
    pub fn into_list(self) -> Vec<Alteration> {
        self.0
            .into_iter()
            .map(|((pointer, kind, into), count)| Alteration {
                pointer,
                kind,
                into,
                count,
            })
            .collect()
    }
}

/// A field that the target demands of a component and that nobody knows.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Lacking {
    /// The component's id in the inventory.
    pub component: String,
    /// The field in the spelling of the target.
    pub field: String,
}

/// What became of a bill that was put into another format or version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Conversion {
    /// Format of the original.
    pub from: BillFormat,
    /// Version of its standard.
    pub from_version: String,
    /// Format of the result.
    pub to: BillFormat,
    /// Version of its standard.
    pub to_version: String,
    /// What could not stay as it was, by its place in the original. Sorted.
    pub alterations: Vec<Alteration>,
    /// What was read and has no place in the result, by its place in the JSON form of the
    /// inventory: only for bills that go from one standard to the other.
    #[serde(default, skip_serializing_if = "Unmapped::is_empty")]
    pub unwritten: Unmapped,
    /// What the target demands and nobody knows. Left out, never made up. Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacking: Vec<Lacking>,
    /// What is wrong with the original.
    pub problems: Problems,
}

impl Conversion {
    /// True if all that the original says stands in the result.
    #[must_use]
    pub fn is_lossless(&self) -> bool {
        self.unwritten.is_empty()
            && self.alterations.iter().all(|change| {
                !matches!(
                    change.kind,
                    AlterationKind::Dropped | AlterationKind::Replaced
                )
            })
    }
}
