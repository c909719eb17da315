//! Bills judged and compared, whatever their format: check, diff, merge, convert, verify.

pub(crate) mod beside;
mod carriage;
mod convert;
mod diff;
mod elements;
mod error;
pub(crate) mod faults;
pub(crate) mod fit;
pub(crate) mod gathering;
pub(crate) mod json;
mod merge;
pub(crate) mod moment;
pub(crate) mod object;
mod options;
pub(crate) mod purpose;
mod reading;
pub(crate) mod roots;
#[cfg(test)]
pub(crate) mod samples;
pub(crate) mod stream;
pub(crate) mod taking;
pub(crate) mod values;
mod verify;

pub use convert::{Converted, Target, convert};
pub use diff::{Snapshot, diff};
pub use elements::elements;
pub use error::{BillError, BillLimits};
pub use merge::{Input, Merged, Whole, merge};
pub use options::{Author, CycloneDxVersion, Lifecycle, WriteOptions};
pub use reading::{Examined, ReadBill, examine, read};
pub use verify::{FileDigests, named_files, verify};
