//! Signed statements about models (<https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md>):
//! how they were made, what examining them showed, what they are made of, how they did in tests, who approved of them.
//! All name the model by the digest over its files that its signature states, and so join up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::envelope::{Envelope, EnvelopeError};
use crate::key::{PublicKey, SignError, Signer};
use crate::manifest::{PAYLOAD_TYPE, STATEMENT_TYPE};

/// The type of statements before version 1.
const STATEMENT_TYPE_BEFORE: &str = "https://in-toto.io/Statement/v0.1";

/// What a statement is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// What its author calls it.
    pub name: String,
    /// Digests in hexadecimal digits, by algorithm.
    pub digest: BTreeMap<String, String>,
}

impl Subject {
    /// Something with a SHA-256 digest.
    #[must_use]
    pub fn new(name: &str, sha256: &str) -> Self {
        Self {
            name: name.to_owned(),
            digest: BTreeMap::from([("sha256".to_owned(), sha256.to_owned())]),
        }
    }
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Always [`STATEMENT_TYPE`].
    #[serde(rename = "_type")]
    kind: String,
    /// What it is about.
    pub subject: Vec<Subject>,
    /// What the predicate says.
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    /// What is stated; null where the predicate type says it all.
    #[serde(default)]
    pub predicate: Value,
}

/// The kinds of statements that have a name here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatementKind {
    /// How it was made: SLSA Provenance 1.
    Provenance,
    /// What examining it showed: a simple verification result.
    Scan,
    /// That it was verified under a policy: a verification summary of SLSA.
    Verification,
    /// What it is made of: CycloneDX.
    CycloneDx,
    /// What it is made of: SPDX.
    Spdx,
    /// How it did in tests.
    Test,
    /// Somebody approved of it.
    Approval,
}

impl StatementKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Provenance,
        Self::Scan,
        Self::Verification,
        Self::CycloneDx,
        Self::Spdx,
        Self::Test,
        Self::Approval,
    ];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Provenance => "provenance",
            Self::Scan => "scan",
            Self::Verification => "verification",
            Self::CycloneDx => "cyclonedx",
            Self::Spdx => "spdx",
            Self::Test => "test",
            Self::Approval => "approval",
        }
    }

    /// Its predicate type.
    #[must_use]
    pub const fn predicate_type(self) -> &'static str {
        match self {
            Self::Provenance => "https://slsa.dev/provenance/v1",
            Self::Scan => "https://in-toto.io/attestation/svr/v0.1",
            Self::Verification => "https://slsa.dev/verification_summary/v1",
            Self::CycloneDx => "https://cyclonedx.org/bom",
            Self::Spdx => "https://spdx.dev/Document",
            Self::Test => "https://in-toto.io/attestation/test-result/v0.1",
            Self::Approval => "https://waybill.example/attestation/approval/v1",
        }
    }
}

/// A statement that is none, or that nobody who is trusted signed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StatementError {
    /// Not the JSON of a statement.
    #[error("read the statement: {0}")]
    Syntax(String),
    /// An envelope that proves nothing.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

impl Statement {
    /// A statement about some things.
    #[must_use]
    pub fn new(predicate_type: &str, subject: Vec<Subject>, predicate: Value) -> Self {
        Self {
            kind: STATEMENT_TYPE.to_owned(),
            subject,
            predicate_type: predicate_type.to_owned(),
            predicate,
        }
    }

    /// Signs it.
    ///
    /// # Errors
    /// [`SignError`] if the signer does not sign.
    pub fn sign(&self, signer: &dyn Signer) -> Result<Envelope, SignError> {
        let text = serde_json::to_string(self).map_err(|error| SignError(error.to_string()))?;
        Envelope::sign(PAYLOAD_TYPE, text.as_bytes(), signer)
    }

