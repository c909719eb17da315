use crate::quote::bytes;

/// A deviation and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Offset in the file.
    pub offset: u64,
    /// What deviates.
    pub kind: ProblemKind,
}

/// What deviates.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProblemKind {
    /// A table, vector or text is not where an offset says.
    #[error("{what} is not where its offset says")]
    Unreadable {
        /// Which one.
        what: &'static str,
    },
    /// Data reach beyond the end of the file.
    #[error("{what} {index} reaches {} beyond the end", bytes(.missing))]
    BeyondEnd {
        /// What holds the data.
        what: &'static str,
        /// Its number, from zero.
        index: u64,
        /// Bytes that are missing.
        missing: u64,
    },
    /// Something names another thing that is not there.
    #[error("{what} names number {index}, which is not there")]
    NotThere {
        /// What names it.
        what: &'static str,
        /// The number.
        index: u64,
    },
    /// Nothing is called.
    #[error("no graph calls an operator")]
    Empty,
    /// A limit was reached.
    #[error("the limit of {limit} was reached")]
    LimitReached {
        /// Which one.
        limit: &'static str,
    },
}
