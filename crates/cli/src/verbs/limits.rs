use std::fmt::Write as _;

use waybill_domain::ExitCode;

use super::scan::read_config;
use crate::arguments::LimitsArguments;
use crate::output;

pub(crate) fn run(arguments: &LimitsArguments) -> anyhow::Result<ExitCode> {
    let config = read_config(arguments.config.as_deref())?;
    let limits = waybill_engine::with_limits(&config.limits)?;
    let mut text = String::new();
    for info in waybill_engine::LIMITS {
        writeln!(
            text,
            "{:<20}  {:>15}  {}",
            info.name,
            info.value(&limits),
            info.what
        )?;
    }
    output::print(&text)?;
    Ok(ExitCode::Admitted)
}
