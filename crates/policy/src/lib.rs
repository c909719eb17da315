//! The rules of acceptance: facts, policies and exceptions to a decision with reasons, for every gate.
//! Pure: reads no clock and no disk.
#![warn(missing_docs)]

mod baseline;
mod config;
mod exceptions;
mod facts;
mod fingerprint;
mod language;
mod lines;
mod order;
mod rules;
#[cfg(test)]
mod tests;
mod version;

pub use baseline::Baseline;
pub use config::{
    AdvisoriesChoice, Config, ConfigError, IdentityChoice, InternalChoice, PolicyChoice,
    RetrievalChoice, VexChoice,
};
pub use exceptions::{Exceptions, ExceptionsError, Ledger, MOST_DAYS, Subject};
pub use facts::{components_facts, feed_facts, findings_facts, match_facts, scan_facts};
pub use fingerprint::fingerprint;
pub use language::Failure;
pub use lines::{ConfigLine, config_lines};
pub use order::order;
pub use rules::{
    BUILT_IN, BuiltIn, CaseOutcome, CaseResults, Engine, PolicyError, PolicyFault, PolicyFile,
    RuleSummary, run_cases, summaries,
};
pub use version::rule_version;
