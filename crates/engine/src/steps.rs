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
#[serde(
    tag = "verb",
    content = "options",
    rename_all = "lowercase",
    deny_unknown_fields
)]
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
    let outputs = outputs(file_name(&output.path), output.sha256.as_str());
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

/// One output under both of its digests.
fn outputs(name: &str, sha256: &str) -> Vec<Subject> {
    let mut outputs = vec![Subject::new(name, sha256)];
    if let Some(root) = root(sha256) {
        outputs.push(Subject::new(&format!("{name} as a model"), &root));
    }
    outputs
}

/// Fails unless a statement is about one output under both of its digests, and about nothing else: what a
/// step does not make it may not vouch for.
pub(crate) fn check_outputs(subjects: &[Subject]) -> Result<(), String> {
    let first = subjects.first().ok_or("it is about nothing")?;
    let sha256 = first.digest.get("sha256").map_or("", String::as_str);
    match subjects == outputs(&first.name, sha256) {
        true => Ok(()),
        false => Err(
            "a step of Waybill's own has one output, named by its digest and by that of the model that it is"
                .to_owned(),
        ),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_no_options_that_are_not_known() {
        let read = |text: &str| serde_json::from_str::<OwnStep>(text).is_ok();
        assert!(read(r#"{"verb": "convert", "options": {}}"#));
        for text in [
            r#"{"verb": "convert", "options": {"dtype": "f16"}}"#,
            r#"{"verb": "convert", "options": {}, "more": 1}"#,
            r#"{"verb": "disarm", "options": {"more": 1}}"#,
            r#"{"verb": "scan", "options": {}}"#,
        ] {
            assert!(!read(text), "{text}");
        }
    }

    #[test]
    fn a_step_vouches_for_its_output_only() {
        let digest = "ab".repeat(32);
        let right = outputs("model.safetensors", &digest);
        assert_eq!(check_outputs(&right), Ok(()));
        let mut other = right.clone();
        other[1] = Subject::new("model.safetensors as a model", &"cd".repeat(32));
        let mut more = right.clone();
        more.push(Subject::new("more", &digest));
        for wrong in [&other[..], &more, &right[..1], &[]] {
            assert!(check_outputs(wrong).is_err(), "{wrong:?}");
        }
    }
}
