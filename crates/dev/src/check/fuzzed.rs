//! Fuzzed: every public parser module of `formats` and `source` has a target of its name.

use anyhow::{Context as _, Result};
use serde::Deserialize;
use std::collections::BTreeMap;

use super::Findings;
use crate::{fuzz, workspace::Workspace};

const PARSERS: [&str; 2] = ["formats", "source"];

#[derive(Deserialize)]
struct Exceptions {
    covered_by: BTreeMap<String, String>,
}

pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    let exceptions: Exceptions = toml::from_str(&workspace.read("crates/dev/data/targets.toml")?)
        .context("read targets.toml")?;
    let targets = fuzz::targets(workspace)?;
    let mut modules = Vec::new();
    for krate in PARSERS {
        let library = workspace.read(&format!("crates/{krate}/src/lib.rs"))?;
        modules.extend(public_modules(&library).map(str::to_owned));
    }
    for module in &modules {
        let target = exceptions.covered_by.get(module).unwrap_or(module);
        if !targets.contains(target) {
            findings.problem(format!(
                "no fuzz target `{target}` for the module `{module}`"
            ));
        }
    }
    for module in exceptions.covered_by.keys() {
        if !modules.contains(module) {
            findings.problem(format!(
                "targets.toml names `{module}`, which is no public module"
            ));
        }
    }
    for target in &targets {
        let written = format!("fuzz/fuzz_targets/{target}.rs");
        if !workspace.path(&written).is_file() {
            findings.problem(format!("{written} is missing"));
        }
    }
    Ok(())
}

fn public_modules(library: &str) -> impl Iterator<Item = &str> {
    library
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
}
