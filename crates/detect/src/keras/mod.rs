//! Rules over configurations of Keras: what loading a model would look up, open and run.

pub(crate) mod custom_object;
pub(crate) mod external_file;
pub(crate) mod foreign_member;
pub(crate) mod graph_operation;
pub(crate) mod harmful_object;
pub(crate) mod marshalled_code;
pub(crate) mod not_followed;
pub(crate) mod standing;
