//! Files and folders that a statement names: found by digest, kept below a folder, copied, listed.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::describe_material;
use crate::scan::Silent;
use crate::signing::SigningError;

/// The file or folder of this name that has this digest: nowhere but below a folder.
pub(super) fn found(from: &Path, name: &str, sha256: &str) -> Option<PathBuf> {
    let last = Path::new(name).file_name().and_then(|last| last.to_str());
    [Some(name), last]
        .into_iter()
        .flatten()
        .filter_map(|name| below(from, name))
        .filter(|path| path.exists())
        .find(|path| digest(path).is_ok_and(|found| found == sha256))
}

/// A file's SHA-256, or the digest over those of a folder.
pub(super) fn digest(path: &Path) -> Result<String, SigningError> {
    let described = describe_material(path, None, &Silent)?;
    Ok(described.digest.get("sha256").cloned().unwrap_or_default())
}

/// A place below a folder: no way leads out of it.
pub(super) fn below(folder: &Path, name: &str) -> Option<PathBuf> {
    let inside = Path::new(name)
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    (inside && !name.is_empty()).then(|| folder.join(name))
}

/// Copies a file or a folder; links are copied as what they lead to only where they are files.
///
/// # Errors
/// What the system says.
pub fn copy_tree(from: &Path, to: &Path) -> std::io::Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    if !from.is_dir() {
        return std::fs::copy(from, to).map(drop);
    }
    let mut open = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = open.pop() {
        std::fs::create_dir_all(&to)?;
        for entry in std::fs::read_dir(&from)? {
            let entry = entry?;
            let (source, target) = (entry.path(), to.join(entry.file_name()));
            if entry.file_type()?.is_dir() {
                open.push((source, target));
            } else {
                std::fs::copy(&source, &target)?;
            }
        }
    }
    Ok(())
}

/// All files below a folder by their relative paths, or the one file under an empty name.
pub(super) fn files(root: &Path) -> std::io::Result<BTreeMap<PathBuf, PathBuf>> {
    let mut found = BTreeMap::new();
    if !root.is_dir() {
        found.insert(PathBuf::new(), root.to_owned());
        return Ok(found);
    }
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() && !path.is_symlink() {
                open.push(path);
            } else if let Ok(name) = path.strip_prefix(root) {
                found.insert(name.to_owned(), path.clone());
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_looked_for_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let (inside, outside) = (folder.path().join("in"), folder.path().join("secret"));
        std::fs::create_dir(&inside).unwrap();
        std::fs::write(&outside, "x").unwrap();
        let sha256 = digest(&outside).unwrap();
        let absolute = outside.to_str().unwrap().to_owned();
        for name in [absolute.as_str(), "../secret", "..", "", "./../secret"] {
            assert_eq!(found(&inside, name, &sha256), None, "{name}");
        }
        std::fs::write(inside.join("secret"), "x").unwrap();
        for name in [absolute.as_str(), "../secret", "secret", "./secret"] {
            assert!(found(&inside, name, &sha256).is_some(), "{name}");
        }
    }
}
