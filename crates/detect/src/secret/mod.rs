//! Rules over secrets and what leads to them.

pub(crate) mod embedded;
mod forms;
mod placed;

pub(crate) use forms::{passwords, secrets};
pub(crate) use placed::placed;
