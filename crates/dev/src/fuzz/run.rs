//! Runs built targets and reads what libFuzzer says about itself.

use anyhow::{Context as _, Result};
use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};

use crate::workspace::Workspace;

const MEMORY_LIMIT_MEGABYTES: u32 = 1024;
const HANG_SECONDS: u32 = 10;

/// One target, ready to run.
pub(super) struct Task {
    target: String,
    binary: PathBuf,
    corpus: PathBuf,
    artifacts: PathBuf,
    runs: u64,
    seconds: u64,
}

/// What came of it.
pub(super) struct Outcome {
    pub(super) target: String,
    pub(super) executions: u64,
    pub(super) seconds: f64,
    pub(super) peak_megabytes: u64,
    /// Inputs that crashed it, in this run.
    pub(super) crashes: Vec<String>,
    /// How the process ended.
    pub(super) ended: String,
    ended_well: bool,
}

impl Outcome {
    pub(super) fn held(&self) -> bool {
        self.crashes.is_empty() && self.ended_well
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a figure to look at"
    )]
    pub(super) fn per_second(&self) -> u64 {
        (self.executions as f64 / self.seconds.max(0.001)) as u64
    }
}

impl Task {
    pub(super) fn new(
        workspace: &Workspace,
        folder: &Path,
        target: &str,
        runs: u64,
        seconds: u64,
    ) -> Result<Self> {
        let artifacts = workspace.path("fuzz/artifacts").join(target);
        std::fs::create_dir_all(&artifacts)?;
        Ok(Self {
            target: target.to_owned(),
            binary: folder.join(target),
            corpus: super::corpus(workspace, target),
            artifacts,
            runs,
            seconds,
        })
    }

    fn run(&self) -> Result<Outcome> {
        let before = inputs(&self.artifacts)?;
        let log = self.artifacts.join("log.txt");
        let started = Instant::now();
        let status = Command::new(&self.binary)
            .arg(&self.corpus)
            .arg(format!("-runs={}", self.runs))
            .arg(format!("-max_total_time={}", self.seconds))
            .arg(format!("-rss_limit_mb={MEMORY_LIMIT_MEGABYTES}"))
            .arg(format!("-timeout={HANG_SECONDS}"))
            .arg(format!("-artifact_prefix={}/", self.artifacts.display()))
            .args(["-print_final_stats=1", "-reload=0", "-verbosity=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .status()
            .with_context(|| format!("start {}", self.target))?;
        let seconds = started.elapsed().as_secs_f64();
        let said = String::from_utf8_lossy(&std::fs::read(&log)?).into_owned();
        let mut crashes = inputs(&self.artifacts)?;
        crashes.retain(|crash| !before.contains(crash));
        Ok(Outcome {
            target: self.target.clone(),
            executions: statistic(&said, "number_of_executed_units"),
            seconds,
            peak_megabytes: statistic(&said, "peak_rss_mb"),
            crashes,
            ended: format!("{status}; see {}", log.display()),
            ended_well: status.success(),
        })
    }
}

/// Runs the tasks, `jobs` at a time; outcomes in the order of the tasks.
pub(super) fn all(tasks: &[Task], jobs: usize) -> Result<Vec<Outcome>> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<(usize, Outcome)>> {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = tasks.get(index) else {
                return Ok(done);
            };
            let outcome = task.run()?;
            println!(
                "{}: {} executions in {:.0} s, {}",
                outcome.target, outcome.executions, outcome.seconds, outcome.ended
            );
            done.push((index, outcome));
        }
    };
    let mut outcomes = std::thread::scope(|scope| -> Result<Vec<_>> {
        let threads: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        let mut outcomes = Vec::new();
        for thread in threads {
            let done = thread
                .join()
                .map_err(|_| anyhow::anyhow!("a thread that runs targets panicked"))?;
            outcomes.extend(done?);
        }
        Ok(outcomes)
    })?;
    outcomes.sort_by_key(|(index, _)| *index);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}

/// Inputs that libFuzzer kept as crashes, hangs or out of memory.
fn inputs(artifacts: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(artifacts)? {
        let path = entry?.path();
        if path.extension().is_none() {
            found.push(path.display().to_string());
        }
    }
    found.sort();
    Ok(found)
}

/// A line such as `stat::peak_rss_mb: 45`.
fn statistic(said: &str, name: &str) -> u64 {
    let start = format!("stat::{name}:");
    said.lines()
        .find_map(|line| line.strip_prefix(&start)?.trim().parse().ok())
        .unwrap_or(0)
}
