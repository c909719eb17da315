//! See `alias_bomb.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "yaml-alias-bomb",
        summary: "aliases of aliases unfold the YAML text out of all proportion",
        page: include_str!("alias_bomb.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "D-M2", "AML.T0029", "CWE-776"],
        help: "do not read it with a parser that copies what aliases name",
        incomplete: false,
    },
    check,
};

/// Values below which no unfolding is worth a finding.
const UNFOLDED: u64 = 5_000_000;
/// How many values one written value may become.
const RATIO: u64 = 100;

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Yaml(facts) = &subject.facts else {
        return;
    };
    let (values, unfolded) = (facts.objects.values, facts.objects.unfolded);
    if unfolded >= UNFOLDED && unfolded.checked_div(values.max(1)).unwrap_or(0) >= RATIO {
        let shown = if unfolded == u64::MAX {
            "more than any number of bits can count".to_owned()
        } else {
            unfolded.to_string()
        };
        found.add(
            info,
            subject,
            None,
            format!("{values} values unfold to {shown} when aliases are followed"),
        );
    }
}
