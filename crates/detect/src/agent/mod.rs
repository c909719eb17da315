//! Rules over what agents, assistants and editors read and run.

pub(crate) mod command;
mod commands;
pub(crate) mod instructions;
mod phrases;

pub(crate) use commands::commands;
pub(crate) use phrases::{is_instructions, phrases, tools};
