//! Certificates (RFC 5280), read from their bytes, and paths from one to another that is trusted.

mod chain;
mod signed;

use thiserror::Error;

pub use chain::{ChainError, Purpose, validate};
pub(crate) use signed::{SignatureAlgorithm, SubjectKey, hash as signed_hash};

use crate::der::{self, Element, Reader, tag};
use crate::key::PublicKey;

/// The most bytes of one certificate.
const CERTIFICATE_BYTES: usize = 64 << 10;
/// The most extensions of one certificate.
const EXTENSIONS: usize = 64;

/// Bytes that are no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("read the certificate: {0}")]
pub struct CertificateError(pub(crate) &'static str);

/// A certificate. Nothing of it is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    /// The part that its signature is over.
    signed: Vec<u8>,
    pub(crate) issuer_name: Vec<u8>,
    pub(crate) subject_name: Vec<u8>,
    pub(crate) serial: Vec<u8>,
    /// Seconds since 1970, inclusive.
    pub(crate) valid_from: i64,
    /// Seconds since 1970, inclusive.
    pub(crate) valid_until: i64,
    /// SubjectPublicKeyInfo.
    pub(crate) key_info: Vec<u8>,
    pub(crate) extensions: Vec<Extension>,
    algorithm: SignatureAlgorithm,
    signature: Vec<u8>,
}

/// One extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Extension {
    pub(crate) oid: Vec<u8>,
    pub(crate) critical: bool,
    pub(crate) value: Vec<u8>,
    /// All of it, as it stands in the certificate.
    pub(crate) whole: Vec<u8>,
}

impl Certificate {
    /// Reads a certificate.
    ///
    /// # Errors
    /// [`CertificateError`] if it is none of version 3, or signed in a way that nobody should trust.
    pub fn from_der(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > CERTIFICATE_BYTES {
            return Err(CertificateError("it is larger than any certificate"));
        }
        read(bytes).ok_or(CertificateError("it is no X.509 certificate in DER"))?
    }

    /// Reads all certificates of a PEM text.
    ///
    /// # Errors
    /// [`CertificateError`] if one is none, or there is none.
    pub fn from_pem(text: &str) -> Result<Vec<Self>, CertificateError> {
        const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
        const END: &str = "-----END CERTIFICATE-----";
        let mut certificates = Vec::new();
        for block in text.split(BEGIN).skip(1) {
            let (body, _) = block
                .split_once(END)
                .ok_or(CertificateError("its PEM block does not end"))?;
            let body: String = body.split_whitespace().collect();
            let der = crate::envelope::decoded(&body)
                .ok_or(CertificateError("its PEM block is not base64"))?;
            certificates.push(Self::from_der(&der)?);
        }
        if certificates.is_empty() {
            return Err(CertificateError("there is none in PEM"));
        }
        Ok(certificates)
    }

    /// Its bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its key.
    ///
    /// # Errors
    /// [`crate::KeyError`] if it is of a kind that signs no models.
    pub fn public_key(&self) -> Result<PublicKey, crate::KeyError> {
        PublicKey::from_der(&self.key_info)
    }

    /// The name of its subject, for people; its serial number if it has none.
    #[must_use]
    pub fn subject(&self) -> String {
        readable(&self.subject_name)
            .unwrap_or_else(|| format!("serial number {}", crate::key::hex(&self.serial)))
    }

    /// The names that it gives its subject, whole: the common name, if there is one and no other, and
    /// addresses of mail and of the web.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::from_iter(common_name(&self.subject_name));
        names.extend(crate::keyless::names(self));
        names
    }

    /// The name of its issuer, for people.
    #[must_use]
    pub fn issuer(&self) -> String {
        readable(&self.issuer_name).unwrap_or_else(|| "nobody".to_owned())
    }

    /// Seconds since 1970 from and until which it is valid.
    #[must_use]
    pub const fn validity(&self) -> (i64, i64) {
        (self.valid_from, self.valid_until)
    }

    /// SHA-256 over its bytes, in hexadecimal digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        crate::key::hex(&crate::key::Hash::Sha256.of(&self.der))
    }

    pub(crate) fn extension(&self, oid: &[u8]) -> Option<&Extension> {
        self.extensions
            .iter()
            .find(|extension| extension.oid == oid)
    }

    /// The part that its signature is over.
    pub(crate) fn signed_part(&self) -> &[u8] {
        &self.signed
    }

    /// True if `issuer` signed it.
    pub(crate) fn is_signed_by(&self, issuer: &Self) -> bool {
        SubjectKey::read(&issuer.key_info)
            .is_some_and(|key| key.verifies(&self.algorithm, &self.signed, &self.signature))
    }
}

