//! `cargo dev interop`: real Python libraries write what we judge, and read what we write.

use anyhow::{Context as _, Result};
use std::path::PathBuf;

use crate::{
    python::Python,
    workspace::{Workspace, run},
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Virtual environment with the libraries of crates/dev/python/interop.txt; made if it is absent.
    #[arg(long)]
    venv: Option<PathBuf>,
}

/// Descriptions that real libraries have to be able to read; interop.py knows what is in them.
const OURS: [(&str, &str, &str); 1] = [(
    "good.safetensors",
    "safetensors",
    "metadata \"format\" \"pt\"\ntensor \"w\" dtype=F32 shape=2,3\ntensor \"b\" dtype=F16 shape=3\n",
)];

/// True: what does not hold is an error of the script, with its own words.
pub(crate) fn interop(workspace: &Workspace, arguments: &Arguments) -> Result<bool> {
    let folder = arguments
        .venv
        .clone()
        .unwrap_or_else(|| workspace.target_directory().join("interop"));
    let python = Python::environment(workspace, &folder, "crates/dev/python/interop.txt")?;
    let waybill = workspace.waybill(false)?;
    let scratch = tempfile::tempdir()?;
    let ours = scratch.path().join("ours");
    std::fs::create_dir_all(&ours)?;
    for (name, language, description) in OURS {
        let bytes = waybill_fixtures::assemble(language, description)
            .with_context(|| format!("assemble {name}"))?;
        std::fs::write(ours.join(name), bytes)?;
    }
    run(python
        .script(workspace, "crates/dev/python/interop.py")
        .arg(waybill)
        .arg(scratch.path())
        .arg(workspace.path("schemas/report-1.schema.json"))
        .arg(workspace.path("crates/report/schemas/sarif-schema-2.1.0.json")))
    .context("agree with the real libraries")?;
    Ok(true)
}
