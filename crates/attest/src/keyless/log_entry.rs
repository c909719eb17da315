//! An entry of a log of signatures (Rekor 1 and 2).

use serde::Deserialize;
use serde_json::json;

use super::checkpoint;
use super::merkle;
use super::trust::{Log, TrustRoot};
use crate::envelope::{decoded, encoded};
use crate::few::few;

/// An entry as it stands in the bundle.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WrittenEntry {
    #[serde(default)]
    log_index: Option<Number>,
    log_id: WrittenId,
    kind_version: KindVersion,
    #[serde(default)]
    integrated_time: Option<Number>,
    #[serde(default)]
    inclusion_promise: Option<WrittenPromise>,
    #[serde(default)]
    inclusion_proof: Option<WrittenProof>,
    canonicalized_body: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenId {
    key_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct KindVersion {
    kind: String,
    version: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenPromise {
    signed_entry_timestamp: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenProof {
    #[serde(default)]
    log_index: Option<Number>,
    root_hash: String,
    tree_size: Number,
    #[serde(default, deserialize_with = "few")]
    hashes: Vec<String>,
    #[serde(default)]
    checkpoint: Option<WrittenCheckpoint>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct WrittenCheckpoint {
    envelope: String,
}

/// A number of 64 bits, which JSON of protocol buffers writes as text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Number {
    Text(String),
    Number(i64),
}

impl Number {
    fn value(&self) -> Option<i64> {
        match self {
            Self::Text(text) => text.parse().ok(),
            Self::Number(number) => Some(*number),
        }
    }

    /// A number that counts; nothing counts as 0.
    fn count(number: Option<&Self>) -> Option<u64> {
        match number {
            Some(number) => u64::try_from(number.value()?).ok(),
            None => Some(0),
        }
    }
}

/// An entry as the bundle has it.
pub(crate) struct LogEntry {
    log: Vec<u8>,
    index: u64,
    time: i64,
    pub(crate) kind: String,
    pub(crate) version: String,
    promise: Option<Vec<u8>>,
    proof: Option<Proof>,
    /// What the log has.
    pub(crate) body: Vec<u8>,
}

struct Proof {
    index: u64,
    size: u64,
    root: Vec<u8>,
    hashes: Vec<Vec<u8>>,
    checkpoint: Option<String>,
}

impl LogEntry {
    pub(crate) fn read(entry: &WrittenEntry) -> Option<Self> {
        let promise = match &entry.inclusion_promise {
            Some(promise) => Some(decoded(&promise.signed_entry_timestamp)?),
            None => None,
        };
        let proof = match &entry.inclusion_proof {
            Some(proof) => Some(Proof::read(proof)?),
            None => None,
        };
        Some(Self {
            log: decoded(&entry.log_id.key_id)?,
            index: Number::count(entry.log_index.as_ref())?,
            time: match &entry.integrated_time {
                Some(time) => time.value()?,
                None => 0,
            },
            kind: entry.kind_version.kind.clone(),
            version: entry.kind_version.version.clone(),
            promise,
            proof,
            body: decoded(&entry.canonicalized_body)?,
        })
    }

    /// Proves that a trusted log has the entry. Returns since when, if the log signed that.
    pub(crate) fn verify(
        &self,
        bundle: (u8, u8),
        trust: &TrustRoot,
    ) -> Result<Option<i64>, String> {
        let logs: Vec<&Log> = trust.logs.iter().filter(|log| log.id == self.log).collect();
        if logs.is_empty() {
            return Err("it is of a log that is not trusted".to_owned());
        }
        let mut refusal = String::new();
        for log in logs {
            match self.verify_with(bundle, log) {
                Ok(time) => return Ok(time),
                Err(reason) => refusal = reason,
            }
        }
        Err(refusal)
    }

    fn verify_with(&self, bundle: (u8, u8), log: &Log) -> Result<Option<i64>, String> {
        let promised = match &self.promise {
            Some(promise) => {
                if !checkpoint::signs(&log.key, self.promised().as_bytes(), promise) {
                    return Err("the log did not promise it".to_owned());
                }
                if !log.valid.holds(self.time) {
                    return Err("the log was not trusted at the time".to_owned());
                }
                Some(self.time)
            }
            // A log of the second kind promises nothing; the time is stamped.
            None if !log.valid.has_begun() => {
                return Err("it is not said since when the log is trusted".to_owned());
            }
            None => None,
        };
        match &self.proof {
            Some(proof) => proof.verify(&self.body, log)?,
            None if bundle > (0, 1) || promised.is_none() => {
                return Err("nothing proves that the log has it".to_owned());
            }
            None => {}
        }
        Ok(promised)
    }

    /// What the log signed when it promised the entry, in its canonical form (RFC 8785).
    fn promised(&self) -> String {
        json!({
            "body": encoded(&self.body),
            "integratedTime": self.time,
            "logID": crate::key::hex(&self.log),
            "logIndex": self.index,
        })
        .to_string()
    }
}

impl Proof {
    fn read(proof: &WrittenProof) -> Option<Self> {
        let hashes = proof.hashes.iter().map(|hash| decoded(hash));
        let checkpoint = proof.checkpoint.as_ref();
        Some(Self {
            index: Number::count(proof.log_index.as_ref())?,
            size: Number::count(Some(&proof.tree_size))?,
            root: decoded(&proof.root_hash)?,
            hashes: hashes.collect::<Option<_>>()?,
            checkpoint: checkpoint.map(|checkpoint| checkpoint.envelope.clone()),
        })
    }

    fn verify(&self, body: &[u8], log: &Log) -> Result<(), String> {
        let note = self.checkpoint.as_deref();
        let note = note.ok_or("its proof has no checkpoint")?;
        let checkpoint = checkpoint::verify(note, log)?;
        if checkpoint.root != self.root || checkpoint.size != self.size {
            return Err("its checkpoint is of another tree than its proof".to_owned());
        }
        if merkle::includes(body, self.index, self.size, &self.hashes, &self.root) {
            Ok(())
        } else {
            Err("its proof does not lead to the root of the log".to_owned())
        }
    }
}
