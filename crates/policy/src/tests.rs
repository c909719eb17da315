//! What holds for any facts.

use proptest::prelude::*;
use waybill_domain::facts::{FindingFacts, GateFacts, MatchFacts, MatchKind, ScanFacts};
use waybill_domain::{Confidence, Gate, Severity, Verdict};

use crate::{BUILT_IN, Engine};

fn severity() -> impl Strategy<Value = Severity> {
    prop::sample::select(Severity::WORST_FIRST.to_vec())
}

fn confidence() -> impl Strategy<Value = Confidence> {
    prop::sample::select(vec![Confidence::Low, Confidence::Medium, Confidence::High])
}

fn finding() -> impl Strategy<Value = FindingFacts> {
    (severity(), confidence(), any::<bool>(), "[a-z-]{0,12}").prop_map(
        |(severity, confidence, incomplete, rule)| FindingFacts {
            rule,
            severity,
            confidence,
            incomplete,
            ..FindingFacts::default()
        },
    )
}

fn found() -> impl Strategy<Value = MatchFacts> {
    let kind = prop::sample::select(vec![
        MatchKind::Vulnerable,
        MatchKind::Malicious,
        MatchKind::Retired,
        MatchKind::Revoked,
        MatchKind::Unmaintained,
    ]);
    let ends = prop::sample::select(vec!["", "2026-01-01", "2027-01-01"]);
    (kind, severity(), any::<[bool; 3]>(), ends).prop_map(
        |(kind, severity, [exploited, malicious, certain], ends)| MatchFacts {
            kind,
            severity,
            exploited,
            malicious,
            certain,
            ends: ends.to_owned(),
            ..MatchFacts::default()
        },
    )
}

fn decide(engine: &Engine, findings: &[FindingFacts], matches: &[MatchFacts]) -> Verdict {
    let facts = ScanFacts {
        today: "2026-11-23".to_owned(),
        findings: findings.to_vec(),
        matches: matches.to_vec(),
        ..ScanFacts::default()
    };
    engine.decide(&GateFacts::Scan(Box::new(facts))).verdict
}

/// What scans decided before there were policies.
fn before(finding: &FindingFacts) -> Verdict {
    match (finding.severity, finding.confidence) {
        (Severity::Critical | Severity::High, Confidence::High | Confidence::Medium) => {
            Verdict::Reject
        }
        (Severity::Critical | Severity::High, Confidence::Low) | (Severity::Medium, _) => {
            Verdict::Quarantine
        }
        (Severity::Low | Severity::Info, _) => Verdict::Admit,
    }
}

proptest! {
    #[test]
    fn the_baseline_judges_findings_by_severity_and_confidence(
        findings in prop::collection::vec(finding(), 0..6),
    ) {
        let engine = Engine::baseline(&[Gate::Scan]).unwrap();
        let expected = findings.iter().map(before).max().unwrap_or(Verdict::Admit);
        prop_assert_eq!(decide(&engine, &findings, &[]), expected);
    }

    #[test]
    fn one_more_finding_or_match_is_never_milder(
        findings in prop::collection::vec(finding(), 0..6),
        matches in prop::collection::vec(found(), 0..4),
        one_more in finding(),
        other in found(),
    ) {
        for policy in BUILT_IN {
            let engine = Engine::load(&[policy], &[], &[Gate::Scan]).unwrap();
            let verdict = decide(&engine, &findings, &matches);
            let mut more = findings.clone();
            more.push(one_more.clone());
            prop_assert!(decide(&engine, &more, &matches) >= verdict);
            let mut more = matches.clone();
            more.push(other.clone());
            prop_assert!(decide(&engine, &findings, &more) >= verdict);
        }
    }
}
