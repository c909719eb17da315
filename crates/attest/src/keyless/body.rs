//! What a log says was signed, against what the bundle says.

use serde_json::Value;

use super::Logged;
use super::log_entry::LogEntry;
use crate::bundle::{Bundle, Content};
use crate::certificate::Certificate;
use crate::envelope::decoded;
use crate::key::{Hash, PublicKey, hex};

/// Fails unless the entry is about this signature, by this signer, over this content.
pub(crate) fn binds(
    entry: &LogEntry,
    bundle: &Bundle,
    signer: &Logged<'_>,
    artifact: Option<[u8; 32]>,
) -> Result<(), String> {
    let body: Value =
        serde_json::from_slice(&entry.body).map_err(|_| "its body is not JSON".to_owned())?;
    let word = |name: &str| body.get(name).and_then(Value::as_str);
    if word("kind") != Some(&entry.kind) || word("apiVersion") != Some(&entry.version) {
        return Err("its body is of another kind than it states".to_owned());
    }
    let spec = body.get("spec").ok_or("its body says nothing")?;
    let same = match (&bundle.content, entry.kind.as_str(), entry.version.as_str()) {
        (Content::Message { signature, .. }, "hashedrekord", "0.0.1") => {
            let hash = at(spec, &["data", "hash"]);
            artifact.is_some_and(|artifact| is_hash(hash, &artifact))
                && is_bytes(at(spec, &["signature", "content"]), signature)
                && is_pem(at(spec, &["signature", "publicKey", "content"]), signer)
        }
        (Content::Message { signature, .. }, "hashedrekord", "0.0.2") => {
            artifact.is_some_and(|artifact| is_record(spec, &artifact, signature, signer))
        }
        // Of a signed statement the log may have no more than what was signed.
        (Content::Envelope(envelope), "hashedrekord", "0.0.2") => {
            let signed = Hash::Sha256.of(&envelope.message());
            is_record(spec, &signed, &envelope.signature(), signer)
        }
        (Content::Envelope(envelope), kind, version) => {
            let payload = Hash::Sha256.of(&envelope.payload());
            let signature = envelope.signature();
            match (kind, version) {
                ("dsse", "0.0.1") => {
                    let signed = only(at(spec, &["signatures"]));
                    is_hash(at(spec, &["payloadHash"]), &payload)
                        && is_bytes(at(signed, &["signature"]), &signature)
                        && is_pem(at(signed, &["verifier"]), signer)
                }
                ("dsse", "0.0.2") => {
                    let record = at(spec, &["dsseV002"]);
                    let signed = only(at(record, &["signatures"]));
                    is_digest(at(record, &["payloadHash"]), &payload)
                        && is_bytes(at(signed, &["content"]), &signature)
                        && is_verifier(at(signed, &["verifier"]), signer)
                }
                ("intoto", "0.0.2") => {
                    let content = at(spec, &["content"]);
                    let signed = only(at(content, &["envelope", "signatures"]));
                    // The signature stands in base64 twice.
                    let twice = crate::envelope::encoded(&signature);
                    is_hash(at(content, &["payloadHash"]), &payload)
                        && is_bytes(at(signed, &["sig"]), twice.as_bytes())
                        && is_pem(at(signed, &["publicKey"]), signer)
                }
                _ => return Err(unknown(entry)),
            }
        }
        _ => return Err(unknown(entry)),
    };
    if same {
        Ok(())
    } else {
        Err("it is about another signature, signer or content".to_owned())
    }
}

/// A record of the second kind of log.
fn is_record(spec: &Value, digest: &[u8], signature: &[u8], signer: &Logged<'_>) -> bool {
    let record = at(spec, &["hashedRekordV002"]);
    is_digest(at(record, &["data"]), digest)
        && is_bytes(at(record, &["signature", "content"]), signature)
        && is_verifier(at(record, &["signature", "verifier"]), signer)
}

fn unknown(entry: &LogEntry) -> String {
    format!(
        "it is of a kind that is not known here (`{}` {})",
        entry.kind, entry.version
    )
}

/// The value at a path, or null.
fn at<'v>(value: &'v Value, path: &[&str]) -> &'v Value {
    path.iter()
        .try_fold(value, |value, name| value.get(name))
        .unwrap_or(&Value::Null)
}

/// The one element of a list, or null.
fn only(value: &Value) -> &Value {
    match value.as_array().map(Vec::as_slice) {
        Some([only]) => only,
        _ => &Value::Null,
    }
}

fn bytes(value: &Value) -> Option<Vec<u8>> {
    decoded(value.as_str()?)
}

fn is_bytes(value: &Value, expected: &[u8]) -> bool {
    bytes(value).as_deref() == Some(expected)
}

/// `{"algorithm": "sha256", "value": digits}`.
fn is_hash(value: &Value, expected: &[u8]) -> bool {
    at(value, &["algorithm"]).as_str() == Some("sha256")
        && at(value, &["value"]).as_str() == Some(&hex(expected))
}

/// `{"algorithm": "SHA2_256", "digest": base64}`.
fn is_digest(value: &Value, expected: &[u8]) -> bool {
    at(value, &["algorithm"]).as_str() == Some("SHA2_256")
        && is_bytes(at(value, &["digest"]), expected)
}

/// A certificate or key in PEM, in base64.
fn is_pem(value: &Value, signer: &Logged<'_>) -> bool {
    let Some(pem) = bytes(value).and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return false;
    };
    match signer {
        Logged::Certificate(leaf, _) => Certificate::from_pem(&pem)
            .is_ok_and(|named| matches!(&*named, [named] if named == *leaf)),
        Logged::Key(key) => loose_pem(&pem)
            .and_then(|der| PublicKey::from_der(&der).ok())
            .is_some_and(|named| named == **key),
    }
}

/// The bytes in PEM whose lines may be of any length, as registries write their keys into logs.
fn loose_pem(pem: &str) -> Option<Vec<u8>> {
    let text: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .map(str::trim)
        .collect();
    decoded(&text)
}

/// A certificate or key in DER, in base64.
fn is_verifier(value: &Value, signer: &Logged<'_>) -> bool {
    match signer {
        Logged::Certificate(leaf, _) => {
            is_bytes(at(value, &["x509Certificate", "rawBytes"]), leaf.der())
        }
        Logged::Key(key) => bytes(at(value, &["publicKey", "rawBytes"]))
            .is_some_and(|der| PublicKey::from_der(&der).is_ok_and(|named| named == **key)),
    }
}
