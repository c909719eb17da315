//! Signed statements: DSSE envelopes, made with a key and verified against the keys that one trusts.
//!
//! A statement is bytes with a type; the signature covers both, so that no statement passes for one
//! of another type.
#![warn(missing_docs)]

mod envelope;
mod key;

pub use envelope::{Envelope, EnvelopeError, Signature};
pub use key::{KeyError, PrivateKey, PublicKey};
