//! For whom a certificate of minutes is
//! (<https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md>).

use crate::certificate::Certificate;
use crate::der::{Reader, tag};

const SUBJECT_ALTERNATIVE_NAME: &[u8] = &[0x55, 0x1d, 17];
/// 1.3.6.1.4.1.57264.1, below which the authority says what it knows.
const FULCIO: [u8; 9] = [0x2b, 6, 1, 4, 1, 0x83, 0xbf, 0x30, 1];

/// Names and the identity provider.
#[derive(Default)]
pub(crate) struct Named {
    pub(crate) names: Vec<String>,
    pub(crate) issuer: Option<String>,
    /// The file that describes the build, at the host of its source.
    pub(crate) workflow: Option<String>,
    /// The repository of the source.
    pub(crate) source: Option<String>,
}

pub(crate) fn read(certificate: &Certificate) -> Named {
    Named {
        names: names(certificate).unwrap_or_default(),
        issuer: issuer(certificate),
        workflow: word(certificate, 18),
        source: word(certificate, 12),
    }
}

/// Addresses of mail and of the web; none if one cannot be read.
pub(crate) fn alternative(certificate: &Certificate) -> Vec<String> {
    names(certificate).unwrap_or_default()
}

/// Addresses of mail, addresses of the web, and names of people.
fn names(certificate: &Certificate) -> Option<Vec<String>> {
    let extension = certificate.extension(SUBJECT_ALTERNATIVE_NAME)?;
    let mut list = Reader(&extension.value).only(tag::SEQUENCE)?.inside();
    let mut names = Vec::new();
    while let Some(name) = list.next() {
        let bytes = match name.tag {
            mail_or_address if [tag::implicit(1), tag::implicit(6)].contains(&mail_or_address) => {
                name.value
            }
            other if other == tag::explicit(0) => {
                let mut fields = name.inside();
                let oid = fields.expect(tag::OID)?;
                let value = fields.expect(tag::explicit(0))?;
                // Fulcio's own kind of name for people.
                if oid.value.strip_prefix(&FULCIO) != Some(&[7]) {
                    continue;
                }
                value.inside().only(tag::UTF8_STRING)?.value
            }
            _ => continue,
        };
        names.push(String::from_utf8(bytes.to_vec()).ok()?);
    }
    Some(names)
}

/// The newer of two extensions is a string in DER, the older one text.
fn issuer(certificate: &Certificate) -> Option<String> {
    if has(certificate, 8) {
        return word(certificate, 8);
    }
    String::from_utf8(extension(certificate, 1)?.to_vec()).ok()
}

fn extension(certificate: &Certificate, last: u8) -> Option<&[u8]> {
    let found = certificate.extension(&[&FULCIO[..], &[last]].concat())?;
    Some(&found.value)
}

fn has(certificate: &Certificate, last: u8) -> bool {
    extension(certificate, last).is_some()
}

/// A string in DER.
fn word(certificate: &Certificate, last: u8) -> Option<String> {
    let value = Reader(extension(certificate, last)?)
        .only(tag::UTF8_STRING)?
        .value;
    String::from_utf8(value.to_vec()).ok()
}
