//! Statements about a model: how it was made, what examining it showed, what it is made of, how it did in
//! tests, who approved of it. All name it by the digest over its files that its signature states.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use waybill_attest::manifest::{FileHash, Manifest};
use waybill_attest::{
    Algorithm, Bundle, Certificate, Signed, Signer, Statement, StatementKind, Subject,
};
use waybill_domain::signing::Verification;
use waybill_domain::{Report, Verdict};

use crate::scan::Progress;
use crate::sign::unsigned;
use crate::signing::{
    BUNDLE_BYTES, Comparing, Job, SigningError, Wanted, compare, hash, list, listed, own_name,
};
use crate::walk::readable;

/// The largest report, bill or result that is taken in.
const DOCUMENT_BYTES: u64 = 256 << 20;
/// Who made a statement that this program made.
const TOOL: &str = concat!(
    "https://waybill.example/waybill/",
    env!("CARGO_PKG_VERSION")
);

/// A model that statements are about.
#[derive(Clone, Debug)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// SHA-256 over the digests of its files, as its signature states.
    pub root: String,
    /// SHA-256 of each file.
    pub files: BTreeMap<String, String>,
}

impl Described {
    /// As the subject of a statement.
    #[must_use]
    pub fn subject(&self, name: Option<&str>) -> Vec<Subject> {
        vec![Subject::new(name.unwrap_or(&self.name), &self.root)]
    }
}

/// Reads a model. If `signature` is there, the model has to be what it lists, and is named as it names it;
/// who signed is not looked at. Else it is named as `waybill sign` would without options.
///
/// # Errors
/// [`SigningError`].
pub fn describe(
    model: &Path,
    signature: &Path,
    threads: Option<usize>,
    progress: &dyn Progress,
) -> Result<Described, SigningError> {
    let manifest = match document(signature, BUNDLE_BYTES) {
        Ok(text) => read_manifest(signature, &text)?,
        Err(_) if !signature.exists() => unsigned(model, signature, threads, progress)?,
        Err(reason) => {
            return Err(SigningError::Signature {
                path: readable(signature.as_os_str().as_encoded_bytes()),
                reason,
            });
        }
    };
    let opened = |error: std::io::Error| SigningError::Open {
        path: readable(model.as_os_str().as_encoded_bytes()),
        reason: error.to_string(),
    };
    let paths = listed(&manifest);
    let tree = list(
        model,
        &Wanted {
            follow: manifest.allow_symlinks,
            follow_folders: true,
            ignored: &manifest.ignored,
            listed: &paths,
            strict: false,
            signature: Some(signature),
        },
    )
    .map_err(opened)?;
    let compared = compare(&Comparing {
        manifest: &manifest,
        tree: &tree,
        strict: false,
        ignore_unsigned: false,
        threads,
        progress,
    })?;
    if let Some(difference) = compared.differences.first() {
        return Err(SigningError::Request(format!(
            "state something about `{}`: it is not what its signature lists (`{}` is {}); sign it anew first",
            readable(model.as_os_str().as_encoded_bytes()),
            difference.path,
            difference.kind.as_str()
        )));
    }
    Ok(Described {
        name: manifest.name.clone(),
        root: manifest.root(),
        files: sums(&manifest, &tree, threads, progress)?,
    })
}

/// SHA-256 of each file; where the signature states it, it was compared already.
fn sums(
    manifest: &Manifest,
    tree: &crate::signing::Tree,
    threads: Option<usize>,
    progress: &dyn Progress,
) -> Result<BTreeMap<String, String>, SigningError> {
    if manifest.hash == FileHash::Sha256 && manifest.shard_bytes.is_none() {
        let stated = manifest.resources.iter();
        return Ok(stated
            .map(|resource| (resource.path.clone(), resource.digest.clone()))
            .collect());
    }
    let jobs: Vec<Job<'_>> = tree
        .files
        .values()
        .map(|file| Job {
            file,
            range: 0..file.stamp.size(),
        })
        .collect();
    let hashes = hash(&jobs, FileHash::Sha256, threads, progress)?;
    tree.files
        .keys()
        .zip(hashes)
        .map(|(path, hashed)| match hashed {
            Ok(digest) => Ok((path.clone(), digest)),
            Err(reason) => Err(SigningError::Part {
                path: path.clone(),
                reason,
            }),
        })
        .collect()
}

fn read_manifest(signature: &Path, text: &str) -> Result<Manifest, SigningError> {
    let unusable = |reason: String| SigningError::Signature {
        path: readable(signature.as_os_str().as_encoded_bytes()),
        reason,
    };
    let bundle = Bundle::parse(text).map_err(|error| unusable(error.to_string()))?;
    let envelope = bundle
        .envelope()
        .ok_or_else(|| unusable("it holds no statement".to_owned()))?;
    Manifest::from_statement(&envelope.payload(), false)
        .map_err(|error| unusable(error.to_string()))
}

