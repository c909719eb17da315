use thiserror::Error;
use waybill_policy::ConfigError;

/// Why a scan could not run at all. What stands in the way of one artifact of many is a finding.
#[derive(Debug, Error)]
pub enum ScanError {
    /// A target that cannot be opened.
    #[error("open `{path}`: {reason}; {hint}")]
    Target {
        /// The target as named.
        path: String,
        /// What the operating system said.
        reason: String,
        /// What to do.
        hint: &'static str,
    },
    /// An exclude pattern that is none.
    #[error("use the exclude pattern `{pattern}`: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A limit that does not exist.
    #[error("set the limit `{name}`: there is no such limit; `waybill limits` lists them")]
    Limit {
        /// The name as written.
        name: String,
    },
    /// Configuration or baseline.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A policy that cannot be used.
    #[error(transparent)]
    Policy(#[from] waybill_policy::PolicyError),
    /// The advisories that are held cannot be read.
    #[error("compare components with the advisories that are held")]
    Advisories(#[source] Box<crate::AdvisoriesError>),
    /// YARA rules that cannot be used.
    #[error("{0}")]
    Yara(String),
    /// YARA rules for a program that was built without.
    #[error("use YARA rules: this program was built without the feature `yara`")]
    NoYara,
    /// The thread pool could not be made.
    #[error("start the worker threads: {0}")]
    Threads(String),
}
