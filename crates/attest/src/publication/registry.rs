//! Keys of registries, and what they sign with them: npm's own statements, and for each version its name
//! with the digest of its file.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use thiserror::Error;

use super::{Published, digits};
use crate::envelope::decoded;
use crate::key::PublicKey;
use crate::statement::{Statement, Subject};
use crate::verified::{Revoked, SignedBy, Unproven};

/// npm's keys as of 2026; the older one signed until 2025-01-29.
const EMBEDDED: &str = include_str!("../../data/npm-registry-keys.json");
/// The predicate type under which a registry's signature is shown.
const PREDICATE_TYPE: &str = "https://waybill.example/attestation/registry-signature/v1";

/// A file of keys that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("read the keys of the registry: {0}")]
pub struct RegistryKeysError(String);

/// Keys of a registry by their ids, each with the moment after which it signs no more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistryKeys(BTreeMap<String, (PublicKey, Option<i64>)>);

impl RegistryKeys {
    /// The keys of npm's public registry.
    ///
    /// # Errors
    /// Never, as the tests show.
    pub fn embedded() -> Result<Self, RegistryKeysError> {
        Self::parse(EMBEDDED)
    }

    /// Reads keys as a registry hands them out below `/-/npm/v1/keys`.
    ///
    /// # Errors
    /// [`RegistryKeysError`].
    pub fn parse(text: &str) -> Result<Self, RegistryKeysError> {
        let wrong = |reason: String| RegistryKeysError(reason);
        let value: Value = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let list = value.get("keys").and_then(Value::as_array);
        let list = list.ok_or_else(|| wrong("it has no list `keys`".to_owned()))?;
        let mut keys = BTreeMap::new();
        for entry in list {
            let word = |name: &str| entry.get(name).and_then(Value::as_str);
            let id = word("keyid").ok_or_else(|| wrong("a key has no `keyid`".to_owned()))?;
            let key = word("key")
                .and_then(decoded)
                .and_then(|der| PublicKey::from_der(&der).ok())
                .ok_or_else(|| wrong(format!("the key `{id}` is none that is understood")))?;
            let ends = match word("expires") {
                None => None,
                Some(text) => Some(
                    seconds(text)
                        .ok_or_else(|| wrong(format!("`{text}` of the key `{id}` is no moment")))?,
                ),
            };
            keys.insert(id.to_owned(), (key, ends));
        }
        Ok(Self(keys))
    }

    /// The key of an id, and when it ends.
    pub(super) fn named(&self, id: &str) -> Option<(&PublicKey, Option<i64>)> {
        self.0.get(id).map(|(key, ends)| (key, *ends))
    }

    /// All ids.
    pub(super) fn names(&self) -> String {
        self.0
            .keys()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// Fails if something was signed after its key ended, or nobody knows when.
pub(super) fn in_time(ends: Option<i64>, signed_at: Option<i64>) -> Result<(), Unproven> {
    match (ends, signed_at) {
        (None, _) => Ok(()),
        (Some(ends), Some(at)) if at <= ends => Ok(()),
        _ => Err(Unproven::Identity(
            "the key of the registry had ended when it was signed, as far as anybody can tell"
                .to_owned(),
        )),
    }
}

/// A day of RFC 3339, at its end or at the second that is written.
fn seconds(text: &str) -> Option<i64> {
    let day = waybill_domain::Date::parse(text.get(..10)?).ok()?;
    let start = i64::from(day.days()).checked_mul(86_400)?;
    let part = |from: usize| text.get(from..from.checked_add(2)?)?.parse::<i64>().ok();
    match (part(11), part(14), part(17)) {
        (Some(hour), Some(minute), Some(second)) => {
            start.checked_add(hour * 3600 + minute * 60 + second)
        }
        _ => start.checked_add(86_399),
    }
}

/// A registry's signature over the name, version and digest of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RegistrySignature {
    name: String,
    version: String,
    integrity: String,
    key: String,
    signature: String,
}

impl RegistrySignature {
    pub(super) fn verify(
        &self,
        keys: &RegistryKeys,
        now: i64,
        revoked: &Revoked,
    ) -> Result<Published, Unproven> {
        let (key, ends) = keys.named(&self.key).ok_or_else(|| Unproven::OtherKey {
            named: self.key.clone(),
            trusted: keys.names(),
        })?;
        revoked.refuse(key)?;
        // No log shows when, and the registry's own word for the moment is in what it does not sign:
        // of a key that has ended, it may have been signed by whoever found it.
        in_time(ends, Some(now))?;
        let message = format!("{}@{}:{}", self.name, self.version, self.integrity);
        let signature = decoded(&self.signature).unwrap_or_default();
        if !key.verifies(message.as_bytes(), &signature) {
            return Err(Unproven::Signature(format!("the key {}", self.key)));
        }
        let mut subject = Subject::new(&purl(&self.name, &self.version), "");
        subject.digest = digests(&self.integrity);
        Ok(Published {
            statement: Statement::new(PREDICATE_TYPE, vec![subject], json!({})),
            signed_by: SignedBy::by_key(key),
        })
    }
}

/// As npm writes it, with the scope's sign encoded.
fn purl(name: &str, version: &str) -> String {
    format!("pkg:npm/{}@{version}", name.replace('@', "%40"))
}

/// `sha512-` and base64, several of them between spaces.
fn digests(integrity: &str) -> BTreeMap<String, String> {
    integrity
        .split_whitespace()
        .filter_map(|part| {
            let (algorithm, value) = part.split_once('-')?;
            Some((algorithm.to_owned(), digits(value)?))
        })
        .collect()
}

/// The signatures in what a registry says of a package or of one of its versions; `None` if it is
/// nothing of that kind.
pub(super) fn signatures(value: &Value) -> Option<Vec<RegistrySignature>> {
    let of = |manifest: &Value| -> Option<Vec<RegistrySignature>> {
        let word = |name: &str| manifest.get(name).and_then(Value::as_str);
        let (name, version) = (word("name")?, word("version")?);
        let distribution = manifest.get("dist")?;
        let integrity = distribution.get("integrity")?.as_str()?;
        let list = distribution.get("signatures")?.as_array()?;
        let each = list.iter().filter_map(|signature| {
            Some(RegistrySignature {
                name: name.to_owned(),
                version: version.to_owned(),
                integrity: integrity.to_owned(),
                key: signature.get("keyid")?.as_str()?.to_owned(),
                signature: signature.get("sig")?.as_str()?.to_owned(),
            })
        });
        Some(each.collect())
    };
    let Some(versions) = value.get("versions").and_then(Value::as_object) else {
        return of(value);
    };
    let all = versions
        .values()
        .flat_map(|manifest| of(manifest).unwrap_or_default());
    Some(all.collect())
}