/// An input or output of a command: a file by its SHA-256, a folder by the digest over its files.
///
/// # Errors
/// [`SigningError`] if it cannot be read.
pub fn describe_material(
    path: &Path,
    threads: Option<usize>,
    progress: &dyn Progress,
) -> Result<Subject, SigningError> {
    let name = readable(path.as_os_str().as_encoded_bytes());
    let manifest = unsigned(path, &path.join("model.sig"), threads, progress)?;
    let digest = match manifest.resources.first() {
        Some(only) if path.is_file() => only.digest.clone(),
        _ => manifest.root(),
    };
    Ok(Subject::new(&name, &digest))
}

/// How something was made.
#[derive(Clone, Debug)]
pub struct Making {
    /// `training`, `conversion`, `quantisation`, `data-preparation`, or another word.
    pub kind: String,
    /// The command with its arguments.
    pub command: Vec<String>,
    /// Environment variables that the author chose to state.
    pub environment: BTreeMap<String, String>,
    /// What went in.
    pub inputs: Vec<Subject>,
    /// What came out.
    pub outputs: Vec<Subject>,
    /// When it started, RFC 3339.
    pub started: Option<String>,
    /// When it ended.
    pub finished: Option<String>,
    /// Who or what ran it.
    pub builder: String,
}

/// SLSA Provenance 1 (<https://slsa.dev/spec/v1.0/provenance>).
#[must_use]
pub fn provenance(making: &Making) -> Statement {
    let predicate = json!({
        "buildDefinition": {
            "buildType": format!("https://waybill.example/build-types/{}/v1", making.kind),
            "externalParameters": {"command": making.command, "environment": making.environment},
            "resolvedDependencies": making.inputs,
        },
        "runDetails": {
            "builder": {"id": making.builder, "version": {"waybill": env!("CARGO_PKG_VERSION")}},
            "metadata": {"startedOn": making.started, "finishedOn": making.finished},
        },
    });
    let kind = StatementKind::Provenance.predicate_type();
    Statement::new(kind, making.outputs.clone(), predicate)
}

/// A simple verification result out of a report, which has to be of exactly this model.
///
/// # Errors
/// [`SigningError::Request`] if it is of something else, or cannot be read.
pub fn scanned(
    described: &Described,
    name: Option<&str>,
    report: &Path,
    now: &str,
) -> Result<Statement, SigningError> {
    let text = open(report)?;
    let read: Report = serde_json::from_str(&text).map_err(|error| unusable(report, &error))?;
    let examined: BTreeMap<&str, &str> = read
        .artifacts
        .iter()
        .filter_map(|artifact| {
            let digest = artifact.digests.sha256.as_ref()?;
            Some((artifact.path.as_str(), digest.as_str()))
        })
        .collect();
    let other = described
        .files
        .iter()
        .find(|(path, digest)| examined.get(path.as_str()) != Some(&digest.as_str()));
    if let Some((path, _)) = other {
        return Err(SigningError::Request(format!(
            "state what `{}` says: it does not examine `{path}` as it is here",
            readable(report.as_os_str().as_encoded_bytes())
        )));
    }
    let verdict = match read.verdict {
        Some(Verdict::Admit) => "WAYBILL_ADMIT",
        Some(Verdict::Quarantine) => "WAYBILL_QUARANTINE",
        Some(Verdict::Reject) => "WAYBILL_REJECT",
        None => "WAYBILL_NOTHING_EXAMINED",
    };
    let mut properties = vec![verdict];
    if read.complete {
        properties.push("WAYBILL_COMPLETE");
    }
    let predicate = json!({
        "verifier": {"id": TOOL},
        "timeVerified": now,
        "properties": properties,
        "rules": read.tool.rules,
        "policy": read.policy,
        "report": {"digest": {"sha256": sum(&text)}},
    });
    let kind = StatementKind::Scan.predicate_type();
    Ok(Statement::new(kind, described.subject(name), predicate))
}

/// A verification summary (<https://slsa.dev/spec/v1.0/verification_summary>) out of what `waybill verify`
/// printed, which has to be of exactly this model.
///
/// # Errors
/// [`SigningError::Request`] if it is of something else, or cannot be read.
pub fn verified(
    described: &Described,
    name: Option<&str>,
    verification: &Path,
    policy: Option<&Path>,
    now: &str,
) -> Result<Statement, SigningError> {
    let text = open(verification)?;
    let read: Verification =
        serde_json::from_str(&text).map_err(|error| unusable(verification, &error))?;
    if read.signed.as_ref().map(|signed| &signed.root) != Some(&described.root) {
        return Err(SigningError::Request(format!(
            "state what `{}` says: it is not of this model as it is here",
            readable(verification.as_os_str().as_encoded_bytes())
        )));
    }
    let policy = match policy {
        Some(path) => Some(json!({
            "uri": readable(path.as_os_str().as_encoded_bytes()),
            "digest": {"sha256": sum(&open(path)?)},
        })),
        None => None,
    };
    let predicate = json!({
        "verifier": {"id": TOOL},
        "timeVerified": now,
        "resourceUri": name.unwrap_or(&described.name),
        "policy": policy,
        "inputAttestations": [{"digest": {"sha256": sum(&text)}}],
        "verificationResult": if read.holds { "PASSED" } else { "FAILED" },
        "verifiedLevels": [],
    });
    let kind = StatementKind::Verification.predicate_type();
    Ok(Statement::new(kind, described.subject(name), predicate))
}

