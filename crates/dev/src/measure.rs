//! What a command costs: wall time, processor time and peak memory of that command alone.
//!
//! Peak memory of children is one figure per process for its whole life, so every measured command
//! gets a small parent of its own: this program again, as `cargo dev measure`.

use anyhow::{Context as _, Result, bail};
use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};
use std::{
    ffi::OsString,
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Where the figures go.
    #[arg(long)]
    out: PathBuf,
    /// The command and its arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    command: Vec<OsString>,
}

/// The figures of one run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Cost {
    pub(crate) wall_seconds: f64,
    /// User and system time together.
    pub(crate) processor_seconds: f64,
    pub(crate) peak_bytes: u64,
    /// `None` if a signal ended it.
    pub(crate) exit_code: Option<i32>,
}

/// The small parent: runs the command and writes what it cost.
pub(crate) fn child(arguments: &Arguments) -> Result<bool> {
    let Some((program, rest)) = arguments.command.split_first() else {
        bail!("measure nothing: no command");
    };
    let started = Instant::now();
    let status = Command::new(program)
        .args(rest)
        .status()
        .with_context(|| format!("start {}", program.display()))?;
    let wall_seconds = started.elapsed().as_secs_f64();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).context("ask what the command cost")?;
    #[expect(clippy::cast_precision_loss, reason = "seconds to look at")]
    let seconds =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let cost = Cost {
        wall_seconds,
        processor_seconds: seconds(usage.user_time()) + seconds(usage.system_time()),
        peak_bytes: u64::try_from(usage.max_rss()).unwrap_or(0) * 1024,
        exit_code: status.code(),
    };
    std::fs::write(&arguments.out, serde_json::to_vec(&cost)?).context("write the figures")?;
    Ok(true)
}

/// Runs a command in an empty folder, since some scanners leave files where they run, and says what
/// it cost. Its standard output goes to `stdout`, or nowhere. Paths have to be absolute.
pub(crate) fn measure(command: &[OsString], stdout: Option<&Path>) -> Result<Cost> {
    let figures = tempfile::NamedTempFile::new()?;
    let scratch = tempfile::tempdir()?;
    let stdout = match stdout {
        Some(path) => File::create(path)
            .with_context(|| format!("create {}", path.display()))?
            .into(),
        None => Stdio::null(),
    };
    let status = Command::new(std::env::current_exe()?)
        .args(["measure", "--out"])
        .arg(figures.path())
        .arg("--")
        .args(command)
        .current_dir(scratch.path())
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(Stdio::null())
        .status()
        .context("start the measuring process")?;
    if !status.success() {
        bail!("measuring {:?} ended with {status}", command.first());
    }
    let read = std::fs::read(figures.path())?;
    serde_json::from_slice(&read).context("read the figures")
}

/// The value in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_values() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median(vec![]).is_nan());
    }
}