    /// The statement of an envelope, and which of the trusted keys signed it.
    ///
    /// # Errors
    /// [`StatementError`].
    pub fn verify<'k>(
        envelope: &Envelope,
        trusted: &'k [PublicKey],
    ) -> Result<(Self, &'k PublicKey), StatementError> {
        let (payload, by) = envelope.verify(PAYLOAD_TYPE, trusted)?;
        Ok((Self::read(&payload)?, by))
    }

    /// Reads a statement; who signed it is not looked at.
    ///
    /// # Errors
    /// [`StatementError::Syntax`].
    pub fn read(payload: &[u8]) -> Result<Self, StatementError> {
        let statement: Self = serde_json::from_slice(payload)
            .map_err(|error| StatementError::Syntax(error.to_string()))?;
        if statement.kind != STATEMENT_TYPE {
            return Err(StatementError::Syntax(format!(
                "it is a `{}`, not a statement of in-toto 1",
                statement.kind
            )));
        }
        Ok(statement)
    }

    /// Reads a statement of in-toto 1 or of 0.1, which registries still hand out.
    ///
    /// # Errors
    /// [`StatementError::Syntax`].
    pub(crate) fn read_any(payload: &[u8]) -> Result<Self, StatementError> {
        let mut value: Value = serde_json::from_slice(payload)
            .map_err(|error| StatementError::Syntax(error.to_string()))?;
        if value.get("_type").and_then(Value::as_str) == Some(STATEMENT_TYPE_BEFORE) {
            value["_type"] = Value::from(STATEMENT_TYPE);
        }
        Self::read(value.to_string().as_bytes())
    }

    /// True if it is about something with this SHA-256.
    #[must_use]
    pub fn is_about(&self, sha256: &str) -> bool {
        self.subject.iter().any(|subject| {
            subject
                .digest
                .get("sha256")
                .is_some_and(|digest| digest == sha256)
        })
    }

    /// What it came to, where its kind has an outcome: `PASSED`, `FAILED`, and what the predicate has for words.
    #[must_use]
    pub fn outcomes(&self) -> Vec<&str> {
        let mut outcomes: Vec<&str> = ["result", "verificationResult", "decision"]
            .iter()
            .filter_map(|name| self.predicate.get(name)?.as_str())
            .collect();
        if let Some(properties) = self.predicate.get("properties").and_then(Value::as_array) {
            outcomes.extend(properties.iter().filter_map(Value::as_str));
        }
        outcomes
    }

    /// When that was stated, as far as the predicate says: RFC 3339.
    #[must_use]
    pub fn time(&self) -> Option<&str> {
        let places: [&[&str]; 5] = [
            &["timeVerified"],
            &["timeCreated"],
            &["approvedOn"],
            &["runDetails", "metadata", "finishedOn"],
            &["metadata", "timestamp"],
        ];
        places.iter().find_map(|place| {
            place
                .iter()
                .try_fold(&self.predicate, |value, name| value.get(name))?
                .as_str()
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Algorithm, PrivateKey};

    fn key(start: u8) -> PrivateKey {
        let mut next = start;
        PrivateKey::generate(Algorithm::P256, &mut |bytes| {
            for byte in bytes {
                next = next.wrapping_mul(7).wrapping_add(3);
                *byte = next;
            }
            Ok(())
        })
        .unwrap()
    }

    #[test]
    fn statements_join_over_the_digest_and_name_their_outcome() {
        let root = "ab".repeat(32);
        let statement = Statement::new(
            StatementKind::Scan.predicate_type(),
            vec![Subject::new("acme/model", &root)],
            json!({"timeVerified": "2026-11-23T00:00:00Z", "properties": ["WAYBILL_ADMIT"]}),
        );
        let (signer, other) = (key(1), key(2));
        let envelope = statement.sign(&signer).unwrap();
        let trusted = [other.public(), signer.public()];
        let (read, by) = Statement::verify(&envelope, &trusted).unwrap();
        assert_eq!((&read, by), (&statement, &trusted[1]));
        assert!(read.is_about(&root) && !read.is_about(&"cd".repeat(32)));
        assert_eq!(read.outcomes(), ["WAYBILL_ADMIT"]);
        assert_eq!(read.time(), Some("2026-11-23T00:00:00Z"));
        assert!(Statement::verify(&envelope, &trusted[..1]).is_err());
        assert!(Statement::read(b"{}").is_err());
        let old = json!({"_type": "https://in-toto.io/Statement/v0.1", "subject": [], "predicateType": "x", "predicate": {}});
        assert!(Statement::read(old.to_string().as_bytes()).is_err());
    }
}
