//! What an AI system is made of.
//!
//! Three steps, none of which opens a file or runs anything:
//!
//! 1. [`interest`] says from path and size alone how much of a file is worth reading, and
//!    [`read`] turns that into [`FileFacts`]. Both are pure, so the engine calls them in parallel.
//! 2. [`assemble`] looks at the facts of all files together: it resolves constants across files,
//!    merges what several files say about one component, and gives an
//!    [`Inventory`](waybill_domain::inventory::Inventory).
//! 3. Bills are written from an inventory, and read into one.
#![warn(missing_docs)]

mod agents;
mod assemble;
pub mod bill;
pub mod cyclonedx;
mod digests;
mod draft;
mod included;
mod infrastructure;
mod licences;
mod local;
mod mentions;
mod purl;
mod reading;
pub mod retrieval;
mod rules;
mod settings;
mod software;
pub mod spdx;
mod subject;
mod suppliers;
mod tree;
mod usage;
mod way;

pub use assemble::{Options, assemble};
pub use licences::LicenceText;
pub use local::{ArtifactFacts, ModelfileFacts, Named, Nature};
pub use reading::{FileFacts, Interest, Reading, is_artifact, read, read_configuration, read_on};
pub use rules::{RULES, Rule};
pub use subject::labelled;
pub use usage::{Surroundings, reached};
pub use way::interest;
