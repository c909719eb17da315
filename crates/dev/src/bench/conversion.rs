//! Conversion: a checkpoint of 2 GiB beside copying it and digesting both copies; and the checkpoints of
//! published packages, whose tensors an independent reader in numpy takes out of their storages.

use anyhow::{Context as _, Result, ensure};
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use super::{bars::Bars, material::Material};
use crate::{
    measure::{Cost, measure as cost_of, median},
    row,
    tables::columns,
    workspace::{Workspace, output},
};

const COPY_RATIO: f64 = 1.3;
const PEAK_MEBIBYTES: f64 = 100.0;
/// What the names of checkpoints end with.
const EXTENSIONS: [&str; 3] = ["pt", "pth", "jit"];

/// Both parts.
pub(super) fn measure(
    workspace: &Workspace,
    material: &Material<'_>,
    bars: &mut Bars,
) -> Result<()> {
    large(material, bars)?;
    published(workspace, material, bars)
}

fn large(material: &Material<'_>, bars: &mut Bars) -> Result<()> {
    let scratch = tempfile::tempdir_in(material.workspace.target_directory())?;
    let source = material.big()?.join("big.pt");
    let written = scratch.path().join("out.safetensors");
    let copy = scratch.path().join("copy.pt");
    let theirs: Vec<OsString> = vec![
        "sh".into(),
        "-c".into(),
        r#"cp "$1" "$2" && sync "$2" && { openssl dgst -sha256 -r "$1" & openssl dgst -sha256 -r "$2" & wait; }"#.into(),
        "sh".into(),
        source.clone().into(),
        copy.clone().into(),
    ];
    let ours: Vec<OsString> = [
        material.waybill.as_os_str(),
        "convert".as_ref(),
        source.as_os_str(),
        "--output".as_ref(),
        written.as_os_str(),
    ]
    .map(ToOwned::to_owned)
    .into();
    let (mut converted, mut copied) = (Vec::new(), Vec::new());
    for _ in 0..material.runs() {
        copied.push(cost_of(&theirs, None)?);
        std::fs::remove_file(&copy)?;
        converted.push(cost_of(&ours, None)?);
        std::fs::remove_file(&written).context("convert big.pt")?;
    }
    let wall = |costs: &[Cost]| median(costs.iter().map(|cost| cost.wall_seconds).collect());
    let done = converted.iter().all(|cost| cost.exit_code == Some(0));
    bars.judge("convert 2 GiB: exit code 0", done, "true", done);
    bars.at_most(
        "convert 2 GiB: wall time / (cp, fsync, openssl of both)",
        wall(&converted) / wall(&copied),
        COPY_RATIO,
        "",
    );
    let peak = converted.iter().map(|cost| cost.peak_bytes).max();
    let peak = super::speed::mebibytes(peak.unwrap_or(u64::MAX));
    bars.at_most("convert 2 GiB: peak memory", peak, PEAK_MEBIBYTES, " MiB");
    let rows = vec![
        row!["tool", "wall s"],
        row!["cp, fsync, openssl", format!("{:.2}", wall(&copied))],
        row!["waybill convert", format!("{:.2}", wall(&converted))],
    ];
    println!(
        "\n== conversion: medians of {} alternated runs",
        material.runs()
    );
    print!("{}", columns(&rows));
    Ok(())
}

/// Every checkpoint of the packages, converted, and the same elements as numpy takes out of the zip's
/// storages; nothing of them is loaded.
fn published(workspace: &Workspace, material: &Material<'_>, bars: &mut Bars) -> Result<()> {
    let python = material.numpy()?;
    let script = workspace.path("crates/dev/python/storages.py");
    let (mut files, mut tensors, mut wrong) = (0_u64, 0_u64, Vec::new());
    for checkpoint in checkpoints(&material.checkpoints()?)? {
        files += 1;
        let scratch = tempfile::tempdir()?;
        let written = scratch.path().join("out.safetensors");
        let name = checkpoint.file_name().unwrap_or_default();
        let name = name.display().to_string();
        let mut convert = Command::new(&material.waybill);
        convert.arg("convert").arg(&checkpoint);
        convert.arg("--output").arg(&written);
        if let Err(error) = output(&mut convert) {
            wrong.push(format!("{name}: {error:#}"));
            continue;
        }
        let mut compare = Command::new(&python);
        compare.arg(&script).arg(&checkpoint).arg(&written);
        let said = output(&mut compare).with_context(|| format!("read {name} with numpy"))?;
        let (count, rest) = said.trim().split_once(' ').unwrap_or((said.trim(), ""));
        tensors += count.parse::<u64>().unwrap_or(0);
        if !rest.is_empty() {
            wrong.push(format!("{name}: {rest}"));
        }
    }
    ensure!(files > 0, "the packages hold no checkpoints any more");
    bars.judge(
        "published checkpoints: every tensor has the bits that numpy reads",
        match wrong.is_empty() {
            true => format!("{files} files, {tensors} tensors"),
            false => wrong.join("; "),
        },
        "all",
        wrong.is_empty() && tensors > 0,
    );
    Ok(())
}

fn checkpoints(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path
                .extension()
                .is_some_and(|end| EXTENSIONS.iter().any(|known| end == *known))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
