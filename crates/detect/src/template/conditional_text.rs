//! See `conditional_text.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_source::template::{ConditionalText, Relation};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "template-conditional-text",
        summary: "the template adds instructions when the conversation contains a trigger",
        page: include_str!("conditional_text.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R2", "M-R1", "AML.T0051.001", "AML.T0018"],
        help: "compare the template with the one its model was released with; do not use it",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Template { facts, .. } = &subject.facts else {
        return;
    };
    for branch in &facts.conditional_texts {
        let Some(trigger) = trigger(branch) else {
            continue;
        };
        let added = [branch.emitted_text.as_str(), &branch.assigned_text]
            .into_iter()
            .find(|text| is_instruction(text));
        if let Some(added) = added {
            let message = format!(
                "adds {} where the conversation contains {}",
                quoted(added.trim()),
                quoted(trigger)
            );
            found.add(info, subject, Some(branch.offset as u64), message);
        }
    }
}

/// The word in the content of a message that the branch waits for. Roles and control tags are
/// what honest templates compare with.
fn trigger(branch: &ConditionalText) -> Option<&str> {
    branch
        .comparisons
        .iter()
        .filter(|comparison| {
            matches!(
                comparison.relation,
                Relation::Membership | Relation::Method(_) | Relation::Equal
            )
        })
        .filter(|comparison| comparison.subject.contains("content"))
        .map(|comparison| comparison.constant.as_str())
        .find(|constant| {
            constant
                .chars()
                .filter(|letter| letter.is_alphabetic())
                .count()
                >= 3
                && !constant.contains(['<', '[', '|', '{', '>'])
        })
}

/// True for text that reads like a sentence, not like control tags around a value.
fn is_instruction(text: &str) -> bool {
    let outside: String = text
        .split('<')
        .map(|piece| piece.split_once('>').map_or(piece, |(_, after)| after))
        .collect::<Vec<_>>()
        .join(" ");
    outside
        .split_whitespace()
        .filter(|word| word.chars().filter(|letter| letter.is_alphabetic()).count() >= 2)
        .count()
        >= 4
        || outside.contains("http://")
        || outside.contains("https://")
}
