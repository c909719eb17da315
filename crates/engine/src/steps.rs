//! Statements about Waybill's own steps: what went in, what came out, and all that it takes to do it again.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use waybill_attest::{Statement, StatementKind, Subject};
use waybill_domain::{Conversion, ConvertedFile, Disarming, DisarmingMethod};

/// What such a statement says it was built by.
pub(crate) const OWN_STEP: &str = "https://waybill.example/build-types/waybill-step/v1";

/// One step that Waybill does itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verb", content = "options", rename_all = "lowercase")]
pub enum OwnStep {
    /// A model's tensors as safetensors.
    Convert {},
    /// A model without what its function does not need.
    Disarm(DisarmingMethod),
}

impl OwnStep {
    /// The verb, as it is typed.
    #[must_use]
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Convert {} => "convert",
            Self::Disarm(_) => "disarm",
        }
    }
}

/// When a step was done, and by whom.
#[derive(Clone, Debug)]
pub struct Done {
    /// When it started, RFC 3339.
    pub started: String,
    /// When it ended.
    pub finished: String,
    /// Who or what did it, as an address.
    pub builder: String,
}

/// States a conversion.
#[must_use]
pub fn state_conversion(conversion: &Conversion, done: &Done) -> Statement {
    let (source, output) = (&conversion.source, &conversion.output);
    stated(&OwnStep::Convert {}, source, output, done)
}

/// States a disarming.
#[must_use]
pub fn state_disarming(disarming: &Disarming, done: &Done) -> Statement {
    let step = OwnStep::Disarm(disarming.method.clone());
    stated(&step, &disarming.source, &disarming.output, done)
}

/// SLSA Provenance 1. The output is named twice: by its own digest, and by the digest under which
/// `waybill sign` and `waybill attest` name a model that is this file, so that all of it joins up.
fn stated(
    step: &OwnStep,
    source: &ConvertedFile,
    output: &ConvertedFile,
    done: &Done,
) -> Statement {
    let version = env!("CARGO_PKG_VERSION");
    let input = Subject::new(file_name(&source.path), source.sha256.as_str());
    let name = file_name(&output.path);
    let mut outputs = vec![Subject::new(name, output.sha256.as_str())];
    if let Some(root) = root(output.sha256.as_str()) {
        outputs.push(Subject::new(&format!("{name} as a model"), &root));
    }
    let predicate = json!({
        "buildDefinition": {
            "buildType": OWN_STEP,
            "externalParameters": {"step": step},
            "internalParameters": {"waybill": version},
            "resolvedDependencies": [input],
        },
        "runDetails": {
            "builder": {"id": done.builder, "version": {"waybill": version}},
            "metadata": {"startedOn": done.started, "finishedOn": done.finished},
        },
    });
    Statement::new(
        StatementKind::Provenance.predicate_type(),
        outputs,
        predicate,
    )
}

/// The last name of a path.
fn file_name(path: &str) -> &str {
    Path::new(path)
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or(path)
}

/// The digest of a model of one file: SHA-256 over that of the file.
fn root(sha256: &str) -> Option<String> {
    let digits = sha256.as_bytes().chunks(2);
    let bytes: Option<Vec<u8>> = digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let root = Sha256::digest(bytes?);
    Some(root.iter().map(|byte| format!("{byte:02x}")).collect())
}
