use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Occurrence;

/// How a fact is known.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Computed from the bytes or read in the code that uses the component.
    Observed,
    /// Somebody says so: a card, package metadata, a lock file's word for a licence.
    Claimed,
    /// A signed statement says so, and the signature was verified.
    Attested,
    /// Looked for and not found.
    Unknown,
    /// Known to the producer and deliberately not said.
    Withheld,
}

impl Standing {
    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Claimed => "claimed",
            Self::Attested => "attested",
            Self::Unknown => "unknown",
            Self::Withheld => "withheld",
        }
    }
}

/// The fact of a component that a statement is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// The name.
    Name,
    /// The version or revision.
    Version,
    /// The purl or other identifier.
    Identifier,
    /// Who supplies it.
    Supplier,
    /// Its licence.
    Licence,
    /// A digest of its bytes.
    Hash,
    /// What it is, in a sentence.
    Description,
    /// Architecture or architecture family of a model.
    Architecture,
    /// Number of parameters.
    ParameterCount,
    /// Element types of the tensors, quantisation included.
    ElementTypes,
    /// Tokenizer.
    Tokenizer,
    /// What the model takes in and gives out, context length included.
    InputOutput,
    /// What the model is for.
    Task,
    /// How it was trained, hyper-parameters included.
    Training,
    /// Base model, adapter, merge, quantisation.
    Lineage,
    /// Data sets that it was trained or evaluated on.
    Datasets,
    /// Results of evaluations.
    Metrics,
    /// Intended use.
    IntendedUse,
    /// Limits, biases and risks.
    Limitations,
    /// Energy and emissions.
    Environment,
    /// Content, format, size of a data set.
    Content,
    /// Origin, collection, annotation of a data set.
    Provenance,
    /// Personal or sensitive content.
    Sensitivity,
    /// Address of a service, its region included.
    Endpoint,
    /// End of life.
    EndOfLife,
}

/// What somebody or something says about one fact of a component.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Statement {
    /// The fact.
    pub field: Field,
    /// What is said of it.
    pub value: String,
    /// How it is known.
    pub standing: Standing,
    /// Who says so: a path of the target, the name of a catalogue, `the user`.
    pub by: String,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<Occurrence>,
}
