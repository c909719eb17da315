use anyhow::bail;
use waybill_domain::ExitCode;

use crate::arguments::ExplainArguments;
use crate::output;

pub(crate) fn run(arguments: &ExplainArguments) -> anyhow::Result<ExitCode> {
    let rules = waybill_engine::rules();
    let Some(rule) = rules.iter().find(|rule| rule.id == arguments.rule) else {
        let near = rules
            .iter()
            .map(|rule| (likeness(rule.id, &arguments.rule), rule.id))
            .filter(|(likeness, _)| *likeness > 0)
            .rev()
            .max_by_key(|(likeness, _)| *likeness)
            .map(|(_, id)| id);
        let hint = near.map_or_else(
            || "`waybill rules` lists them".to_owned(),
            |id| format!("did you mean `{id}`?"),
        );
        bail!(
            "explain `{}`: there is no such rule; {hint}",
            arguments.rule
        );
    };
    let answers = rule.answers.join(", ");
    output::print(&format!(
        "{}\nSeverity {}, confidence {}. Answers {answers}.\n",
        rule.page.trim_end(),
        rule.severity,
        rule.confidence
    ))?;
    Ok(ExitCode::Admitted)
}

/// How many words of an id stand in what was typed.
fn likeness(id: &str, typed: &str) -> usize {
    let typed = typed.to_ascii_lowercase();
    let words: Vec<&str> = typed.split(['-', '_', ' ']).collect();
    id.split('-').filter(|word| words.contains(word)).count()
}
