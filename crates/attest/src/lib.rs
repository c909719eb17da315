//! Signed statements: DSSE envelopes, made with a key and verified against the keys that one trusts.
//!
//! A statement is bytes with a type; the signature covers both, so that no statement passes for one
//! of another type.
#![warn(missing_docs)]

mod bundle;
mod certificate;
mod der;
mod envelope;
mod few;
mod key;
mod keyless;
pub mod manifest;
mod publication;
mod statement;
mod verified;

pub use bundle::{Bundle, BundleError, Signed};
pub use certificate::{Certificate, CertificateError, ChainError, Purpose, validate};
pub use envelope::{Envelope, EnvelopeError, Signature};
pub use key::{
    Algorithm, Hash, KeyError, PrivateKey, PublicKey, SignError, Signer, ec_public_key,
    ecdsa_in_der,
};
pub use keyless::{Expected, TrustError, TrustRoot, Who, verify_logged};
pub use publication::{
    AttestationIdentity, Publication, PublicationError, Published, RegistryKeys, RegistryKeysError,
};
pub use statement::{Statement, StatementError, StatementKind, Subject};
pub use verified::{Revoked, SignedBy, Unproven, verify_with_certificates, verify_with_keys};

/// Seconds since 1970 as RFC 3339, in UTC.
#[must_use]
pub fn moment(seconds: i64) -> String {
    let days = i32::try_from(seconds.div_euclid(86_400)).unwrap_or(i32::MAX);
    let rest = seconds.rem_euclid(86_400);
    format!(
        "{}T{:02}:{:02}:{:02}Z",
        waybill_domain::Date::from_days(days),
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}
