use crate::quote::{bytes, quoted};

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
    /// The superblock is of a version that is not known.
    #[error("version {version} of the superblock is unknown, nothing after it was read")]
    VersionUnknown {
        /// The version.
        version: u8,
    },
    /// The file is shorter than its superblock states.
    #[error("the file ends {} before the end that it states", bytes(.missing))]
    Truncated {
        /// Bytes that are missing.
        missing: u64,
    },
    /// A structure is not where it should be, or not what it should be.
    #[error("{what} cannot be read")]
    Unreadable {
        /// Which one: `the header of /a`.
        what: String,
    },
    /// A structure has a form that is not followed.
    #[error("{what} is not followed")]
    NotFollowed {
        /// Which one.
        what: String,
    },
    /// The elements of a data set reach beyond the end.
    #[error("data set {} reaches {} beyond the end", quoted(.path), bytes(.missing))]
    DataBeyondEnd {
        /// Path of the data set.
        path: String,
        /// Bytes that are missing.
        missing: u64,
    },
    /// Two data sets share bytes.
    #[error("data sets {} and {} share bytes", quoted(.first), quoted(.second))]
    DataShared {
        /// Path of one.
        first: String,
        /// Path of the other.
        second: String,
    },
    /// A data set has fewer bytes than its shape asks for.
    #[error("data set {} needs {} by shape and type, {} stored", quoted(.path), bytes(.needed), crate::quote::are(.stored))]
    DataShort {
        /// Path of the data set.
        path: String,
        /// What shape and type ask for.
        needed: u64,
        /// What is stored.
        stored: u64,
    },
    /// A limit was reached.
    #[error("the limit of {limit} was reached")]
    LimitReached {
        /// Which one.
        limit: &'static str,
    },
}
