//! See `lfs_pointer.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Format, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "git-lfs-pointer",
        summary: "a pointer stands where the bytes should be: they are not here",
        page: include_str!("lfs_pointer.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-M5", "S-M2"],
        help: "fetch the bytes with git lfs pull and scan again",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::Identity(formats) = &subject.facts
        && formats.contains(&Format::LFS_POINTER)
    {
        found.add(
            info,
            subject,
            None,
            "the bytes are elsewhere: this is a Git LFS pointer",
        );
    }
}
