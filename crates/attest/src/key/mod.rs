//! Keys: Ed25519 (RFC 8032) and ECDSA over P-256, P-384 and P-521 (FIPS 186-5).

mod private;
mod public;

use thiserror::Error;

pub use private::PrivateKey;
pub use public::PublicKey;
pub(crate) use public::hex;

/// What a key signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// Ed25519; not allowed for the signatures of models.
    Ed25519,
    /// ECDSA over P-256 with SHA-256.
    P256,
    /// ECDSA over P-384 with SHA-384.
    P384,
    /// ECDSA over P-521 with SHA-512.
    P521,
}

impl Algorithm {
    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::P256 => "p256",
            Self::P384 => "p384",
            Self::P521 => "p521",
        }
    }

    /// Bytes of one of its private numbers.
    pub(crate) const fn private_bytes(self) -> usize {
        match self {
            Self::Ed25519 | Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

/// A hash that a signature is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// The digest of `message`.
    pub(crate) fn of(self, message: &[u8]) -> Vec<u8> {
        use sha2::Digest as _;
        match self {
            Self::Sha256 => sha2::Sha256::digest(message).to_vec(),
            Self::Sha384 => sha2::Sha384::digest(message).to_vec(),
            Self::Sha512 => sha2::Sha512::digest(message).to_vec(),
        }
    }
}

/// A key that cannot be used. What it holds is in no message.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// No private key that is understood.
    #[error(
        "read the private key: expected a key for Ed25519, P-256, P-384 or P-521 in PEM (PKCS #8 or SEC 1); \
         `waybill keys generate` makes one"
    )]
    Private,
    /// An encrypted key, and no password.
    #[error(
        "read the private key: it is encrypted; name its password with --password-env or --password-fd"
    )]
    Encrypted,
    /// The password does not open it, or it is encrypted in another way.
    #[error(
        "decrypt the private key: the password is wrong, or the encryption is none of PBES2 with PBKDF2 or scrypt and AES"
    )]
    Password,
    /// A key in the format of before PKCS #8, encrypted with a hash of one round.
    #[error(
        "read the private key: it is encrypted in the old way of OpenSSL, which is weak; \
         `openssl pkcs8 -topk8 -in OLD -out NEW` encrypts it anew"
    )]
    OldEncryption,
    /// A key of a kind that is not supported.
    #[error(
        "use the key: it is of another kind ({0}); Ed25519, P-256, P-384 and P-521 are supported"
    )]
    Unsupported(&'static str),
    /// No public key that is understood.
    #[error(
        "read the public key: expected a key for Ed25519, P-256, P-384 or P-521 in PEM; \
         `waybill keys show KEY` or `openssl pkey -in KEY -pubout` writes one"
    )]
    Public,
    /// A key that signs nothing uniquely (of small order).
    #[error("use the public key: it is weak, many signatures would verify with it")]
    Weak,
    /// The source of randomness failed.
    #[error("make a key: {0}")]
    Randomness(String),
}

/// A signature that was not made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("sign: {0}")]
pub struct SignError(pub String);

/// Whatever signs with a private key: the key itself, or a token that does not let it out.
pub trait Signer {
    /// The key that verifies what is signed.
    fn public(&self) -> PublicKey;

    /// The signature over `message`, with the hash that belongs to the key; ECDSA signatures in DER.
    ///
    /// # Errors
    /// [`SignError`] if the token does not sign.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;
}

#[cfg(test)]
mod tests;
