//! From a certificate to one that is trusted (RFC 5280, section 6, without policies, name constraints
//! and revocation by lists).

use thiserror::Error;

use super::{Certificate, Extension};
use crate::der::{self, Reader, tag};

/// The longest path, from the certificate that signs to the one that is trusted.
const LONGEST: usize = 8;
/// The most pairs of certificates that are tried.
const TRIES: usize = 256;

const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];
/// Extensions that may be critical: those evaluated here, alternative names, and policies, none of
/// which is asked for.
const UNDERSTOOD: [&[u8]; 7] = [
    BASIC_CONSTRAINTS,
    KEY_USAGE,
    EXTENDED_KEY_USAGE,
    &[0x55, 0x1d, 17],
    &[0x55, 0x1d, 14],
    &[0x55, 0x1d, 35],
    &[0x55, 0x1d, 32],
];
const ANY_USAGE: &[u8] = &[0x55, 0x1d, 37, 0];

/// What a certificate is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signing code, which models are.
    CodeSigning,
    /// Signing the time.
    TimeStamping,
}

impl Purpose {
    /// Its place among the extended usages of RFC 5280.
    const fn usage(self) -> &'static [u8] {
        match self {
            Self::CodeSigning => &[0x2b, 6, 1, 5, 5, 7, 3, 3],
            Self::TimeStamping => &[0x2b, 6, 1, 5, 5, 7, 3, 8],
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::CodeSigning => "signing code",
            Self::TimeStamping => "stamping the time",
        }
    }
}

/// No path to a certificate that is trusted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChainError {
    /// Nobody who is trusted signed it.
    #[error(
        "the certificate `{subject}` was issued by `{issuer}`, which no trusted certificate vouches for"
    )]
    Untrusted {
        /// Whose issuer is missing.
        subject: String,
        /// Who that is.
        issuer: String,
    },
    /// Not valid at the time.
    #[error("the certificate `{subject}` was valid from {from} until {until}, and not at {at}")]
    Validity {
        /// Whose.
        subject: String,
        /// Its first second, as a time.
        from: String,
        /// Its last second, as a time.
        until: String,
        /// The time in question.
        at: String,
    },
    /// Issued by a certificate that may not issue any, or not so deep.
    #[error("the certificate `{0}` may not issue the one below it")]
    NotAuthority(String),
    /// Not for this purpose.
    #[error("the certificate `{subject}` is not for {purpose}")]
    Purpose {
        /// Whose.
        subject: String,
        /// What for.
        purpose: &'static str,
    },
    /// A condition that is not understood and may not be passed over.
    #[error(
        "the certificate `{subject}` sets a condition (extension {extension}) that is not understood"
    )]
    Critical {
        /// Whose.
        subject: String,
        /// Its object identifier.
        extension: String,
    },
}

/// A path from `leaf` over some of `others` to one of `trusted`, all of it valid at `at` (seconds
/// since 1970) and for `purpose`. What comes back ends with the certificate that is trusted.
///
/// # Errors
/// [`ChainError`] of the path that came furthest.
pub fn validate<'c>(
    leaf: &'c Certificate,
    others: &'c [Certificate],
    trusted: &'c [Certificate],
    at: i64,
    purpose: Purpose,
) -> Result<Vec<&'c Certificate>, ChainError> {
    fit(leaf, at)?;
    signs(leaf, purpose)?;
    if trusted.contains(leaf) {
        return Ok(vec![leaf]);
    }
    let mut search = Search {
        others,
        trusted,
        at,
        purpose,
        tries: 0,
        furthest: (0, untrusted(leaf)),
    };
    match search.upwards(&mut vec![leaf]) {
        Some(path) => Ok(path),
        None => Err(search.furthest.1),
    }
}

struct Search<'c> {
    others: &'c [Certificate],
    trusted: &'c [Certificate],
    at: i64,
    purpose: Purpose,
    tries: usize,
    furthest: (usize, ChainError),
}

