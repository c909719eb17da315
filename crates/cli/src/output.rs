//! Writing reports: to standard output, or aside and then renamed, so that no half-written file
//! is ever left behind.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};

/// Writes data to standard output.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    reached(out.write_all(text.as_bytes()).and_then(|()| out.flush()))?;
    Ok(())
}

/// True if what was written to standard output got there. That whoever read went away, as `head`
/// does, is no failure and changes no exit code.
pub(crate) fn reached(written: std::io::Result<()>) -> anyhow::Result<bool> {
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(false),
        written => written.map(|()| true).context("write to standard output"),
    }
}

/// A file that is written whole or not at all: first aside, then renamed.
pub(crate) struct Aside<'a> {
    path: &'a Path,
    file: tempfile::NamedTempFile,
}

/// Fails where [`stage`] would, so that nobody waits for a scan whose report cannot be written.
pub(crate) fn check(path: &Path) -> anyhow::Result<()> {
    if is_special(path) {
        return Ok(());
    }
    if path.is_dir() {
        bail!("write `{}`: it is a folder", path.display());
    }
    aside(path).map(drop)
}

/// Writes the text aside. `None` if the path is no regular file, such as `/dev/stdout` or a pipe,
/// and was written to at once.
pub(crate) fn stage<'a>(path: &'a Path, text: &str) -> anyhow::Result<Option<Aside<'a>>> {
    let failed = || format!("write `{}`", path.display());
    if is_special(path) {
        std::fs::write(path, text).with_context(failed)?;
        return Ok(None);
    }
    let mut file = aside(path)?;
    file.write_all(text.as_bytes()).with_context(failed)?;
    if let Ok(metadata) = path.metadata() {
        std::fs::set_permissions(file.path(), metadata.permissions()).with_context(failed)?;
    }
    Ok(Some(Aside { path, file }))
}

/// A file aside to write bytes to.
pub(crate) fn stage_bytes(path: &Path) -> anyhow::Result<Aside<'_>> {
    check(path)?;
    let file = aside(path)?;
    Ok(Aside { path, file })
}

impl Aside<'_> {
    /// The file aside.
    pub(crate) fn file(&mut self) -> &mut std::fs::File {
        self.file.as_file_mut()
    }

    /// Puts the file in its place.
    pub(crate) fn persist(self) -> anyhow::Result<()> {
        self.file
            .persist(self.path)
            .map_err(|failure| failure.error)
            .with_context(|| format!("write `{}`", self.path.display()))?;
        Ok(())
    }
}

/// A new file in the folder of `path`.
fn aside(path: &Path) -> anyhow::Result<tempfile::NamedTempFile> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // What `tempfile` says names a file that the user never heard of.
    let failed = |error: std::io::Error| {
        let reason = folder
            .metadata()
            .err()
            .unwrap_or_else(|| error.kind().into());
        anyhow!(
            "write `{}`: {reason}; check that its folder exists and may be written to",
            path.display()
        )
    };
    tempfile::Builder::new()
        .prefix(".waybill-")
        // As of any new file; the process's mask takes away from it.
        .permissions(std::fs::Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .map_err(failed)
}

/// True for what renaming a file over it would destroy: devices and pipes.
fn is_special(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}
