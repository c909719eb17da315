//! Verifies the signature of a model in the format of OpenSSF Model Signing 1.0.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use waybill_attest::manifest::Manifest;
use waybill_attest::{
    Bundle, Certificate, Expected, PublicKey, Revoked, SignedBy, TrustRoot, Unproven, Who, moment,
    verify_logged, verify_with_certificates, verify_with_keys,
};
use waybill_domain::Date;
use waybill_domain::signing::{ModelSigner, SignedModel, VERIFICATION_SCHEMA, Verification};

use crate::requirements::{Looked, Requirements, read_statements};
use crate::scan::Progress;
use crate::signing::{
    BUNDLE_BYTES, Compared, Comparing, SigningError, Wanted, compare, ignored_paths, list, listed,
    own_name,
};
use crate::walk::readable;

/// Who may have signed.
#[derive(Clone, Debug)]
pub enum ModelTrust {
    /// One of these keys.
    Keys(Vec<PublicKey>),
    /// Somebody for whom one of these certificates vouches.
    Certificates(Vec<Certificate>),
    /// Somebody whom the policy names for the model.
    Policy,
    /// Somebody with this identity, as logs and authorities prove.
    Identity {
        /// An address of mail, or of a workflow.
        identity: String,
        /// The address of the identity provider that vouches for it.
        issuer: String,
        /// The logs and authorities.
        trust: Box<TrustRoot>,
    },
}

/// What to verify, and against what.
#[derive(Clone, Debug)]
pub struct VerifyRequest {
    /// A folder or a file.
    pub model: PathBuf,
    /// The bundle.
    pub signature: PathBuf,
    /// Who may have signed.
    pub trust: ModelTrust,
    /// Who may not any more.
    pub revoked: Revoked,
    /// When certificates have to be valid: seconds since 1970.
    pub at: i64,
    /// Paths below the model that need not be signed.
    pub ignore: Vec<String>,
    /// No path needs to be signed; those that are have to be there.
    pub ignore_unsigned: bool,
    /// Also hold against the signature what the format leaves out.
    pub strict: bool,
    /// Accept what release 0.2 of `model-signing` wrote.
    pub old: bool,
    /// What a policy requires of the model beside its signature.
    pub required: Option<Required>,
    /// Worker threads; one a core if not given.
    pub threads: Option<usize>,
}

/// What a policy requires, and what there is.
#[derive(Clone, Debug)]
pub struct Required {
    /// The policy.
    pub requirements: Requirements,
    /// Files with statements.
    pub statements: Vec<PathBuf>,
    /// What the model is called, for the policy; else what its signer called it.
    pub name: Option<String>,
    /// By which ages and ends of statements are judged.
    pub today: Date,
}

/// Verifies the signature, then every file. What does not hold is in what comes back.
///
/// # Errors
/// [`SigningError`] if model or signature cannot be opened.
pub fn verify(
    request: &VerifyRequest,
    progress: &dyn Progress,
) -> Result<Verification, SigningError> {
    let name = |path: &Path| readable(path.as_os_str().as_encoded_bytes());
    let mut verification = Verification {
        schema: VERIFICATION_SCHEMA.to_owned(),
        target: name(&request.model),
        signature: name(&request.signature),
        holds: false,
        strict: request.strict,
        refused: None,
        signed_by: None,
        signed: None,
        differences: Vec::new(),
        required: Vec::new(),
        notes: Vec::new(),
        files: 0,
        bytes: 0,
    };
    let ignored = ignored_paths(&request.ignore, &request.model)?;
    std::fs::metadata(&request.model).map_err(|error| SigningError::Open {
        path: name(&request.model),
        reason: error.to_string(),
    })?;
    let text = read(&request.signature)?;
    let (manifest, signed_by, method) = match proven(request, text) {
        Ok(proven) => proven,
        Err(reason) => {
            verification.refused = Some(reason);
            return Ok(verification);
        }
    };
    verification.signed_by = Some(signer(&signed_by, method));
    verification.signed = Some(SignedModel {
        name: manifest.name.clone(),
        root: manifest.root(),
        hash: manifest.hash.as_str().to_owned(),
        shard_bytes: manifest.shard_bytes,
        ignored: manifest.ignored.clone(),
        strict: manifest.strict.is_some(),
    });
    if let Some(required) = &request.required {
        let statements = read_statements(&required.statements)?;
        verification.required = required.requirements.judge(
            required.name.as_deref().unwrap_or(&manifest.name),
            &manifest.root(),
            &statements,
            &Looked {
                revoked: &request.revoked,
                today: required.today,
                at: request.at,
            },
        );
    }
    let compared = held_against(request, ignored, manifest, &mut verification, progress)?;
    verification.differences = compared.differences;
    verification.files = compared.files;
    verification.bytes = compared.bytes;
    verification.holds = verification.differences.is_empty()
        && verification.required.iter().all(|required| required.met);
    Ok(verification)
}

/// The statement, once it is proven who signed it, or why it is not.
fn proven(
    request: &VerifyRequest,
    text: Result<String, String>,
) -> Result<(Manifest, SignedBy, &'static str), String> {
    let text = text?;
    let bundle = Bundle::parse(&text).map_err(|error| chain(&error))?;
    let (payload, signed_by, method) = match &request.trust {
        ModelTrust::Policy => by_policy(request, &bundle)?,
        trust => by_trust(request, trust, &bundle).map_err(|error| with_hint(&error))?,
    };
    let manifest =
        Manifest::from_statement(&payload, request.old).map_err(|error| error.to_string())?;
    if request.strict {
        if manifest.strict.is_none() {
            return Err(
                "it does not bind what the format leaves out; only `waybill sign --strict` does"
                    .to_owned(),
            );
        }
        if method != "identity" && bundle.to_json() != text {
            return Err("its file was changed where no signature covers it".to_owned());
        }
    }
    Ok((manifest, signed_by, method))
}

