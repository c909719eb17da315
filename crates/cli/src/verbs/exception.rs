use std::fmt::Write as _;

use anyhow::Context as _;
use serde_json::json;
use waybill_domain::{ExceptionState, ExceptionUse, ExitCode};
use waybill_engine::{Exceptions, Ledger, read_report};
use waybill_report::{neutral, pretty_json};

use super::scan::read_config;
use crate::arguments::{
    ExceptionAddArguments, ExceptionArguments, ExceptionListArguments, ExceptionVerb,
};
use crate::rules_in_force::{
    exceptions, exceptions_file, most_days, read, read_report_text, today,
};
use crate::{console, output};

pub(crate) fn run(arguments: &ExceptionArguments) -> anyhow::Result<ExitCode> {
    match &arguments.verb {
        ExceptionVerb::List(arguments) => list(arguments, false),
        ExceptionVerb::Check(arguments) => list(arguments, true),
        ExceptionVerb::Add(arguments) => add(arguments),
    }
}

fn list(arguments: &ExceptionListArguments, judge: bool) -> anyhow::Result<ExitCode> {
    let config = read_config(None)?;
    let file = exceptions_file(arguments.exceptions.as_deref(), &config, None);
    let exceptions = exceptions(&file, arguments.exceptions.is_some(), &config)?;
    let report = match &arguments.report {
        Some(path) => Some(
            read_report(&read_report_text(path)?)
                .with_context(|| format!("use `{}`", path.display()))?,
        ),
        None => None,
    };
    let rule_set = match &report {
        Some(report) => report.tool.rules.clone(),
        None => waybill_engine::tool().rules,
    };
    let ledger = Ledger::new(exceptions, today(arguments.now), &rule_set);
    if let Some(report) = &report {
        ledger.read(report);
    }
    let uses = ledger.uses();
    let text = match arguments.json {
        true => pretty_json(&json!({"schema": "waybill.exceptions/1", "exceptions": uses}))?,
        false => table(&uses, report.is_some())?,
    };
    output::print(&text)?;
    let ended = |used: &ExceptionUse| {
        matches!(
            used.state,
            ExceptionState::Expired | ExceptionState::Drifted
        )
    };
    Ok(match judge && uses.iter().any(ended) {
        true => ExitCode::Refused,
        false => ExitCode::Admitted,
    })
}

fn table(uses: &[ExceptionUse], with_report: bool) -> anyhow::Result<String> {
    let mut text = String::new();
    for used in uses {
        let exception = &used.exception;
        // What is unused shows only against a report.
        let state = match used.state {
            ExceptionState::Unused if !with_report => "in force",
            state => state.as_str(),
        };
        let scope = &exception.scope;
        let named = [
            ("digest", &scope.digest),
            ("rule", &scope.rule),
            ("rule set", &scope.rule_set),
            ("path", &scope.path),
            ("component", &scope.component),
            ("advisory", &scope.advisory),
        ];
        let named = named
            .iter()
            .filter_map(|(name, value)| Some(format!("{name} {}", neutral(value.as_deref()?))));
        writeln!(
            text,
            "{:<9} {}  until {} ({} days left)\n{:10}{}\n{:10}{}, approved by {}: {}",
            state,
            neutral(&exception.id),
            exception.expires,
            used.days_left,
            "",
            named.collect::<Vec<_>>().join(", "),
            "",
            neutral(&exception.owner),
            neutral(&exception.approver),
            neutral(&exception.reason),
        )?;
    }
    writeln!(text, "{} exceptions", uses.len())?;
    Ok(text)
}

fn add(arguments: &ExceptionAddArguments) -> anyhow::Result<ExitCode> {
    let config = read_config(None)?;
    let file = exceptions_file(arguments.exceptions.as_deref(), &config, None);
    let shown = file.display().to_string();
    if let Some(rule) = &arguments.rule
        && !waybill_engine::rules().iter().any(|known| known.id == rule)
    {
        anyhow::bail!(
            "except the rule `{}`: there is none of that id; `waybill rules` lists them",
            neutral(rule)
        );
    }
    let before = match file.exists() {
        true => read(&file)?,
        false => "version = 1\n".to_owned(),
    };
    let held = Exceptions::parse(&shown, &before, most_days(&config))?;
    let id = arguments.id.clone().unwrap_or_else(|| next_id(&held));
    let created = today(arguments.now).context("tell today's date; give it by --now")?;
    let mut entry = String::new();
    let fields = [
        ("id", Some(id.clone())),
        ("owner", Some(arguments.owner.clone())),
        ("reason", Some(arguments.reason.clone())),
        ("approver", Some(arguments.approver.clone())),
        ("created", Some(created.to_string())),
        ("expires", Some(arguments.expires.to_string())),
        ("digest", arguments.digest.clone()),
        ("rule", arguments.rule.clone()),
        ("path", arguments.path.clone()),
        ("component", arguments.component.clone()),
        ("advisory", arguments.advisory.clone()),
    ];
    for (key, value) in fields {
        if let Some(value) = value {
            // A JSON string of text without controls is a TOML string, too.
            writeln!(entry, "{key} = {}", serde_json::to_string(&value)?)?;
        }
    }
    // Appended, so that comments and order stay as they are.
    let after = format!("{}\n\n[[exception]]\n{entry}", before.trim_end());
    Exceptions::parse(&shown, &after, most_days(&config))?;
    if let Some(aside) = output::stage(&file, &after)? {
        aside.persist()?;
    }
    console::say(&format!("added {id} to {shown}"));
    Ok(ExitCode::Admitted)
}

fn next_id(held: &Exceptions) -> String {
    (1_usize..)
        .map(|number| format!("EX-{number}"))
        .find(|id| held.list.iter().all(|exception| exception.id != *id))
        .unwrap_or_default()
}
