//! The rules of acceptance: findings and configuration to a verdict, with reasons. Pure: reads no
//! clock and no disk.
#![warn(missing_docs)]

mod baseline;
mod config;
mod fingerprint;
mod language;
mod rules;
mod verdict;

pub use baseline::Baseline;
pub use config::{Config, ConfigError};
pub use fingerprint::fingerprint;
pub use language::Failure;
pub use rules::{
    BUILT_IN, BuiltIn, CaseOutcome, CaseResults, Engine, PolicyError, PolicyFault, PolicyFile,
    RuleSummary, run_cases, summaries,
};
pub use verdict::{decide, order};
