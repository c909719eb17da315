use std::fmt::Write as _;

use serde_json::json;
use waybill_domain::ExitCode;

use crate::arguments::RulesArguments;
use crate::output;

pub(crate) fn run(arguments: &RulesArguments) -> anyhow::Result<ExitCode> {
    let rules = waybill_engine::rules();
    if arguments.json {
        let list: Vec<_> = rules
            .iter()
            .map(|rule| {
                json!({
                    "id": rule.id, "summary": rule.summary, "severity": rule.severity, "confidence": rule.confidence,
                    "answers": rule.answers, "help": rule.help, "incomplete": rule.incomplete,
                })
            })
            .collect();
        output::print(&format!("{}\n", serde_json::to_string_pretty(&list)?))?;
        return Ok(ExitCode::Admitted);
    }
    let widest = rules
        .iter()
        .map(|rule| rule.id.len())
        .max()
        .unwrap_or_default();
    let mut text = String::new();
    for rule in &rules {
        writeln!(
            text,
            "{:<widest$}  {:<8}  {}",
            rule.id, rule.severity, rule.summary
        )?;
    }
    writeln!(
        text,
        "\n{} rules; `waybill explain RULE` prints the page of one",
        rules.len()
    )?;
    output::print(&text)?;
    Ok(ExitCode::Admitted)
}
