use waybill_domain::ExitCode;
use waybill_engine::{ConvertRequest, convert, state_conversion, with_limits};
use waybill_report::{conversion, pretty_json};

use super::attested::Attesting;
use super::scan::read_config;
use crate::arguments::{ConvertArguments, TextOrJson};
use crate::{console, output};

pub(crate) fn run(arguments: &ConvertArguments) -> anyhow::Result<ExitCode> {
    let config = read_config(arguments.rewrite.config.as_deref())?;
    let beside = || arguments.source.with_extension("safetensors");
    let attesting = Attesting::begin(&arguments.attested)?;
    let converted = convert(&ConvertRequest {
        source: arguments.source.clone(),
        output: arguments.output.clone().unwrap_or_else(beside),
        replace: arguments.rewrite.force,
        limits: with_limits(&config.limits)?,
    })?;
    if let Some(attesting) = attesting {
        attesting.end(|done| state_conversion(&converted, done))?;
    }
    let text = match arguments.rewrite.format {
        TextOrJson::Json => pretty_json(&converted)?,
        TextOrJson::Text => conversion(&converted, &console::options(arguments.rewrite.verbose)),
    };
    output::print(&text)?;
    Ok(ExitCode::Admitted)
}
