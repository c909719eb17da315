//! See `link_to_machine.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::graph::paths::is_sensitive;
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "link-to-machine",
        summary: "a link beside the artifacts leads to settings or secrets of the machine",
        page: include_str!("link_to_machine.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "CWE-59", "CWE-61"],
        help: "delete the link and do not load what lies beside it: a loader that opens it reads, or overwrites, that file",
        incomplete: false,
    },
    check,
};

/// How the reason begins when an artifact is such a link; its goal follows between backticks. What
/// is not on this machine may be on the one that loads it.
const LINKS: [&str; 2] = [
    "it is a link that leads out of the target, to `",
    "it is a link that leads nowhere, to `",
];

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Unreadable(reason) = subject.facts else {
        return;
    };
    let Some(goal) = LINKS.iter().find_map(|link| reason.strip_prefix(link)) else {
        return;
    };
    let goal = goal.split('`').next().unwrap_or(goal);
    // However many folders it goes up first.
    let up = goal.trim_start_matches("../");
    let climbs = up.len() < goal.len() && is_sensitive(&format!("/{up}"));
    // A device is told as not read; it holds nothing.
    let device = goal.starts_with("/dev/");
    if climbs || is_sensitive(goal) && !device {
        let message = format!(
            "is a link to {}, which belongs to the machine",
            quoted(goal)
        );
        found.add(info, subject, None, message);
    }
}
