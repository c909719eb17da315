//! See `special_file.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::tar::EntryKind;

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-special-file",
        summary: "a member of the archive is a device or a pipe",
        page: include_str!("special_file.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "D-M2", "CWE-434"],
        help: "do not unpack it; a model has no devices",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Tar(facts) = &subject.facts else {
        return;
    };
    for entry in &facts.entries {
        let what = match entry.kind {
            EntryKind::CharDevice | EntryKind::BlockDevice => "device",
            EntryKind::Fifo => "pipe",
            _ => continue,
        };
        found.add(
            info,
            subject,
            Some(entry.header_offset),
            format!("{} is a {what}", quoted(&entry.path)),
        );
    }
}
