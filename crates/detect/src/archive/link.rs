//! See `link.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::tar::EntryKind;

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

use super::names::link_escapes;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-link",
        summary: "a member of the archive is a link",
        page: include_str!("link.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "D-M2", "CWE-59"],
        help: "unpack it with a tool that refuses links, or ask for an archive without them",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    match &subject.facts {
        Facts::Zip(facts) => {
            for entry in facts.entries.iter().filter(|entry| entry.is_link()) {
                // The target is the entry's content; wherever it leads, unpackers follow it.
                found.add_with(
                    info,
                    subject,
                    Some(entry.directory_offset),
                    format!("{} is a symbolic link", quoted(&entry.name)),
                    Severity::High,
                );
            }
        }
        Facts::Tar(facts) => {
            for entry in &facts.entries {
                let target = entry.link_target.as_deref().unwrap_or_default();
                let (what, leaves) = match entry.kind {
                    EntryKind::SymLink => ("symbolic link", link_escapes(&entry.path, target)),
                    // A hard link's target is a path in the archive, not relative to the link.
                    EntryKind::HardLink => ("hard link", link_escapes("", target)),
                    _ => continue,
                };
                let severity = if leaves {
                    Severity::High
                } else {
                    info.severity
                };
                let where_to = if leaves { ", out of its folder" } else { "" };
                let message = format!(
                    "{} is a {what} to {}{where_to}",
                    quoted(&entry.path),
                    quoted(target)
                );
                found.add_with(info, subject, Some(entry.header_offset), message, severity);
            }
        }
        Facts::Listing(members) => {
            for member in members.iter().filter(|member| member.is_link) {
                let message = format!("{} is a symbolic link", quoted(&member.name));
                found.add_with(info, subject, Some(member.offset), message, Severity::High);
            }
        }
        _ => {}
    }
}
