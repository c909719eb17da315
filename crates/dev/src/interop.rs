//! `cargo dev interop`: real Python libraries write what we judge, and read what we write.

mod columns;
mod onnx;
mod signing;
mod singular;
mod torch;

use anyhow::{Context as _, Result};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    python::Python,
    sample,
    workspace::{Workspace, run},
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Virtual environment with the libraries of crates/dev/python/interop.txt; made if it is absent.
    #[arg(long)]
    venv: Option<PathBuf>,
}

/// Descriptions, each below a heading that names its file.
const OURS: &str = "crates/dev/data/interop.md";

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
    for (name, language, description) in described(&workspace.read(OURS)?) {
        let bytes = waybill_fixtures::assemble(language, &description)
            .with_context(|| format!("assemble {name}"))?;
        std::fs::write(ours.join(name), bytes)?;
    }
    run(python
        .script(workspace, "crates/dev/python/interop.py")
        .arg(&waybill)
        .arg(scratch.path())
        .arg(workspace.path("schemas/report-1.schema.json"))
        .arg(workspace.path("crates/report/schemas/sarif-schema-2.1.0.json")))
    .context("agree with the real libraries")?;
    hdf5(workspace, &python, scratch.path())?;
    columns::compare(scratch.path())?;
    onnx::compare(workspace, &python)?;
    singular::compare(workspace, &python, &waybill, scratch.path())?;
    torch::compare(workspace, &python, &waybill, scratch.path())?;
    bills(workspace, &python, &waybill, scratch.path())?;
    signing::compare(workspace, &folder, &waybill, scratch.path())?;
    Ok(true)
}

/// HDF5 files of every form that h5py writes: the same groups, data sets, attributes and links.
fn hdf5(workspace: &Workspace, python: &Python, scratch: &Path) -> Result<()> {
    let folder = scratch.join("hdf5");
    std::fs::create_dir_all(&folder)?;
    let script = |step: &str| {
        let mut command = python.script(workspace, "crates/dev/python/hdf5.py");
        command.arg(step).arg(&folder);
        command
    };
    run(&mut script("write")).context("have h5py write files")?;
    run(workspace
        .command("cargo")
        .args([
            "test",
            "--quiet",
            "-p",
            "waybill-formats",
            "--lib",
            "read_for_others",
        ])
        .env("WAYBILL_FACTS", &folder))
    .context("read the files of h5py")?;
    run(&mut script("compare")).context("read what h5py reads")
}

/// Bills of the sample, of this repository and of made-up inventories, judged by the libraries that
/// read them.
fn bills(workspace: &Workspace, python: &Python, waybill: &Path, scratch: &Path) -> Result<()> {
    let folder = scratch.join("bills");
    std::fs::create_dir_all(&folder)?;
    let tree = scratch.join("desk");
    sample::lay_out(workspace, &tree)?;
    for (name, target) in [("desk", tree.as_path()), ("waybill", &workspace.path("."))] {
        for timed in [false, true] {
            let mut command = Command::new(waybill);
            command.arg("bom").arg(target);
            let stem = if timed {
                command.args(["--timestamp", "2026-11-23T00:00:00Z", "--author", "Acme"]);
                format!("{name}-timed")
            } else {
                name.to_owned()
            };
            // Its tests and samples are no parts of Waybill.
            for pattern in ["**/tests/**", "crates/dev/data", "docs"] {
                if name == "waybill" {
                    command.args(["--exclude", pattern]);
                }
            }
            for (format, ending) in [
                ("cyclonedx", "1.7.cdx.json"),
                ("cyclonedx-1.6", "1.6.cdx.json"),
                ("spdx", "spdx3.json"),
                ("spdx-2.3", "spdx.json"),
            ] {
                // Judging SPDX 3 by its shapes takes a second for every few components.
                if name == "waybill" && format == "spdx" {
                    continue;
                }
                let file = folder.join(format!("{stem}.{ending}"));
                command
                    .arg("--output")
                    .arg(format!("{format}:{}", file.display()));
            }
            let status = command.status().context("write bills")?;
            anyhow::ensure!(
                matches!(status.code(), Some(0 | 4)),
                "writing bills of {name} ended with {status}"
            );
        }
    }
    run(workspace
        .command("cargo")
        .args([
            "test",
            "--quiet",
            "-p",
            "waybill-inventory",
            "--lib",
            "write_for_others",
        ])
        .env("WAYBILL_BILLS", &folder))
    .context("write made-up bills")?;
    run(python
        .script(workspace, "crates/dev/python/bills.py")
        .arg(&folder)
        .arg(workspace.path("crates/dev/data/spdx")))
    .context("have bills accepted by the libraries that read them")
}

/// Name, language and description of each section.
fn described(markdown: &str) -> impl Iterator<Item = (&str, &str, String)> {
    markdown.split("\n## ").skip(1).filter_map(|section| {
        let (name, rest) = section.split_once('\n')?;
        let (language, rest) = rest.split_once("```")?.1.split_once('\n')?;
        let (description, _) = rest.split_once("```")?;
        Some((name, language, description.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_description_assembles() {
        let markdown = Workspace::find().unwrap().read(OURS).unwrap();
        assert!(described(&markdown).count() > 5);
        for (name, language, description) in described(&markdown) {
            if let Err(error) = waybill_fixtures::assemble(language, &description) {
                panic!("{name}: {error}");
            }
        }
    }
}
