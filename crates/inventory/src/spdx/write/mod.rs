mod agents;
mod artificial;
mod document;
mod gaps;
mod ids;
mod licences;
mod older;
mod package;
mod particulars;
mod relations;
#[cfg(test)]
mod tests;

pub use gaps::{Gap, gaps};
use waybill_domain::inventory::Inventory;

use crate::bill::WriteOptions;

/// A bill as it was written, and what would have to be known to claim more for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The document.
    pub text: String,
    /// Fields that SPDX demands and that nobody knows. They are left out, never made up.
    pub gaps: Vec<Gap>,
}

/// Writes an inventory as SPDX 3.0.1 JSON-LD.
///
/// The AI and the Dataset profile are claimed only if every model or data set has all that they
/// demand; else the gaps are returned. Without a timestamp in the options `created` is the start
/// of 1970, and that is a gap too. The same inventory and options always give the same bytes.
#[must_use]
pub fn write_3_0_1(inventory: &Inventory, options: &WriteOptions) -> Written {
    document::written(inventory, options)
}

/// Writes an inventory as SPDX 2.3 JSON. Models and data sets are packages there; what SPDX 2.3
/// has no field for stands in annotations.
#[must_use]
pub fn write_2_3(inventory: &Inventory, options: &WriteOptions) -> Written {
    older::written(inventory, options)
}
