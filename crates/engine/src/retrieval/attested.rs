//! Attestations of packages: where they lie, and what they prove about what is here.

use std::io::Read as _;
use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};
use waybill_attest::{AttestationIdentity, Publication, PublicationError, Published, moment};
use waybill_domain::retrieval::{AttestationOutcome, PackageAttestation};

use super::known::{Known, Meant};
use super::{RetrievalFailure, RetrievalRequest};
use crate::walk::readable;

/// The largest file with attestations that is read.
const ATTESTATIONS_BYTES: u64 = 64 << 20;
/// The most files of a folder with attestations.
const MOST_FILES: usize = 100_000;
/// Ends of names under which attestations lie beside what they are about.
const ENDS: [&str; 5] = [
    ".attestation",
    ".provenance",
    ".sigstore",
    ".sigstore.json",
    ".intoto.jsonl",
];

/// The texts of all attestations: those that lie in the target, and those that were named.
pub(super) fn texts(
    request: &RetrievalRequest,
    paths: &[String],
) -> Result<Vec<(String, String)>, RetrievalFailure> {
    let mut texts = Vec::new();
    let root = &request.inventory.target;
    if root.is_dir() {
        let beside = paths
            .iter()
            .filter(|path| ENDS.iter().any(|end| path.ends_with(end)));
        for path in beside {
            // What the signature of a model or another tool's file is, is not for here.
            if let Ok(text) = read(&root.join(path))
                && !matches!(
                    Publication::read(&text),
                    Err(PublicationError::Kind | PublicationError::Syntax(_))
                )
            {
                texts.push((path.clone(), text));
            }
        }
    }
    for named in &request.attestations {
        let shown = |path: &Path| readable(path.as_os_str().as_encoded_bytes());
        let failed = |path: &Path, reason: String| RetrievalFailure::Attestations {
            path: shown(path),
            reason,
        };
        for path in files(named).map_err(|error| failed(named, error.to_string()))? {
            let text = read(&path).map_err(|error| failed(&path, error.to_string()))?;
            let readable = Publication::read(&text);
            readable.map_err(|error| failed(&path, error.to_string()))?;
            texts.push((shown(&path), text));
        }
    }
    Ok(texts)
}

