//! See `safetensors_structure.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::safetensors::ProblemKind;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "safetensors-structure",
        summary: "the header of a safetensors artifact lies about its tensors",
        page: include_str!("safetensors_structure.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "CWE-20"],
        help: "do not load it with a reader that skips these checks; ask its supplier for a whole artifact",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Safetensors(facts) = &subject.facts else {
        return;
    };
    for problem in &facts.problems {
        let severity = match &problem.kind {
            // A newer revision of the format, or a careless writer.
            ProblemKind::DtypeUnknown { .. }
            | ProblemKind::FieldUnknown { .. }
            | ProblemKind::MetadataNotText { .. }
            | ProblemKind::MetadataNotObject
            | ProblemKind::Hole { .. }
            | ProblemKind::DataStart { .. }
            | ProblemKind::HeaderPadding { .. } => Severity::Medium,
            // Told by the rules about trailing bytes and limits.
            ProblemKind::BytesAfterData { .. }
            | ProblemKind::TextCut { .. }
            | ProblemKind::LimitReached { .. }
            | ProblemKind::HeaderOverLimit { .. }
            | ProblemKind::Unreadable { .. } => continue,
            _ => info.severity,
        };
        found.add_with(
            info,
            subject,
            Some(problem.offset),
            problem.kind.to_string(),
            severity,
        );
    }
}
