use anyhow::bail;
use waybill_domain::ExitCode;

use crate::arguments::ExplainArguments;
use crate::output;

pub(crate) fn run(arguments: &ExplainArguments) -> anyhow::Result<ExitCode> {
    let rules = waybill_engine::rules();
    let Some(rule) = rules.iter().find(|rule| rule.id == arguments.rule) else {
        let near = rules
            .iter()
            .map(|rule| rule.id)
            .find(|id| id.contains(&arguments.rule) || arguments.rule.contains(id));
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
