//! The vocabulary of known weaknesses: feeds, advisories, and what of an inventory they affect.

mod feed;
mod matching;
mod record;

pub use feed::{FeedFormat, FeedState, STORE_SCHEMA, StoreStatus};
pub use matching::{
    Epss, ExceptedMatch, Exploited, MATCHING_SCHEMA, Match, Matching, MatchingSummary, NotMatched,
    Priority, PriorityClass, SettledMatch, Upgrade,
};
pub use record::{
    ADVISORY_SCHEMA, Advisory, AdvisoryKind, AffectedPackage, AffectedRange, Cvss, RangeEvent,
    Shown,
};
