//! Rules over several files together: which file makes which other file dangerous.

pub(crate) mod active_page;
mod building;
pub(crate) mod git_settings;
pub(crate) mod missing;
pub(crate) mod missing_part;
pub(crate) mod native_library;
pub(crate) mod odd_address;
mod page;
mod reference;
pub(crate) mod remote_code;
pub(crate) mod requirement_source;
pub(crate) mod sketch;
mod unit;

pub(crate) use page::{addresses, page};
pub(crate) use reference::{references, wanted};
pub(crate) use unit::Tie;
pub use unit::together;
