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

    /// The hash that belongs to it; Ed25519 has its own, and takes the message whole.
    #[must_use]
    pub const fn hash(self) -> Hash {
        match self {
            Self::Ed25519 | Self::P256 => Hash::Sha256,
            Self::P384 => Hash::Sha384,
            Self::P521 => Hash::Sha512,
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
    #[must_use]
    pub fn digest(self, message: &[u8]) -> Vec<u8> {
        self.of(message)
    }

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

/// A public key out of a curve (`ECParameters`) and a point (in an octet string, or bare), as tokens give them.
///
/// # Errors
/// [`KeyError`] if they are no key.
pub fn ec_public_key(curve: &[u8], point: &[u8]) -> Result<PublicKey, KeyError> {
    use crate::der::{Reader, tag, write};
    let wrapped = Reader(point).only(tag::OCTET_STRING);
    let point = wrapped.map_or(point, |element| element.value);
    let algorithm = [&ID_EC_PUBLIC_KEY[..], curve].concat();
    let bits = [&[0], point].concat();
    let info = [
        write(tag::SEQUENCE, &algorithm),
        write(tag::BIT_STRING, &bits),
    ]
    .concat();
    PublicKey::from_der(&write(tag::SEQUENCE, &info))
}

/// The object identifier 1.2.840.10045.2.1.
const ID_EC_PUBLIC_KEY: [u8; 9] = [6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];

/// A signature of two numbers of the same length one after the other, as tokens give it, in DER.
#[must_use]
pub fn ecdsa_in_der(raw: &[u8]) -> Option<Vec<u8>> {
    use crate::der::{tag, write};
    if raw.is_empty() || !raw.len().is_multiple_of(2) {
        return None;
    }
    let number = |bytes: &[u8]| {
        let first = bytes
            .iter()
            .position(|byte| *byte != 0)
            .unwrap_or(bytes.len());
        let digits = bytes.get(first..).unwrap_or_default();
        let sign = digits.first().is_none_or(|byte| byte & 0x80 != 0);
        write(tag::INTEGER, &[&[0][..usize::from(sign)], digits].concat())
    };
    let (r, s) = raw.split_at(raw.len() / 2);
    Some(write(tag::SEQUENCE, &[number(r), number(s)].concat()))
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
