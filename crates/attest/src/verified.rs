//! Whether a bundle was signed by somebody who is trusted.

use thiserror::Error;

use crate::bundle::{Bundle, Content, Signed};
use crate::certificate::{Certificate, ChainError, Purpose, validate};
use crate::key::{Algorithm, Hash, PublicKey};

/// A bundle that proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unproven {
    /// It names another key than the one that is trusted.
    #[error("the signature names the key {named}, and not the one that is trusted ({trusted})")]
    OtherKey {
        /// The hint of the bundle.
        named: String,
        /// The hint of the key.
        trusted: String,
    },
    /// The signature does not belong to content and key.
    #[error("the signature is not by {0}, or what it covers was changed")]
    Signature(String),
    /// Signed by release 0.2.
    #[error(
        "it was signed by release 0.2 of model-signing, before the format was settled; --legacy accepts it"
    )]
    Old,
    /// Signed in another way than the reader asks for.
    #[error("it is signed {found}, and not {wanted}")]
    OtherWay {
        /// How the bundle is signed.
        found: &'static str,
        /// What was asked for.
        wanted: &'static str,
    },
    /// A key or certificate that is not trusted any more.
    #[error("{what} `{id}` was revoked")]
    Revoked {
        /// A key or a certificate.
        what: &'static str,
        /// As the list of the revoked names it.
        id: String,
    },
    /// No path to a trusted certificate.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A key that the format does not allow.
    #[error("its key is of a kind that signs no models")]
    Key,
    /// Content that is no statement.
    #[error("it holds no signed statement")]
    NoStatement,
    /// A proof of a log, a time stamp or an identity that does not hold.
    #[error("{0}")]
    Identity(String),
}

/// Who signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignedBy {
    /// The key, by SHA-256 over its SubjectPublicKeyInfo.
    pub key: String,
    /// The key, as signatures of models name it.
    pub hint: String,
    /// What it signs with.
    pub algorithm: String,
    /// The subject of the certificate, for people.
    pub subject: Option<String>,
    /// The names that the certificate gives its subject, whole: the common name, if it has one, and
    /// addresses of mail and of the web.
    pub names: Vec<String>,
    /// The certificate, by SHA-256.
    pub certificate: Option<String>,
    /// The name of the trusted certificate that vouches for it.
    pub authority: Option<String>,
    /// Identity in a certificate of minutes.
    pub identity: Option<String>,
    /// Who vouched for that identity.
    pub identity_issuer: Option<String>,
    /// The file that describes the build which signed, where the authority says so.
    pub workflow: Option<String>,
    /// The repository that was built, likewise.
    pub source: Option<String>,
    /// When it was signed, as far as a log or a time stamp proves it: seconds since 1970.
    pub signed_at: Option<i64>,
}

impl SignedBy {
    pub(crate) fn by_key(key: &PublicKey) -> Self {
        Self {
            key: key.id(),
            hint: key.hint(),
            algorithm: key.algorithm().as_str().to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn by_certificate(certificate: &Certificate, key: &PublicKey) -> Self {
        Self {
            subject: Some(certificate.subject()),
            names: certificate.names(),
            certificate: Some(certificate.fingerprint()),
            ..Self::by_key(key)
        }
    }
}

/// Keys and certificates that are not trusted any more, by SHA-256 over the SubjectPublicKeyInfo, its
/// PEM, or the certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revoked(std::collections::BTreeSet<String>);

impl Revoked {
    /// Reads a list: one digest a line, in 64 hexadecimal digits; behind `#` is for people.
    ///
    /// # Errors
    /// The number of the first line that is none.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut revoked = Self::default();
        for (index, line) in text.lines().enumerate() {
            let entry = line.split('#').next().unwrap_or_default().trim();
            let entry = entry.strip_prefix("sha256:").unwrap_or(entry);
            if entry.is_empty() {
                continue;
            }
            if entry.len() != 64 || !entry.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(index + 1);
            }
            revoked.0.insert(entry.to_ascii_lowercase());
        }
        Ok(revoked)
    }

    /// Fails if the key is not trusted any more.
    ///
    /// # Errors
    /// [`Unproven::Revoked`].
    pub fn refuse(&self, key: &PublicKey) -> Result<(), Unproven> {
        self.refuse_key(key)
    }

    pub(crate) fn refuse_key(&self, key: &PublicKey) -> Result<(), Unproven> {
        self.refuse_any("the key", [key.id(), key.hint()])
    }

    pub(crate) fn refuse_certificate(&self, certificate: &Certificate) -> Result<(), Unproven> {
        self.refuse_any("the certificate", [certificate.fingerprint()])?;
        let id = crate::key::hex(&Hash::Sha256.of(&certificate.key_info));
        self.refuse_any("the key", [id])
    }

    fn refuse_any<const N: usize>(
        &self,
        what: &'static str,
        ids: [String; N],
    ) -> Result<(), Unproven> {
        match ids.into_iter().find(|id| self.0.contains(id)) {
            Some(id) => Err(Unproven::Revoked { what, id }),
            None => Ok(()),
        }
    }
}

