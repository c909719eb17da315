//! Exceptions: dated permissions of named people, which end by themselves.

mod file;
mod ledger;
#[cfg(test)]
mod tests;

pub use file::{Exceptions, ExceptionsError, MOST_DAYS};
pub use ledger::{Ledger, Subject};