/// The file itself, or the files of a folder, in the order of their names.
fn files(named: &Path) -> std::io::Result<Vec<std::path::PathBuf>> {
    if !named.is_dir() {
        return Ok(vec![named.to_path_buf()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(named)?.take(MOST_FILES) {
        let path = entry?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> std::io::Result<String> {
    let file = crate::bytes::open_at_once(path)?;
    let mut text = String::new();
    file.take(ATTESTATIONS_BYTES + 1)
        .read_to_string(&mut text)?;
    if text.len() as u64 > ATTESTATIONS_BYTES {
        return Err(std::io::Error::other(format!(
            "it is larger than {} MiB",
            ATTESTATIONS_BYTES >> 20
        )));
    }
    Ok(text)
}

/// What attestations are held against.
pub(super) struct Verifier<'a> {
    request: &'a RetrievalRequest,
    known: &'a Known<'a>,
    expected: Vec<Expected<'a>>,
}

/// Who publishes some packages, compiled.
struct Expected<'a> {
    packages: Vec<GlobMatcher>,
    identity: Option<GlobMatcher>,
    issuer: &'a str,
    written: &'a str,
}

impl<'a> Verifier<'a> {
    pub(super) fn new(request: &'a RetrievalRequest, known: &'a Known<'a>) -> Self {
        let expected = request.identities.iter().map(|identity| Expected {
            packages: identity
                .packages
                .iter()
                .filter_map(|one| glob(one))
                .collect(),
            identity: glob(&identity.identity),
            issuer: &identity.issuer,
            written: &identity.identity,
        });
        Self {
            request,
            known,
            expected: expected.collect(),
        }
    }

    /// True if the configuration says who publishes it.
    pub(super) fn expects_identity(&self, component: &str) -> bool {
        self.expecting(component).next().is_some()
    }

    fn expecting(&self, component: &str) -> impl Iterator<Item = &Expected<'a>> {
        let name = without_version(component);
        self.expected
            .iter()
            .filter(move |expected| expected.packages.iter().any(|glob| glob.is_match(&name)))
    }

    /// What each attestation of a text comes to.
    pub(super) fn verify(&self, path: &str, text: &str) -> Vec<PackageAttestation> {
        let publications = Publication::read(text).unwrap_or_default();
        let request = self.request;
        let each = publications.iter().flat_map(|publication| {
            let verified =
                publication.verify(&request.trust, &request.keys, request.now, &request.revoked);
            match verified {
                Ok(published) => self.about(path, &published),
                Err(unproven) => vec![PackageAttestation {
                    reason: Some(reason(&unproven)),
                    ..nothing(path)
                }],
            }
        });
        each.collect()
    }

    /// What a statement that holds says about what is here, subject by subject.
    fn about(&self, path: &str, published: &Published) -> Vec<PackageAttestation> {
        let by = &published.signed_by;
        let signed = PackageAttestation {
            statement: Some(published.statement.predicate_type.clone()),
            identity: by.identity.clone(),
            identity_issuer: by.identity_issuer.clone(),
            source: by.source.clone(),
            key: by.identity.is_none().then(|| by.key.clone()),
            signed_at: by.signed_at.map(moment),
            ..nothing(path)
        };
        let subjects = published.statement.subject.iter().map(|subject| {
            let attestation = PackageAttestation {
                subject: Some(subject.name.clone()),
                ..signed.clone()
            };
            match self.known.component(&subject.digest) {
                Some(component) => match self.refusal(component, published) {
                    None => PackageAttestation {
                        component: Some(component.clone()),
                        outcome: AttestationOutcome::Verified,
                        ..attestation
                    },
                    refused => PackageAttestation {
                        component: Some(component.clone()),
                        reason: refused,
                        ..attestation
                    },
                },
                None => match self.known.meant(&subject.name, &subject.digest) {
                    Meant::OtherBytes(of) => PackageAttestation {
                        reason: Some(format!("it is about other bytes than {of}")),
                        ..attestation
                    },
                    Meant::NoDigest(path) => PackageAttestation {
                        outcome: AttestationOutcome::Elsewhere,
                        reason: Some(format!("{path} fixes no digest of it")),
                        ..attestation
                    },
                    Meant::Nothing => PackageAttestation {
                        outcome: AttestationOutcome::Elsewhere,
                        ..attestation
                    },
                },
            }
        });
        let all: Vec<PackageAttestation> = subjects.collect();
        if all.is_empty() {
            return vec![PackageAttestation {
                reason: Some("it is about nothing".to_owned()),
                ..signed
            }];
        }
        all
    }

    /// Why whoever signed may not speak for a component.
    fn refusal(&self, component: &str, published: &Published) -> Option<String> {
        let by = &published.signed_by;
        // A registry speaks for all that it hands out, and for nobody's build.
        by.identity.as_ref()?;
        for entry in self.known.entries(component) {
            let named: Vec<AttestationIdentity> = entry
                .identities
                .iter()
                .filter_map(|words| AttestationIdentity::read(&serde_json::to_value(words).ok()?))
                .collect();
            if !named.is_empty() && named.iter().all(|one| one.holds(by).is_err()) {
                let names: Vec<String> = named.iter().map(AttestationIdentity::named).collect();
                return Some(format!(
                    "{} names other publishers: {}",
                    entry.path,
                    names.join(", ")
                ));
            }
        }
        let mut expecting = self.expecting(component).peekable();
        expecting.peek()?;
        let identity = by.identity.as_deref().unwrap_or_default();
        let issuer = by.identity_issuer.as_deref().unwrap_or_default();
        let mut wanted = Vec::new();
        for expected in expecting {
            let matches = expected
                .identity
                .as_ref()
                .is_some_and(|glob| glob.is_match(identity));
            if matches && issuer == expected.issuer {
                return None;
            }
            wanted.push(format!("`{}`", expected.written));
        }
        Some(format!(
            "it was signed by `{identity}`; waybill.toml lets {} publish it",
            wanted.join(", ")
        ))
    }
}

fn nothing(path: &str) -> PackageAttestation {
    PackageAttestation {
        path: path.to_owned(),
        statement: None,
        subject: None,
        component: None,
        outcome: AttestationOutcome::Refused,
        reason: None,
        identity: None,
        identity_issuer: None,
        source: None,
        key: None,
        signed_at: None,
    }
}

/// A refusal with all that it comes from.
fn reason(error: &dyn std::error::Error) -> String {
    error.to_string()
}

/// `*` stands for any text, all else for itself.
fn glob(pattern: &str) -> Option<GlobMatcher> {
    let parts: Vec<String> = pattern.split('*').map(globset::escape).collect();
    let glob = GlobBuilder::new(&parts.join("*"))
        .literal_separator(false)
        .build();
    glob.ok().map(|glob| glob.compile_matcher())
}

/// A package URL without version and qualifiers.
fn without_version(component: &str) -> String {
    let name = component.split('?').next().unwrap_or(component);
    let name = name.rsplit_once('@').map_or(name, |(name, _)| name);
    name.replace("%40", "@")
}
