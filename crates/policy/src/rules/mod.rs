//! Policies: files of rules, what they extend and override, and the engine that judges by them.

mod cases;
mod engine;
mod file;
mod message;
mod resolve;
#[cfg(test)]
mod tests;

pub use cases::{CaseOutcome, CaseResults, run_cases};
pub use engine::Engine;
pub(crate) use file::{Places, is_name, toml_text};
pub use resolve::{BUILT_IN, BuiltIn, PolicyFile, RuleSummary, summaries};

use thiserror::Error;

/// What is wrong with a policy, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFault {
    /// The file, as the user named it, or `built-in NAME`.
    pub file: String,
    /// Line in it, from 1.
    pub line: Option<usize>,
    /// The rule or case.
    pub rule: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}

impl std::fmt::Display for PolicyFault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(formatter, ":{line}")?;
        }
        if let Some(rule) = &self.rule {
            write!(formatter, ", `{rule}`")?;
        }
        write!(formatter, ": {}", self.reason)
    }
}

/// A policy that is refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct PolicyError {
    /// Everything that is wrong with it.
    pub faults: Vec<PolicyFault>,
}

impl std::fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("use the policy")?;
        for (index, fault) in self.faults.iter().enumerate() {
            let between = if index == 0 { ": " } else { "\n  " };
            write!(formatter, "{between}{fault}")?;
        }
        Ok(())
    }
}
