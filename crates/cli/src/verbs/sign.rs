use std::path::{Path, PathBuf};

use waybill_domain::ExitCode;
use waybill_engine::{SignRequest, read_certificates, sign};

use crate::arguments::SignArguments;
use crate::progress::Bar;
use crate::{console, output, secret};

pub(crate) fn run(arguments: &SignArguments) -> anyhow::Result<ExitCode> {
    let signature = signature(arguments.signature.as_deref(), &arguments.model);
    output::check(&signature)?;
    let key = secret::signer(&arguments.key)?;
    let mut chain = Vec::new();
    for file in &arguments.chain {
        chain.extend(read_certificates(file)?);
    }
    let request = SignRequest {
        model: arguments.model.clone(),
        signature: signature.clone(),
        hash: arguments.hash.into(),
        shard_bytes: arguments.shard_size,
        ignore: arguments.ignore.clone(),
        allow_symlinks: arguments.allow_symlinks,
        strict: arguments.strict,
        for_model_signing_1: arguments.compat.is_some(),
        chain,
        threads: arguments.jobs.map(usize::from),
    };
    let bar = Bar::new();
    let signed = sign(&request, key.as_ref(), &bar);
    bar.finish();
    let signed = signed?;
    if let Some(staged) = output::stage(&signature, &signed.text)? {
        staged.persist()?;
    }
    if signed.links_outside > 0 {
        console::say(&format!(
            "note: {} out of the model; what is there now is signed",
            match signed.links_outside {
                1 => "1 link leads".to_owned(),
                links => format!("{links} links lead"),
            }
        ));
    }
    console::say(&waybill_report::neutral(&format!(
        "signed {} file{} ({} bytes) with the key {}; root sha256:{}; {}",
        signed.files,
        if signed.files == 1 { "" } else { "s" },
        signed.bytes,
        signed.key,
        signed.root,
        signature.display()
    )));
    Ok(ExitCode::Admitted)
}

/// Where the signature lies if nobody says.
pub(crate) fn signature(named: Option<&Path>, model: &Path) -> PathBuf {
    match named {
        Some(named) => named.to_owned(),
        None if model.is_file() => {
            let mut name = model.as_os_str().to_owned();
            name.push(".sig");
            name.into()
        }
        None => model.join("model.sig"),
    }
}
