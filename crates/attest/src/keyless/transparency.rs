//! That a certificate was put into a log when it was issued (RFC 6962, section 3.3).

use super::checkpoint::signs;
use super::trust::TrustRoot;
use crate::certificate::Certificate;
use crate::der::{self, Reader, tag};

const TIMESTAMPS: &[u8] = &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2];

/// One promise of a log.
struct Promise<'a> {
    log: &'a [u8],
    milliseconds: u64,
    extensions: &'a [u8],
    signature: &'a [u8],
}

/// Fails unless a trusted log promised to show the certificate.
pub(crate) fn verify(
    leaf: &Certificate,
    issuer: &Certificate,
    trust: &TrustRoot,
) -> Result<(), &'static str> {
    let extension = leaf
        .extension(TIMESTAMPS)
        .ok_or("it carries no promise of a log")?;
    let list = Reader(&extension.value)
        .only(tag::OCTET_STRING)
        .and_then(|list| promises(list.value))
        .ok_or("its promises of logs are not readable")?;
    let tbs = without(leaf, TIMESTAMPS).ok_or("its promises of logs are not readable")?;
    let issuer = super::key_id(&issuer.key_info);
    let kept = list.iter().any(|promise| {
        let seconds = i64::try_from(promise.milliseconds / 1000).unwrap_or(i64::MAX);
        let signed = signed(promise, &issuer, &tbs);
        trust
            .certificate_logs
            .iter()
            .filter(|log| log.id == promise.log && log.valid.holds(seconds))
            .any(|log| {
                signed
                    .as_ref()
                    .is_some_and(|signed| signs(&log.key, signed, promise.signature))
            })
    });
    if kept {
        Ok(())
    } else {
        Err("no trusted log promised to show it")
    }
}

/// What a log signs.
fn signed(promise: &Promise<'_>, issuer: &[u8], tbs: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = vec![0, 0];
    bytes.extend(promise.milliseconds.to_be_bytes());
    bytes.extend([0, 1]);
    bytes.extend_from_slice(issuer);
    let length = u32::try_from(tbs.len()).ok()?.to_be_bytes();
    bytes.extend_from_slice(length.get(1..)?);
    bytes.extend_from_slice(tbs);
    bytes.extend(u16::try_from(promise.extensions.len()).ok()?.to_be_bytes());
    bytes.extend_from_slice(promise.extensions);
    Some(bytes)
}

/// A list of promises in the encoding of TLS; those of versions that are not known are passed over.
fn promises(bytes: &[u8]) -> Option<Vec<Promise<'_>>> {
    let (mut list, rest) = prefixed(bytes)?;
    let mut promises = Vec::new();
    while !list.is_empty() {
        let (promise, after) = prefixed(list)?;
        list = after;
        let (&version, fields) = promise.split_first()?;
        if version != 0 {
            continue;
        }
        let (log, fields) = fields.split_at_checked(32)?;
        let (time, fields) = fields.split_at_checked(8)?;
        let (extensions, fields) = prefixed(fields)?;
        let (_algorithms, fields) = fields.split_at_checked(2)?;
        let (signature, fields) = prefixed(fields)?;
        if !fields.is_empty() {
            return None;
        }
        promises.push(Promise {
            log,
            milliseconds: u64::from_be_bytes(time.try_into().ok()?),
            extensions,
            signature,
        });
    }
    rest.is_empty().then_some(promises)
}

/// Bytes behind their length of two bytes, and what follows.
fn prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(2)?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(length.try_into().ok()?)))
}

/// The part of a certificate that is signed, without one of its extensions.
fn without(certificate: &Certificate, oid: &[u8]) -> Option<Vec<u8>> {
    let fields = Reader(certificate.signed_part())
        .only(tag::SEQUENCE)?
        .inside();
    let mut kept = Vec::new();
    let mut rest = fields;
    while let Some(field) = rest.next() {
        if field.tag != tag::explicit(3) {
            kept.extend_from_slice(field.whole);
        }
    }
    let extensions: Vec<u8> = certificate
        .extensions
        .iter()
        .filter(|extension| extension.oid != oid)
        .flat_map(|extension| extension.whole.iter().copied())
        .collect();
    let list = der::write(tag::SEQUENCE, &extensions);
    kept.extend(der::write(tag::explicit(3), &list));
    Some(der::write(tag::SEQUENCE, &kept))
}
