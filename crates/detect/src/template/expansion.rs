//! See `expansion.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "template-expansion",
        summary: "rendering the template would take out of all proportion long or large",
        page: include_str!("expansion.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "AML.T0029", "CWE-400"],
        help: "do not render it without limits on time and memory",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Template { facts, .. } = &subject.facts else {
        return;
    };
    for expansion in facts
        .expansions
        .iter()
        .filter(|expansion| expansion.amount > LARGEST)
    {
        found.add(
            info,
            subject,
            Some(expansion.offset as u64),
            format!(
                "a constant asks for {} rounds, characters or powers",
                expansion.amount
            ),
        );
    }
    for round in facts
        .loops
        .iter()
        .filter(|round| round.rounds.is_some_and(|rounds| rounds > LARGEST))
    {
        found.add(
            info,
            subject,
            Some(round.offset as u64),
            format!(
                "a loop goes round {} times",
                round.rounds.unwrap_or_default()
            ),
        );
    }
}

/// More rounds or characters than any prompt has use for.
const LARGEST: u128 = 1_000_000;
