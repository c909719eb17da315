//! See `inclusion.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_source::template::InclusionKind;

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "template-inclusion",
        summary: "the template asks for another template",
        page: include_str!("inclusion.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "AML.T0011.000", "AML.T0051.001", "CWE-1336"],
        help: "a chat template stands alone; find out which file it would read",
        incomplete: false,
    },
    check,
};

/// Endings of the names of pages and other documents that a program writes from templates.
const PAGES: [&str; 8] = [
    ".html", ".htm", ".xml", ".j2", ".rst", ".tex", ".tpl", ".txt",
];
/// Endings of other files that programs write from templates, or that are templates.
const WRITTEN: [&str; 22] = [
    ".jinja",
    ".jinja2",
    ".tmpl",
    ".template",
    ".kml",
    ".svg",
    ".css",
    ".scss",
    ".js",
    ".ts",
    ".jsx",
    ".vue",
    ".py",
    ".sh",
    ".sql",
    ".toml",
    ".cfg",
    ".ini",
    ".c",
    ".h",
    ".rs",
    ".go",
];
/// What templates of chats speak of.
const CHAT: [&str; 6] = [
    "message",
    "bos_token",
    "eos_token",
    "add_generation_prompt",
    "role",
    "prompt",
];

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Template { facts, text } = &subject.facts else {
        return;
    };
    // A chat template stands alone; pages are put together from several.
    let name = subject.name.to_ascii_lowercase();
    let is_page = PAGES.iter().any(|ending| name.ends_with(ending)) && !name.contains("chat");
    // So are scripts and documents of programs, which speak of no messages.
    let is_written = WRITTEN.iter().any(|ending| name.ends_with(ending))
        && !name.contains("chat")
        && !CHAT.iter().any(|word| text.contains(word));
    for inclusion in &facts.inclusions {
        // A name that is only made when it is rendered may lead anywhere.
        let leads_out = inclusion.target.as_deref().is_none_or(|target| {
            target.starts_with(['/', '\\', '~']) || target.contains("..") || target.contains(':')
        });
        let severity = if is_page || is_written && !leads_out {
            Severity::Low
        } else {
            info.severity
        };
        let verb = match inclusion.kind {
            InclusionKind::Include => "includes",
            InclusionKind::Import | InclusionKind::FromImport => "imports from",
            InclusionKind::Extends => "extends",
        };
        let target = inclusion
            .target
            .as_deref()
            .map_or_else(|| "a template named when it is rendered".to_owned(), quoted);
        let message = format!("{verb} {target}");
        found.add_with(
            info,
            subject,
            Some(inclusion.offset as u64),
            message,
            severity,
        );
    }
}
