//! The report of a scan: its totals out of its artifacts.

use waybill_domain::{Artifact, REPORT_SCHEMA, Report, Summary, Tool, Verdict};

use crate::scan::{Outcome, Request, Target, tool};
use crate::walk::{Walked, readable};

/// Sums up.
pub(crate) fn report(request: &Request, outcomes: Vec<Outcome>, walked: &Walked) -> Report {
    let mut summary = Summary {
        excluded: walked.excluded,
        links_not_followed: walked.links_not_followed,
        ..Summary::default()
    };
    for Outcome { artifact, cut } in &outcomes {
        summary.artifacts += 1;
        summary.bytes += artifact.size_bytes;
        match artifact.verdict {
            Verdict::Admit => summary.admit += 1,
            Verdict::Quarantine => summary.quarantine += 1,
            Verdict::Reject => summary.reject += 1,
        }
        summary.not_examined += u64::from(!artifact.complete);
        summary.excepted += artifact
            .findings
            .iter()
            .filter(|finding| finding.excepted.is_some())
            .count() as u64
            + artifact.allowed.len() as u64;
        summary.findings_cut += cut;
        summary.matches += artifact.matches.len() as u64;
    }
    let named = request.targets.iter().map(|target| match target {
        Target::Path(path) => readable(path.as_os_str().as_encoded_bytes()),
        Target::Stdin => "-".to_owned(),
    });
    let artifacts: Vec<Artifact> = outcomes
        .into_iter()
        .map(|outcome| outcome.artifact)
        .collect();
    Report {
        schema: REPORT_SCHEMA.into(),
        tool: Tool {
            rules: request.yara.mixed(tool().rules),
            ..tool()
        },
        target: named.collect::<Vec<_>>().join(" "),
        verdict: artifacts.iter().map(|artifact| artifact.verdict).max(),
        complete: artifacts.iter().all(|artifact| artifact.complete),
        artifacts,
        summary,
        policy: None,
        exceptions: Vec::new(),
        feeds: Vec::new(),
        statements: Vec::new(),
        unread: Vec::new(),
    }
}
