//! The verbs `policy` and `exception`: facts and stored reports, judged.

use serde::Serialize;
use thiserror::Error;
use waybill_domain::facts::GateFacts;
use waybill_domain::{Date, Decision, Gate, REPORT_SCHEMA, Reason, Report, Verdict};
use waybill_policy::{Engine, scan_facts};

/// Facts or a report that cannot be judged.
#[derive(Debug, Error)]
pub enum CheckFailure {
    /// The facts are not those of the gate.
    #[error("read the facts of gate `{gate}`: {reason}")]
    Facts {
        /// The gate.
        gate: Gate,
        /// What the reader says, with the field.
        reason: String,
    },
    /// The report is none of this version.
    #[error("read the report: {0}")]
    Report(String),
}

/// Reads a facts document, which is JSON. Where it does not say what day it is, it is today.
///
/// # Errors
/// [`CheckFailure`] naming the field that the gate does not know, or the place that is not JSON.
pub fn read_facts(gate: Gate, text: &str, today: Option<Date>) -> Result<GateFacts, CheckFailure> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let wrong = |error: serde_json::Error| CheckFailure::Facts {
        gate,
        reason: error.to_string(),
    };
    let mut facts = GateFacts::read(gate, &mut reader).map_err(wrong)?;
    reader.end().map_err(wrong)?;
    let day = facts.today_mut();
    if day.is_empty() {
        *day = today.map(|today| today.to_string()).unwrap_or_default();
    } else if Date::parse(day).is_err() {
        return Err(CheckFailure::Facts {
            gate,
            reason: "`today` is no day of the form YYYY-MM-DD".to_owned(),
        });
    }
    Ok(facts)
}

/// Judges a facts document, and, for a dry run, by another policy, too.
#[must_use]
pub fn check_facts(
    engine: &Engine,
    against: Option<&Engine>,
    facts: &GateFacts,
) -> (Decision, Option<Changed>) {
    let decision = engine.decide(facts);
    let changed = against.and_then(|against| changed("facts", &decision, &against.decide(facts)));
    (decision, changed)
}

/// A decision that another policy would make otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// What it is about: a path.
    pub subject: String,
    /// The verdict by the one policy.
    pub before: Verdict,
    /// The verdict by the other.
    pub after: Verdict,
    /// Reasons that only the one gives.
    pub no_longer: Vec<Reason>,
    /// Reasons that only the other gives.
    pub newly: Vec<Reason>,
}

/// What changes if one policy takes the place of another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Decisions that were made by both.
    pub decisions: u64,
    /// Those whose verdict differs.
    pub verdicts_changed: u64,
    /// Those whose verdict or reasons differ, in the order of the reports.
    pub changed: Vec<Changed>,
}

/// Reads a report that `scan --format json` wrote.
///
/// # Errors
/// [`CheckFailure::Report`] if it is no report of this version.
pub fn read_report(text: &str) -> Result<Report, CheckFailure> {
    let report: Report =
        serde_json::from_str(text).map_err(|error| CheckFailure::Report(error.to_string()))?;
    if report.schema == REPORT_SCHEMA {
        Ok(report)
    } else {
        let reason = format!("its schema is `{}`, not `{REPORT_SCHEMA}`", report.schema);
        Err(CheckFailure::Report(reason))
    }
}

/// Judges the artifacts of stored reports by two policies.
#[must_use]
pub fn compare_policies(
    old: &Engine,
    new: &Engine,
    reports: &[Report],
    today: Option<Date>,
) -> Comparison {
    let mut comparison = Comparison::default();
    for artifact in reports.iter().flat_map(|report| &report.artifacts) {
        let facts = GateFacts::Scan(Box::new(scan_facts(artifact, today)));
        comparison.decisions += 1;
        if let Some(changed) = changed(&artifact.path, &old.decide(&facts), &new.decide(&facts)) {
            comparison.verdicts_changed += u64::from(changed.before != changed.after);
            comparison.changed.push(changed);
        }
    }
    comparison
}

fn changed(subject: &str, before: &Decision, after: &Decision) -> Option<Changed> {
    let only = |here: &Decision, there: &Decision| -> Vec<Reason> {
        let missing = |reason: &&Reason| !there.reasons.contains(reason);
        here.reasons.iter().filter(missing).cloned().collect()
    };
    (before != after).then(|| Changed {
        subject: subject.to_owned(),
        before: before.verdict,
        after: after.verdict,
        no_longer: only(before, after),
        newly: only(after, before),
    })
}
