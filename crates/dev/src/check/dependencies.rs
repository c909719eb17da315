//! Dependencies: each has its line in ARCHITECTURE.md, and `formats` stays small.

use anyhow::Result;
use std::collections::BTreeSet;

use super::Findings;
use crate::{
    tables::{code_words, markdown_table},
    workspace::Workspace,
};

/// What a parser of hostile bytes may bring in directly.
const FORMATS_AT_MOST: usize = 15;

pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    let architecture = workspace.read("ARCHITECTURE.md")?;
    let explained: BTreeSet<&str> = markdown_table(&architecture, "dependency")
        .into_iter()
        .filter_map(|row| {
            row.first()
                .and_then(|cell| code_words(cell).first().copied())
        })
        .collect();
    let packages = workspace.packages()?;
    let used: BTreeSet<&str> = packages
        .iter()
        .flat_map(|package| &package.dependencies)
        .filter(|dependency| !dependency.internal)
        .map(|dependency| dependency.name.as_str())
        .collect();
    for name in used.difference(&explained) {
        findings.problem(format!(
            "ARCHITECTURE.md does not say why `{name}` is there"
        ));
    }
    for name in explained.difference(&used) {
        findings.problem(format!(
            "ARCHITECTURE.md explains `{name}`, which no crate uses"
        ));
    }
    for package in packages.iter().filter(|package| package.name == "formats") {
        let count = package
            .dependencies
            .iter()
            .filter(|dependency| !dependency.internal && !dependency.tests_only)
            .count();
        if count > FORMATS_AT_MOST {
            findings.problem(format!(
                "`formats` has {count} direct dependencies, {FORMATS_AT_MOST} are allowed"
            ));
        }
    }
    Ok(())
}
