use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether a bill says what an element asks for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ElementState {
    /// It says so, of everything that the element is about.
    Present,
    /// Where it does not say so, it says that it is not known.
    Unknown,
    /// Where it does not say so, it says that it is withheld.
    Withheld,
    /// It is silent, at least about something.
    Absent,
}

impl ElementState {
    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Unknown => "unknown",
            Self::Withheld => "withheld",
            Self::Absent => "absent",
        }
    }
}

/// One element of a list, judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ElementRow {
    /// Short name of the list.
    pub list: String,
    /// Number in the list, from 1.
    pub number: u32,
    /// Part of the list.
    pub cluster: String,
    /// Name of the element.
    pub name: String,
    /// Whether the bill says it.
    pub state: ElementState,
    /// Of how many things it says it.
    pub have: u64,
    /// Of how many things it should.
    pub of: u64,
    /// Why it was judged so, as a lowercase fragment.
    pub reason: String,
    /// How much it counts.
    pub weight: u32,
    /// What it contributes, in thousandths of its weight: the share of things of which it is
    /// said; what is said to be unknown or withheld counts half.
    pub thousandths: u32,
}

/// The sum of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// Short name of the list.
    pub list: String,
    /// Full name of the list.
    pub title: String,
    /// Sum of weights times thousandths, by the sum of weights: from 0 to 1000.
    pub thousandths: u32,
    /// Sum of the weights.
    pub weights: u32,
    /// Elements that are present.
    pub present: u32,
    /// Elements of the list.
    pub elements: u32,
}

/// What lists of elements make of a bill.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Elements {
    /// One row for each element, list by list.
    pub rows: Vec<ElementRow>,
    /// One score for each list.
    pub scores: Vec<Score>,
}
