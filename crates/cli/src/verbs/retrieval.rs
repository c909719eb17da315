use anyhow::anyhow;
use waybill_domain::ExitCode;
use waybill_domain::retrieval::Retrieval;
use waybill_engine::{
    ExpectedIdentity, InventoryRequest, RegistryKeys, RetrievalRequest, Revoked, TrustRoot,
    read_registry_keys, read_revoked, read_trust_root, retrieval,
};
use waybill_report::pretty_json;

use super::scan::read_config;
use crate::arguments::{RetrievalArguments, TextOrJson};
use crate::{clock, console, output};

pub(crate) fn run(arguments: &RetrievalArguments) -> anyhow::Result<ExitCode> {
    let config = read_config(arguments.config.as_deref())?;
    let now = match arguments.now {
        Some(date) => i64::from(date.days()) * 86_400,
        None => clock::seconds().ok_or_else(|| {
            anyhow!("tell the time: the clock stands before 1970; --now names a date")
        })?,
    };
    let identities = config.retrieval.identities.iter();
    let looked = retrieval(&RetrievalRequest {
        inventory: InventoryRequest {
            target: arguments.target.clone(),
            exclude: arguments.exclude.clone(),
            jobs: arguments.jobs.map(usize::from),
            internal: config.internal.names.clone(),
            ..InventoryRequest::default()
        },
        attestations: arguments.attestations.clone(),
        trust: match &arguments.trust_root {
            Some(file) => read_trust_root(file)?,
            None => TrustRoot::embedded()?,
        },
        keys: match &arguments.registry_keys {
            Some(file) => read_registry_keys(file)?,
            None => RegistryKeys::embedded()?,
        },
        revoked: match &arguments.revoked {
            Some(file) => read_revoked(file)?,
            None => Revoked::default(),
        },
        now,
        identities: identities
            .map(|identity| ExpectedIdentity {
                packages: identity.packages.clone(),
                identity: identity.identity.clone(),
                issuer: identity.issuer.clone(),
            })
            .collect(),
        accepted: arguments.accept.into(),
        attestations_required: arguments.require_attestations,
        files_fixed: arguments.require_fixed_files || config.retrieval.require_fixed_files,
    })?;
    let text = match arguments.format {
        TextOrJson::Json => pretty_json(&looked)?,
        TextOrJson::Text => {
            waybill_report::retrieval(&looked, &console::options(arguments.verbose))
        }
    };
    output::print(&text)?;
    Ok(code(&looked))
}

fn code(looked: &Retrieval) -> ExitCode {
    if !looked.holds {
        ExitCode::Refused
    } else if !looked.unread.is_empty() {
        ExitCode::Incomplete
    } else if looked.summary.entries == 0
        && looked.attestations.is_empty()
        && looked.unfixed.is_empty()
    {
        ExitCode::Nothing
    } else {
        ExitCode::Admitted
    }
}
