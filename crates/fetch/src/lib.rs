//! Downloads of what the user names: the only crate that opens connections to the outside.
//!
//! Nothing is asked for that was not named, a redirection leads to no other scheme, and size and time
//! are bounded. Reads no environment: whoever calls hands over certificates and proxy.
#![warn(missing_docs)]

mod address;
mod error;
mod get;
#[cfg(test)]
mod tests;

pub use address::Address;
pub use error::FetchError;
pub use get::{Proxy, Request, Roots, fetch};
