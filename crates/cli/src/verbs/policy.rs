use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde_json::json;
use waybill_domain::{DECISION_SCHEMA, Decision, ExitCode, Gate, Reason, Verdict};
use waybill_engine::{
    BUILT_IN, Changed, PolicyFile, check_facts, compare_policies, read_facts, read_report,
    run_cases, summaries,
};
use waybill_report::{neutral, pretty_json};

use super::policy_lines;
use super::scan::read_config;
use crate::arguments::{
    PolicyArguments, PolicyCheckArguments, PolicyDiffArguments, PolicyShowArguments,
    PolicyTestArguments, PolicyVerb, TextOrJson,
};
use crate::output;
use crate::rules_in_force::{Named, REPORT_BYTES, chosen, engine, read, read_report_text, today};

pub(crate) fn run(arguments: &PolicyArguments) -> anyhow::Result<ExitCode> {
    match &arguments.verb {
        PolicyVerb::List => list(),
        PolicyVerb::Show(arguments) => show(arguments),
        PolicyVerb::Check(arguments) => check(arguments),
        PolicyVerb::Test(arguments) => test(arguments),
        PolicyVerb::Diff(arguments) => diff(arguments),
    }
}

fn list() -> anyhow::Result<ExitCode> {
    let mut text = String::new();
    for policy in BUILT_IN {
        let (about, rules) = summaries(policy.file())?;
        let own = rules.iter().filter(|rule| rule.policy == policy.name);
        writeln!(text, "{:<22}{:>4} rules  {about}", policy.name, own.count())?;
    }
    output::print(&text)?;
    Ok(ExitCode::Admitted)
}

fn show(arguments: &PolicyShowArguments) -> anyhow::Result<ExitCode> {
    let named = Named::find(&arguments.policy)?;
    if arguments.source {
        output::print(named.as_file().text)?;
        return Ok(ExitCode::Admitted);
    }
    let loaded = engine(std::slice::from_ref(&named), &Gate::ALL)?;
    let (about, rules) = summaries(named.as_file())?;
    let info = loaded.info();
    let mut text = format!(
        "{}: {}\n{}\n",
        neutral(&info.name),
        neutral(&about),
        info.digest
    );
    for rule in rules {
        let gates: Vec<&str> = rule.gates.iter().map(|gate| gate.as_str()).collect();
        let on = rule
            .on
            .map_or_else(String::new, |on| format!(", each {on}"));
        let fixed = if rule.fixed {
            ", cannot be overridden"
        } else {
            ""
        };
        let when: Vec<&str> = rule.when.split_whitespace().collect();
        writeln!(
            text,
            "\n{:<10}  {}/{}{fixed}\n{:12}at {}{on}\n{:12}when {}\n{:12}{}\n{:12}answers {}",
            rule.verdict,
            neutral(&rule.policy),
            neutral(&rule.id),
            "",
            gates.join(", "),
            "",
            neutral(&when.join(" ")),
            "",
            neutral(&rule.message),
            "",
            neutral(&rule.answers.join(", ")),
        )?;
    }
    for overridden in &info.overridden {
        writeln!(
            text,
            "\n{} overrides {}/{}",
            overridden.by, overridden.policy, overridden.rule
        )?;
    }
    output::print(&text)?;
    Ok(ExitCode::Admitted)
}

fn check(arguments: &PolicyCheckArguments) -> anyhow::Result<ExitCode> {
    let config = read_config(arguments.config.as_deref())?;
    let named = chosen(&arguments.policy, &config, arguments.config.as_deref())?;
    let policy = engine(&named, &Gate::ALL)?;
    let (Some(gate), Some(file)) = (arguments.gate, &arguments.facts) else {
        output::print(&policy_lines::explained(arguments, &named, policy.info())?)?;
        return Ok(ExitCode::Admitted);
    };
    let against = match &arguments.against {
        Some(name) => Some(engine(&[Named::find(name)?], &Gate::ALL)?),
        None => None,
    };
    let facts = read_facts(gate, &read_or_stdin(file)?, today(arguments.now))?;
    let (decision, changed) = check_facts(&policy, against.as_ref(), &facts);
    let text = match arguments.format {
        TextOrJson::Json => pretty_json(&json!({
            "schema": DECISION_SCHEMA,
            "policy": policy.info(),
            "decision": decision,
            "against": against.as_ref().map(|against| json!({
                "policy": against.info(),
                "changed": changed,
            })),
        }))?,
        TextOrJson::Text => {
            let mut text = decision_text(&decision)?;
            if let Some(against) = &against {
                writeln!(text, "\nby {}:", neutral(&against.info().name))?;
                match &changed {
                    None => writeln!(text, "  the same")?,
                    Some(changed) => text.push_str(&changed_text(changed)?),
                }
            }
            text
        }
    };
    output::print(&text)?;
    Ok(match decision.verdict {
        Verdict::Admit => ExitCode::Admitted,
        Verdict::Quarantine | Verdict::Reject => ExitCode::Refused,
    })
}

