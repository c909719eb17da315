//! Checkpoints that torch writes, converted: the same elements as torch reads, bit for bit.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::python::Python;
use crate::workspace::{Workspace, output, run};

/// Debian's, with its package python3-torch; the virtual environment has none.
const PYTHON: &str = "/usr/bin/python3";
/// Checkpoints that the script writes at least.
const LEAST: usize = 50;

pub(super) fn compare(
    workspace: &Workspace,
    python: &Python,
    waybill: &Path,
    scratch: &Path,
) -> Result<()> {
    let folder = scratch.join("torch");
    let script = workspace.path("crates/dev/python/torch_models.py");
    run(Command::new(PYTHON).arg(script).arg(&folder))
        .context("have torch write checkpoints (Debian's package python3-torch)")?;
    let mut names: Vec<_> = std::fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    names.retain(|path| path.extension().is_some_and(|extension| extension == "pt"));
    names.sort();
    ensure!(
        names.len() >= LEAST,
        "torch wrote {} checkpoints",
        names.len()
    );
    let mut tensors = 0;
    for path in &names {
        let wanted: BTreeMap<String, String> =
            serde_json::from_str(&std::fs::read_to_string(path.with_extension("json"))?)?;
        let shown = path.display();
        let converted = output(
            Command::new(waybill)
                .args(["convert", "--format", "json"])
                .arg(path),
        )
        .with_context(|| format!("convert {shown}"))?;
        let converted: Value = serde_json::from_str(&converted)?;
        let mut ours = BTreeMap::new();
        for tensor in converted["tensors"].as_array().into_iter().flatten() {
            let text = |key: &str| tensor[key].as_str().unwrap_or_default().to_owned();
            ours.insert(text("name"), text("sha256"));
        }
        ensure!(
            ours == wanted,
            "{shown}: torch reads {wanted:#?}, and here is read {ours:#?}"
        );
        tensors += ours.len();
        // The output once more, by a reader of three lines that is not ours.
        let read = output(
            python
                .script(workspace, "crates/dev/python/safetensors_digests.py")
                .arg(path.with_extension("safetensors")),
        )?;
        let read: BTreeMap<String, String> = serde_json::from_str(&read)?;
        ensure!(
            read == wanted,
            "{shown}: the safetensors file reads {read:#?} instead of {wanted:#?}"
        );
    }
    println!(
        "torch     {} checkpoints with {tensors} tensors convert to the same bits",
        names.len()
    );
    Ok(())
}
