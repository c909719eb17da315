use serde::{Deserialize, Serialize};

use crate::{Report, Verdict};

/// The one table of exit codes for all verbs. Incomplete is never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Admitted: nothing at or above the threshold.
    Admitted = 0,
    /// Rejected or quarantined, or findings at the threshold.
    Refused = 1,
    /// Could not run: usage, I/O, bug.
    Failed = 2,
    /// Nothing to examine.
    Nothing = 3,
    /// Nothing bad was found, but some bytes were not examined.
    Incomplete = 4,
}

/// The verdict from which on the exit code is 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Quarantine or reject (the default).
    #[default]
    Quarantine,
    /// Reject only.
    Reject,
}

impl ExitCode {
    /// The exit code of a finished scan. Where several apply the order is 1, then 4, then 3; a
    /// scan that could not run never gets here.
    #[must_use]
    pub fn of(report: &Report, fail_on: FailOn) -> Self {
        let refused = |verdict: Verdict, only_incomplete: bool| match fail_on {
            FailOn::Reject => verdict == Verdict::Reject,
            FailOn::Quarantine => {
                verdict == Verdict::Reject || (verdict == Verdict::Quarantine && !only_incomplete)
            }
        };
        if report
            .artifacts
            .iter()
            .any(|artifact| refused(artifact.verdict, artifact.only_incomplete()))
        {
            return Self::Refused;
        }
        if !report.complete {
            return Self::Incomplete;
        }
        if report.artifacts.is_empty() {
            Self::Nothing
        } else {
            Self::Admitted
        }
    }
}

impl crate::Artifact {
    /// True if the artifact is quarantined for no other reason than bytes that were not examined.
    #[must_use]
    pub fn only_incomplete(&self) -> bool {
        let of_incomplete = |subject: &String| {
            let incomplete = |finding: &&crate::Finding| finding.incomplete;
            let mut incomplete = self.findings.iter().filter(incomplete);
            incomplete.any(|finding| finding.rule == *subject)
        };
        !self.complete
            // A policy may have reasons of its own.
            && self
                .reasons
                .iter()
                .filter(|reason| reason.verdict >= Verdict::Quarantine)
                .all(|reason| reason.subjects.iter().all(of_incomplete))
            && self
                .findings
                .iter()
                .filter(|finding| finding.excepted.is_none())
                .filter(|finding| finding.severity >= crate::Severity::Medium)
                // Of a match the policy's reasons say what it does.
                .filter(|finding| finding.advisory.is_none())
                .all(|finding| finding.incomplete)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::*;

    const RULE: RuleInfo = RuleInfo {
        id: "format-unknown",
        summary: "",
        page: "",
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &[],
        help: "",
        incomplete: true,
    };

    fn report(verdicts: &[(Verdict, bool, &[bool])]) -> Report {
        let artifacts: Vec<_> = verdicts
            .iter()
            .map(|(verdict, complete, incomplete_findings)| Artifact {
                path: "a".into(),
                format: "pickle".into(),
                size_bytes: 1,
                digests: Digests::default(),
                verdict: *verdict,
                complete: *complete,
                findings: incomplete_findings
                    .iter()
                    .map(|incomplete| {
                        let mut finding = Finding::new(&RULE, Place::default(), "");
                        finding.incomplete = *incomplete;
                        finding
                    })
                    .collect(),
                loading: vec![],
                allowed: vec![],
                sampled: vec![],
                reasons: vec![],
                matches: vec![],
            })
            .collect();
        Report {
            schema: REPORT_SCHEMA.into(),
            tool: Tool {
                name: "waybill".into(),
                version: "0".into(),
                rules: String::new(),
            },
            target: ".".into(),
            verdict: artifacts.iter().map(|artifact| artifact.verdict).max(),
            complete: artifacts.iter().all(|artifact| artifact.complete),
            artifacts,
            summary: Summary::default(),
            policy: None,
            exceptions: vec![],
            feeds: vec![],
            statements: vec![],
            unread: vec![],
        }
    }

    #[test]
    fn the_table_of_exit_codes() {
        use Verdict::{Admit, Quarantine, Reject};
        let of = |verdicts: &[(Verdict, bool, &[bool])], fail_on| {
            ExitCode::of(&report(verdicts), fail_on)
        };
        assert_eq!(of(&[], FailOn::Quarantine), ExitCode::Nothing);
        assert_eq!(
            of(&[(Admit, true, &[])], FailOn::Quarantine),
            ExitCode::Admitted
        );
        assert_eq!(
            of(&[(Quarantine, true, &[false])], FailOn::Quarantine),
            ExitCode::Refused
        );
        assert_eq!(
            of(&[(Quarantine, true, &[false])], FailOn::Reject),
            ExitCode::Admitted
        );
        assert_eq!(
            of(&[(Quarantine, false, &[true])], FailOn::Quarantine),
            ExitCode::Incomplete
        );
        assert_eq!(
            of(&[(Quarantine, false, &[true])], FailOn::Reject),
            ExitCode::Incomplete
        );
        assert_eq!(
            of(&[(Quarantine, false, &[true, false])], FailOn::Quarantine),
            ExitCode::Refused
        );
        assert_eq!(
            of(&[(Reject, false, &[true])], FailOn::Reject),
            ExitCode::Refused
        );
    }
}