fn decision_text(decision: &Decision) -> anyhow::Result<String> {
    let mut text = format!("{} at gate {}\n", decision.verdict, decision.gate);
    for reason in &decision.reasons {
        text.push_str(&reason_text(reason, "")?);
    }
    if decision.reasons.is_empty() {
        writeln!(text, "  no rule applies")?;
    }
    Ok(text)
}

fn reason_text(reason: &Reason, sign: &str) -> anyhow::Result<String> {
    let more = match reason.count {
        0 | 1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    let answers = match reason.answers.is_empty() {
        true => String::new(),
        false => format!(" [{}]", neutral(&reason.answers.join(", "))),
    };
    let mut text = String::new();
    writeln!(
        text,
        "  {sign}{:<10} {}{more}\n  {:width$}{}/{}{answers}",
        reason.verdict,
        neutral(&reason.message),
        "",
        neutral(&reason.policy),
        neutral(&reason.rule),
        width = 11 + sign.len()
    )?;
    Ok(text)
}

fn changed_text(changed: &Changed) -> anyhow::Result<String> {
    let mut text = match changed.before == changed.after {
        true => format!("  {} as before, for other reasons\n", changed.after),
        false => format!("  {} instead of {}\n", changed.after, changed.before),
    };
    for reason in &changed.no_longer {
        text.push_str(&reason_text(reason, "- ")?);
    }
    for reason in &changed.newly {
        text.push_str(&reason_text(reason, "+ ")?);
    }
    Ok(text)
}

fn test(arguments: &PolicyTestArguments) -> anyhow::Result<ExitCode> {
    let policy = Named::find(&arguments.policy)?;
    let (cases_file, cases) = match (&arguments.cases, &policy) {
        (Some(file), _) => (file.display().to_string(), read(file)?),
        (None, Named::BuiltIn(policy)) => (
            format!("{}.cases.toml", policy.name),
            policy.cases.to_owned(),
        ),
        (None, Named::File { name, .. }) => {
            let file = cases_beside(Path::new(name));
            (file.display().to_string(), read(&file)?)
        }
    };
    let results = run_cases(
        policy.as_file(),
        PolicyFile {
            file: &cases_file,
            text: &cases,
        },
    )?;
    let mut text = String::new();
    for case in &results.cases {
        match &case.failure {
            None => writeln!(text, "ok      {}", neutral(&case.name))?,
            Some(failure) => writeln!(
                text,
                "FAILED  {} ({}:{})\n        {}",
                neutral(&case.name),
                neutral(&cases_file),
                case.line,
                neutral(failure)
            )?,
        }
    }
    for rule in &results.untouched {
        writeln!(text, "no case reaches `{}`", neutral(rule))?;
    }
    let failed = results.failed();
    writeln!(
        text,
        "{} cases, {failed} failed; {} of {} rules reached",
        results.cases.len(),
        results.rules - results.untouched.len(),
        results.rules
    )?;
    output::print(&text)?;
    Ok(match (failed, results.cases.is_empty()) {
        (0, true) => ExitCode::Nothing,
        (0, false) => ExitCode::Admitted,
        _ => ExitCode::Refused,
    })
}

/// `acme.cases.toml` beside `acme.toml`.
fn cases_beside(policy: &Path) -> PathBuf {
    let stem = policy.file_stem().unwrap_or_default().to_string_lossy();
    policy.with_file_name(format!("{stem}.cases.toml"))
}

fn diff(arguments: &PolicyDiffArguments) -> anyhow::Result<ExitCode> {
    let old = engine(&[Named::find(&arguments.old)?], &Gate::ALL)?;
    let new = engine(&[Named::find(&arguments.new)?], &Gate::ALL)?;
    let mut reports = Vec::new();
    for file in &arguments.reports {
        let report = read_report(&read_report_text(file)?);
        reports.push(report.with_context(|| format!("use `{}`", file.display()))?);
    }
    let comparison = compare_policies(&old, &new, &reports, today(arguments.now));
    let text = match arguments.format {
        TextOrJson::Json => pretty_json(&json!({
            "schema": "waybill.policy-diff/1",
            "old": old.info(),
            "new": new.info(),
            "comparison": comparison,
        }))?,
        TextOrJson::Text => {
            let mut text = String::new();
            for changed in &comparison.changed {
                writeln!(text, "{}", neutral(&changed.subject))?;
                text.push_str(&changed_text(changed)?);
            }
            writeln!(
                text,
                "{} decisions, {} verdicts change, {} have other reasons only",
                comparison.decisions,
                comparison.verdicts_changed,
                comparison.changed.len() as u64 - comparison.verdicts_changed
            )?;
            text
        }
    };
    output::print(&text)?;
    Ok(ExitCode::Admitted)
}

fn read_or_stdin(file: &Path) -> anyhow::Result<String> {
    const LARGEST_BYTES: u64 = REPORT_BYTES;
    if file.as_os_str() != "-" {
        return read_report_text(file);
    }
    let mut text = String::new();
    let stdin = std::io::stdin().lock();
    stdin
        .take(LARGEST_BYTES + 1)
        .read_to_string(&mut text)
        .context("read standard input")?;
    if text.len() as u64 > LARGEST_BYTES {
        bail!("read standard input: the facts are larger than {LARGEST_BYTES} bytes");
    }
    Ok(text)
}
