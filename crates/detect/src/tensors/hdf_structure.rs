//! See `hdf_structure.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::hdf5::{Dataset, Hdf5Facts, ProblemKind, Storage};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "hdf-structure",
        summary: "the structure of the HDF5 file is damaged, cannot be followed, or lies about its data",
        page: include_str!("hdf_structure.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "CWE-20"],
        help: "compare size and digest with the supplier's; what cannot be followed was not examined",
        incomplete: true,
    },
    check,
};

/// A data set that declares more than this for a thousandth of it is worth a word.
const LARGE_BYTES: u64 = 1 << 30;
/// One that declares more than this exhausts the memory of whoever reads it.
const BOMB_BYTES: u64 = 16 << 30;
/// How many bytes may be declared for each one that is stored; deflate reaches this with zeros.
const RATIO: u64 = 1_100;

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Hdf5(facts) = &subject.facts else {
        return;
    };
    for problem in &facts.problems {
        // Told by the rule about limits.
        if !matches!(problem.kind, ProblemKind::LimitReached { .. }) {
            found.add(
                info,
                subject,
                Some(problem.offset),
                problem.kind.to_string(),
            );
        }
    }
    declared(info, subject, facts, found);
}

/// Shapes that ask for far more memory than there are data (CVE-2026-0897).
fn declared(info: &RuleInfo, subject: &Subject<'_>, facts: &Hdf5Facts, found: &mut Found) {
    for dataset in &facts.datasets {
        let declared = dataset.declared_bytes().unwrap_or(u64::MAX);
        let stored = dataset.stored_bytes();
        if !is_counted(dataset) || declared < LARGE_BYTES || declared < stored.saturating_mul(RATIO)
        {
            continue;
        }
        let severity = if declared >= BOMB_BYTES {
            Severity::High
        } else {
            info.severity
        };
        let message = format!(
            "data set {} declares {declared} bytes by its shape, {stored} are stored",
            quoted(&dataset.path)
        );
        found.add_with(info, subject, Some(dataset.offset), message, severity);
    }
}

/// True if the file itself says how many bytes are stored.
fn is_counted(dataset: &Dataset) -> bool {
    match &dataset.storage {
        Storage::Piece(_) | Storage::Absent => true,
        Storage::Chunks { all_listed, .. } => *all_listed,
        Storage::External(_) | Storage::Virtual(_) => false,
    }
}
