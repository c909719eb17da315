//! What a log signs of itself: a checkpoint in a signed note
//! (<https://github.com/C2SP/C2SP/blob/main/tlog-checkpoint.md>).

use super::trust::Log;
use crate::certificate::{SignatureAlgorithm, SubjectKey};
use crate::envelope::decoded;
use crate::key::{Algorithm, Hash};

/// The most lines of a note, signatures of witnesses among them.
const LINES: usize = 200;

/// Size and root of a log.
pub(crate) struct Checkpoint {
    pub(crate) size: u64,
    pub(crate) root: Vec<u8>,
}

/// Reads a checkpoint that `log` signed. Signatures of others, such as witnesses, do not matter.
pub(crate) fn verify(note: &str, log: &Log) -> Result<Checkpoint, &'static str> {
    let (text, signatures) = note
        .split_once("\n\n")
        .ok_or("its checkpoint has no signature")?;
    if note.lines().count() > LINES {
        return Err("its checkpoint is too long");
    }
    let signed = format!("{text}\n");
    let by_log = signatures.lines().any(|line| {
        let Some((_, encoded)) = line
            .strip_prefix("\u{2014} ")
            .and_then(|line| line.rsplit_once(' '))
        else {
            return false;
        };
        let Some(bytes) = decoded(encoded) else {
            return false;
        };
        let Some((hint, signature)) = bytes.split_at_checked(4) else {
            return false;
        };
        log.id.get(..4) == Some(hint) && signs(&log.key, signed.as_bytes(), signature)
    });
    if !by_log {
        return Err("its checkpoint is not signed by the log");
    }
    let mut lines = text.lines();
    let origin = lines.next().unwrap_or_default();
    if origin.is_empty() {
        return Err("its checkpoint does not say of which log it is");
    }
    let size = lines.next().and_then(|line| line.parse().ok());
    let root = lines
        .next()
        .and_then(decoded)
        .filter(|root| root.len() == 32);
    match (size, root) {
        (Some(size), Some(root)) => Ok(Checkpoint { size, root }),
        _ => Err("its checkpoint does not state size and root"),
    }
}

/// True if a log's key signed `message`: ECDSA with SHA-256 whatever the curve, RSA with SHA-256, Ed25519.
pub(crate) fn signs(key: &SubjectKey, message: &[u8], signature: &[u8]) -> bool {
    let algorithm = match key {
        SubjectKey::Rsa(_) => SignatureAlgorithm::RsaPkcs1(Hash::Sha256),
        SubjectKey::Listed(key) if key.algorithm() == Algorithm::Ed25519 => {
            SignatureAlgorithm::Ed25519
        }
        SubjectKey::Listed(_) => SignatureAlgorithm::Ecdsa(Hash::Sha256),
    };
    key.verifies(&algorithm, message, signature)
}
