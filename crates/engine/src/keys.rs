//! Keys out of files.

use std::io::Read as _;
use std::path::Path;

use thiserror::Error;
use waybill_attest::{
    Algorithm, Certificate, CertificateError, KeyError, RegistryKeys, RegistryKeysError, Revoked,
    TrustError, TrustRoot,
};
pub use waybill_attest::{PrivateKey, PublicKey};

/// The largest file that is read as a key.
const KEY_BYTES: u64 = 1 << 20;
/// The largest file that is read as a list of the revoked.
const LIST_BYTES: u64 = 64 << 20;

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
    /// It holds no certificate that is understood.
    #[error("use `{path}`")]
    Certificate {
        /// The file.
        path: String,
        /// Why not.
        #[source]
        source: CertificateError,
    },
    /// It does not say whom to trust.
    #[error("use `{path}`")]
    Trust {
        /// The file.
        path: String,
        /// Why not.
        #[source]
        source: TrustError,
    },
    /// It does not hold the keys of a registry.
    #[error("use `{path}`")]
    Registry {
        /// The file.
        path: String,
        /// Why not.
        #[source]
        source: RegistryKeysError,
    },
    /// A list of the revoked with a line that is none.
    #[error("use `{path}`: line {line} is no SHA-256 digest in 64 hexadecimal digits")]
    Revoked {
        /// The file.
        path: String,
        /// The line, from one.
        line: usize,
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

/// Reads a private key in PEM, with its password if it is encrypted.
///
/// # Errors
/// [`KeyFileError`]; nothing of what was read is in it.
pub fn read_private_key(path: &Path, password: Option<&[u8]>) -> Result<KeyFile, KeyFileError> {
    let (text, mode) = read(path)?;
    let key = PrivateKey::parse(&text, password).map_err(|source| unusable(path, source))?;
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

/// Reads a private key out of text.
///
/// # Errors
/// [`KeyError`]; nothing of the text is in it.
pub fn parse_private_key(text: &str, password: Option<&[u8]>) -> Result<PrivateKey, KeyError> {
    PrivateKey::parse(text, password)
}

/// Makes a private key out of the system's randomness.
///
/// # Errors
/// [`KeyError::Randomness`].
pub fn generate_key(algorithm: Algorithm) -> Result<PrivateKey, KeyError> {
    PrivateKey::generate(algorithm, &mut random)
}

/// A private key in PEM, encrypted if there is a password.
///
/// # Errors
/// [`KeyError`].
pub fn private_key_text(key: &PrivateKey, password: Option<&[u8]>) -> Result<String, KeyError> {
    key.to_pem(password, &mut random)
}

fn random(bytes: &mut [u8]) -> Result<(), String> {
    getrandom::fill(bytes).map_err(|error| error.to_string())
}

/// Reads all certificates of a file in PEM.
///
/// # Errors
/// [`KeyFileError`].
pub fn read_certificates(path: &Path) -> Result<Vec<Certificate>, KeyFileError> {
    let (text, _) = read(path)?;
    Certificate::from_pem(&text).map_err(|source| KeyFileError::Certificate {
        path: readable(path),
        source,
    })
}

/// Reads a list of keys and certificates that are not trusted any more.
///
/// # Errors
/// [`KeyFileError`].
pub fn read_revoked(path: &Path) -> Result<Revoked, KeyFileError> {
    let (text, _) = read_at_most(path, LIST_BYTES)?;
    Revoked::parse(&text).map_err(|line| KeyFileError::Revoked {
        path: readable(path),
        line,
    })
}

/// Reads whom to trust for signatures without keys: a `trusted_root.json`, or a client's configuration.
///
/// # Errors
/// [`KeyFileError`].
pub fn read_trust_root(path: &Path) -> Result<TrustRoot, KeyFileError> {
    let (text, _) = read(path)?;
    TrustRoot::parse(&text).map_err(|source| KeyFileError::Trust {
        path: readable(path),
        source,
    })
}

/// Reads the keys with which a registry of packages signs.
///
/// # Errors
/// [`KeyFileError`].
pub fn read_registry_keys(path: &Path) -> Result<RegistryKeys, KeyFileError> {
    let (text, _) = read(path)?;
    RegistryKeys::parse(&text).map_err(|source| KeyFileError::Registry {
        path: readable(path),
        source,
    })
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
    read_at_most(path, KEY_BYTES)
}

fn read_at_most(path: &Path, most: u64) -> Result<(String, u32), KeyFileError> {
    use std::os::unix::fs::PermissionsExt as _;
    let opened = || -> std::io::Result<(String, u32)> {
        let file = crate::bytes::open_at_once(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(std::io::Error::other("it is a folder"));
        }
        let mut bytes = Vec::new();
        file.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(std::io::Error::other("it is larger than any of its kind"));
        }
        let text = String::from_utf8(bytes).unwrap_or_default();
        Ok((text, metadata.permissions().mode()))
    };
    opened().map_err(|error| KeyFileError::Io {
        path: readable(path),
        reason: error.to_string(),
    })
}
