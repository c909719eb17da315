use sha2::{Digest, Sha256};
use waybill_domain::RuleInfo;

/// The version of a rule: twelve hexadecimal digits over its id, how bad and how sure it is, what it
/// answers, and its page, whose examples say what it finds. It changes when any of these does.
#[must_use]
pub fn rule_version(rule: &RuleInfo) -> String {
    let mut hash = Sha256::new();
    for part in [
        rule.id,
        rule.severity.as_str(),
        rule.confidence.as_str(),
        &rule.answers.join(" "),
        rule.page,
    ] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use waybill_domain::{Confidence, Severity};

    #[test]
    fn whatever_a_rule_says_is_part_of_its_version() {
        let rule = RuleInfo {
            id: "r",
            summary: "s",
            page: "p",
            severity: Severity::Low,
            confidence: Confidence::Low,
            answers: &["M-R1"],
            help: "h",
            incomplete: false,
        };
        let version = rule_version(&rule);
        assert_eq!(version.len(), 12);
        assert_eq!(
            version,
            rule_version(&RuleInfo {
                help: "other",
                ..rule
            })
        );
        for other in [
            RuleInfo { id: "q", ..rule },
            RuleInfo { page: "q", ..rule },
            RuleInfo {
                severity: Severity::High,
                ..rule
            },
            RuleInfo {
                confidence: Confidence::High,
                ..rule
            },
            RuleInfo {
                answers: &[],
                ..rule
            },
        ] {
            assert_ne!(version, rule_version(&other));
        }
    }
}
