//! Rules over what agents, assistants and editors read and run.

pub(crate) mod command;
mod commands;
mod editors;
pub(crate) mod instructions;
mod line;
mod phrases;
mod told;

pub(crate) use commands::commands;
pub(crate) use phrases::{is_instructions, phrases};
pub(crate) use told::{comments, docstrings, tools};
