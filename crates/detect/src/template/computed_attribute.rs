//! See `computed_attribute.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_source::template::{Key, Root, Via};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "template-computed-attribute",
        summary: "the template looks up an attribute whose name is put together when it is rendered",
        page: include_str!("computed_attribute.md"),
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        answers: &["M-R1", "AML.T0011.000", "AML.T0051.001", "CWE-1336"],
        help: "read the template: names that are put together are how filters for dangerous names are passed by",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Template { facts, .. } = &subject.facts else {
        return;
    };
    for access in &facts.accesses {
        let Key::Computed(expression) = &access.key else {
            continue;
        };
        // `message[key]` with a loop variable is ordinary; a name computed for the attr filter, for
        // a literal or for one of Jinja's own objects is not.
        let odd = match &access.root {
            Root::Literal => !access.base.starts_with(['[', '{', '(']),
            Root::Name(name) => JINJA_OBJECTS.contains(&name.as_str()),
            Root::Expression => false,
        };
        if odd || access.via == Via::AttrFilter {
            let message = format!(
                "looks up {} of {}",
                quoted(expression),
                quoted(&access.base)
            );
            found.add(info, subject, Some(access.offset as u64), message);
        }
    }
}

/// Objects that Jinja gives every template.
const JINJA_OBJECTS: [&str; 9] = [
    "self",
    "lipsum",
    "cycler",
    "joiner",
    "namespace",
    "range",
    "dict",
    "caller",
    "context",
];
