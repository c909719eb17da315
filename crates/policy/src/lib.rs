//! The rules of acceptance: findings and configuration to a verdict, with reasons. Pure: reads no
//! clock and no disk.
#![warn(missing_docs)]

mod baseline;
mod config;
mod fingerprint;
mod verdict;

pub use baseline::Baseline;
pub use config::{Config, ConfigError};
pub use fingerprint::fingerprint;
pub use verdict::{decide, order};
