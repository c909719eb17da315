use waybill_domain::Finding;

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
