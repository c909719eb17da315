//! An entry of a log of signatures (Rekor 1 and 2).

use serde_json::{Value, json};

use super::checkpoint;
use super::merkle;
use super::trust::{Log, TrustRoot};
use crate::envelope::{decoded, encoded};

/// The most hashes of a proof.
const HASHES: usize = 64;

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
    pub(crate) fn read(entry: &Value) -> Option<Self> {
        let kind = entry.get("kindVersion")?;
        let promise = match entry.get("inclusionPromise") {
            Some(promise) if !promise.is_null() => {
                Some(bytes(promise.get("signedEntryTimestamp")?)?)
            }
            _ => None,
        };
        let proof = match entry.get("inclusionProof") {
            Some(proof) if !proof.is_null() => Some(Proof::read(proof)?),
            _ => None,
        };
        Some(Self {
            log: bytes(entry.get("logId")?.get("keyId")?)?,
            index: match entry.get("logIndex") {
                Some(index) => u64::try_from(number(index)?).ok()?,
                None => 0,
            },
            time: match entry.get("integratedTime") {
                Some(time) => number(time)?,
                None => 0,
            },
            kind: kind.get("kind")?.as_str()?.to_owned(),
            version: kind.get("version")?.as_str()?.to_owned(),
            promise,
            proof,
            body: bytes(entry.get("canonicalizedBody")?)?,
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
    fn read(proof: &Value) -> Option<Self> {
        let hashes = match proof.get("hashes") {
            Some(hashes) => hashes
                .as_array()?
                .iter()
                .map(bytes)
                .collect::<Option<Vec<_>>>()?,
            None => Vec::new(),
        };
        let checkpoint = proof
            .get("checkpoint")
            .filter(|checkpoint| !checkpoint.is_null());
        Some(Self {
            index: match proof.get("logIndex") {
                Some(index) => u64::try_from(number(index)?).ok()?,
                None => 0,
            },
            size: u64::try_from(number(proof.get("treeSize")?)?).ok()?,
            root: bytes(proof.get("rootHash")?)?,
            hashes: (hashes.len() <= HASHES).then_some(hashes)?,
            checkpoint: match checkpoint {
                Some(checkpoint) => Some(checkpoint.get("envelope")?.as_str()?.to_owned()),
                None => None,
            },
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

/// A number of 64 bits, which JSON of protocol buffers writes as text.
fn number(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    }
}

fn bytes(value: &Value) -> Option<Vec<u8>> {
    decoded(value.as_str()?)
}
