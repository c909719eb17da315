//! Stamps of the time (RFC 3161) in the syntax of signed messages (RFC 5652).

use super::trust::{Authority, TrustRoot};
use crate::certificate::{
    Certificate, Purpose, SignatureAlgorithm, SubjectKey, signed_hash, validate,
};
use crate::der::{self, Element, Reader, tag};
use crate::key::Hash;

const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const STAMP: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 4];
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3];
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4];
/// The most certificates that a stamp carries.
const MOST: usize = 16;

/// A stamp, taken apart.
struct Stamp<'a> {
    /// What says the time.
    info: &'a [u8],
    certificates: Vec<Certificate>,
    /// Issuer and serial number of the signer's certificate.
    signer: Option<(&'a [u8], &'a [u8])>,
    digest: Hash,
    attributes: &'a [u8],
    algorithm: SignatureAlgorithm,
    signature: &'a [u8],
}

/// The time at which a trusted authority had seen `message`.
pub(crate) fn verify(bytes: &[u8], message: &[u8], trust: &TrustRoot) -> Result<i64, String> {
    let stamp = read(bytes).ok_or("it is not readable")?;
    let (hash, imprint, time) = info(stamp.info).ok_or("it does not say the time")?;
    if hash.of(message) != imprint {
        return Err("it is about another signature".to_owned());
    }
    if !attributed(stamp.attributes, &stamp.digest.of(stamp.info)) {
        return Err("its signature is about something else".to_owned());
    }
    // Signed is the set itself, not its place in the message.
    let mut signed = stamp.attributes.to_vec();
    if let Some(first) = signed.first_mut() {
        *first = tag::SET;
    }
    let mut refusal = "nobody who is trusted made it".to_owned();
    for authority in &trust.timestamp_authorities {
        match by(&stamp, &signed, authority, time) {
            Ok(true) => return Ok(time),
            Ok(false) => {}
            Err(reason) => refusal = reason,
        }
    }
    Err(refusal)
}

/// True if the authority signed it; an error if it did and should not be believed.
fn by(stamp: &Stamp<'_>, signed: &[u8], authority: &Authority, time: i64) -> Result<bool, String> {
    let Some((root, between)) = authority.chain.split_last() else {
        return Ok(false);
    };
    let candidates = authority.chain.iter().chain(&stamp.certificates);
    let mut refusal = None;
    for candidate in candidates {
        let named = stamp.signer.is_none_or(|(issuer, serial)| {
            candidate.issuer_name == issuer && candidate.serial == serial
        });
        let made = named
            && SubjectKey::read(&candidate.key_info)
                .is_some_and(|key| key.verifies(&stamp.algorithm, signed, stamp.signature));
        if !made {
            continue;
        }
        let roots = std::slice::from_ref(root);
        match validate(candidate, between, roots, time, Purpose::TimeStamping) {
            Ok(_) if authority.valid.holds(time) => return Ok(true),
            Ok(_) => refusal = Some("the authority was not trusted at the time".to_owned()),
            Err(error) => refusal = Some(error.to_string()),
        }
    }
    refusal.map_or(Ok(false), Err)
}

fn read(bytes: &[u8]) -> Option<Stamp<'_>> {
    let mut response = Reader(bytes).only(tag::SEQUENCE)?.inside();
    let status = response.expect(tag::SEQUENCE)?;
    // Granted, or granted with changes.
    if !matches!(status.inside().expect(tag::INTEGER)?.value, [0 | 1]) {
        return None;
    }
    let mut token = response.expect(tag::SEQUENCE)?.inside();
    if token.expect(tag::OID)?.value != SIGNED_DATA {
        return None;
    }
    let mut data = token
        .expect(tag::explicit(0))?
        .inside()
        .only(tag::SEQUENCE)?
        .inside();
    data.expect(tag::INTEGER)?;
    data.expect(tag::SET)?;
    let mut content = data.expect(tag::SEQUENCE)?.inside();
    if content.expect(tag::OID)?.value != STAMP {
        return None;
    }
    let info = content
        .expect(tag::explicit(0))?
        .inside()
        .only(tag::OCTET_STRING)?
        .value;
    let mut certificates = Vec::new();
    if let Some(list) = data.optional(tag::explicit(0)) {
        let mut list = list.inside();
        while let Some(element) = list.next() {
            if certificates.len() >= MOST {
                return None;
            }
            certificates.extend(Certificate::from_der(element.whole).ok());
        }
    }
    data.optional(tag::explicit(1));
    let signer = data.expect(tag::SET)?.inside().only(tag::SEQUENCE)?;
    signer_info(signer, info, certificates)
}

fn signer_info<'a>(
    signer: Element<'a>,
    info: &'a [u8],
    certificates: Vec<Certificate>,
) -> Option<Stamp<'a>> {
    let mut fields = signer.inside();
    fields.expect(tag::INTEGER)?;
    let named = fields.next()?;
    let signer = match named.tag {
        tag::SEQUENCE => {
            let mut names = named.inside();
            let issuer = names.expect(tag::SEQUENCE)?.whole;
            Some((issuer, names.expect(tag::INTEGER)?.value))
        }
        // By the identifier of the key; which certificate that is the signature shows.
        _ => None,
    };
    let digest = signed_hash(fields.expect(tag::SEQUENCE)?)?;
    let attributes = fields.expect(tag::explicit(0))?.whole;
    let algorithm = SignatureAlgorithm::of_signer(fields.expect(tag::SEQUENCE)?, digest)?;
    let signature = fields.expect(tag::OCTET_STRING)?.value;
    Some(Stamp {
        info,
        certificates,
        signer,
        digest,
        attributes,
        algorithm,
        signature,
    })
}

/// Hash and digest of what was stamped, and the time.
fn info(bytes: &[u8]) -> Option<(Hash, &[u8], i64)> {
    let mut fields = Reader(bytes).only(tag::SEQUENCE)?.inside();
    fields.expect(tag::INTEGER)?;
    fields.expect(tag::OID)?;
    let mut imprint = fields.expect(tag::SEQUENCE)?.inside();
    let hash = signed_hash(imprint.expect(tag::SEQUENCE)?)?;
    let digest = imprint.expect(tag::OCTET_STRING)?.value;
    fields.expect(tag::INTEGER)?;
    let time = der::time(fields.expect(tag::GENERALIZED_TIME)?)?;
    Some((hash, digest, time))
}

/// True if the signed attributes say that a stamp with this digest is signed.
fn attributed(attributes: &[u8], digest: &[u8]) -> bool {
    let Some(set) = Reader(attributes).next() else {
        return false;
    };
    let mut list = set.inside();
    let (mut kind, mut content) = (false, false);
    while let Some(attribute) = list.next() {
        let mut fields = attribute.inside();
        let (Some(oid), Some(values)) = (fields.expect(tag::OID), fields.expect(tag::SET)) else {
            return false;
        };
        if oid.value == CONTENT_TYPE {
            kind = values
                .inside()
                .only(tag::OID)
                .is_some_and(|value| value.value == STAMP);
        } else if oid.value == MESSAGE_DIGEST {
            content = values
                .inside()
                .only(tag::OCTET_STRING)
                .is_some_and(|value| value.value == digest);
        }
    }
    kind && content
}
