//! Keys out of files.

use std::io::Read as _;
use std::path::Path;

use thiserror::Error;
use waybill_attest::KeyError;
pub use waybill_attest::{PrivateKey, PublicKey};

/// The largest file that is read as a key.
const KEY_BYTES: u64 = 64 << 10;

/// A key file that cannot be used. What it holds is in no message.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// It cannot be read.
    #[error("read the key `{path}`: {reason}")]
    Io {
        /// The file.
        path: String,
        /// What stood in the way.
        reason: String,
    },
    /// It holds no key that is understood.
    #[error("use `{path}`")]
    Key {
        /// The file.
        path: String,
        /// Why not.
        #[source]
        source: KeyError,
    },
}

/// A private key, and how its file stands.
#[derive(Debug)]
pub struct KeyFile {
    /// The key.
    pub key: PrivateKey,
    /// Anybody on this machine may read the file.
    pub exposed: bool,
}

/// Reads a private key in PKCS #8 and PEM.
///
/// # Errors
/// [`KeyFileError`]; nothing of what was read is in it.
pub fn read_private_key(path: &Path) -> Result<KeyFile, KeyFileError> {
    let (text, mode) = read(path)?;
    let key = PrivateKey::parse(&text).map_err(|source| unusable(path, source))?;
    Ok(KeyFile {
        key,
        exposed: mode & 0o004 != 0,
    })
}

/// Reads a public key in PEM.
///
/// # Errors
/// [`KeyFileError`].
pub fn read_public_key(path: &Path) -> Result<PublicKey, KeyFileError> {
    let (text, _) = read(path)?;
    PublicKey::parse(&text).map_err(|source| unusable(path, source))
}

fn unusable(path: &Path, source: KeyError) -> KeyFileError {
    KeyFileError::Key {
        path: readable(path),
        source,
    }
}

fn readable(path: &Path) -> String {
    crate::walk::readable(path.as_os_str().as_encoded_bytes())
}

/// The text, and the permissions.
fn read(path: &Path) -> Result<(String, u32), KeyFileError> {
    use std::os::unix::fs::PermissionsExt as _;
    let opened = || -> std::io::Result<(String, u32)> {
        let file = crate::bytes::open_at_once(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(std::io::Error::other("it is a folder"));
        }
        let mut bytes = Vec::new();
        file.take(KEY_BYTES).read_to_end(&mut bytes)?;
        let text = String::from_utf8(bytes).unwrap_or_default();
        Ok((text, metadata.permissions().mode()))
    };
    opened().map_err(|error| KeyFileError::Io {
        path: readable(path),
        reason: error.to_string(),
    })
}
