//! The program end to end: real processes in temporary folders, artifacts built out of assembly.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests write artifacts, run the program, and fail where they cannot"
)]

mod advisories;
mod bad_input;
mod baseline;
mod compare;
mod configuration;
mod convert;
mod disarm;
mod exit_codes;
mod joined;
mod matching;
mod outputs;
mod policies;
mod reference;
mod reproduce;
mod retrieval;
mod signing;
mod standard_input;
mod statements;
mod support;
mod trace;
mod unpacked;
mod walking;
#[cfg(feature = "yara")]
mod yara;
