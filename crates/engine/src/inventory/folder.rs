//! The files of a source tree that an inventory looks at.

use std::path::Path;

use globset::GlobSet;

use super::{Content, Found};
use crate::ScanError;
use crate::walk::{readable, walk_below};

/// Folders of tools that hold copies of what lock files already name, or nothing that was written
/// by people.
const PASSED_OVER: [&str; 14] = [
    ".git",
    ".hg",
    ".svn",
    "node_modules",
    "__pycache__",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".tox",
    ".nox",
    ".next",
    ".terraform",
    ".ipynb_checkpoints",
    ".cache",
];

pub(super) fn files(root: &Path, excluded: &GlobSet) -> Result<Vec<Found>, ScanError> {
    let passed_over = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        excluded.is_match(path) || PASSED_OVER.contains(&name) || is_cache(root, path, name)
    };
    let walked = walk_below(root, &passed_over)?;
    let found = walked.entries.into_iter().filter_map(|entry| {
        let metadata = entry.location.metadata();
        if metadata.as_ref().is_ok_and(std::fs::Metadata::is_dir) && entry.refused.is_none() {
            return None;
        }
        // A link to another file of the tree: that file is listed by its own name.
        let linked = entry.refused.is_none() && !same_place(root, &entry.path, &entry.location);
        if linked && !entry.path.contains("/snapshots/") && !entry.path.starts_with("snapshots/") {
            return None;
        }
        Some(Found {
            size_bytes: metadata.map_or(0, |metadata| metadata.len()),
            path: entry.path,
            content: match entry.refused {
                Some(reason) => Content::Refused(reason),
                None => Content::OnDisk(entry.location),
            },
        })
    });
    Ok(found.collect())
}

/// A file by itself.
pub(super) fn alone(path: &Path, size_bytes: u64) -> Found {
    let name = path.file_name().unwrap_or(path.as_os_str());
    Found {
        path: readable(name.as_encoded_bytes()),
        size_bytes,
        content: Content::OnDisk(path.to_path_buf()),
    }
}

/// True for a folder of build products or of a cache that says so by the convention of
/// <https://bford.info/cachedir/>, as Cargo's `target` does.
fn is_cache(root: &Path, path: &str, name: &str) -> bool {
    const USUAL: [&str; 5] = ["target", "build", "dist", "cache", "out"];
    USUAL.contains(&name.to_ascii_lowercase().as_str())
        && root.join(path).join("CACHEDIR.TAG").is_file()
}

fn same_place(root: &Path, path: &str, location: &Path) -> bool {
    let below = location.strip_prefix(root);
    below.is_ok_and(|below| readable(below.as_os_str().as_encoded_bytes()) == path)
}