/// `None` if the bytes have not the form; an error if the form is right and the content not usable.
fn read(bytes: &[u8]) -> Option<Result<Certificate, CertificateError>> {
    let mut outer = Reader(bytes).only(tag::SEQUENCE)?.inside();
    let signed = outer.expect(tag::SEQUENCE)?;
    let algorithm = outer.expect(tag::SEQUENCE)?;
    let signature = der::whole_bytes(outer.expect(tag::BIT_STRING)?)?;
    if !outer.is_empty() {
        return None;
    }
    let mut inner = signed.inside();
    let version = inner.expect(tag::explicit(0))?;
    if version.inside().only(tag::INTEGER)?.value != [2] {
        return Some(Err(CertificateError("it is not of version 3")));
    }
    let serial = inner.expect(tag::INTEGER)?.value.to_vec();
    let inner_algorithm = inner.expect(tag::SEQUENCE)?;
    if inner_algorithm.value != algorithm.value {
        return Some(Err(CertificateError(
            "it names two algorithms for its signature",
        )));
    }
    let issuer_name = inner.expect(tag::SEQUENCE)?.whole.to_vec();
    let mut validity = inner.expect(tag::SEQUENCE)?.inside();
    let (valid_from, valid_until) = (der::time(validity.next()?)?, der::time(validity.next()?)?);
    let subject_name = inner.expect(tag::SEQUENCE)?.whole.to_vec();
    let key_info = inner.expect(tag::SEQUENCE)?.whole.to_vec();
    // Unique identifiers, which nobody writes.
    inner.optional(tag::implicit(1));
    inner.optional(tag::implicit(2));
    let extensions = match inner.optional(tag::explicit(3)) {
        Some(wrapped) => extensions(wrapped)?,
        None => Vec::new(),
    };
    if !inner.is_empty() {
        return None;
    }
    let Some(algorithm) = SignatureAlgorithm::read(algorithm) else {
        return Some(Err(CertificateError(
            "it is signed with an algorithm that is not supported, or too weak",
        )));
    };
    let repeated = extensions.iter().enumerate().any(|(index, one)| {
        extensions
            .iter()
            .skip(index + 1)
            .any(|other| other.oid == one.oid)
    });
    if repeated {
        return Some(Err(CertificateError("it has an extension twice")));
    }
    Some(Ok(Certificate {
        der: bytes.to_vec(),
        signed: signed.whole.to_vec(),
        issuer_name,
        subject_name,
        serial,
        valid_from,
        valid_until,
        key_info,
        extensions,
        algorithm,
        signature: signature.to_vec(),
    }))
}

fn extensions(wrapped: Element<'_>) -> Option<Vec<Extension>> {
    let mut list = wrapped.inside().only(tag::SEQUENCE)?.inside();
    let mut extensions = Vec::new();
    while !list.is_empty() {
        let element = list.expect(tag::SEQUENCE)?;
        let mut fields = element.inside();
        let oid = fields.expect(tag::OID)?.value.to_vec();
        let critical = match fields.optional(tag::BOOLEAN) {
            Some(said) => *said.value.first()? != 0,
            None => false,
        };
        let value = fields.expect(tag::OCTET_STRING)?.value.to_vec();
        if !fields.is_empty() || extensions.len() >= EXTENSIONS {
            return None;
        }
        extensions.push(Extension {
            oid,
            critical,
            value,
            whole: element.whole.to_vec(),
        });
    }
    Some(extensions)
}

/// The common name; none if there are several, or it is no text that everybody reads alike.
fn common_name(name: &[u8]) -> Option<String> {
    const COMMON_NAME: &[u8] = &[0x55, 4, 3];
    let mut found = None;
    let mut sets = Reader(name).only(tag::SEQUENCE)?.inside();
    while let Some(set) = sets.next() {
        let mut attributes = set.inside();
        while let Some(attribute) = attributes.next() {
            let mut fields = attribute.inside();
            if fields.expect(tag::OID)?.value != COMMON_NAME {
                continue;
            }
            let value = fields.next()?;
            let is_text = [tag::UTF8_STRING, tag::PRINTABLE_STRING, tag::IA5_STRING];
            if found.is_some() || !is_text.contains(&value.tag) {
                return None;
            }
            found = Some(String::from_utf8(value.value.to_vec()).ok()?);
        }
    }
    found
}

/// The most telling attribute of a name: its common name, else its unit, else its organisation.
fn readable(name: &[u8]) -> Option<String> {
    const ATTRIBUTES: [&[u8]; 3] = [&[0x55, 4, 3], &[0x55, 4, 11], &[0x55, 4, 10]];
    let mut found: [Option<String>; 3] = [None, None, None];
    let mut sets = Reader(name).only(tag::SEQUENCE)?.inside();
    while let Some(set) = sets.next() {
        let mut attributes = set.inside();
        while let Some(attribute) = attributes.next() {
            let mut fields = attribute.inside();
            let (Some(oid), Some(value)) = (fields.expect(tag::OID), fields.next()) else {
                continue;
            };
            let place = ATTRIBUTES.iter().position(|known| *known == oid.value);
            if let Some(place) = place
                && let Some(slot) = found.get_mut(place)
            {
                *slot = Some(
                    String::from_utf8_lossy(value.value)
                        .chars()
                        .take(120)
                        .collect(),
                );
            }
        }
    }
    found.into_iter().flatten().next()
}
