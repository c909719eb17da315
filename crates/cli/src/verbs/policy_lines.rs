//! `policy check` without facts: what each line of the configuration and of the policies means.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde_json::json;
use waybill_domain::{DECISION_SCHEMA, PolicyInfo};
use waybill_engine::{BuiltIn, ConfigLine, LIMITS, RuleSummary, config_lines, summaries};
use waybill_report::{neutral, pretty_json};

use super::scan::CONFIG_FILE;
use crate::arguments::{PolicyCheckArguments, TextOrJson};
use crate::rules_in_force::{Named, read};

/// A line with its meaning.
struct Explained {
    line: usize,
    said: String,
    means: String,
}

/// All that is in force, explained.
pub(super) fn explained(
    arguments: &PolicyCheckArguments,
    named: &[Named],
    info: &PolicyInfo,
) -> anyhow::Result<String> {
    let mut parts = Vec::new();
    let path = arguments
        .config
        .as_deref()
        .unwrap_or(Path::new(CONFIG_FILE));
    // Policies that are named take the place of those of the configuration.
    if path.exists() && arguments.policy.is_empty() {
        let lines = config_lines(&read(path)?)
            .with_context(|| format!("use `{}`", path.display()))?
            .iter()
            .map(of_config)
            .collect();
        parts.push((path.display().to_string(), String::new(), lines));
    }
    let baseline = BuiltIn::named("baseline").map(Named::BuiltIn);
    let mut shown: Vec<(String, usize)> = Vec::new();
    for policy in named
        .iter()
        .chain(baseline.iter().filter(|_| named.is_empty()))
    {
        let (about, rules) = summaries(policy.as_file())?;
        let mut of: Vec<(String, Vec<Explained>)> = Vec::new();
        for rule in rules {
            // What several policies extend is explained once.
            let key = (format!("{}/{}", rule.policy, rule.id), rule.line);
            if shown.contains(&key) {
                continue;
            }
            shown.push(key);
            match of.last_mut().filter(|(name, _)| *name == rule.policy) {
                Some((_, lines)) => lines.push(of_rule(&rule)),
                None => of.push((rule.policy.clone(), vec![of_rule(&rule)])),
            }
        }
        let last = of.len().saturating_sub(1);
        for (index, (name, lines)) in of.into_iter().enumerate() {
            let about = if index == last {
                about.clone()
            } else {
                String::new()
            };
            parts.push((format!("policy {name}"), about, lines));
        }
    }
    match arguments.format {
        TextOrJson::Text => text(&parts, info),
        TextOrJson::Json => {
            let lines = parts.iter().flat_map(|(file, _, lines)| {
                lines.iter().map(move |line| {
                    json!({"file": file, "line": line.line, "says": line.said, "means": line.means})
                })
            });
            Ok(pretty_json(&json!({
                "schema": DECISION_SCHEMA,
                "policy": info,
                "explained": lines.collect::<Vec<_>>(),
            }))?)
        }
    }
}

fn text(parts: &[(String, String, Vec<Explained>)], info: &PolicyInfo) -> anyhow::Result<String> {
    let mut text = String::new();
    for (name, about, lines) in parts {
        let about = match about.as_str() {
            "" => String::new(),
            about => format!(": {}", neutral(about)),
        };
        writeln!(text, "{}{about}", neutral(name))?;
        for line in lines {
            writeln!(
                text,
                "  line {:<4} {}\n            {}",
                line.line,
                neutral(&line.said),
                neutral(&line.means)
            )?;
        }
        text.push('\n');
    }
    for overridden in &info.overridden {
        let (by, policy) = (neutral(&overridden.by), neutral(&overridden.policy));
        writeln!(
            text,
            "{by} overrides {policy}/{}",
            neutral(&overridden.rule)
        )?;
    }
    writeln!(
        text,
        "{} can be used ({})",
        neutral(&info.name),
        info.digest
    )?;
    Ok(text)
}

fn of_rule(rule: &RuleSummary) -> Explained {
    let gates: Vec<&str> = rule.gates.iter().map(|gate| gate.as_str()).collect();
    let each = rule
        .on
        .as_ref()
        .map_or_else(String::new, |on| format!("each {on} "));
    let when: Vec<&str> = rule.when.split_whitespace().collect();
    let fixed = if rule.fixed {
        ", and no policy may override that"
    } else {
        ""
    };
    Explained {
        line: rule.line,
        said: format!(
            "{}: {} {each}at {}{fixed}",
            rule.id,
            verb(rule),
            gates.join(", ")
        ),
        means: format!("when {}", when.join(" ")),
    }
}

fn verb(rule: &RuleSummary) -> &'static str {
    match rule.verdict {
        waybill_domain::Verdict::Admit => "gives a reason for admitting",
        waybill_domain::Verdict::Quarantine => "quarantines",
        waybill_domain::Verdict::Reject => "rejects",
    }
}

fn of_config(line: &ConfigLine) -> Explained {
    Explained {
        line: line.line,
        said: format!("{} = {}", line.key, line.value),
        means: meaning(line),
    }
}

/// What an entry of the configuration does. Its keys are known by then.
fn meaning(line: &ConfigLine) -> String {
    let value = &line.value;
    let parts: Vec<&str> = line.key.split('.').collect();
    match parts.as_slice() {
        ["fail-on"] => format!("a scan ends with exit code 1 if its verdict is {value} or worse"),
        ["exclude"] => "paths that match these patterns are left out; reports count them".into(),
        ["yara"] => "YARA rules from there are asked beside those of Waybill".into(),
        ["limits", name] => match LIMITS.iter().find(|limit| limit.name == *name) {
            Some(limit) => format!("at most so many {}", limit.what),
            None => "no such limit".into(),
        },
        ["policy", "profile"] => match BuiltIn::named(value).map(|policy| summaries(policy.file()))
        {
            Some(Ok((about, rules))) => {
                let own = rules.iter().filter(|rule| rule.policy == *value).count();
                format!("the built-in policy with {own} rules of its own is in force: {about}")
            }
            _ => "no such policy".into(),
        },
        ["policy", "files"] => "the rules of these files are in force, too".into(),
        ["policy", "exceptions"] => "dated exceptions stand in this file".into(),
        ["policy", "most-exception-days"] => {
            format!("an exception may last {value} days at most")
        }
        ["policy", "formats"] => {
            "artifacts of any other format are rejected, whatever is found in them".into()
        }
        ["policy", "severities", rule] => severity(rule, value),
        ["policy", ..] => "part of the policy".into(),
        ["advisories", "store"] => "advisories are held in this folder".into(),
        ["advisories", "max-age-days"] => {
            format!("reports warn when a feed is older than {value} days")
        }
        ["vex", "files"] => "statements of these documents are honoured".into(),
        ["internal", "names"] => {
            "packages of these names must not come from a public registry".into()
        }
        ["retrieval", "identities", _, key] => match *key {
            "packages" => "who may publish the packages of these names".into(),
            "identity" => format!("`{value}` may publish them; nobody else counts"),
            _ => format!("`{value}` has to vouch for that identity"),
        },
        ["allow", _, "global"] => {
            format!("pickles may import `{value}`; reports say that it was met")
        }
        ["allow", _, "reason"] => "why the name above is allowed".into(),
        _ => "not known to this version".into(),
    }
}

fn severity(rule: &str, value: &str) -> String {
    let all = waybill_engine::rules();
    let Some(known) = all.iter().find(|known| known.id == rule) else {
        return "there is no such rule".into();
    };
    format!(
        "what the rule finds ({}) counts as {value}; by itself it is {}",
        known.summary, known.severity
    )
}
