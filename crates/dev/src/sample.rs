//! The made-up application that inventories are measured on.

use anyhow::{Context as _, Result};
use serde::Deserialize;
use std::path::Path;

use crate::workspace::Workspace;

const SAMPLE: &str = "crates/dev/data/sample";
/// What the application is made of.
pub(crate) const TRUTH: &str = "crates/dev/data/sample/truth.toml";

/// The part of the truth that says which artifacts are made.
#[derive(Deserialize)]
struct Artifacts {
    artifacts: Vec<Described>,
}

/// An artifact that is made out of its description.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Described {
    text: String,
    assemble: String,
    path: String,
}

/// Copies the tree and makes the artifacts.
pub(crate) fn lay_out(workspace: &Workspace, tree: &Path) -> Result<()> {
    let described: Artifacts =
        toml::from_str(&workspace.read(TRUTH)?).context("read truth.toml")?;
    copy(&workspace.path(&format!("{SAMPLE}/tree")), tree)?;
    for artifact in &described.artifacts {
        let text = workspace.read(&format!("{SAMPLE}/artifacts/{}", artifact.text))?;
        let bytes = waybill_fixtures::assemble(&artifact.assemble, &text)
            .with_context(|| format!("assemble {}", artifact.text))?;
        let place = tree.join(&artifact.path);
        if let Some(parent) = place.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(place, bytes)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
