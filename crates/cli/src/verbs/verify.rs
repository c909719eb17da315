use anyhow::anyhow;
use waybill_domain::{Date, ExitCode};
use waybill_engine::{
    ModelTrust, Required, Requirements, Revoked, TrustRoot, VerifyRequest, read_certificates,
    read_public_key, read_revoked, read_trust_root, verify,
};
use waybill_report::{model_verification, pretty_json};

use crate::arguments::{TextOrJson, VerifyArguments};
use crate::progress::Bar;
use crate::{clock, console, output};

pub(crate) fn run(arguments: &VerifyArguments) -> anyhow::Result<ExitCode> {
    let at = at(arguments)?;
    let request = VerifyRequest {
        model: arguments.model.clone(),
        signature: super::sign::signature(arguments.signature.as_deref(), &arguments.model),
        trust: trust(arguments)?,
        revoked: match &arguments.revoked {
            Some(file) => read_revoked(file)?,
            None => Revoked::default(),
        },
        at,
        required: required(arguments, at)?,
        ignore: arguments.ignore.clone(),
        ignore_unsigned: arguments.ignore_unsigned_files,
        strict: arguments.strict,
        old: arguments.legacy,
        threads: arguments.jobs.map(usize::from),
    };
    let bar = Bar::new();
    let verification = verify(&request, &bar);
    bar.finish();
    let verification = verification?;
    let text = match arguments.format {
        TextOrJson::Json => pretty_json(&verification)?,
        TextOrJson::Text => model_verification(&verification, &console::options(false)),
    };
    output::print(&text)?;
    Ok(if verification.holds {
        ExitCode::Admitted
    } else {
        ExitCode::Refused
    })
}

fn trust(arguments: &VerifyArguments) -> anyhow::Result<ModelTrust> {
    if let (Some(identity), Some(issuer)) = (&arguments.identity, &arguments.identity_issuer) {
        let trust = match &arguments.trust_root {
            Some(file) => read_trust_root(file)?,
            None => TrustRoot::embedded()?,
        };
        return Ok(ModelTrust::Identity {
            identity: identity.clone(),
            issuer: issuer.clone(),
            trust: Box::new(trust),
        });
    }
    if arguments.root.is_empty() && arguments.key.is_empty() {
        return Ok(ModelTrust::Policy);
    }
    if arguments.root.is_empty() {
        let keys: Result<Vec<_>, _> = arguments
            .key
            .iter()
            .map(|file| read_public_key(file))
            .collect();
        return Ok(ModelTrust::Keys(keys?));
    }
    let mut certificates = Vec::new();
    for file in &arguments.root {
        certificates.extend(read_certificates(file)?);
    }
    Ok(ModelTrust::Certificates(certificates))
}

fn required(arguments: &VerifyArguments, at: i64) -> anyhow::Result<Option<Required>> {
    let Some(policy) = &arguments.policy else {
        return Ok(None);
    };
    Ok(Some(Required {
        requirements: Requirements::read(policy)?,
        statements: arguments.attestation.clone(),
        name: arguments.name.clone(),
        today: Date::from_days(i32::try_from(at.div_euclid(86_400))?),
    }))
}

/// Seconds since 1970.
fn at(arguments: &VerifyArguments) -> anyhow::Result<i64> {
    match arguments.now {
        Some(date) => Ok(i64::from(date.days()) * 86_400),
        None => clock::seconds().ok_or_else(|| {
            anyhow!("tell the time: the clock stands before 1970; --now names a date")
        }),
    }
}