/// What is proven of a bundle: its statement, who signed it, and in which way.
type Proven = (Vec<u8>, SignedBy, &'static str);

fn by_trust(
    request: &VerifyRequest,
    trust: &ModelTrust,
    bundle: &Bundle,
) -> Result<Proven, Unproven> {
    let (revoked, old) = (&request.revoked, request.old);
    let with = |(payload, by): (Vec<u8>, SignedBy), method| (payload, by, method);
    match trust {
        ModelTrust::Keys(keys) => {
            verify_with_keys(bundle, keys, revoked, old).map(|found| with(found, "key"))
        }
        ModelTrust::Certificates(trusted) => {
            verify_with_certificates(bundle, trusted, request.at, revoked, old)
                .map(|found| with(found, "certificate"))
        }
        ModelTrust::Identity {
            identity,
            issuer,
            trust,
        } => {
            let expected = Expected {
                who: Who::Identity { identity, issuer },
                trust,
                now: request.at,
                artifact: None,
            };
            verify_logged(bundle, &expected, revoked).map(|found| with(found, "identity"))
        }
        ModelTrust::Policy => Err(Unproven::NoStatement),
    }
}

/// Whom the policy names for the model. By which name it goes is not proven yet; it is once one of
/// them signed it.
fn by_policy(request: &VerifyRequest, bundle: &Bundle) -> Result<Proven, String> {
    let required = request.required.as_ref().ok_or("no policy is named")?;
    let name = match &required.name {
        Some(name) => name.clone(),
        None => {
            let envelope = bundle.envelope().ok_or("it holds no signed statement")?;
            Manifest::from_statement(&envelope.payload(), request.old)
                .map_err(|error| error.to_string())?
                .name
        }
    };
    let (requirements, revoked) = (&required.requirements, &request.revoked);
    requirements.signed(&name, bundle, revoked, request.at, request.old)
}

/// Says what to do where that is known.
fn with_hint(error: &Unproven) -> String {
    let hint = match error {
        Unproven::OtherWay { found, .. } if found.contains("key") => "; name it with --key",
        Unproven::OtherWay { found, .. } if found.contains("chain") => {
            "; name who vouches for it with --root"
        }
        Unproven::OtherWay { .. } => "; name them with --identity and --identity-issuer",
        _ => "",
    };
    format!("{error}{hint}")
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// Holds the files against the statement.
fn held_against(
    request: &VerifyRequest,
    mut ignored: Vec<String>,
    mut manifest: Manifest,
    verification: &mut Verification,
    progress: &dyn Progress,
) -> Result<Compared, SigningError> {
    if !request.strict {
        ignored.extend(manifest.ignored.iter().cloned());
    }
    if !request.model.is_dir() {
        // A model of one file is called `.` by older releases.
        let name = own_name(&request.model);
        let of_itself = manifest.resources.iter_mut().filter(|one| one.path == ".");
        of_itself.for_each(|resource| resource.path.clone_from(&name));
    }
    let paths = listed(&manifest);
    // In strict, what was left out when it was signed is what is left out now.
    let left_out = if request.strict {
        &manifest.ignored
    } else {
        &ignored
    };
    let tree = list(
        &request.model,
        &Wanted {
            follow: manifest.allow_symlinks,
            follow_folders: true,
            ignored: left_out,
            listed: &paths,
            strict: request.strict,
            signature: Some(&request.signature),
        },
    )
    .map_err(|error| SigningError::Open {
        path: verification.target.clone(),
        reason: error.to_string(),
    })?;
    if tree.outside > 0 {
        let links = if tree.outside == 1 {
            "1 link leads"
        } else {
            "links lead"
        };
        verification.notes.push(format!(
            "{links} out of the model, which the signer allowed; what they lead to was compared"
        ));
    }
    if manifest.strict.is_some() && !request.strict {
        verification.notes.push(
            "the signer also bound bits of execution, empty folders and what the format leaves out; --strict compares them"
                .to_owned(),
        );
    }
    if manifest.old {
        verification.notes.push(
            "written by release 0.2 of model-signing, before the format was settled".to_owned(),
        );
    }
    compare(&Comparing {
        manifest: &manifest,
        tree: &tree,
        strict: request.strict,
        ignore_unsigned: request.ignore_unsigned,
        threads: request.threads,
        progress,
    })
}

fn signer(signed_by: &SignedBy, method: &str) -> ModelSigner {
    ModelSigner {
        method: method.to_owned(),
        key: signed_by.key.clone(),
        algorithm: signed_by.algorithm.clone(),
        subject: signed_by.subject.clone(),
        certificate: signed_by.certificate.clone(),
        authority: signed_by.authority.clone(),
        identity: signed_by.identity.clone(),
        identity_issuer: signed_by.identity_issuer.clone(),
        signed_at: signed_by.signed_at.map(moment),
    }
}

/// The text of a bundle; why it is none if it can be opened and is none.
fn read(path: &Path) -> Result<Result<String, String>, SigningError> {
    let failed = |error: std::io::Error| SigningError::Signature {
        path: readable(path.as_os_str().as_encoded_bytes()),
        reason: error.to_string(),
    };
    let file = crate::bytes::open_at_once(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(failed(std::io::Error::other("it is a folder")));
    }
    let mut bytes = Vec::new();
    file.take(BUNDLE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > BUNDLE_BYTES {
        return Ok(Err(format!(
            "its file is larger than any signature (more than {} MiB)",
            BUNDLE_BYTES >> 20
        )));
    }
    Ok(String::from_utf8(bytes).map_err(|_| "its file is not UTF-8".to_owned()))
}
