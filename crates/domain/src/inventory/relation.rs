use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ComponentId, Occurrence, Standing};

/// How one component relates to another; read `from kind to`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RelationKind {
    /// Needs it to build, test or run.
    DependsOn,
    /// Is made of it, among others.
    Contains,
    /// Loads, calls or reads it.
    Uses,
    /// A model was trained further from it.
    FineTunedFrom,
    /// An adapter is meant for it.
    AdapterOf,
    /// A model holds its weights at lower precision.
    QuantisedFrom,
    /// A model was made of it and others.
    MergedFrom,
    /// Was made from it in some other way: a data set from another, a converted model.
    DerivedFrom,
    /// A model was trained on it.
    TrainedOn,
    /// A model was evaluated on it.
    EvaluatedOn,
    /// A hosted model answers through this service.
    ServedBy,
    /// A container image was built on it.
    BuiltOn,
    /// Is described by it: a card, a template.
    DescribedBy,
}

impl RelationKind {
    /// The words used in every output, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DependsOn => "depends-on",
            Self::Contains => "contains",
            Self::Uses => "uses",
            Self::FineTunedFrom => "fine-tuned-from",
            Self::AdapterOf => "adapter-of",
            Self::QuantisedFrom => "quantised-from",
            Self::MergedFrom => "merged-from",
            Self::DerivedFrom => "derived-from",
            Self::TrainedOn => "trained-on",
            Self::EvaluatedOn => "evaluated-on",
            Self::ServedBy => "served-by",
            Self::BuiltOn => "built-on",
            Self::DescribedBy => "described-by",
        }
    }

    /// True for the relations that say what a model or data set was made from.
    #[must_use]
    pub const fn is_lineage(self) -> bool {
        matches!(
            self,
            Self::FineTunedFrom
                | Self::AdapterOf
                | Self::QuantisedFrom
                | Self::MergedFrom
                | Self::DerivedFrom
                | Self::TrainedOn
                | Self::EvaluatedOn
        )
    }
}

/// An edge of the graph of components.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Relation {
    /// The component that is spoken of.
    pub from: ComponentId,
    /// What it does or is.
    pub kind: RelationKind,
    /// The other one.
    pub to: ComponentId,
    /// How it is known.
    pub standing: Standing,
    /// Where it was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<Occurrence>,
}
