//! Decisions a second, and random facts, by the example of the crate that decides.

use anyhow::{Context as _, Result, bail};
use std::process::Command;

use super::bars::Bars;
use crate::workspace::Workspace;

const PER_SECOND: f64 = 50_000.0;
const DOCUMENTS: &str = "1000000";

pub(super) fn measure(workspace: &Workspace, bars: &mut Bars) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["run", "--quiet", "--release", "-p", "waybill-policy"])
        .args(["--example", "decisions", "--", DOCUMENTS])
        .current_dir(workspace.path("."));
    let output = cargo.output().context("start cargo")?;
    let said = String::from_utf8_lossy(&output.stdout);
    println!("\n== policy: 10 findings and 3 matches, baseline, one core\n{said}");
    if !output.status.success() {
        bars.judge(
            "random facts judged without a panic",
            "it failed",
            DOCUMENTS,
            false,
        );
        bail!(
            "measure policies: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let figure = |name: &str| -> f64 {
        let line = said.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|figure| figure.trim().parse().ok())
            .unwrap_or_default()
    };
    let rate = figure("decisions_per_second");
    bars.judge(
        "decisions a second",
        format!("{rate:.0}"),
        format!("at least {PER_SECOND:.0}"),
        rate >= PER_SECOND,
    );
    let documents = figure("documents ");
    bars.judge(
        "random facts judged without a panic",
        format!("{documents:.0}"),
        DOCUMENTS,
        documents >= 1e6,
    );
    Ok(())
}
