/// Why a bill could not be read at all. What can be read in spite of a fault is read, and the
/// fault listed.
#[derive(Debug, thiserror::Error)]
pub enum BillError {
    /// The bytes could not be had.
    #[error("read the bill: {0}")]
    Unreadable(#[from] std::io::Error),
    /// The text is not what its first bytes promise.
    #[error("parse the bill at byte {offset}: {reason}")]
    Malformed {
        /// Offset in bytes from the start.
        offset: u64,
        /// What is wrong.
        reason: String,
    },
    /// Neither CycloneDX nor SPDX.
    #[error("recognise the bill: {0}")]
    Unrecognised(String),
    /// A limit was reached.
    #[error("read the bill at byte {offset}: it exceeds the limit of {limit} {unit}")]
    Limit {
        /// Offset in bytes from the start.
        offset: u64,
        /// The limit.
        limit: u64,
        /// What is counted: `levels of nesting`, `bytes`.
        unit: &'static str,
    },
    /// A schema that comes with Waybill does not compile.
    #[error("compile the schema: {0}")]
    Schema(String),
}

/// How much of a bill is read, and how much is said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BillLimits {
    /// Bytes of a JSON or tag-value document.
    pub bytes: u64,
    /// Bytes of an XML document that may be held in memory: all but the items of its big lists.
    pub xml_bytes: u64,
    /// Bytes of one element of a list of the top level, or of all that is in none.
    pub element_bytes: usize,
    /// Levels of nesting.
    pub depth: usize,
    /// Problems that are listed; more are only counted.
    pub problems: usize,
}

impl Default for BillLimits {
    fn default() -> Self {
        Self {
            bytes: 4 << 30,
            xml_bytes: 128 << 20,
            element_bytes: 128 << 20,
            depth: 100,
            problems: 200,
        }
    }
}
