//! CycloneDX: an inventory written as a bill (1.6, 1.7 JSON), bills of 1.2 to 1.7 (JSON, XML) read.

mod document;
pub(crate) mod fitting;
mod intake;
pub(crate) mod read;
mod schema;
mod semantics;

mod write;
mod xml;

pub use document::Document;
pub(crate) use intake::digest;
pub(crate) use read::{json as read_json, xml as read_xml};
pub use schema::SpecVersion;
pub(crate) use semantics::refers;
pub(crate) use write::{subject_purl, subject_version};
pub use write::{write, write_into};
