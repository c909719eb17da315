use sha2::{Digest, Sha256};
use waybill_domain::Finding;

/// What identifies a finding across runs: rule, artifact path, member and message. The offset is
/// left out, so that an edit elsewhere in the artifact does not make an old finding new.
#[must_use]
pub fn fingerprint(artifact: &str, finding: &Finding) -> String {
    let mut hash = Sha256::new();
    for part in [
        finding.rule.as_str(),
        artifact,
        finding.place.member.as_deref().unwrap_or_default(),
        &finding.message,
    ] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use waybill_domain::{Confidence, Place, RuleInfo, Severity};

    #[test]
    fn the_offset_does_not_count_and_the_rest_does() {
        let rule = RuleInfo {
            id: "r",
            summary: "",
            page: "",
            severity: Severity::Low,
            confidence: Confidence::Low,
            answers: &[],
            help: "",
            incomplete: false,
        };
        let at = |offset, member: Option<&str>, message: &str| {
            Finding::new(
                &rule,
                Place {
                    member: member.map(Into::into),
                    line: None,
                    offset,
                },
                message,
            )
        };
        let one = fingerprint("a", &at(Some(1), None, "m"));
        assert_eq!(one, fingerprint("a", &at(Some(9), None, "m")));
        assert_eq!(one.len(), 32);
        for other in [
            fingerprint("b", &at(None, None, "m")),
            fingerprint("a", &at(None, Some("x"), "m")),
            fingerprint("a", &at(None, None, "n")),
        ] {
            assert_ne!(one, other);
        }
    }
}