/// A bill of the model, which must not contradict it.
///
/// # Errors
/// [`SigningError::Request`] if it does, or is no bill.
pub fn billed(
    described: &Described,
    name: Option<&str>,
    model: &Path,
    bill: &Path,
) -> Result<Statement, SigningError> {
    let text = open(bill)?;
    let predicate: Value = serde_json::from_str(&text).map_err(|error| unusable(bill, &error))?;
    let kind = if predicate.get("bomFormat").is_some() {
        StatementKind::CycloneDx
    } else if predicate.get("spdxVersion").is_some() || predicate.get("@graph").is_some() {
        StatementKind::Spdx
    } else {
        return Err(SigningError::Request(format!(
            "state what `{}` lists: it is no bill in the JSON of CycloneDX or SPDX",
            readable(bill.as_os_str().as_encoded_bytes())
        )));
    };
    if model.is_dir() {
        match crate::verify_bill(bill, model) {
            Ok(verification) if verification.holds() => {}
            Ok(_) => {
                return Err(SigningError::Request(format!(
                    "state what `{}` lists: it does not match the bytes; `waybill bom verify` says where",
                    readable(bill.as_os_str().as_encoded_bytes())
                )));
            }
            Err(failure) => return Err(SigningError::Request(format!("{failure}"))),
        }
    }
    Ok(Statement::new(
        kind.predicate_type(),
        described.subject(name),
        predicate,
    ))
}

/// How the model did in a test.
#[derive(Clone, Debug)]
pub struct Tested {
    /// `PASSED`, `WARNED` or `FAILED`.
    pub result: String,
    /// What the tests are called.
    pub tests: Vec<String>,
    /// Files that show it, or say how.
    pub evidence: Vec<PathBuf>,
}

/// A test result (<https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md>).
///
/// # Errors
/// [`SigningError`] if evidence cannot be read.
pub fn tested(
    described: &Described,
    name: Option<&str>,
    tested: &Tested,
    now: &str,
) -> Result<Statement, SigningError> {
    let mut configuration = Vec::new();
    for file in &tested.evidence {
        let shown = readable(file.as_os_str().as_encoded_bytes());
        configuration.push(json!({"name": shown, "digest": {"sha256": sum(&open(file)?)}}));
    }
    let list = match tested.result.as_str() {
        "PASSED" => "passedTests",
        "WARNED" => "warnedTests",
        _ => "failedTests",
    };
    let mut predicate = json!({
        "result": tested.result,
        "configuration": configuration,
        "timeCreated": now,
    });
    predicate[list] = tested.tests.clone().into();
    let kind = StatementKind::Test.predicate_type();
    Ok(Statement::new(kind, described.subject(name), predicate))
}

/// Somebody's approval.
#[must_use]
pub fn approved(
    described: &Described,
    name: Option<&str>,
    by: &str,
    why: &str,
    until: Option<&str>,
    now: &str,
) -> Statement {
    let predicate = json!({
        "decision": "APPROVED",
        "approver": by,
        "reason": why,
        "approvedOn": now,
        "expiresOn": until,
    });
    let kind = StatementKind::Approval.predicate_type();
    Statement::new(kind, described.subject(name), predicate)
}

fn open(path: &Path) -> Result<String, SigningError> {
    document(path, DOCUMENT_BYTES).map_err(|reason| SigningError::Open {
        path: readable(path.as_os_str().as_encoded_bytes()),
        reason,
    })
}

fn unusable(path: &Path, error: &serde_json::Error) -> SigningError {
    SigningError::Request(format!(
        "read `{}`: {error}",
        readable(path.as_os_str().as_encoded_bytes())
    ))
}

fn sum(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Signs a statement: an envelope in one line, or with a chain of certificates (the signer's own first) a
/// bundle in one.
///
/// # Errors
/// [`SigningError`] if the signer does not sign, or the chain is that of another key.
pub fn signed_statement(
    statement: &Statement,
    signer: &dyn Signer,
    chain: &[Certificate],
) -> Result<String, SigningError> {
    let public = signer.public();
    crate::sign::belongs(chain, &public)?;
    if !chain.is_empty() && public.algorithm() == Algorithm::Ed25519 {
        return Err(SigningError::Request(
            "sign a statement with a certificate of an Ed25519 key: bundles allow P-256, P-384 and P-521"
                .to_owned(),
        ));
    }
    let envelope = statement.sign(signer)?;
    if chain.is_empty() {
        return envelope
            .to_line()
            .map_err(|error| SigningError::Request(error.to_string()));
    }
    Ok(Bundle::new(Signed::Chain(chain.to_vec()), envelope).to_line())
}

pub(crate) fn document(path: &Path, most: u64) -> Result<String, String> {
    let file = crate::bytes::open_at_once(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if bytes.len() as u64 > most {
        return Err("it is larger than any of its kind".to_owned());
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

/// The name of a model as its folder or file has it.
#[must_use]
pub fn model_name(model: &Path) -> String {
    own_name(model)
}
