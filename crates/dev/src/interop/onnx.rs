//! The conformance models of the `onnx` package: the same counts as the package itself reads.

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use waybill_formats::{Limits, onnx};

use crate::{python::Python, workspace::Workspace};

/// Models that the package brings; fewer would mean that the test looked in the wrong place.
const AT_LEAST: usize = 100;

#[derive(Debug, Deserialize, PartialEq)]
struct Counts {
    path: String,
    nodes: u64,
    inner_nodes: u64,
    initialisers: u64,
    tensors: usize,
    operators: Vec<String>,
}

pub(super) fn compare(workspace: &Workspace, python: &Python) -> Result<()> {
    let output = python
        .script(workspace, "crates/dev/python/onnx_models.py")
        .output()
        .context("have the onnx package read its models")?;
    ensure!(
        output.status.success(),
        "the onnx package failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = String::from_utf8(output.stdout)?;
    let mut models = 0_usize;
    for line in printed.lines() {
        let theirs: Counts = serde_json::from_str(line)?;
        let bytes = std::fs::read(&theirs.path)?;
        let facts = onnx::parse(&bytes, &Limits::default())
            .with_context(|| format!("recognise {}", theirs.path))?;
        ensure!(
            facts.problems.is_empty(),
            "{}: {:?}",
            theirs.path,
            facts.problems
        );
        let mut operators: Vec<String> = facts
            .operators
            .keys()
            .map(|operator| format!("{}::{}", operator.domain, operator.name))
            .collect();
        operators.sort_unstable();
        let ours = Counts {
            path: theirs.path.clone(),
            nodes: facts.nodes,
            inner_nodes: facts.inner_nodes,
            initialisers: facts.initialisers,
            tensors: facts.tensors.len(),
            operators,
        };
        ensure!(
            ours == theirs,
            "we read {ours:?}, the onnx package {theirs:?}"
        );
        models = models.saturating_add(1);
    }
    ensure!(models >= AT_LEAST, "only {models} models were found");
    println!("{models} models of onnx: same nodes, tensors and operators");
    Ok(())
}
