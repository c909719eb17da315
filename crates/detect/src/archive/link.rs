//! See `link.md`, which is both the reference page and the test.

use std::collections::HashSet;

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::tar::EntryKind;

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

use super::names::{Through, link_escapes};

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

/// The files that stand in the archive so far. A hard link to one of them is a second name for it, as
/// long as no symbolic link can have moved either.
#[derive(Default)]
struct Standing<'a> {
    files: HashSet<&'a str>,
    soft: bool,
}

impl<'a> Standing<'a> {
    fn file(&mut self, path: &'a str) {
        self.files.insert(path.trim_start_matches("./"));
    }

    fn has(&self, target: &str) -> bool {
        !self.soft && self.files.contains(target.trim_start_matches("./"))
    }
}

/// Links that are nothing to worry about are told by the first of them.
fn told_once(info: &RuleInfo, subject: &Subject<'_>, links: Vec<(u64, String)>, found: &mut Found) {
    let more = match links.len().saturating_sub(1) {
        0 => String::new(),
        1 => ", and there is another link like it".to_owned(),
        more => format!(", and there are {more} more links like it"),
    };
    if let Some((offset, message)) = links.into_iter().next() {
        let message = format!("{message}{more}");
        found.add_with(info, subject, Some(offset), message, Severity::Low);
    }
}

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
            let mut ordinary = Vec::new();
            let mut stands = Standing::default();
            let through = subject
                .system_package
                .then(|| Through::new(facts.entries.iter().map(|entry| entry.path.as_str())));
            for entry in &facts.entries {
                let target = entry.link_target.as_deref().unwrap_or_default();
                let (what, leaves) = match entry.kind {
                    EntryKind::SymLink => ("symbolic link", link_escapes(&entry.path, target)),
                    // A hard link's target is a path in the archive, not relative to the link.
                    EntryKind::HardLink => ("hard link", link_escapes("", target)),
                    _ => {
                        if entry.kind.has_data() {
                            stands.file(&entry.path);
                        }
                        continue;
                    }
                };
                let at_root = through
                    .as_ref()
                    .is_some_and(|through| !through.leads_out(&entry.path, target));
                let severity = match (entry.kind, leaves) {
                    (EntryKind::SymLink, _) if at_root => Severity::Low,
                    (_, true) => Severity::High,
                    (EntryKind::HardLink, false) if stands.has(target) => {
                        stands.file(&entry.path);
                        Severity::Low
                    }
                    _ => info.severity,
                };
                stands.soft |= entry.kind == EntryKind::SymLink;
                let where_to = if leaves && !at_root {
                    ", out of its folder"
                } else {
                    ""
                };
                let message = format!(
                    "{} is a {what} to {}{where_to}",
                    quoted(&entry.path),
                    quoted(target)
                );
                if severity == Severity::Low {
                    ordinary.push((entry.header_offset, message));
                    continue;
                }
                found.add_with(info, subject, Some(entry.header_offset), message, severity);
            }
            told_once(info, subject, ordinary, found);
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