/// The statement of a bundle that a trusted key signed, and which. With `old`, also signatures of
/// release 0.2, which were over something else.
///
/// # Errors
/// [`Unproven`].
pub fn verify_with_keys(
    bundle: &Bundle,
    trusted: &[PublicKey],
    revoked: &Revoked,
    old: bool,
) -> Result<(Vec<u8>, SignedBy), Unproven> {
    let Signed::Key { hint, .. } = &bundle.signer else {
        return Err(other_way(bundle, "with a key"));
    };
    let mut named = trusted.iter().filter(|key| {
        hint.as_ref()
            .is_none_or(|hint| hint.eq_ignore_ascii_case(&key.hint()))
    });
    let mut refusal = Unproven::OtherKey {
        named: hint.clone().unwrap_or_default(),
        trusted: trusted.first().map(PublicKey::hint).unwrap_or_default(),
    };
    let by = named.find(|key| {
        let signed = covers(bundle, key, old);
        if !signed {
            refusal = not_covered(bundle, key, || format!("the key {}", key.hint()));
        }
        signed
    });
    let key = by.ok_or(refusal)?;
    revoked.refuse_key(key)?;
    Ok((statement(bundle)?, SignedBy::by_key(key)))
}

/// The statement of a bundle that somebody signed whose certificate leads to a trusted one, all valid
/// at `at` (seconds since 1970), and who.
///
/// # Errors
/// [`Unproven`].
pub fn verify_with_certificates(
    bundle: &Bundle,
    trusted: &[Certificate],
    at: i64,
    revoked: &Revoked,
    old: bool,
) -> Result<(Vec<u8>, SignedBy), Unproven> {
    let Signed::Chain(chain) = &bundle.signer else {
        return Err(other_way(bundle, "with a certificate and its chain"));
    };
    let (leaf, others) = chain.split_first().ok_or(Unproven::NoStatement)?;
    let path = validate(leaf, others, trusted, at, Purpose::CodeSigning)?;
    let key = leaf.public_key().map_err(|_| Unproven::Key)?;
    if key.algorithm() == Algorithm::Ed25519 {
        return Err(Unproven::Key);
    }
    for certificate in &path {
        revoked.refuse_certificate(certificate)?;
    }
    revoked.refuse_key(&key)?;
    if !covers(bundle, &key, old) {
        return Err(not_covered(bundle, &key, || {
            format!("`{}`", leaf.subject())
        }));
    }
    let mut signed_by = SignedBy::by_certificate(leaf, &key);
    signed_by.authority = path.last().map(|trusted| trusted.subject());
    Ok((statement(bundle)?, signed_by))
}

pub(crate) fn other_way(bundle: &Bundle, wanted: &'static str) -> Unproven {
    let found = match bundle.signer {
        Signed::Key { .. } => "with a key",
        Signed::Chain(_) => "with a certificate and its chain",
        Signed::Identity(_) => "for an identity (keyless)",
    };
    Unproven::OtherWay { found, wanted }
}

fn statement(bundle: &Bundle) -> Result<Vec<u8>, Unproven> {
    match &bundle.content {
        Content::Envelope(envelope) if envelope.payload_type() == crate::manifest::PAYLOAD_TYPE => {
            Ok(envelope.payload())
        }
        _ => Err(Unproven::NoStatement),
    }
}

/// Why a signature does not count.
fn not_covered(bundle: &Bundle, key: &PublicKey, by: impl Fn() -> String) -> Unproven {
    if covers(bundle, key, true) {
        Unproven::Old
    } else {
        Unproven::Signature(by())
    }
}

/// True if the key signed the envelope.
fn covers(bundle: &Bundle, key: &PublicKey, old: bool) -> bool {
    let Content::Envelope(envelope) = &bundle.content else {
        return false;
    };
    let signature = envelope.signature();
    if key.verifies(&envelope.message(), &signature) {
        return true;
    }
    // Release 0.2 hashed with SHA-256 whatever the curve.
    let message = old_encoding(envelope.payload_type(), &envelope.payload());
    old && (key.verifies(&message, &signature)
        || key.verifies_with(Hash::Sha256, &message, &signature))
}

/// What release 0.2 signed instead of the encoding of DSSE: the payload as Python shows bytes.
fn old_encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let double = payload.contains(&b'\'') && !payload.contains(&b'"');
    let quote = if double { '"' } else { '\'' };
    let mut shown = format!(
        "DSSEV1 {} {payload_type} {} b{quote}",
        payload_type.len(),
        payload.len()
    );
    for byte in payload {
        match byte {
            b'\\' => shown.push_str("\\\\"),
            b'\n' => shown.push_str("\\n"),
            b'\r' => shown.push_str("\\r"),
            b'\t' => shown.push_str("\\t"),
            b'\'' if !double => shown.push_str("\\'"),
            b' '..=b'~' => shown.push(char::from(*byte)),
            _ => shown.push_str(&format!("\\x{byte:02x}")),
        }
    }
    shown.push(quote);
    shown.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_shown_as_python_does() {
        let shown = |payload: &[u8]| String::from_utf8(old_encoding("t", payload)).unwrap();
        assert_eq!(shown(b"{\n \"a\"}"), "DSSEV1 1 t 7 b'{\\n \"a\"}'");
        assert_eq!(shown(b"it's\\\xff"), "DSSEV1 1 t 6 b\"it's\\\\\\xff\"");
        assert_eq!(shown(b"'\""), "DSSEV1 1 t 2 b'\\'\"'");
    }

    #[test]
    fn lists_of_the_revoked_name_digests() {
        let id = "AB".repeat(32);
        let revoked = Revoked::parse(&format!("# lost\n\nsha256:{id} # laptop\n")).unwrap();
        assert!(revoked.0.contains(&id.to_lowercase()));
        assert_eq!(Revoked::parse("\nabc"), Err(2));
    }
}
