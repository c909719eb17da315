//! Sigstore bundles
//! (<https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto>): what is signed,
//! the signature, and what it takes to verify it.

use serde::Deserialize;
use serde_json::{Value, json};
use thiserror::Error;

use crate::certificate::{Certificate, CertificateError};
use crate::envelope::{Envelope, decoded};
use crate::few::few;
use crate::key::PublicKey;
use crate::keyless::WrittenEntry;

/// The media type of a bundle that is written.
const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
/// The most certificates, entries of logs and time stamps of one bundle, each.
const MOST: usize = 32;

/// A bundle that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BundleError {
    /// Not the JSON of a bundle.
    #[error("read the bundle: {0}")]
    Syntax(String),
    /// A part that has no usable content.
    #[error("use the bundle: {0}")]
    Content(&'static str),
    /// A certificate that is none.
    #[error("use the bundle")]
    Certificate(#[from] CertificateError),
}

/// A bundle. Nothing of it is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Major and minor version.
    pub(crate) version: (u8, u8),
    pub(crate) signer: Signed,
    pub(crate) content: Content,
    pub(crate) log_entries: Vec<WrittenEntry>,
    pub(crate) timestamps: Vec<Vec<u8>>,
}

/// Who signed, as the bundle says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// A key that the reader has.
    Key {
        /// What names it.
        hint: Option<String>,
        /// The key itself, in bundles of old; nothing is decided by it.
        key: Option<PublicKey>,
    },
    /// A certificate, and those between it and one that the reader trusts.
    Chain(Vec<Certificate>),
    /// A certificate of minutes, for an identity; a log says when it was used.
    Identity(Certificate),
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Envelope(Envelope),
    /// A signature over bytes that the bundle does not carry, and their SHA-256 if it says so.
    Message {
        signature: Vec<u8>,
        digest: Option<Vec<u8>>,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    media_type: String,
    verification_material: Material,
    #[serde(default)]
    dsse_envelope: Option<Envelope>,
    #[serde(default)]
    message_signature: Option<MessageSignature>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Material {
    #[serde(default)]
    public_key: Option<KeyIdentifier>,
    #[serde(default)]
    x509_certificate_chain: Option<CertificateChain>,
    #[serde(default)]
    certificate: Option<RawBytes>,
    #[serde(default, deserialize_with = "few")]
    tlog_entries: Vec<WrittenEntry>,
    #[serde(default)]
    timestamp_verification_data: Option<TimestampData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyIdentifier {
    #[serde(default)]
    hint: Option<String>,
    #[serde(default)]
    raw_bytes: Option<String>,
}

#[derive(Deserialize)]
struct CertificateChain {
    #[serde(deserialize_with = "few")]
    certificates: Vec<RawBytes>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawBytes {
    raw_bytes: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TimestampData {
    #[serde(default, deserialize_with = "few")]
    rfc3161_timestamps: Vec<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Timestamp {
    signed_timestamp: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MessageSignature {
    #[serde(default)]
    message_digest: Option<MessageDigest>,
    signature: String,
}

#[derive(Deserialize)]
struct MessageDigest {
    algorithm: String,
    digest: String,
}

impl Bundle {
    /// A bundle around a signed statement.
    #[must_use]
    pub const fn new(signer: Signed, envelope: Envelope) -> Self {
        Self {
            version: (0, 3),
            signer,
            content: Content::Envelope(envelope),
            log_entries: Vec::new(),
            timestamps: Vec::new(),
        }
    }

    /// Reads a bundle of the versions 0.1 to 0.3.
    ///
    /// # Errors
    /// [`BundleError`].
    pub fn parse(text: &str) -> Result<Self, BundleError> {
        let written: Written =
            serde_json::from_str(text).map_err(|error| BundleError::Syntax(error.to_string()))?;
        let version = version(&written.media_type).ok_or(BundleError::Content(
            "its media type is none of a Sigstore bundle of the versions 0.1 to 0.3",
        ))?;
        let content = match (written.dsse_envelope, written.message_signature) {
            (Some(envelope), None) => Content::Envelope(envelope.usable()?),
            (None, Some(message)) => message_content(&message)?,
            _ => {
                return Err(BundleError::Content(
                    "it holds neither one signed statement nor one signature",
                ));
            }
        };
        let material = written.verification_material;
        let log_entries = material.tlog_entries;
        let timestamps = match material.timestamp_verification_data {
            Some(data) => data.rfc3161_timestamps,
            None => Vec::new(),
        };
        if log_entries.len() > MOST || timestamps.len() > MOST {
            return Err(BundleError::Content(
                "it holds more entries of logs or time stamps than anybody would make",
            ));
        }
        let signer = signer(
            version,
            material.public_key,
            material.x509_certificate_chain,
            material.certificate,
            !log_entries.is_empty(),
        )?;
        Ok(Self {
            version,
            signer,
            content,
            log_entries,
            timestamps: timestamps
                .iter()
                .map(|stamp| decoded(&stamp.signed_timestamp))
                .collect::<Option<_>>()
                .ok_or(BundleError::Content("a time stamp is not base64"))?,
        })
    }

    /// Who signed, as the bundle says.
    #[must_use]
    pub const fn signer(&self) -> &Signed {
        &self.signer
    }

    /// The signed statement, if it holds one.
    #[must_use]
    pub const fn envelope(&self) -> Option<&Envelope> {
        match &self.content {
            Content::Envelope(envelope) => Some(envelope),
            Content::Message { .. } => None,
        }
    }

    /// As JSON, ending with a line break. Entries of logs and time stamps are not written.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&self.value()).unwrap_or_default() + "\n"
    }

    /// As JSON in one line, without its end.
    #[must_use]
    pub fn to_line(&self) -> String {
        self.value().to_string()
    }

    fn value(&self) -> Value {
        let certificate = |certificate: &Certificate| json!({"rawBytes": crate::envelope::encoded(certificate.der())});
        let mut material = match &self.signer {
            Signed::Key { hint, .. } => json!({"publicKey": {"hint": hint}}),
            Signed::Chain(chain) => {
                let certificates: Vec<Value> = chain.iter().map(certificate).collect();
                json!({"x509CertificateChain": {"certificates": certificates}})
            }
            Signed::Identity(leaf) => json!({"certificate": certificate(leaf)}),
        };
        material["tlogEntries"] = json!([]);
        json!({
            "mediaType": MEDIA_TYPE,
            "verificationMaterial": material,
            "dsseEnvelope": self.envelope(),
        })
    }
}

fn version(media_type: &str) -> Option<(u8, u8)> {
    match media_type {
        "application/vnd.dev.sigstore.bundle+json;version=0.1" => Some((0, 1)),
        "application/vnd.dev.sigstore.bundle+json;version=0.2" => Some((0, 2)),
        "application/vnd.dev.sigstore.bundle+json;version=0.3" | MEDIA_TYPE => Some((0, 3)),
        _ => None,
    }
}

fn message_content(message: &MessageSignature) -> Result<Content, BundleError> {
    let digest = match &message.message_digest {
        Some(digest) if digest.algorithm == "SHA2_256" => Some(decoded(&digest.digest).ok_or(
            BundleError::Content("the digest of the message is not base64"),
        )?),
        Some(_) => {
            return Err(BundleError::Content(
                "the digest of the message is of an algorithm that is not supported",
            ));
        }
        None => None,
    };
    let signature =
        decoded(&message.signature).ok_or(BundleError::Content("the signature is not base64"))?;
    Ok(Content::Message { signature, digest })
}

fn signer(
    version: (u8, u8),
    key: Option<KeyIdentifier>,
    chain: Option<CertificateChain>,
    certificate: Option<RawBytes>,
    logged: bool,
) -> Result<Signed, BundleError> {
    let read = |raw: &RawBytes| -> Result<Certificate, BundleError> {
        let der =
            decoded(&raw.raw_bytes).ok_or(BundleError::Content("a certificate is not base64"))?;
        Ok(Certificate::from_der(&der)?)
    };
    match (key, chain, certificate) {
        (Some(key), None, None) => {
            let hint = key.hint.filter(|hint| !hint.is_empty());
            let raw = key.raw_bytes.and_then(|raw| decoded(&raw));
            let pem = raw.and_then(|raw| String::from_utf8(raw).ok());
            Ok(Signed::Key {
                hint,
                key: pem.and_then(|pem| PublicKey::parse(&pem).ok()),
            })
        }
        (None, Some(chain), None) => {
            let most = chain.certificates.len() <= MOST && !chain.certificates.is_empty();
            if !most {
                return Err(BundleError::Content(
                    "its chain is empty, or longer than anybody would make",
                ));
            }
            let chain: Result<Vec<_>, _> = chain.certificates.iter().map(read).collect();
            Ok(Signed::Chain(chain?))
        }
        (None, None, Some(certificate)) if version >= (0, 3) => {
            // Without a log nobody knows when a certificate of minutes was used.
            if !logged {
                return Err(BundleError::Content(
                    "it is signed for an identity, and no entry of a log proves when",
                ));
            }
            Ok(Signed::Identity(read(&certificate)?))
        }
        _ => Err(BundleError::Content(
            "it names neither one key, nor one certificate, nor one chain",
        )),
    }
}
