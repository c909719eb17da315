//! See `checksum.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-checksum",
        summary: "the content of an archive entry does not match its checksum",
        page: include_str!("checksum.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M5", "CWE-354"],
        help: "fetch it again and compare digests; programs that skip the checksum load what stands there",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::ZipBody { entry, crc32 } = &subject.facts {
        let message = format!(
            "{} has checksum {crc32:08x}, its header says {:08x}",
            quoted(&entry.name),
            entry.crc32
        );
        found.add(info, subject, None, message);
    }
}
