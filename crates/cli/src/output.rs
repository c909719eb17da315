//! Writing reports: to standard output, or aside and then renamed, so that no half-written file
//! is ever left behind.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;

/// Writes data to standard output.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .context("write to standard output")
}

/// Writes a file whole or not at all.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let shown = path.display();
    let mut aside = tempfile::Builder::new()
        .prefix(".waybill-")
        .tempfile_in(folder)
        .with_context(|| {
            format!("write `{shown}`; check that its folder exists and may be written to")
        })?;
    aside
        .write_all(text.as_bytes())
        .with_context(|| format!("write `{shown}`"))?;
    if let Ok(metadata) = path.metadata() {
        let _ = std::fs::set_permissions(aside.path(), metadata.permissions());
    } else {
        use std::os::unix::fs::PermissionsExt as _;
        let _ = std::fs::set_permissions(aside.path(), std::fs::Permissions::from_mode(0o644));
    }
    aside
        .persist(path)
        .with_context(|| format!("write `{shown}`"))?;
    Ok(())
}

/// True if whoever read standard output went away.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
