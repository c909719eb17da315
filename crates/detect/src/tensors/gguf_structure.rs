//! See `gguf_structure.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::gguf::{GgufFacts, ProblemKind, Value};

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
    parts(info, subject, facts, found);
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

/// The part that a name says: number and count in `model-00002-of-00003.gguf`.
fn part_by_name(name: &str) -> Option<(u64, u64)> {
    let (rest, count) = name.strip_suffix(".gguf")?.rsplit_once("-of-")?;
    let (_, number) = rest.rsplit_once('-')?;
    let five = |digits: &str| digits.len() == 5 && digits.bytes().all(|one| one.is_ascii_digit());
    (five(number) && five(count)).then_some((number.parse().ok()?, count.parse().ok()?))
}

/// A part of a model in several files says which one it is, by its name and in its pairs.
fn parts(info: &RuleInfo, subject: &Subject<'_>, facts: &GgufFacts, found: &mut Found) {
    let stated = |key: &str| {
        let pair = facts.pairs.iter().find(|pair| pair.key == key)?;
        let number = match pair.value {
            Value::U8(number) => u64::from(number),
            Value::U16(number) => u64::from(number),
            Value::U32(number) => u64::from(number),
            Value::U64(number) => number,
            Value::I32(number) => number.try_into().ok()?,
            _ => return None,
        };
        Some((number, pair.offset))
    };
    let (Some((index, offset)), Some((of, _))) = (stated("split.no"), stated("split.count")) else {
        return;
    };
    let Some((number, count)) = part_by_name(subject.name) else {
        if of > 1 {
            let part = index.saturating_add(1);
            let message = format!(
                "its pairs say that it is part {part} of {of}, its name does not: the other parts cannot be told"
            );
            found.add_with(info, subject, Some(offset), message, Severity::Low);
        }
        return;
    };
    let says = index.saturating_add(1);
    if (says, of) != (number, count) {
        let message =
            format!("its name says part {number} of {count}, its pairs say part {says} of {of}");
        found.add_with(info, subject, Some(offset), message, Severity::Medium);
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
