use ed25519_dalek::VerifyingKey;
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use pkcs8::der::pem::LineEnding;
use pkcs8::spki::{SubjectPublicKeyInfoRef, der::Decode as _};
use pkcs8::{EncodePublicKey as _, ObjectIdentifier};
use sha2::{Digest as _, Sha256};

use super::{Algorithm, Hash, KeyError};

const ID_EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(pub(super) Inner);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Inner {
    Ed25519(VerifyingKey),
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
}

/// What an `AlgorithmIdentifier` of a key says.
pub(super) fn algorithm(
    oid: ObjectIdentifier,
    curve: Option<ObjectIdentifier>,
) -> Result<Algorithm, KeyError> {
    match (oid, curve) {
        (ED25519, _) => Ok(Algorithm::Ed25519),
        (ID_EC_PUBLIC_KEY, Some(P256)) => Ok(Algorithm::P256),
        (ID_EC_PUBLIC_KEY, Some(P384)) => Ok(Algorithm::P384),
        (ID_EC_PUBLIC_KEY, Some(P521)) => Ok(Algorithm::P521),
        (ID_EC_PUBLIC_KEY, _) => Err(KeyError::Unsupported("another elliptic curve")),
        (RSA, _) => Err(KeyError::Unsupported("RSA")),
        _ => Err(KeyError::Unsupported("neither ECDSA nor Ed25519")),
    }
}

impl PublicKey {
    /// Reads a key as SubjectPublicKeyInfo (RFC 5480, RFC 8410) in PEM.
    ///
    /// # Errors
    /// [`KeyError`] if it is no key, one of another kind, or a weak one.
    pub fn parse(pem: &str) -> Result<Self, KeyError> {
        let (label, der) =
            pkcs8::der::pem::decode_vec(pem.trim().as_bytes()).map_err(|_| KeyError::Public)?;
        if label != "PUBLIC KEY" {
            return Err(KeyError::Public);
        }
        Self::from_der(&der)
    }

    /// Reads a key as SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// [`KeyError`] if it is no key, one of another kind, or a weak one.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::Public)?;
        let curve = info.algorithm.parameters_oid().ok();
        Ok(Self(match algorithm(info.algorithm.oid, curve)? {
            Algorithm::Ed25519 => {
                let key = VerifyingKey::try_from(info).map_err(|_| KeyError::Public)?;
                if key.is_weak() {
                    return Err(KeyError::Weak);
                }
                Inner::Ed25519(key)
            }
            Algorithm::P256 => Inner::P256(info.try_into().map_err(|_| KeyError::Public)?),
            Algorithm::P384 => Inner::P384(info.try_into().map_err(|_| KeyError::Public)?),
            Algorithm::P521 => Inner::P521(info.try_into().map_err(|_| KeyError::Public)?),
        }))
    }

    /// What it verifies.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self.0 {
            Inner::Ed25519(_) => Algorithm::Ed25519,
            Inner::P256(_) => Algorithm::P256,
            Inner::P384(_) => Algorithm::P384,
            Inner::P521(_) => Algorithm::P521,
        }
    }

    /// As SubjectPublicKeyInfo, points in full.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let encoded = match &self.0 {
            Inner::Ed25519(key) => key.to_public_key_der(),
            Inner::P256(key) => key.to_public_key_der(),
            Inner::P384(key) => key.to_public_key_der(),
            Inner::P521(key) => key.to_public_key_der(),
        };
        encoded.map_or_else(|_| Vec::new(), |document| document.as_bytes().to_vec())
    }

    /// As SubjectPublicKeyInfo in PEM, ending with a line break.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pkcs8::der::pem::encode_string("PUBLIC KEY", LineEnding::LF, &self.to_der())
            .unwrap_or_default()
    }

    /// SHA-256 over its SubjectPublicKeyInfo, in hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> String {
        hex(&Sha256::digest(self.to_der()))
    }

    /// What the signatures of models name it by: SHA-256 over its PEM, in hexadecimal digits.
    #[must_use]
    pub fn hint(&self) -> String {
        hex(&Sha256::digest(self.to_pem().as_bytes()))
    }

    /// True if it signed `message` with the hash that belongs to it. Strict: no signature that
    /// another implementation might read otherwise.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let hash = match self.0 {
            Inner::Ed25519(_) | Inner::P256(_) => Hash::Sha256,
            Inner::P384(_) => Hash::Sha384,
            Inner::P521(_) => Hash::Sha512,
        };
        self.verifies_with(hash, message, signature)
    }

    /// As [`Self::verifies`], of something of which only the SHA-256 is at hand.
    pub(crate) fn verifies_digest(&self, digest: &[u8; 32], signature: &[u8]) -> bool {
        match &self.0 {
            Inner::P256(key) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok()),
            _ => false,
        }
    }

    /// As [`Self::verifies`], with another hash where the algorithm leaves the choice.
    pub(crate) fn verifies_with(&self, hash: Hash, message: &[u8], signature: &[u8]) -> bool {
        match &self.0 {
            Inner::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            Inner::P256(key) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(&hash.of(message), &signature).is_ok()),
            Inner::P384(key) => p384::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(&hash.of(message), &signature).is_ok()),
            Inner::P521(key) => {
                // The crate refuses digests of less than half the curve's length.
                let digest = hash.of(message);
                let mut padded = [0; 66];
                let start = padded.len().saturating_sub(digest.len());
                if let Some(end) = padded.get_mut(start..) {
                    end.copy_from_slice(&digest);
                }
                p521::ecdsa::Signature::from_der(signature)
                    .is_ok_and(|signature| key.verify_prehash(&padded, &signature).is_ok())
            }
        }
    }
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
