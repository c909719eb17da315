//! Virtual environments of Python, with the packages of a list.

use anyhow::{Context as _, Result};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::workspace::{Workspace, run};

/// An interpreter with the packages that a script of ours needs.
pub(crate) struct Python {
    folder: PathBuf,
}

impl Python {
    /// The environment in `folder`. It is made if it is not there; one that somebody else made is
    /// taken as it is.
    pub(crate) fn environment(
        workspace: &Workspace,
        folder: &Path,
        requirements: &str,
    ) -> Result<Self> {
        let wanted = workspace.read(requirements)?;
        let marker = folder.join("waybill-requirements.txt");
        let foreign = folder.join("bin/python").exists() && !marker.exists();
        let ready = std::fs::read_to_string(&marker).is_ok_and(|installed| installed == wanted);
        if !foreign && !ready {
            println!("preparing {} ({requirements})", folder.display());
            // The marker comes first, empty, so that an interrupted installation is taken up again.
            std::fs::create_dir_all(folder)?;
            std::fs::write(&marker, "")?;
            run(Command::new("python3").args(["-m", "venv"]).arg(folder))
                .context("make a virtual environment (package python3-venv)")?;
            run(Command::new(folder.join("bin/pip"))
                .args(["install", "--quiet", "--disable-pip-version-check", "-r"])
                .arg(workspace.path(requirements)))
            .with_context(|| format!("install {requirements}"))?;
            std::fs::write(&marker, wanted)?;
        }
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// A program that the packages installed, or the interpreter itself.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }

    /// A command that runs a script of the tree.
    pub(crate) fn script(&self, workspace: &Workspace, script: &str) -> Command {
        let mut command = Command::new(self.program("python"));
        command.arg("-B").arg(workspace.path(script));
        // Telemetry and downloads of the libraries stay off.
        for (key, value) in [
            ("HF_HUB_OFFLINE", "1"),
            ("HF_HUB_DISABLE_TELEMETRY", "1"),
            ("HF_HUB_DISABLE_PROGRESS_BARS", "1"),
            ("NO_ANALYTICS", "1"),
            ("CI", "1"),
        ] {
            command.env(key, value);
        }
        command
    }
}
