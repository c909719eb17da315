//! The index of rules and one page each, as `waybill explain` prints it.

use std::fmt::Write as _;
use waybill_domain::RuleInfo;

use super::{MARK, Page, REFERENCE};

pub(super) fn pages() -> Vec<Page> {
    let rules = waybill_engine::rules();
    let mut pages = vec![index(&rules)];
    pages.extend(rules.iter().map(|rule| page(rule)));
    pages
}

fn index(rules: &[&RuleInfo]) -> Page {
    let mut body = format!(
        "{} rules, in the order in which they are asked. Severity says how bad it is if true, confidence \
         how sure the rule is.\n\n| rule | severity | confidence | sees | answers |\n|---|---|---|---|---|\n",
        rules.len()
    );
    for rule in rules {
        let _ = writeln!(
            body,
            "| [`{id}`](rules/{id}.md) | {} | {} | {} | {} |",
            rule.severity,
            rule.confidence,
            rule.summary.replace('|', "\\|"),
            rule.answers.join(", "),
            id = rule.id,
        );
    }
    Page::reference("rules", "Rules", &body)
}

fn page(rule: &RuleInfo) -> Page {
    let examined = if rule.incomplete {
        " · bytes were not examined"
    } else {
        ""
    };
    let facts = format!(
        "Severity {} · confidence {}{examined} · answers {}",
        rule.severity,
        rule.confidence,
        rule.answers.join(", ")
    );
    let text = match rule.page.trim().split_once("\n\n") {
        Some((title, body)) if title.starts_with("# ") => {
            format!("{MARK}\n\n{title}\n\n{facts}\n\n{body}\n")
        }
        _ => format!(
            "{MARK}\n\n# {}\n\n{facts}\n\n{}\n",
            rule.id,
            rule.page.trim()
        ),
    };
    Page {
        path: format!("{REFERENCE}/rules/{}.md", rule.id),
        text,
    }
}
