//! Rules over secrets and what leads to them.

pub(crate) mod embedded;
mod forms;

pub(crate) use forms::secrets;
