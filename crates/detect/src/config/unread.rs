//! See `unread.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "yaml-unread",
        summary: "the YAML text could not be read to its end",
        page: include_str!("unread.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "S-M1"],
        help: "mend it, or find out what reads it: what stands behind the mistake was not examined",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Yaml(facts) = &subject.facts else {
        return;
    };
    if let Some(stopped) = &facts.objects.stopped {
        let line = stopped.line.unwrap_or(1);
        let message = format!("reading stops at line {line}: {}", stopped.reason);
        let named = [".yaml", ".yml"]
            .iter()
            .any(|extension| subject.name.to_ascii_lowercase().ends_with(extension));
        // What is only shaped like YAML is a text, and was searched as one.
        let severity = if named { info.severity } else { Severity::Low };
        found.add_at_line(info, subject, line, message, severity);
    }
    if facts.objects.left_out > 0 {
        let message = format!(
            "{} tags or names more than are listed",
            facts.objects.left_out
        );
        found.add(info, subject, None, message);
    }
}
