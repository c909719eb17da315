//! See `inclusion.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_source::template::InclusionKind;

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "template-inclusion",
        summary: "the template asks for another template",
        page: include_str!("inclusion.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "AML.T0011.000", "AML.T0051.001", "CWE-1336"],
        help: "a chat template stands alone; find out which file it would read",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Template { facts, .. } = &subject.facts else {
        return;
    };
    for inclusion in &facts.inclusions {
        let verb = match inclusion.kind {
            InclusionKind::Include => "includes",
            InclusionKind::Import | InclusionKind::FromImport => "imports from",
            InclusionKind::Extends => "extends",
        };
        let target = inclusion
            .target
            .as_deref()
            .map_or_else(|| "a template named when it is rendered".to_owned(), quoted);
        found.add(
            info,
            subject,
            Some(inclusion.offset as u64),
            format!("{verb} {target}"),
        );
    }
}
