//! JUnit XML: a suite for the target, a case for each artifact.
//!
//! Refused artifacts are failures. An artifact that is only in quarantine because some of its
//! bytes were not examined is an error, the schema's word for a test that could not be completed;
//! it is not `skipped`, since build servers count a skipped case as harmless.

use quick_junit::{NonSuccessKind, Property, Report as Junit, TestCase, TestCaseStatus, TestSuite};
use waybill_domain::{Artifact, Finding, Report, Verdict};

use crate::neutral::{neutral, neutral_ends, neutral_start};
use crate::order::folds;
use crate::render::Rendered;
use crate::words::{self, LONGEST_NAME, LONGEST_TEXT, count, plural};
use crate::{loading, totals};

pub(crate) fn render(report: &Report) -> Rendered {
    let mut suite = TestSuite::new(neutral(&report.target));
    suite.add_property(Property::new(
        "tool",
        format!("{} {}", report.tool.name, report.tool.version),
    ));
    suite.add_property(Property::new("rules", neutral(&report.tool.rules)));
    suite.add_property(Property::new("verdict", words::verdict(report.verdict)));
    suite.add_property(Property::new("complete", report.complete.to_string()));
    for line in words::unread(report) {
        suite.add_property(Property::new("not read", line));
    }
    for line in words::advisories(report) {
        suite.add_property(Property::new("advisories", line));
    }
    for used in &report.statements {
        suite.add_property(Property::new("statement", words::statement(used)));
    }
    for used in &report.exceptions {
        suite.add_property(Property::new("exception", words::exception(used)));
    }
    suite.add_test_cases(report.artifacts.iter().map(case));
    suite.set_system_out(totals::line(&report.summary));
    let mut junit = Junit::new(neutral(&report.tool.name));
    junit.add_test_suite(suite);
    Ok(junit.to_string()?)
}

fn case(artifact: &Artifact) -> TestCase {
    let mut case = TestCase::new(neutral_ends(&artifact.path, LONGEST_NAME), status(artifact));
    case.set_classname(neutral_ends(&artifact.format, LONGEST_NAME));
    case.add_property(Property::new("verdict", artifact.verdict.as_str()));
    case.add_property(Property::new("size_bytes", artifact.size_bytes.to_string()));
    if let Some(digest) = &artifact.digests.sha256 {
        case.add_property(Property::new("sha256", neutral(digest.as_str())));
    }
    if !artifact.loading.is_empty() {
        case.set_system_out(loading_block(artifact));
    }
    case
}

fn status(artifact: &Artifact) -> TestCaseStatus {
    let mut status = match artifact.verdict {
        Verdict::Admit => return TestCaseStatus::success(),
        _ if artifact.only_incomplete() => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type("not examined");
            status
        }
        verdict => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(verdict.as_str());
            status
        }
    };
    status.set_message(headline(artifact));
    status.set_description(description(artifact));
    status
}

/// The worst finding, and how many there are besides.
fn headline(artifact: &Artifact) -> String {
    let findings = &artifact.findings;
    match folds(artifact).first() {
        None if !artifact.reasons.is_empty() => words::policy_reasons(artifact).join("; "),
        None if artifact.complete => artifact.verdict.to_string(),
        None => "some bytes were not examined".to_owned(),
        Some(worst) => {
            let message = neutral_start(&worst.first().message, LONGEST_TEXT);
            match count(findings) - 1 {
                0 => message,
                rest => format!("{message} (and {})", plural(rest, "more finding")),
            }
        }
    }
}

fn description(artifact: &Artifact) -> String {
    let mut text = String::new();
    for reason in words::policy_reasons(artifact) {
        text.push_str(&format!("policy: {reason}\n"));
    }
    for fold in folds(artifact) {
        for finding in &fold.findings {
            text.push_str(&line(finding));
        }
        text.push_str(&format!(
            "  help: {}\n",
            neutral_start(&fold.first().help, LONGEST_TEXT)
        ));
    }
    text
}

fn line(finding: &Finding) -> String {
    let excepted = match &finding.excepted {
        Some(excepted) => format!(", {}", words::excepted(excepted)),
        None => String::new(),
    };
    let message = neutral_start(&finding.message, LONGEST_TEXT);
    let rule = neutral(&finding.rule);
    let place = words::place(&finding.place);
    let place = if place.is_empty() {
        place
    } else {
        format!(" {place}")
    };
    format!(
        "{}: {message} [{rule}]{place}{excepted}\n",
        finding.severity
    )
}

fn loading_block(artifact: &Artifact) -> String {
    let mut text = "loading it would:\n".to_owned();
    for line in loading::lines(artifact, usize::MAX) {
        text.push_str(&format!("    {}\n", line.python()));
    }
    text
}
