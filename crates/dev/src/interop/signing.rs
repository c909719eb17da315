//! Models signed by model-signing, and by us for it.

use anyhow::{Context as _, Result};
use std::path::Path;

use crate::{
    python::Python,
    workspace::{Workspace, run},
};

/// Signatures both ways: keys and certificates, files and shards, SHA-256 and BLAKE3.
pub(super) fn compare(
    workspace: &Workspace,
    environments: &Path,
    waybill: &Path,
    scratch: &Path,
) -> Result<()> {
    // Its dependencies are pinned to versions that the other libraries do not share.
    let mut folder = environments.as_os_str().to_owned();
    folder.push("-signing");
    let python = Python::environment(
        workspace,
        Path::new(&folder),
        "crates/dev/python/signing.txt",
    )?;
    run(python
        .script(workspace, "crates/dev/python/signing.py")
        .arg(waybill)
        .arg(scratch.join("signing")))
    .context("agree with model-signing")
}
