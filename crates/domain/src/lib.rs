//! The vocabulary of Waybill as plain data: artifacts, findings, verdicts, reports and exit codes.
//!
//! Nothing here does I/O, judges or renders. The shapes that leave the process carry a version
//! ([`REPORT_SCHEMA`]); their JSON Schema is generated from these types by `cargo dev generate`.

pub mod advisory;
mod artifact;
pub mod bill;
mod comparison;
mod conversion;
mod date;
mod decision;
mod digest;
mod disarming;
mod exception;
mod exit;
pub mod facts;
mod finding;
pub mod inventory;
mod lineage;
mod report;
mod reproduction;
pub mod retrieval;
mod rule;
pub mod signing;
mod verdict;
pub mod version;
pub mod vex;

pub use artifact::{AllowedGlobal, Artifact, ArtifactMatch, Effect};
pub use comparison::{
    COMPARISON_SCHEMA, ComparedFile, ComparedTensor, Comparison, LineageClaim, ModelRelation,
    SingularValues, TensorChange,
};
pub use conversion::{CONVERSION_SCHEMA, Conversion, ConvertedFile, ConvertedTensor, LeftBehind};
pub use date::{BadDate, Date};
pub use decision::{DECISION_SCHEMA, Decision, Gate, OverriddenRule, PolicyInfo, Reason};
pub use digest::{Digests, Sha256};
pub use disarming::{DISARMING_SCHEMA, DisarmedTensor, Disarming, DisarmingBits, DisarmingMethod};
pub use exception::{Exception, ExceptionNote, ExceptionScope, ExceptionState, ExceptionUse};
pub use exit::{ExitCode, FailOn};
pub use finding::{Excepted, Finding, Place};
pub use lineage::{
    KnownMatrix, KnownModel, MODEL_INDEX_SCHEMA, ModelIndex, TRACING_SCHEMA, TracedMatrix,
    TracedOrigin, Tracing,
};
pub use report::{REPORT_SCHEMA, Report, Summary, Tool};
pub use reproduction::{
    DifferenceKind, FirstDifference, REPRODUCTION_SCHEMA, Recipe, ReproducedProduct, Reproduction,
    ReproductionInput, ReproductionOutcome,
};
pub use rule::{Confidence, RuleInfo, Severity};
pub use verdict::Verdict;
