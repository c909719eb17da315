use waybill_domain::{ExitCode, LineageClaim};
use waybill_engine::{CompareRequest, compare, with_limits};
use waybill_report::{comparison, pretty_json};

use super::scan::read_config;
use crate::arguments::{CompareArguments, TextOrJson};
use crate::{console, output};

pub(crate) fn run(arguments: &CompareArguments) -> anyhow::Result<ExitCode> {
    let config = read_config(arguments.config.as_deref())?;
    let model = &arguments.model;
    let (first, second) = match (&arguments.claim_base, &arguments.other) {
        (Some(claimed), _) => (claimed, model),
        (None, Some(other)) => (model, other),
        (None, None) => (model, model),
    };
    let compared = compare(&CompareRequest {
        first: first.clone(),
        second: second.clone(),
        is_claimed: arguments.claim_base.is_some(),
        limits: with_limits(&config.limits)?,
    })?;
    let text = match arguments.format {
        TextOrJson::Json => pretty_json(&compared)?,
        TextOrJson::Text => comparison(&compared, &console::options(arguments.verbose)),
    };
    output::print(&text)?;
    Ok(match compared.claim {
        Some(LineageClaim::Fails) => ExitCode::Refused,
        _ => ExitCode::Admitted,
    })
}
