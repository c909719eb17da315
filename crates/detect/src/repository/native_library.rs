//! See `native_library.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::unit::TieKind;
use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "repository-native-library",
        summary: "native code lies beside a model",
        page: include_str!("native_library.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "S-R1", "CWE-426", "CWE-506"],
        help: "find out what loads it; a model needs no native code of its own",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Tie(tie) = &subject.facts else {
        return;
    };
    if tie.kind != TieKind::NativeLibrary {
        return;
    }
    match tie.line {
        Some(line) => found.add_at_line(info, subject, line, tie.message.clone(), tie.severity),
        None => found.add_with(info, subject, None, tie.message.clone(), tie.severity),
    }
}
