use ed25519_dalek::SigningKey;
use p256::ecdsa::signature::Signer as _;
use pkcs8::der::{SecretDocument, pem, pem::LineEnding};
use pkcs8::pkcs5::pbes2;
use pkcs8::{EncodePrivateKey as _, EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};

use super::public::{Inner as PublicInner, algorithm};
use super::{Algorithm, KeyError, PublicKey, SignError, Signer};

/// Rounds of PBKDF2 for keys that are written.
const ROUNDS: u32 = 600_000;

/// A private key. Its debug output does not show it, and its memory is wiped.
pub struct PrivateKey(Inner);

enum Inner {
    Ed25519(SigningKey),
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "PrivateKey({})", self.public().id())
    }
}

impl PrivateKey {
    /// Reads a key in PEM: PKCS #8 (RFC 5958), encrypted or not, or SEC 1 (RFC 5915).
    ///
    /// # Errors
    /// [`KeyError`]; what was read is in no message.
    pub fn parse(text: &str, password: Option<&[u8]>) -> Result<Self, KeyError> {
        let text = block(text).ok_or(KeyError::Private)?;
        if text.contains("Proc-Type:") {
            return Err(KeyError::OldEncryption);
        }
        match pem::decode_label(text.as_bytes()) {
            Ok("RSA PRIVATE KEY") => return Err(KeyError::Unsupported("RSA")),
            Ok("DSA PRIVATE KEY") => return Err(KeyError::Unsupported("DSA")),
            _ => {}
        }
        let (label, document) = SecretDocument::from_pem(text).map_err(|_| KeyError::Private)?;
        match label {
            "PRIVATE KEY" => Self::from_der(document.as_bytes()),
            "ENCRYPTED PRIVATE KEY" => {
                let password = password.ok_or(KeyError::Encrypted)?;
                let encrypted = EncryptedPrivateKeyInfoRef::try_from(document.as_bytes())
                    .map_err(|_| KeyError::Private)?;
                let decrypted = encrypted
                    .decrypt(password)
                    .map_err(|_| KeyError::Password)?;
                Self::from_der(decrypted.as_bytes()).map_err(|error| match error {
                    KeyError::Private => KeyError::Password,
                    error => error,
                })
            }
            "EC PRIVATE KEY" => Self::from_sec1(document.as_bytes()),
            _ => Err(KeyError::Private),
        }
    }

    fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let info = PrivateKeyInfoRef::try_from(der).map_err(|_| KeyError::Private)?;
        let curve = info.algorithm.parameters_oid().ok();
        Ok(Self(match algorithm(info.algorithm.oid, curve)? {
            Algorithm::Ed25519 => Inner::Ed25519(info.try_into().map_err(|_| KeyError::Private)?),
            Algorithm::P256 => Inner::P256(info.try_into().map_err(|_| KeyError::Private)?),
            Algorithm::P384 => Inner::P384(info.try_into().map_err(|_| KeyError::Private)?),
            Algorithm::P521 => Inner::P521(info.try_into().map_err(|_| KeyError::Private)?),
        }))
    }

    /// The curve is the one that the key names, else the one whose numbers have that length.
    fn from_sec1(der: &[u8]) -> Result<Self, KeyError> {
        if let Ok(key) = p256::SecretKey::from_sec1_der(der) {
            return Ok(Self(Inner::P256(key.into())));
        }
        if let Ok(key) = p384::SecretKey::from_sec1_der(der) {
            return Ok(Self(Inner::P384(key.into())));
        }
        let key = p521::SecretKey::from_sec1_der(der)
            .map_err(|_| KeyError::Unsupported("another elliptic curve"))?;
        Ok(Self(Inner::P521(key.into())))
    }

    /// A new key out of randomness, which `fill` provides.
    ///
    /// # Errors
    /// [`KeyError::Randomness`] if `fill` fails, or gives what no source of randomness would.
    pub fn generate(
        algorithm: Algorithm,
        fill: &mut dyn FnMut(&mut [u8]) -> Result<(), String>,
    ) -> Result<Self, KeyError> {
        // A number outside the group is rarer than one in 2^32, but for P-521, whose numbers have 521 bits.
        for _ in 0..64 {
            let mut bytes = [0; 66];
            let bytes = &mut bytes[..algorithm.private_bytes()];
            fill(bytes).map_err(KeyError::Randomness)?;
            let made = match algorithm {
                Algorithm::Ed25519 => SigningKey::try_from(&*bytes).ok().map(Inner::Ed25519),
                Algorithm::P256 => p256::ecdsa::SigningKey::from_slice(bytes)
                    .ok()
                    .map(Inner::P256),
                Algorithm::P384 => p384::ecdsa::SigningKey::from_slice(bytes)
                    .ok()
                    .map(Inner::P384),
                Algorithm::P521 => {
                    if let Some(first) = bytes.first_mut() {
                        *first &= 1;
                    }
                    p521::ecdsa::SigningKey::from_slice(bytes)
                        .ok()
                        .map(Inner::P521)
                }
            };
            bytes.fill(0);
            if let Some(made) = made {
                return Ok(Self(made));
            }
        }
        Err(KeyError::Randomness(
            "the numbers are not random".to_owned(),
        ))
    }

    /// As PKCS #8 in PEM, ending with a line break; with a password, encrypted by AES-256 under
    /// PBKDF2 with salt and start out of `fill`.
    ///
    /// # Errors
    /// [`KeyError::Randomness`] if `fill` fails; [`KeyError::Private`] should it not be writable.
    pub fn to_pem(
        &self,
        password: Option<&[u8]>,
        fill: &mut dyn FnMut(&mut [u8]) -> Result<(), String>,
    ) -> Result<String, KeyError> {
        let document = match &self.0 {
            Inner::Ed25519(key) => key.to_pkcs8_der(),
            Inner::P256(key) => key.to_pkcs8_der(),
            Inner::P384(key) => key.to_pkcs8_der(),
            Inner::P521(key) => key.to_pkcs8_der(),
        }
        .map_err(|_| KeyError::Private)?;
        let Some(password) = password else {
            return pem::encode_string("PRIVATE KEY", LineEnding::LF, document.as_bytes())
                .map_err(|_| KeyError::Private);
        };
        let (mut salt, mut start) = ([0; 16], [0; 16]);
        fill(&mut salt).map_err(KeyError::Randomness)?;
        fill(&mut start).map_err(KeyError::Randomness)?;
        let encrypted = pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(ROUNDS, &salt, start)
            .map_err(|_| KeyError::Private)
            .and_then(|parameters| {
                PrivateKeyInfoRef::try_from(document.as_bytes())
                    .and_then(|info| info.encrypt_with_params(parameters, password))
                    .map_err(|_| KeyError::Private)
            })?;
        pem::encode_string(
            "ENCRYPTED PRIVATE KEY",
            LineEnding::LF,
            encrypted.as_bytes(),
        )
        .map_err(|_| KeyError::Private)
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(match &self.0 {
            Inner::Ed25519(key) => PublicInner::Ed25519(key.verifying_key()),
            Inner::P256(key) => PublicInner::P256(*key.verifying_key()),
            Inner::P384(key) => PublicInner::P384(*key.verifying_key()),
            Inner::P521(key) => PublicInner::P521(*key.verifying_key()),
        })
    }

    /// The signature over `message`; of ECDSA the deterministic one of RFC 6979, in DER.
    #[must_use]
    pub fn signature(&self, message: &[u8]) -> Vec<u8> {
        match &self.0 {
            Inner::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            Inner::P256(key) => {
                let signature: p256::ecdsa::DerSignature = key.sign(message);
                signature.as_bytes().to_vec()
            }
            Inner::P384(key) => {
                let signature: p384::ecdsa::DerSignature = key.sign(message);
                signature.as_bytes().to_vec()
            }
            Inner::P521(key) => {
                let signature: p521::ecdsa::DerSignature = key.sign(message);
                signature.as_bytes().to_vec()
            }
        }
    }
}

impl Signer for PrivateKey {
    fn public(&self) -> PublicKey {
        Self::public(self)
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(self.signature(message))
    }
}

/// The first block of a PEM text that holds a key; OpenSSL writes one of parameters before it.
fn block(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let start = rest.find("-----BEGIN ")?;
        let from = rest.get(start..)?;
        let end = from.find("-----END ")?;
        let after = from.get(end..)?;
        let length = end + after.find('\n').unwrap_or(after.len());
        let found = from.get(..length)?;
        if found.lines().next()?.contains("PRIVATE KEY-----") {
            return Some(found.trim());
        }
        rest = from.get(length..)?;
    }
}
