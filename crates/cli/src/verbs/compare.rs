use std::path::{Path, PathBuf};

use anyhow::bail;
use waybill_domain::{ExitCode, LineageClaim};
use waybill_engine::{
    AddModelRequest, CompareRequest, Config, TraceModelRequest, add_model, compare, holds_model,
    trace_model, with_limits,
};
use waybill_report::{comparison, known_model, pretty_json, tracing};

use super::scan::read_config;
use crate::arguments::{CompareArguments, TextOrJson};
use crate::{console, output, rules_in_force};

pub(crate) fn run(arguments: &CompareArguments) -> anyhow::Result<ExitCode> {
    let config = read_config(arguments.config.as_deref())?;
    if let Some(name) = &arguments.add {
        return add(arguments, &config, name);
    }
    let model = &arguments.model;
    let indexes = indexes(arguments, &config);
    let (first, second) = match (&arguments.claim_base, &arguments.other) {
        (Some(claimed), _) => match is_model(arguments, &indexes, claimed)? {
            true => (claimed, model),
            false => return traced(arguments, &config, indexes, Some(claimed)),
        },
        (None, Some(other)) => (model, other),
        (None, None) => return traced(arguments, &config, indexes, None),
    };
    let compared = compare(&CompareRequest {
        first: first.clone(),
        second: second.clone(),
        is_claimed: arguments.claim_base.is_some(),
        singular_values: arguments.verbose || arguments.format == TextOrJson::Json,
        limits: with_limits(&config.limits)?,
    })?;
    output::print(&match arguments.format {
        TextOrJson::Json => pretty_json(&compared)?,
        TextOrJson::Text => comparison(&compared, &console::options(arguments.verbose)),
    })?;
    Ok(code(compared.claim))
}

/// True if the claimed model is meant to be a path, and no known model of an index.
fn is_model(
    arguments: &CompareArguments,
    indexes: &[PathBuf],
    claimed: &Path,
) -> anyhow::Result<bool> {
    if indexes.is_empty() || (arguments.index.is_empty() && claimed.exists()) {
        return Ok(true);
    }
    let known = holds_model(indexes, &claimed.to_string_lossy())?;
    if known && claimed.exists() {
        bail!(
            "tell what `{0}` is: a known model of the index and a path; write `./{0}` for the path",
            claimed.display()
        );
    }
    Ok(!known && claimed.exists())
}

/// The indexes that are named here, or those of the configuration.
fn indexes(arguments: &CompareArguments, config: &Config) -> Vec<PathBuf> {
    if !arguments.index.is_empty() {
        return arguments.index.clone();
    }
    let named = config.compare.indexes.iter();
    named
        .map(|file| rules_in_force::beside(arguments.config.as_deref(), file))
        .collect()
}

fn traced(
    arguments: &CompareArguments,
    config: &Config,
    indexes: Vec<PathBuf>,
    claimed: Option<&Path>,
) -> anyhow::Result<ExitCode> {
    if indexes.is_empty() {
        bail!(
            "compare `{}`: name the second model, --claim-base or --index, or indexes under \
             [compare] in the configuration",
            arguments.model.display()
        );
    }
    let found = trace_model(&TraceModelRequest {
        model: arguments.model.clone(),
        indexes,
        claimed: claimed.map(|name| name.to_string_lossy().into_owned()),
        limits: with_limits(&config.limits)?,
    })?;
    output::print(&match arguments.format {
        TextOrJson::Json => pretty_json(&found)?,
        TextOrJson::Text => tracing(&found, &console::options(arguments.verbose)),
    })?;
    Ok(code(found.claim))
}

fn add(arguments: &CompareArguments, config: &Config, name: &str) -> anyhow::Result<ExitCode> {
    let [index] = arguments.index.as_slice() else {
        bail!("add `{name}`: to one index; --index names several");
    };
    let added = add_model(&AddModelRequest {
        model: arguments.model.clone(),
        index: index.clone(),
        name: name.to_owned(),
        supplier: arguments.supplier.clone(),
        revision: arguments.revision.clone(),
        licence: arguments.licence.clone(),
        limits: with_limits(&config.limits)?,
    })?;
    output::print(&match arguments.format {
        TextOrJson::Json => pretty_json(&added)?,
        TextOrJson::Text => known_model(&added),
    })?;
    Ok(ExitCode::Admitted)
}

const fn code(claim: Option<LineageClaim>) -> ExitCode {
    match claim {
        Some(LineageClaim::Fails) => ExitCode::Refused,
        _ => ExitCode::Admitted,
    }
}
