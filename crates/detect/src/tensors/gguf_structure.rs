//! See `gguf_structure.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::gguf::ProblemKind;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "gguf-structure",
        summary: "the tables of a GGUF artifact lie about counts, lengths or places",
        page: include_str!("gguf_structure.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "CWE-190", "CWE-125"],
        help: "do not load it: readers have overflowed on such values; ask its supplier for a whole artifact",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Gguf(facts) = &subject.facts else {
        return;
    };
    for problem in &facts.problems {
        let severity = match &problem.kind {
            // A newer or older writer than this table of types, or a careless one.
            ProblemKind::TensorTypeUnknown { .. }
            | ProblemKind::DuplicateTensor { .. }
            | ProblemKind::DuplicateKey { .. }
            | ProblemKind::AlignmentMistyped
            | ProblemKind::VersionUnknown { .. }
            | ProblemKind::RowNotWholeBlocks { .. }
            | ProblemKind::OffsetNotAligned { .. }
            | ProblemKind::DimensionZero { .. }
            | ProblemKind::Hole { .. }
            | ProblemKind::KeyTooLong { .. }
            | ProblemKind::Truncated { .. }
            | ProblemKind::ValueTypeUnknown { .. } => Severity::Medium,
            ProblemKind::TextNotUtf8
            | ProblemKind::TensorTypeRemoved { .. }
            | ProblemKind::BoolNotBinary { .. }
            | ProblemKind::NameTooLong { .. }
            | ProblemKind::PaddingNotZero { .. } => Severity::Low,
            // Told by the rules about trailing bytes and limits.
            ProblemKind::BytesAfterData { .. }
            | ProblemKind::TextCut { .. }
            | ProblemKind::LimitReached { .. }
            | ProblemKind::NestedTooDeep { .. }
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
        // Behind a lie about counts or lengths the tables are read from the wrong places.
        if is_fatal(&problem.kind) {
            break;
        }
    }
}

fn is_fatal(kind: &ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::CountBeyondFile { .. }
            | ProblemKind::StringBeyondFile { .. }
            | ProblemKind::ArrayBeyondFile { .. }
            | ProblemKind::ValueTypeUnknown { .. }
    )
}
