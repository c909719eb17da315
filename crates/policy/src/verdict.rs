use waybill_domain::{Confidence, Finding, Severity, Verdict};

/// The verdict on one artifact out of its findings. Findings that are excepted do not count.
///
/// High and critical findings reject, unless the rule itself says that it is only a hint; medium
/// ones quarantine; low ones and mere information change nothing.
#[must_use]
pub fn decide(findings: &[Finding]) -> Verdict {
    findings
        .iter()
        .filter(|finding| finding.excepted.is_none())
        .map(one)
        .max()
        .unwrap_or(Verdict::Admit)
}

fn one(finding: &Finding) -> Verdict {
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

/// Sorts findings as reports show them: worst first, then by place.
pub fn order(findings: &mut [Finding]) {
    findings.sort_by(|left, right| {
        right
            .severity
            .cmp(&left.severity)
            .then_with(|| left.incomplete.cmp(&right.incomplete))
            .then_with(|| left.place.cmp(&right.place))
            .then_with(|| left.rule.cmp(&right.rule))
            .then_with(|| left.message.cmp(&right.message))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use waybill_domain::{Excepted, Place, RuleInfo};

    fn finding(severity: Severity, confidence: Confidence) -> Finding {
        let rule = RuleInfo {
            id: "r",
            summary: "",
            page: "",
            severity,
            confidence,
            answers: &[],
            help: "",
            incomplete: false,
        };
        Finding::new(&rule, Place::default(), "m")
    }

    #[test]
    fn severities_and_confidence_make_the_verdict() {
        use Confidence::{High, Low, Medium};
        assert_eq!(decide(&[]), Verdict::Admit);
        assert_eq!(decide(&[finding(Severity::Low, High)]), Verdict::Admit);
        assert_eq!(
            decide(&[finding(Severity::Medium, Low)]),
            Verdict::Quarantine
        );
        assert_eq!(decide(&[finding(Severity::High, Low)]), Verdict::Quarantine);
        assert_eq!(
            decide(&[
                finding(Severity::Medium, High),
                finding(Severity::High, Medium)
            ]),
            Verdict::Reject
        );
        let mut excepted = finding(Severity::Critical, High);
        excepted.excepted = Some(Excepted::Baseline);
        assert_eq!(decide(&[excepted]), Verdict::Admit);
    }
}