impl<'c> Search<'c> {
    /// Depth is bounded by [`LONGEST`], all work by [`TRIES`].
    fn upwards(&mut self, path: &mut Vec<&'c Certificate>) -> Option<Vec<&'c Certificate>> {
        let below = *path.last()?;
        let (trusted, others) = (self.trusted, self.others);
        let candidates = trusted
            .iter()
            .map(|candidate| (candidate, true))
            .chain(others.iter().map(|candidate| (candidate, false)));
        self.note(path.len(), untrusted(below));
        for (candidate, anchor) in candidates {
            if candidate.subject_name != below.issuer_name || path.contains(&candidate) {
                continue;
            }
            self.tries += 1;
            if self.tries > TRIES || path.len() >= LONGEST {
                return None;
            }
            if !below.is_signed_by(candidate) {
                continue;
            }
            if let Err(error) = self.issues(candidate, path) {
                self.note(path.len() + LONGEST, error);
                continue;
            }
            path.push(candidate);
            if anchor {
                return Some(path.clone());
            }
            if let Some(found) = self.upwards(path) {
                return Some(found);
            }
            path.pop();
        }
        None
    }

    fn note(&mut self, depth: usize, error: ChainError) {
        if depth > self.furthest.0 {
            self.furthest = (depth, error);
        }
    }

    /// True if `issuer` may issue what the path ends with.
    fn issues(&self, issuer: &Certificate, path: &[&Certificate]) -> Result<(), ChainError> {
        fit(issuer, self.at)?;
        let refused = || Err(ChainError::NotAuthority(issuer.subject()));
        let Some((authority, most_below)) = constraints(issuer) else {
            return refused();
        };
        // The certificate that signs does not count, nor do those that authorities issue to themselves.
        let between = path
            .iter()
            .skip(1)
            .filter(|below| below.subject_name != below.issuer_name)
            .count();
        let too_deep = most_below.is_some_and(|most| between > most);
        if !authority || too_deep || !usage(issuer, 5).unwrap_or(true) {
            return refused();
        }
        if let Some(usages) = issuer.extension(EXTENDED_KEY_USAGE)
            && !allows(usages, self.purpose)
        {
            return Err(wrong_purpose(issuer, self.purpose));
        }
        Ok(())
    }
}

fn untrusted(certificate: &Certificate) -> ChainError {
    ChainError::Untrusted {
        subject: certificate.subject(),
        issuer: certificate.issuer(),
    }
}

fn wrong_purpose(certificate: &Certificate, purpose: Purpose) -> ChainError {
    ChainError::Purpose {
        subject: certificate.subject(),
        purpose: purpose.as_str(),
    }
}

/// Valid at the time, and without conditions that are not understood.
fn fit(certificate: &Certificate, at: i64) -> Result<(), ChainError> {
    if at < certificate.valid_from || at > certificate.valid_until {
        return Err(ChainError::Validity {
            subject: certificate.subject(),
            from: crate::moment(certificate.valid_from),
            until: crate::moment(certificate.valid_until),
            at: crate::moment(at),
        });
    }
    let condition = certificate
        .extensions
        .iter()
        .find(|extension| extension.critical && !UNDERSTOOD.contains(&extension.oid.as_slice()));
    match condition {
        Some(extension) => Err(ChainError::Critical {
            subject: certificate.subject(),
            extension: der::dotted(&extension.oid),
        }),
        None => Ok(()),
    }
}

/// May sign for the purpose: by its usage, by its extended usage, and by at least one of them.
fn signs(certificate: &Certificate, purpose: Purpose) -> Result<(), ChainError> {
    let by_usage = usage(certificate, 0);
    let by_extended = certificate
        .extension(EXTENDED_KEY_USAGE)
        .map(|usages| allows(usages, purpose));
    match (by_usage, by_extended, purpose) {
        (Some(false), ..) | (_, Some(false), _) | (None, None, _) => {
            Err(wrong_purpose(certificate, purpose))
        }
        // RFC 3161, section 2.3.
        (_, None, Purpose::TimeStamping) => Err(wrong_purpose(certificate, purpose)),
        _ => Ok(()),
    }
}

/// Whether it may issue certificates, and how many authorities may stand below it.
fn constraints(certificate: &Certificate) -> Option<(bool, Option<usize>)> {
    let extension = certificate.extension(BASIC_CONSTRAINTS)?;
    let mut fields = Reader(&extension.value).only(tag::SEQUENCE)?.inside();
    let authority = fields
        .optional(tag::BOOLEAN)
        .is_some_and(|said| said.value != [0]);
    let most_below = match fields.optional(tag::INTEGER) {
        Some(number) => Some(match number.value {
            [small] if *small < 0x80 => usize::from(*small),
            _ => return None,
        }),
        None => None,
    };
    Some((authority, most_below))
}

/// One bit of the key's usage: 0 is signing, 5 is issuing. `None` if the certificate says nothing.
fn usage(certificate: &Certificate, bit: u8) -> Option<bool> {
    let extension = certificate.extension(KEY_USAGE)?;
    let bits = Reader(&extension.value).only(tag::BIT_STRING);
    let first = bits.and_then(|bits| bits.value.get(1).copied());
    Some(first.is_some_and(|byte| byte & (0x80 >> bit) != 0))
}

fn allows(usages: &Extension, purpose: Purpose) -> bool {
    let Some(list) = Reader(&usages.value).only(tag::SEQUENCE) else {
        return false;
    };
    let mut list = list.inside();
    while let Some(usage) = list.next() {
        let any = usage.value == ANY_USAGE && purpose == Purpose::CodeSigning;
        if usage.value == purpose.usage() || any {
            return true;
        }
    }
    false
}
