//! The other scanners, asked about the same files in the same run.

use anyhow::{Context as _, Result};
use std::{
    collections::BTreeMap,
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
};

use crate::{python::Python, workspace::Workspace};

/// Names as peers.py knows them.
pub(super) const TOOLS: [&str; 4] = ["picklescan", "modelscan", "fickling", "modelaudit"];

/// Longer than this over one file is an error of the tool.
const FILE_SECONDS: u32 = 30;

/// What a tool says about a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Bad,
    Good,
    Error,
}

/// The environment in which they are installed.
pub(super) struct Peers<'a> {
    workspace: &'a Workspace,
    python: Python,
}

impl<'a> Peers<'a> {
    pub(super) fn new(workspace: &'a Workspace, python: Python) -> Self {
        Self { workspace, python }
    }

    /// A command line of one of them.
    pub(super) fn program(&self, tool: &str) -> PathBuf {
        self.python.program(tool)
    }

    /// What `tool` says about each file.
    pub(super) fn ask(
        &self,
        tool: &str,
        folder: &Path,
        files: &[String],
    ) -> Result<BTreeMap<String, Said>> {
        let answers = tempfile::NamedTempFile::new()?;
        let mut child = self
            .python
            .script(self.workspace, "crates/dev/python/peers.py")
            .arg(tool)
            .arg(FILE_SECONDS.to_string())
            .stdin(Stdio::piped())
            .stdout(File::create(answers.path())?)
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("start {tool}"))?;
        if let Some(mut paths) = child.stdin.take() {
            for file in files {
                writeln!(paths, "{}", folder.join(file).display())?;
            }
        }
        child.wait()?;
        let text = std::fs::read_to_string(answers.path())?;
        let mut said: BTreeMap<String, Said> = files
            .iter()
            .map(|file| (file.clone(), Said::Error))
            .collect();
        for line in text.lines() {
            let Some((answer, path)) = line.split_once('\t') else {
                continue;
            };
            let Ok(file) = Path::new(path).strip_prefix(folder) else {
                continue;
            };
            let answer = match answer {
                "bad" => Said::Bad,
                "ok" => Said::Good,
                _ => Said::Error,
            };
            said.insert(file.to_string_lossy().into_owned(), answer);
        }
        Ok(said)
    }
}

/// `bad` and errors among the answers, as one cell.
pub(super) fn cell<'a>(
    said: &BTreeMap<String, Said>,
    files: impl Iterator<Item = &'a String>,
) -> String {
    let (mut bad, mut errors) = (0_u32, 0_u32);
    for file in files {
        match said.get(file) {
            Some(Said::Bad) => bad += 1,
            Some(Said::Good) => {}
            Some(Said::Error) | None => errors += 1,
        }
    }
    if errors == 0 {
        bad.to_string()
    } else {
        format!("{bad} e{errors}")
    }
}
