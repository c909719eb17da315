//! What indexes of packages hand out beside their files: attestations of PyPI
//! (<https://peps.python.org/pep-0740/>), attestations and signatures of npm
//! (<https://docs.npmjs.com/about-registry-signatures>), and bundles of Sigstore, one or one a line.

mod identity;
mod registry;

use serde_json::{Value, json};
use thiserror::Error;

use crate::bundle::{Bundle, BundleError, Signed};
use crate::envelope::decoded;
use crate::keyless::{Expected, TrustRoot, Who, verify_logged};
use crate::manifest::PAYLOAD_TYPE;
use crate::statement::Statement;
use crate::verified::{Revoked, SignedBy, Unproven};

pub use identity::AttestationIdentity;
pub use registry::{RegistryKeys, RegistryKeysError};

/// The media type under which an attestation of PyPI is read as a bundle.
const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
/// The most attestations of one file.
const MOST: usize = 10_000;

/// Text that holds no attestation.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PublicationError {
    /// Not JSON.
    #[error("read the attestations: {0}")]
    Syntax(String),
    /// JSON of another kind.
    #[error(
        "read the attestations: it is none of PyPI or npm, and no bundle of Sigstore; download what the index says of the file"
    )]
    Kind,
    /// More than anybody would publish.
    #[error("read the attestations: there are more than {MOST}")]
    Many,
}

/// One attestation or signature of a package's file. Nothing of it is verified.
#[derive(Clone, Debug, PartialEq)]
pub struct Publication {
    content: Content,
    /// Who published the file, as the index says.
    pub publisher: Option<AttestationIdentity>,
}

#[derive(Clone, Debug, PartialEq)]
enum Content {
    Bundle(Result<Box<Bundle>, BundleError>),
    Registry(registry::RegistrySignature),
}

/// What an attestation proves, once it is verified.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// What it says.
    pub statement: Statement,
    /// Who signed it.
    pub signed_by: SignedBy,
}

impl Publication {
    /// Reads all attestations of a text; one that is broken is in the list, and proves nothing.
    ///
    /// # Errors
    /// [`PublicationError`].
    pub fn read(text: &str) -> Result<Vec<Self>, PublicationError> {
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => return lines(text, &error.to_string()),
        };
        let publications = document(&value).ok_or(PublicationError::Kind)?;
        match publications.len() {
            0 => Err(PublicationError::Kind),
            1..=MOST => Ok(publications),
            _ => Err(PublicationError::Many),
        }
    }

    /// What it proves: the signature, the certificate, and that a log shows its use, or a key of the
    /// registry; and that whoever signed is the publisher whom the index names.
    ///
    /// # Errors
    /// [`Unproven`].
    pub fn verify(
        &self,
        trust: &TrustRoot,
        keys: &RegistryKeys,
        now: i64,
        revoked: &Revoked,
    ) -> Result<Published, Unproven> {
        let published = match &self.content {
            Content::Registry(signature) => signature.verify(keys, now, revoked)?,
            Content::Bundle(Err(error)) => return Err(Unproven::Identity(error.to_string())),
            Content::Bundle(Ok(bundle)) => {
                let key;
                let mut ends = None;
                let who = match bundle.signer() {
                    Signed::Key { hint, .. } => {
                        let named = hint.as_deref().unwrap_or_default();
                        (key, ends) = keys.named(named).ok_or_else(|| Unproven::OtherKey {
                            named: named.to_owned(),
                            trusted: keys.names(),
                        })?;
                        Who::Key(key)
                    }
                    Signed::Identity(_) | Signed::Chain(_) => Who::Anybody,
                };
                let expected = Expected {
                    who,
                    trust,
                    now,
                    artifact: None,
                };
                let (payload, signed_by) = verify_logged(bundle, &expected, revoked)?;
                registry::in_time(ends, signed_by.signed_at)?;
                let statement = Statement::read_any(&payload)
                    .map_err(|error| Unproven::Identity(error.to_string()))?;
                Published {
                    statement,
                    signed_by,
                }
            }
        };
        if let Some(publisher) = &self.publisher {
            publisher.holds(&published.signed_by)?;
        }
        Ok(published)
    }
}

