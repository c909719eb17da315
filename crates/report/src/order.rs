//! In which order a person reads a report: worst artifact first, worst finding first, and what is
//! alike only once.

use std::cmp::Reverse;

use waybill_domain::{Artifact, Finding, Report, Severity, Verdict};

/// Findings of one artifact that one rule made with the same weight.
pub(crate) struct Fold<'report> {
    pub(crate) findings: Vec<&'report Finding>,
}

impl<'report> Fold<'report> {
    /// The finding that speaks for all of them.
    pub(crate) fn first(&self) -> &'report Finding {
        self.findings[0]
    }

    /// The findings that are shown, and how many are not.
    pub(crate) fn shown(&self, verbose: bool) -> (&[&'report Finding], u64) {
        const SHOWN: usize = 3;
        // Folding a single one away would cost the line that it saves.
        if verbose || self.findings.len() <= SHOWN + 1 {
            return (&self.findings, 0);
        }
        let (shown, folded) = self.findings.split_at(SHOWN);
        (shown, folded.len() as u64)
    }
}

/// Artifacts that were not admitted, worst first.
pub(crate) fn refused(report: &Report) -> Vec<&Artifact> {
    let mut refused: Vec<_> = report
        .artifacts
        .iter()
        .filter(|artifact| artifact.verdict != Verdict::Admit)
        .collect();
    refused.sort_by_cached_key(|artifact| {
        (
            Reverse((
                artifact.verdict,
                !artifact.only_incomplete(),
                worst(artifact),
            )),
            artifact.path.clone(),
        )
    });
    refused
}

/// Artifacts that were admitted, in the order of their paths.
pub(crate) fn admitted(report: &Report) -> Vec<&Artifact> {
    report
        .artifacts
        .iter()
        .filter(|artifact| artifact.verdict == Verdict::Admit)
        .collect()
}

/// The findings of an artifact, alike ones together: those that count before those that are
/// excepted, worst first, and otherwise in the order of the report.
pub(crate) fn folds(artifact: &Artifact) -> Vec<Fold<'_>> {
    let mut folds: Vec<Fold<'_>> = Vec::new();
    for finding in &artifact.findings {
        match folds.iter_mut().find(|fold| alike(fold.first(), finding)) {
            Some(fold) => fold.findings.push(finding),
            None => folds.push(Fold {
                findings: vec![finding],
            }),
        }
    }
    folds.sort_by_key(|fold| {
        let first = fold.first();
        (first.excepted.is_some(), Reverse(first.severity))
    });
    folds
}

fn alike(one: &Finding, other: &Finding) -> bool {
    one.rule == other.rule && one.severity == other.severity && one.excepted == other.excepted
}

fn worst(artifact: &Artifact) -> Option<Severity> {
    artifact
        .findings
        .iter()
        .filter(|finding| finding.excepted.is_none())
        .map(|finding| finding.severity)
        .max()
}
