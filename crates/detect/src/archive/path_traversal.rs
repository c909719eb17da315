//! See `path_traversal.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

use super::names::escapes;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-path-traversal",
        summary: "a member of the archive would be written outside the folder it is unpacked into",
        page: include_str!("path_traversal.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "D-M2", "CWE-22"],
        help: "do not unpack it; no honest archive names such a path",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    match &subject.facts {
        Facts::Zip(facts) => {
            for entry in &facts.entries {
                let paths = [Some(&entry.name), entry.unicode_path.as_ref()];
                for path in paths.into_iter().flatten() {
                    if let Some(how) = escapes(path) {
                        found.add(
                            info,
                            subject,
                            Some(entry.directory_offset),
                            format!("{} {how}", quoted(path)),
                        );
                    }
                }
            }
        }
        Facts::Tar(facts) => {
            for entry in &facts.entries {
                if let Some(how) = escapes(&entry.path) {
                    found.add(
                        info,
                        subject,
                        Some(entry.header_offset),
                        format!("{} {how}", quoted(&entry.path)),
                    );
                }
            }
        }
        Facts::Listing(members) => {
            for member in *members {
                if let Some(how) = escapes(&member.name) {
                    let message = format!("{} {how}", quoted(&member.name));
                    found.add(info, subject, Some(member.offset), message);
                }
            }
        }
        _ => {}
    }
}
