//! The largest singular values that `compare` tells are those of numpy.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::python::Python;
use crate::workspace::{Workspace, output, run};

/// How far a value may be off, by its size; those of noise stand so near each other that they are found
/// less exactly.
const WITHIN: f64 = 1e-6;
const NOISE_WITHIN: f64 = 1e-3;
/// Values that are followed at most: a rank above is told as none.
const FOLLOWED: u64 = 96;

#[derive(Deserialize)]
struct Values {
    first: Vec<f64>,
    second: Vec<f64>,
    difference: Vec<f64>,
    rank: u64,
}

pub(super) fn compare(
    workspace: &Workspace,
    python: &Python,
    waybill: &Path,
    scratch: &Path,
) -> Result<()> {
    let folder = scratch.join("singular");
    run(python
        .script(workspace, "crates/dev/python/singular.py")
        .arg(&folder))
    .context("have numpy take singular values")?;
    let wanted: BTreeMap<String, Values> =
        serde_json::from_str(&std::fs::read_to_string(folder.join("values.json"))?)?;
    let told = output(
        Command::new(waybill)
            .args(["compare", "--format", "json"])
            .arg(folder.join("first.safetensors"))
            .arg(folder.join("second.safetensors")),
    )?;
    let told: Value = serde_json::from_str(&told)?;
    let mut worst: f64 = 0.0;
    for (name, wanted) in &wanted {
        let tensors = told["tensors"].as_array().into_iter().flatten();
        let tensor = tensors
            .clone()
            .find(|tensor| tensor["name"] == name.as_str());
        let ours = &tensor.with_context(|| format!("find `{name}`"))?["singular_values"];
        for (which, wanted) in [
            ("first", &wanted.first),
            ("second", &wanted.second),
            ("difference", &wanted.difference),
        ] {
            let ours: Vec<f64> = serde_json::from_value(ours[which].clone())?;
            let shown = || format!("`{name}`, {which}: {ours:?}, and numpy says {wanted:?}");
            ensure!(ours.len() == wanted.len(), "{}", shown());
            for (ours, wanted) in ours.iter().zip(wanted) {
                let off = (ours - wanted).abs() / wanted;
                worst = worst.max(off);
                let is_noise = !name.starts_with("trained") || which == "difference";
                let within = if is_noise { NOISE_WITHIN } else { WITHIN };
                ensure!(off <= within, "off by {off:.1e}: {}", shown());
            }
        }
        let rank = ours["difference_rank"].as_u64();
        let wanted = (wanted.rank <= FOLLOWED).then_some(wanted.rank);
        ensure!(
            rank == wanted,
            "`{name}`: {rank:?}, and numpy says {wanted:?}"
        );
    }
    println!(
        "numpy     {} pairs of matrices have the same largest singular values, {worst:.1e} apart at most",
        wanted.len()
    );
    Ok(())
}
