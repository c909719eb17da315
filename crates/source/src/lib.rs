//! Code, configuration and templates to typed facts.
//!
//! A parser here never judges: it says what is written, where, and what a constant
//! expression amounts to. Rules decide what that means. Nothing opens a file, nothing
//! panics on hostile input, and work and memory are bounded by the size of the input
//! and by limits that the caller passes in.
#![warn(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)]

pub mod card;
pub mod code;
pub mod commands;
pub mod document;
pub mod json;
pub mod keras;
pub mod lightgbm;
pub mod packages;
pub mod template;
pub mod text;
pub mod unicode;
pub mod xml;
