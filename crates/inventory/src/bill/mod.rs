//! Bills judged and compared, whatever their format: check, diff, merge, convert, verify.

mod error;
pub(crate) mod json;
pub(crate) mod stream;
pub(crate) mod values;

pub use error::{BillError, BillLimits};
