//! Known weaknesses: documents of all feeds read into one shape, held compactly, and matched with
//! the components of an inventory.
//!
//! Nothing here does I/O: documents come as bytes, what is held is written to a [`std::io::Write`]
//! and read by position. What comes from a feed is hostile until shown otherwise: every reader is
//! bounded, and a feed with one bad record is refused as a whole, with the record's name.
#![warn(missing_docs)]

mod bundle;
mod embedded;
mod error;
mod expand;
mod feed;
mod matching;
mod names;
mod pack;
mod place;
mod read;
mod rules;
mod score;
mod versions;
pub mod vex;

pub use bundle::{
    BUNDLE_LINE_BYTES, BUNDLE_PAYLOAD_TYPE, BUNDLE_SCHEMA, BundleFeed, BundleManifest, bundle_line,
};
pub use error::{BadRecord, FeedError, HeldError};
pub use expand::{gunzip, inflate};
pub use feed::{Built, FeedBuilder, HeldFeed, Refused};
pub use matching::{Holdings, match_inventory, show};
pub use read::{Document, DocumentFormat, Scored, read_document, recognise};
pub use rules::{RULES, finding, rule_of};
