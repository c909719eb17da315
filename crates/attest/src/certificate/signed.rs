use crate::der::{self, Element, Reader, tag};
use crate::key::{Hash, PublicKey};

const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3];
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1];
/// SHA-2, of which the last number says which.
const SHA2: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 3, 4, 2];

/// How something is signed. MD5 and SHA-1 are not among it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignatureAlgorithm {
    Ecdsa(Hash),
    RsaPkcs1(Hash),
    RsaPss(Hash),
    Ed25519,
}

impl SignatureAlgorithm {
    /// Reads an `AlgorithmIdentifier` of a signature.
    pub(crate) fn read(element: Element<'_>) -> Option<Self> {
        let mut fields = element.inside();
        let oid = fields.expect(tag::OID)?.value;
        if oid == ED25519 {
            return Some(Self::Ed25519);
        }
        if oid == RSA_PSS {
            return pss_hash(fields).map(Self::RsaPss);
        }
        match (oid.strip_prefix(ECDSA), oid.strip_prefix(RSA)) {
            (Some([2]), _) => Some(Self::Ecdsa(Hash::Sha256)),
            (Some([3]), _) => Some(Self::Ecdsa(Hash::Sha384)),
            (Some([4]), _) => Some(Self::Ecdsa(Hash::Sha512)),
            (_, Some([11])) => Some(Self::RsaPkcs1(Hash::Sha256)),
            (_, Some([12])) => Some(Self::RsaPkcs1(Hash::Sha384)),
            (_, Some([13])) => Some(Self::RsaPkcs1(Hash::Sha512)),
            _ => None,
        }
    }

    /// Reads what a CMS signer says: the algorithm of the signature may leave the hash to `digest`.
    pub(crate) fn of_signer(element: Element<'_>, digest: Hash) -> Option<Self> {
        let oid = element.inside().expect(tag::OID)?.value;
        match oid {
            RSA_ENCRYPTION => Some(Self::RsaPkcs1(digest)),
            // The key's own identifier, which some write there.
            [0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1] => Some(Self::Ecdsa(digest)),
            _ => Self::read(element),
        }
    }
}

/// Which of SHA-2 an `AlgorithmIdentifier` names.
pub(crate) fn hash(element: Element<'_>) -> Option<Hash> {
    match element
        .inside()
        .expect(tag::OID)?
        .value
        .strip_prefix(SHA2)?
    {
        [1] => Some(Hash::Sha256),
        [2] => Some(Hash::Sha384),
        [3] => Some(Hash::Sha512),
        _ => None,
    }
}

/// The hash of RSASSA-PSS-params; the default, SHA-1, is not supported.
fn pss_hash(mut fields: Reader<'_>) -> Option<Hash> {
    let mut parameters = fields.expect(tag::SEQUENCE)?.inside();
    let named = parameters.expect(tag::explicit(0))?;
    hash(named.inside().only(tag::SEQUENCE)?)
}

/// The key of a certificate or a log.
#[derive(Clone, Debug)]
pub(crate) enum SubjectKey {
    Listed(PublicKey),
    /// An RSAPublicKey of PKCS #1.
    Rsa(Vec<u8>),
}

impl SubjectKey {
    /// Reads a SubjectPublicKeyInfo.
    pub(crate) fn read(key_info: &[u8]) -> Option<Self> {
        let mut fields = Reader(key_info).only(tag::SEQUENCE)?.inside();
        let algorithm = fields.expect(tag::SEQUENCE)?;
        let key = der::whole_bytes(fields.expect(tag::BIT_STRING)?)?;
        if algorithm.inside().expect(tag::OID)?.value == RSA_ENCRYPTION {
            return Some(Self::Rsa(key.to_vec()));
        }
        PublicKey::from_der(key_info).ok().map(Self::Listed)
    }

    /// True if the key signed `message`. RSA keys of less than 2048 bits verify nothing.
    pub(crate) fn verifies(
        &self,
        algorithm: &SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        use ring::signature as ring;
        let rsa = |parameters: &'static ring::RsaParameters| match self {
            Self::Rsa(key) => ring::UnparsedPublicKey::new(parameters, key)
                .verify(message, signature)
                .is_ok(),
            Self::Listed(_) => false,
        };
        match (algorithm, self) {
            (SignatureAlgorithm::Ecdsa(hash), Self::Listed(key)) => {
                key.algorithm() != crate::Algorithm::Ed25519
                    && key.verifies_with(*hash, message, signature)
            }
            (SignatureAlgorithm::Ed25519, Self::Listed(key)) => {
                key.algorithm() == crate::Algorithm::Ed25519 && key.verifies(message, signature)
            }
            (SignatureAlgorithm::RsaPkcs1(hash), _) => rsa(match hash {
                Hash::Sha256 => &ring::RSA_PKCS1_2048_8192_SHA256,
                Hash::Sha384 => &ring::RSA_PKCS1_2048_8192_SHA384,
                Hash::Sha512 => &ring::RSA_PKCS1_2048_8192_SHA512,
            }),
            (SignatureAlgorithm::RsaPss(hash), _) => rsa(match hash {
                Hash::Sha256 => &ring::RSA_PSS_2048_8192_SHA256,
                Hash::Sha384 => &ring::RSA_PSS_2048_8192_SHA384,
                Hash::Sha512 => &ring::RSA_PSS_2048_8192_SHA512,
            }),
            (_, Self::Rsa(_)) => false,
        }
    }
}