/// One bundle a line, as GitHub gives them. `whole` is why the text is no single document.
fn lines(text: &str, whole: &str) -> Result<Vec<Publication>, PublicationError> {
    let wrong = || PublicationError::Syntax(whole.to_owned());
    let mut publications = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let value: Value = serde_json::from_str(line).map_err(|_| wrong())?;
        publications.extend(document(&value).ok_or(PublicationError::Kind)?);
        if publications.len() > MOST {
            return Err(PublicationError::Many);
        }
    }
    match publications.is_empty() {
        true => Err(wrong()),
        false => Ok(publications),
    }
}

/// By what a document calls its parts; `None` if it is of another kind.
fn document(value: &Value) -> Option<Vec<Publication>> {
    if value.get("mediaType").is_some() {
        return Some(vec![bundle(value)]);
    }
    if value.get("verification_material").is_some() && value.get("envelope").is_some() {
        return Some(vec![of_pypi(value, None)]);
    }
    if let Some(bundles) = value.get("attestation_bundles").and_then(Value::as_array) {
        let mut publications = Vec::new();
        for bundle in bundles {
            let publisher = bundle.get("publisher").map(AttestationIdentity::read);
            let attestations = bundle.get("attestations").and_then(Value::as_array)?;
            let each = attestations.iter().take(MOST.saturating_add(1));
            publications.extend(each.map(|one| match &publisher {
                // Whom nobody can read nobody can be.
                Some(None) => unusable("the publisher whom the index names cannot be read"),
                Some(named) => of_pypi(one, named.clone()),
                None => of_pypi(one, None),
            }));
            if publications.len() > MOST {
                break;
            }
        }
        return Some(publications);
    }
    if let Some(attestations) = value.get("attestations").and_then(Value::as_array) {
        let bundles = attestations.iter().take(MOST + 1);
        return bundles
            .map(|attestation| Some(bundle(attestation.get("bundle")?)))
            .collect();
    }
    let signatures = registry::signatures(value)?;
    let publications = signatures.into_iter().map(|signature| Publication {
        content: Content::Registry(signature),
        publisher: None,
    });
    Some(publications.collect())
}

fn bundle(value: &Value) -> Publication {
    Publication {
        content: Content::Bundle(Bundle::parse(&value.to_string()).map(Box::new)),
        publisher: None,
    }
}

/// One that proves nothing.
fn unusable(reason: &'static str) -> Publication {
    Publication {
        content: Content::Bundle(Err(BundleError::Content(reason))),
        publisher: None,
    }
}

/// An attestation of PEP 740 is a bundle under other names.
fn of_pypi(value: &Value, publisher: Option<AttestationIdentity>) -> Publication {
    let at = |path: [&str; 2]| {
        path.iter()
            .try_fold(value, |value, name| value.get(name))
            .cloned()
            .unwrap_or_default()
    };
    let written = json!({
        "mediaType": MEDIA_TYPE,
        "verificationMaterial": {
            "certificate": {"rawBytes": at(["verification_material", "certificate"])},
            "tlogEntries": at(["verification_material", "transparency_entries"]),
        },
        "dsseEnvelope": {
            "payload": at(["envelope", "statement"]),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"sig": at(["envelope", "signature"])}],
        },
    });
    let known = value.get("version").is_none_or(|version| version == 1);
    let content = if known {
        Bundle::parse(&written.to_string()).map(Box::new)
    } else {
        Err(BundleError::Content(
            "it is of a version of PEP 740 that is not known here",
        ))
    };
    Publication {
        content: Content::Bundle(content),
        publisher,
    }
}

/// Bytes in base64, as hexadecimal digits.
fn digits(text: &str) -> Option<String> {
    decoded(text).map(|bytes| crate::key::hex(&bytes))
}
