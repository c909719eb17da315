//! Rules over several files together: which file makes which other file dangerous.

pub(crate) mod git_settings;
pub(crate) mod native_library;
mod reference;
pub(crate) mod remote_code;
pub(crate) mod requirement_source;
pub(crate) mod sketch;
mod unit;

pub(crate) use reference::{references, wanted};
pub(crate) use unit::Tie;
pub use unit::together;
