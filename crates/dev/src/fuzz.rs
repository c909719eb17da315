//! `cargo dev fuzz`: libFuzzer on the stable toolchain, one target a parser, seeds out of `fixtures`.
//!
//! Coverage comes from LLVM's own pass, which stable rustc can be told to run; there is no sanitizer,
//! since the code under test is safe Rust: a crash is a panic, an overflow, a hang or too much memory.

#[cfg(test)]
mod replay;
mod run;
mod seeds;

use anyhow::{Context as _, Result, bail};
use std::{collections::BTreeSet, path::Path};

use crate::{
    row,
    tables::columns,
    workspace::{Workspace, list, output, run as run_command, text},
};
use run::{Outcome, Task};

/// The flags by which LLVM counts edges and traces comparisons for libFuzzer.
const COVERAGE_FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Cllvm-args=-simplifycfg-branch-fold-threshold=0 -Ccodegen-units=1";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Stop a target after so many seconds.
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// Stop a target after so many executions.
    #[arg(long, default_value_t = 5_000_000)]
    runs: u64,
    /// Only this target; may be given several times.
    #[arg(long)]
    target: Vec<String>,
    /// How many targets run at the same time.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Write the seeds and build, but run nothing.
    #[arg(long)]
    build_only: bool,
}

/// Names of the targets that fuzz/Cargo.toml declares.
pub(crate) fn targets(workspace: &Workspace) -> Result<BTreeSet<String>> {
    let manifest: serde_json::Value =
        toml::from_str(&workspace.read("fuzz/Cargo.toml")?).context("read fuzz/Cargo.toml")?;
    Ok(list(&manifest["bin"])
        .iter()
        .map(|bin| text(&bin["name"]).to_owned())
        .collect())
}

/// True if no target crashed.
pub(crate) fn fuzz(workspace: &Workspace, arguments: &Arguments) -> Result<bool> {
    let mut targets = targets(workspace)?;
    for wanted in &arguments.target {
        if !targets.contains(wanted) {
            bail!("no target `{wanted}`; there are {targets:?}");
        }
    }
    if !arguments.target.is_empty() {
        targets.retain(|target| arguments.target.contains(target));
    }
    let seeds = seeds::seeds(workspace)?;
    for target in &targets {
        let written = seeds::write(workspace, target, &seeds)?;
        println!("{target}: {written} seeds");
    }
    let folder = build(workspace, &targets)?;
    if arguments.build_only {
        return Ok(true);
    }
    let tasks: Vec<Task> = targets
        .iter()
        .map(|target| {
            Task::new(
                workspace,
                &folder,
                target,
                arguments.runs,
                arguments.seconds,
            )
        })
        .collect::<Result<_>>()?;
    let outcomes = run::all(&tasks, arguments.jobs.max(1))?;
    print!("{}", columns(&table(&outcomes)));
    for outcome in &outcomes {
        for crash in &outcome.crashes {
            println!("crash: {crash}");
        }
    }
    Ok(outcomes.iter().all(Outcome::held))
}

fn table(outcomes: &[Outcome]) -> Vec<Vec<String>> {
    let mut rows = vec![row![
        "target",
        "executions",
        "seconds",
        "exec/s",
        "peak MB",
        "crashes"
    ]];
    for outcome in outcomes {
        rows.push(row![
            outcome.target,
            outcome.executions,
            format!("{:.0}", outcome.seconds),
            outcome.per_second(),
            outcome.peak_megabytes,
            if outcome.held() {
                outcome.crashes.len().to_string()
            } else {
                format!("{} ({})", outcome.crashes.len(), outcome.ended)
            },
        ]);
    }
    rows
}

/// Builds the targets and returns the folder of their binaries.
fn build(workspace: &Workspace, targets: &BTreeSet<String>) -> Result<std::path::PathBuf> {
    let host = host(workspace)?;
    let target_folder = workspace.target_directory().join("fuzz");
    let mut cargo = workspace.cargo();
    cargo.current_dir(workspace.path("fuzz"));
    // A target triple keeps the flags away from build scripts and procedural macros.
    cargo.args(["build", "--release", "--target", &host]);
    for target in targets {
        cargo.args(["--bin", target]);
    }
    cargo.env("CARGO_TARGET_DIR", &target_folder);
    cargo.env("RUSTFLAGS", COVERAGE_FLAGS);
    run_command(&mut cargo).context("build the fuzz targets")?;
    Ok(target_folder.join(host).join("release"))
}

fn host(workspace: &Workspace) -> Result<String> {
    let version = output(workspace.command("rustc").arg("-vV"))?;
    version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .context("find the host in `rustc -vV`")
}

/// The folder in which libFuzzer keeps what it found worth keeping.
fn corpus(workspace: &Workspace, target: &str) -> std::path::PathBuf {
    workspace.path("fuzz/corpus").join(Path::new(target))
}
