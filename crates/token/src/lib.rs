//! Keys that stay in a token: a smart card, a security module, a part of the system. The only crate that loads
//! a library of the machine, and only the one that the user names.
#![warn(missing_docs)]

mod address;
mod key;

use thiserror::Error;

pub use address::Address;
pub use key::{TokenKey, open};

/// A token that cannot be used.
#[derive(Debug, Error)]
pub enum TokenError {
    /// An address that is none.
    #[error("read the address of the token: {0}")]
    Address(String),
    /// The library or the token did not do what was asked for.
    #[error("{what}: {reason}")]
    Token {
        /// What was to be done.
        what: &'static str,
        /// What stood in the way.
        reason: String,
    },
    /// Not one token, or not one key.
    #[error("find the {what}: {count} answer to the address; name it more closely")]
    Ambiguous {
        /// A token or a key.
        what: &'static str,
        /// How many there are.
        count: usize,
    },
    /// A key that signs no models.
    #[error("use the key of the token")]
    Key(#[from] waybill_attest::KeyError),
}
