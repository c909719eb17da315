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

/// True: what does not hold is an error of the script, with its own words.
pub(crate) fn interop(workspace: &Workspace, arguments: &Arguments) -> Result<bool> {
    let folder = arguments
        .venv
        .clone()
        .unwrap_or_else(|| workspace.target_directory().join("interop"));
    let python = Python::environment(workspace, &folder, "crates/dev/python/interop.txt")?;
    let waybill = workspace.waybill(false)?;
    let scratch = tempfile::tempdir()?;
    run(python
        .script(workspace, "crates/dev/python/interop.py")
        .arg(waybill)
        .arg(scratch.path()))
    .context("agree with the real libraries")?;
    Ok(true)
}
