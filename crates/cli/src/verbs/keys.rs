use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, anyhow};
use waybill_domain::ExitCode;
use waybill_engine::{
    KeyAlgorithm, KeyFileError, PublicKey, generate_key, private_key_text, read_certificates,
    read_private_key, read_public_key,
};

use crate::arguments::{
    AlgorithmArgument, KeysArguments, KeysGenerateArguments, KeysShowArguments, KeysVerb,
};
use crate::{console, output, secret};

pub(crate) fn run(arguments: &KeysArguments) -> anyhow::Result<ExitCode> {
    match &arguments.verb {
        KeysVerb::Generate(generate) => generated(generate),
        KeysVerb::Show(show) => shown(show),
    }
}

fn generated(arguments: &KeysGenerateArguments) -> anyhow::Result<ExitCode> {
    let algorithm = match arguments.algorithm {
        AlgorithmArgument::P256 => KeyAlgorithm::P256,
        AlgorithmArgument::P384 => KeyAlgorithm::P384,
        AlgorithmArgument::P521 => KeyAlgorithm::P521,
        AlgorithmArgument::Ed25519 => KeyAlgorithm::Ed25519,
    };
    if let Some(public) = &arguments.public {
        output::check(public)?;
    }
    let password = secret::password(&arguments.password)?;
    let key = generate_key(algorithm)?;
    let text = private_key_text(&key, password.as_deref())?;
    keep(&arguments.file, &text)?;
    let public = key.public();
    match &arguments.public {
        Some(file) => {
            if let Some(staged) = output::stage(file, &public.to_pem())? {
                staged.persist()?;
            }
        }
        None => output::print(&public.to_pem())?,
    }
    console::say(&format!(
        "made the {} key {}{}",
        algorithm.as_str(),
        public.id(),
        if password.is_some() {
            ", encrypted"
        } else {
            ", not encrypted: --password-env or --password-fd would"
        }
    ));
    Ok(ExitCode::Admitted)
}

/// Writes what only the owner may read, and never over something else.
fn keep(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("write `{}`", path.display());
    if path.symlink_metadata().is_ok() {
        return Err(anyhow!("it is there already; keys are never replaced")).with_context(failed);
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // Readable by its owner alone from its first byte on.
    let mut file = tempfile::Builder::new()
        .prefix(".waybill-")
        .tempfile_in(folder)
        .with_context(failed)?;
    file.write_all(text.as_bytes()).with_context(failed)?;
    file.persist_noclobber(path)
        .map_err(|failure| failure.error)
        .with_context(failed)?;
    Ok(())
}

fn shown(arguments: &KeysShowArguments) -> anyhow::Result<ExitCode> {
    let file = &arguments.file;
    if let Ok(certificates) = read_certificates(file) {
        let mut text = String::new();
        for certificate in certificates {
            let (from, until) = certificate.validity();
            text.push_str(&waybill_report::neutral(&format!(
                "certificate  {}\nsubject      {}\nissuer       {}\nvalid        {} to {}",
                certificate.fingerprint(),
                certificate.subject(),
                certificate.issuer(),
                waybill_engine::moment(from),
                waybill_engine::moment(until),
            )));
            text.push('\n');
            match certificate.public_key() {
                Ok(key) => text.push_str(&named(&key)),
                Err(error) => text.push_str(&format!("key          not usable: {error}\n")),
            }
        }
        output::print(&text)?;
        return Ok(ExitCode::Admitted);
    }
    let key = match read_public_key(file) {
        Ok(key) => key,
        Err(error @ KeyFileError::Io { .. }) => return Err(error.into()),
        Err(_) => {
            let password = secret::password(&arguments.password)?;
            read_private_key(file, password.as_deref())?.key.public()
        }
    };
    output::print(&named(&key))?;
    Ok(ExitCode::Admitted)
}

fn named(key: &PublicKey) -> String {
    format!(
        "algorithm    {}\nkey          {}\nhint         {}\n{}",
        key.algorithm().as_str(),
        key.id(),
        key.hint(),
        key.to_pem()
    )
}
