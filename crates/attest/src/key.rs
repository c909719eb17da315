use ed25519_dalek::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePublicKey as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// A key that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// No private key that is understood.
    #[error(
        "read the private key: expected an unencrypted Ed25519 key in PKCS #8 and PEM; \
         `openssl genpkey -algorithm ed25519` makes one"
    )]
    Private,
    /// No public key that is understood.
    #[error(
        "read the public key: expected an Ed25519 key in PEM; `openssl pkey -in KEY -pubout` writes one"
    )]
    Public,
    /// A key that signs nothing uniquely (of small order).
    #[error("use the public key: it is weak, many signatures would verify with it")]
    Weak,
}

/// A private key (Ed25519, RFC 8032). Its debug output does not show it.
pub struct PrivateKey(SigningKey);

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "PrivateKey({})", self.public().id())
    }
}

impl PrivateKey {
    /// Reads a key in PKCS #8 (RFC 8410) and PEM.
    ///
    /// # Errors
    /// [`KeyError::Private`]; what was read is in no message.
    pub fn parse(pem: &str) -> Result<Self, KeyError> {
        SigningKey::from_pkcs8_pem(pem.trim())
            .map(Self)
            .map_err(|_| KeyError::Private)
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// A public key (Ed25519).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads a key as SubjectPublicKeyInfo (RFC 8410) in PEM.
    ///
    /// # Errors
    /// [`KeyError`] if it is no key, or a weak one.
    pub fn parse(pem: &str) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_public_key_pem(pem.trim()).map_err(|_| KeyError::Public)?;
        if key.is_weak() {
            return Err(KeyError::Weak);
        }
        Ok(Self(key))
    }

    /// SHA-256 over its SubjectPublicKeyInfo, in hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> String {
        let encoded = self.0.to_public_key_der();
        let der = encoded.as_ref().map_or(&[][..], |der| der.as_bytes());
        Sha256::digest(der)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Strict: no signature that another implementation might read otherwise.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }
}
