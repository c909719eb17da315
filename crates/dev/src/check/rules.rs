//! Rules: what must hold of the registry as a whole.

use anyhow::Result;
use std::collections::BTreeSet;
use waybill_domain::RuleInfo;

use super::Findings;
use crate::workspace::Workspace;

pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    let guidance = workspace.read("crates/dev/data/guidance-ids.txt")?;
    let guidance: BTreeSet<&str> = guidance
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    let rules = waybill_engine::rules();
    if rules.is_empty() {
        findings.problem("`detect` registers no rule");
    }
    let mut seen = BTreeSet::new();
    for rule in &rules {
        if !seen.insert(rule.id) {
            findings.problem(format!("two rules are called `{}`", rule.id));
        }
        one(rule, &guidance, findings);
    }
    Ok(())
}

fn one(rule: &RuleInfo, guidance: &BTreeSet<&str>, findings: &mut Findings) {
    let id = rule.id;
    if !is_kebab_case(id) {
        findings.problem(format!("rule id `{id}` is not kebab-case"));
    }
    if rule.page.trim().is_empty() {
        findings.problem(format!("rule `{id}` has no page"));
    }
    if rule.summary.is_empty() || rule.summary.ends_with('.') || rule.summary.lines().count() > 1 {
        findings.problem(format!(
            "the summary of `{id}` is to be one line without a full stop"
        ));
    }
    if rule.help.is_empty() {
        findings.problem(format!("rule `{id}` does not say what to do"));
    }
    if !rule.answers.iter().any(|answer| guidance.contains(answer)) {
        findings.problem(format!("rule `{id}` answers no id of the guidance"));
    }
    for answer in rule.answers {
        let known = guidance.contains(answer) || is_atlas(answer) || is_cwe(answer);
        if !known {
            findings.problem(format!(
                "rule `{id}` answers `{answer}`, which is no id we know"
            ));
        }
    }
}

fn is_kebab_case(id: &str) -> bool {
    !id.is_empty()
        && id.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

/// A technique of MITRE ATLAS: `AML.T0011` or `AML.T0011.000`.
fn is_atlas(id: &str) -> bool {
    let Some(rest) = id.strip_prefix("AML.T") else {
        return false;
    };
    let mut parts = rest.split('.');
    parts.next().is_some_and(|part| digits(part, 4))
        && parts.next().is_none_or(|part| digits(part, 3))
        && parts.next().is_none()
}

fn is_cwe(id: &str) -> bool {
    id.strip_prefix("CWE-")
        .is_some_and(|number| digits(number, number.len()) && !number.is_empty())
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        assert!(is_kebab_case("pickle-shell-command"));
        assert!(!is_kebab_case("pickle--shell") && !is_kebab_case("Pickle") && !is_kebab_case(""));
        assert!(is_atlas("AML.T0011") && is_atlas("AML.T0011.000"));
        assert!(!is_atlas("AML.T11") && !is_atlas("AML.T0011.0") && !is_atlas("AML.T0011.000.1"));
        assert!(is_cwe("CWE-502") && !is_cwe("CWE-") && !is_cwe("502"));
    }
}
