//! The checked-out tree and the commands that are run in it.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the repository.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The tree that this program was built from.
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .context("find the root of the repository")?;
        Ok(Self {
            root: root.to_owned(),
        })
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    pub(crate) fn read(&self, relative: &str) -> Result<String> {
        std::fs::read_to_string(self.path(relative)).with_context(|| format!("read {relative}"))
    }

    /// A command that runs at the root.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// A `cargo` command that runs at the root.
    pub(crate) fn cargo(&self) -> Command {
        self.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    /// Files that git tracks or would track, relative to the root.
    pub(crate) fn files(&self) -> Result<Vec<String>> {
        let mut git = self.command("git");
        git.args(["ls-files", "--cached", "--others", "--exclude-standard"]);
        Ok(output(&mut git)?
            .lines()
            .filter(|file| self.path(file).is_file())
            .map(str::to_owned)
            .collect())
    }

    /// Packages of the workspace as `cargo metadata` describes them.
    pub(crate) fn packages(&self) -> Result<Vec<Package>> {
        let mut cargo = self.cargo();
        cargo.args(["metadata", "--format-version=1", "--no-deps"]);
        let metadata: Value = serde_json::from_str(&output(&mut cargo)?)?;
        let mut packages: Vec<Package> = list(&metadata["packages"])
            .iter()
            .map(Package::read)
            .collect();
        packages.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(packages)
    }

    /// Builds the `waybill` binary and returns where it is.
    pub(crate) fn waybill(&self, release: bool) -> Result<PathBuf> {
        let mut cargo = self.cargo();
        // With the whole workspace selected its dependencies have the features that they have in its tests,
        // and are compiled once.
        cargo.args(["build", "--workspace", "--bins"]);
        cargo.args(["--quiet", "--message-format=json-render-diagnostics"]);
        if release {
            cargo.arg("--release");
        }
        output(&mut cargo)?
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|message| message["target"]["name"] == "waybill")
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
            .context("find the built binary in the messages of cargo")
    }

    /// Where cargo puts what it builds; scratch folders of ours go there too.
    pub(crate) fn target_directory(&self) -> PathBuf {
        std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.path("target"), |named| self.root.join(named))
    }
}

/// A crate of the workspace with its direct dependencies.
pub(crate) struct Package {
    /// Name without the `waybill-` prefix.
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One arrow from a crate.
pub(crate) struct Dependency {
    /// Name, without the prefix if it is a crate of the workspace.
    pub(crate) name: String,
    pub(crate) internal: bool,
    /// Needed by tests only.
    pub(crate) tests_only: bool,
}

impl Package {
    fn read(package: &Value) -> Self {
        let dependencies = list(&package["dependencies"])
            .iter()
            .map(|dependency| Dependency {
                name: short_name(text(&dependency["name"])),
                internal: dependency["path"].is_string(),
                tests_only: dependency["kind"] == "dev",
            })
            .collect();
        Self {
            name: short_name(text(&package["name"])),
            version: text(&package["version"]).to_owned(),
            dependencies,
        }
    }
}

fn short_name(package: &str) -> String {
    package
        .strip_prefix("waybill-")
        .unwrap_or(package)
        .to_owned()
}

/// The elements of a JSON array; none if it is not one.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The text of a JSON string; empty if it is not one.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Runs a command to its end and returns its standard output; its standard error is shown.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    command.stderr(std::process::Stdio::inherit());
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command.output().with_context(|| format!("start {name}"))?;
    if !done.status.success() {
        bail!("{name} ended with {}", done.status);
    }
    String::from_utf8(done.stdout).with_context(|| format!("read the output of {name}"))
}

/// Runs a command to its end with its streams shown; an error if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("start {name}"))?;
    if !status.success() {
        bail!("{name} ended with {status}");
    }
    Ok(())
}
