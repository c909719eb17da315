//! Rules over facts, giving findings.
//!
//! [`examine()`] identifies bytes by content, has the parsers read them, and runs every rule of
//! [`RULES`] over the facts, members inside members included. A rule says what it saw and how bad
//! that is; what follows from it is the policy's business.
//!
//! One rule is one stem: `pickle/shell_command.rs` beside `pickle/shell_command.md`, which is the
//! reference page and the test.
#![warn(missing_docs)]

mod agent;
mod archive;
mod config;
mod context;
mod examine;
mod file;
mod graph;
mod keras;
mod markup;
pub mod pages;
mod pickle;
mod python;
mod registry;
mod repository;
mod rule;
mod script;
mod secret;
mod serialised;
mod template;
mod tensors;

pub use context::{AllowedNames, Context};
pub use examine::{
    Examination, Neighbours, Origin, PatternMatch, Patterns, awaits_neighbours, changed, examine,
    examine_beside, trace, unreadable,
};
pub use registry::{RULES, digest};
pub use repository::together;
pub use rule::{Found, Rule};
