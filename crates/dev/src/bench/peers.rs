//! The other scanners, asked about the same files in the same run.

use anyhow::{Context as _, Result};
use std::{
    collections::BTreeMap,
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
};

use super::corpus::Item;
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

/// What each tool says about each file.
pub(super) type Answers = Vec<(&'static str, BTreeMap<String, Said>)>;

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

    /// What each of them says about each item.
    pub(super) fn ask_all(&self, folder: &Path, items: &[Item]) -> Result<Answers> {
        let files: Vec<String> = items.iter().map(|item| item.path.clone()).collect();
        TOOLS
            .iter()
            .map(|tool| Ok((*tool, self.ask(tool, folder, &files)?)))
            .collect()
    }

    /// What `tool` says about each file.
    fn ask(&self, tool: &str, folder: &Path, files: &[String]) -> Result<BTreeMap<String, Said>> {
        let answers = tempfile::NamedTempFile::new()?;
        let scratch = tempfile::tempdir()?;
        let mut child = self
            .python
            .script(self.workspace, "crates/dev/python/peers.py")
            .arg(tool)
            .arg(FILE_SECONDS.to_string())
            .current_dir(scratch.path())
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

/// For each tool, how many of the items it calls bad, and over how many it fails.
pub(super) fn cells(answers: &Answers, items: &[&Item]) -> Vec<String> {
    answers
        .iter()
        .map(|(_, said)| {
            let count = |wanted| {
                items
                    .iter()
                    .filter(|item| said.get(&item.path) == Some(&wanted))
                    .count()
            };
            match (count(Said::Bad), count(Said::Error)) {
                (bad, 0) => bad.to_string(),
                (bad, errors) => format!("{bad} e{errors}"),
            }
        })
        .collect()
}
