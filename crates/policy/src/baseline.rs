use std::collections::HashSet;

use serde::Deserialize;
use waybill_domain::REPORT_SCHEMA;

use crate::ConfigError;

/// The findings of an earlier report, which are shown but do not count again.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    fingerprints: HashSet<String>,
}

#[derive(Deserialize)]
struct Earlier {
    schema: String,
    artifacts: Vec<EarlierArtifact>,
}

#[derive(Deserialize)]
struct EarlierArtifact {
    findings: Vec<EarlierFinding>,
}

#[derive(Deserialize)]
struct EarlierFinding {
    #[serde(default)]
    fingerprint: String,
}

impl Baseline {
    /// Reads a JSON report that an earlier scan wrote.
    ///
    /// # Errors
    /// [`ConfigError`] if it is no report of this version.
    pub fn parse(report: &str) -> Result<Self, ConfigError> {
        let earlier: Earlier = serde_json::from_str(report)
            .map_err(|error| ConfigError::Baseline(error.to_string()))?;
        if earlier.schema != REPORT_SCHEMA {
            return Err(ConfigError::Baseline(format!(
                "its schema is `{}`, not `{REPORT_SCHEMA}`",
                earlier.schema
            )));
        }
        let findings = earlier
            .artifacts
            .into_iter()
            .flat_map(|artifact| artifact.findings);
        Ok(Self {
            fingerprints: findings
                .map(|finding| finding.fingerprint)
                .filter(|fingerprint| !fingerprint.is_empty())
                .collect(),
        })
    }

    /// True if the finding was there before.
    #[must_use]
    pub fn knows(&self, fingerprint: &str) -> bool {
        self.fingerprints.contains(fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_reports_are_baselines() {
        let report = r#"{"schema": "waybill.report/1", "artifacts": [{"findings": [{"fingerprint": "ab"}]}]}"#;
        let baseline = Baseline::parse(report).unwrap();
        assert!(baseline.knows("ab") && !baseline.knows("") && !baseline.knows("cd"));
        assert!(Baseline::parse("{}").is_err());
        assert!(Baseline::parse(&report.replace("report/1", "report/9")).is_err());
    }
}
