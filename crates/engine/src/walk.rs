//! The regular files below a target, in a stable order.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::ScanError;

/// What Git keeps for itself; hooks, which run, are examined.
const GIT_INTERNALS: [&str; 10] = [
    "objects",
    "index",
    "logs",
    "refs",
    "lfs",
    "packed-refs",
    "ORIG_HEAD",
    "FETCH_HEAD",
    "HEAD",
    "COMMIT_EDITMSG",
];

/// What a walk came to.
#[derive(Debug, Default)]
pub struct Walked {
    /// The artifacts: where they are, and their path relative to the target with `/`.
    pub(crate) entries: Vec<Entry>,
    /// Paths left out by patterns.
    pub excluded: u64,
    /// Links that lead out of the target, nowhere, or to folders.
    pub links_not_followed: u64,
}

/// One artifact to examine.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) location: PathBuf,
    pub(crate) path: String,
    /// Set if the entry is known not to be readable.
    pub(crate) refused: Option<String>,
}

/// Patterns of paths that are left out.
pub(crate) fn patterns(lines: impl IntoIterator<Item = String>) -> Result<GlobSet, ScanError> {
    let mut set = GlobSetBuilder::new();
    for line in lines {
        let pattern = line.trim();
        if pattern.is_empty() || pattern.starts_with('#') {
            continue;
        }
        let wrong = |error: globset::Error| ScanError::Pattern {
            pattern: pattern.to_owned(),
            reason: error.kind().to_string(),
        };
        if pattern.starts_with('!') {
            return Err(ScanError::Pattern {
                pattern: pattern.to_owned(),
                reason: "what was left out cannot be taken in again; write `[!]` for a name that begins with `!`".into(),
            });
        }
        let rooted = pattern
            .strip_prefix('/')
            .or_else(|| pattern.strip_prefix("./"));
        let base = rooted.unwrap_or(pattern).trim_end_matches('/');
        // As in a gitignore: a pattern without a slash matches at any depth, a folder with all in it.
        let anywhere = rooted.is_none() && !base.contains('/');
        let prefix = if anywhere { "**/" } else { "" };
        for full in [format!("{prefix}{base}"), format!("{prefix}{base}/**")] {
            // As in a gitignore, `*` stays within one folder.
            let glob = GlobBuilder::new(&full).literal_separator(true).build();
            set.add(glob.map_err(wrong)?);
        }
    }
    set.build().map_err(|error| ScanError::Pattern {
        pattern: String::new(),
        reason: error.to_string(),
    })
}

/// Walks a folder.
pub(crate) fn walk(root: &Path, excluded: &GlobSet) -> Result<Walked, ScanError> {
    walk_below(root, &|path| {
        excluded.is_match(path) || is_git_internal(path)
    })
}

/// Walks a folder; what `left_out` says yes to, and all below it, is passed over.
pub(crate) fn walk_below(
    root: &Path,
    left_out: &dyn Fn(&str) -> bool,
) -> Result<Walked, ScanError> {
    let mut walked = Walked::default();
    let real_root = root
        .canonicalize()
        .map_err(|error| target_error(root, &error))?;
    let mut folders = vec![(root.to_path_buf(), String::new())];
    while let Some((folder, path)) = folders.pop() {
        let children = match std::fs::read_dir(&folder) {
            Ok(children) => children,
            Err(error) if path.is_empty() => return Err(target_error(&folder, &error)),
            Err(error) => {
                walked.entries.push(Entry {
                    location: folder,
                    path,
                    refused: Some(error.to_string()),
                });
                continue;
            }
        };
        for child in children {
            let child = match child {
                Ok(child) => child,
                Err(error) => {
                    walked.entries.push(Entry {
                        location: folder.clone(),
                        path: path.clone(),
                        refused: Some(format!("its list breaks off: {error}")),
                    });
                    break;
                }
            };
            let name = readable(child.file_name().as_encoded_bytes());
            let child_path = if path.is_empty() {
                name
            } else {
                format!("{path}/{name}")
            };
            if left_out(&child_path) {
                walked.excluded += 1;
                continue;
            }
            visit(
                &child.path(),
                child_path,
                &real_root,
                &mut walked,
                &mut folders,
            );
        }
    }
    // Names that are not UTF-8 may look alike once they are text.
    walked
        .entries
        .sort_by(|left, right| (&left.path, &left.location).cmp(&(&right.path, &right.location)));
    Ok(walked)
}

fn visit(
    location: &Path,
    path: String,
    root: &Path,
    walked: &mut Walked,
    folders: &mut Vec<(PathBuf, String)>,
) {
    let metadata = match location.symlink_metadata() {
        Ok(metadata) => metadata,
        Err(error) => {
            walked.entries.push(Entry {
                location: location.to_path_buf(),
                path,
                refused: Some(error.to_string()),
            });
            return;
        }
    };
    let kind = metadata.file_type();
    if kind.is_dir() {
        folders.push((location.to_path_buf(), path));
    } else if kind.is_file() {
        walked.entries.push(Entry {
            location: location.to_path_buf(),
            path,
            refused: None,
        });
    } else if kind.is_symlink() {
        link(location, path, root, walked);
    } else {
        let refused = Some("it is a device, pipe or socket, not a regular file".to_owned());
        walked.entries.push(Entry {
            location: location.to_path_buf(),
            path,
            refused,
        });
    }
}

/// What a link says that it leads to.
fn goal(link: &Path) -> String {
    let target = link.read_link().unwrap_or_default();
    readable(target.as_os_str().as_encoded_bytes())
}

/// A link: to a regular file inside the target, or to a blob of the same Hugging Face cache entry
/// (`models--org--name/snapshots/REVISION/file -> ../../blobs/DIGEST`), it stands for that file. A
/// folder inside the target is walked where it stands. Everything else a loader would follow and
/// this walk does not: the artifact is there, and it is not examined.
fn link(location: &Path, path: String, root: &Path, walked: &mut Walked) {
    let real = location.canonicalize();
    let inside = |real: &Path| real.starts_with(root) || own_blob(location, real);
    let (place, refused) = match real {
        Ok(real) if inside(&real) && real.is_file() => (real, None),
        Ok(real) if inside(&real) && real.is_dir() => {
            walked.links_not_followed += 1;
            return;
        }
        Ok(real) if inside(&real) => (
            location.to_path_buf(),
            Some("it is a link to a device, pipe or socket".to_owned()),
        ),
        Ok(_) => (
            location.to_path_buf(),
            Some(format!(
                "it is a link that leads out of the target, to `{}`",
                goal(location)
            )),
        ),
        Err(error) => (
            location.to_path_buf(),
            Some(format!(
                "it is a link that leads nowhere, to `{}`: {error}",
                goal(location)
            )),
        ),
    };
    walked.links_not_followed += u64::from(refused.is_some());
    walked.entries.push(Entry {
        location: place,
        path,
        refused,
    });
}

fn own_blob(link: &Path, real: &Path) -> bool {
    let Some(Ok(folder)) = link.parent().map(Path::canonicalize) else {
        return false;
    };
    let snapshots = folder
        .ancestors()
        .find(|folder| folder.file_name().is_some_and(|name| name == "snapshots"));
    let blobs = snapshots
        .and_then(Path::parent)
        .map(|repository| repository.join("blobs"));
    blobs.is_some_and(|blobs| real.parent() == Some(blobs.as_path()))
}

fn is_git_internal(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let (name, folder) = (parts.next().unwrap_or_default(), parts.next());
    folder == Some(".git") && GIT_INTERNALS.contains(&name)
}

/// The error for a target that cannot be opened.
pub(crate) fn target_error(path: &Path, error: &std::io::Error) -> ScanError {
    let hint = match error.kind() {
        std::io::ErrorKind::NotFound => {
            "check the spelling; relative paths start at the working directory"
        }
        std::io::ErrorKind::PermissionDenied => "run as a user who may read it",
        std::io::ErrorKind::Other => "pipe what comes out of it to `waybill scan -`",
        _ if error.raw_os_error() == Some(36) => {
            "the path is longer than the system allows; scan from a folder further down"
        }
        _ => "check that it is a regular file or a folder",
    };
    ScanError::Target {
        path: readable(path.as_os_str().as_encoded_bytes()),
        reason: error.to_string(),
        hint,
    }
}

/// A path as text; bytes that are not UTF-8 are written as `\xNN`.
pub(crate) fn readable(bytes: &[u8]) -> String {
    bytes
        .utf8_chunks()
        .map(|chunk| {
            let invalid: String = chunk
                .invalid()
                .iter()
                .map(|byte| format!("\\x{byte:02x}"))
                .collect();
            format!("{}{invalid}", chunk.valid())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_a_gitignore() {
        let set = patterns([
            "*.md".into(),
            "build/".into(),
            "/top.txt".into(),
            "a/b".into(),
            "# no".into(),
            "/*.bin".into(),
            "lib/*.so".into(),
        ])
        .unwrap();
        for matched in [
            "README.md",
            "x/y.md",
            "build",
            "x/build/z",
            "top.txt",
            "a/b",
            "a/b/c",
            "y.bin/z",
            "lib/a.so",
        ] {
            assert!(set.is_match(matched), "{matched}");
        }
        for other in [
            "x/top.txt",
            "c/a/b",
            "README.mdx",
            "no",
            "x/y.bin",
            "lib/deep/a.so",
        ] {
            assert!(!set.is_match(other), "{other}");
        }
        assert!(patterns(["a[".into()]).is_err());
        assert!(patterns(["!keep".into()]).is_err());
    }

    #[test]
    fn names_that_are_not_utf8_stay_readable() {
        assert_eq!(readable(b"a\xffb"), "a\\xffb");
    }

    #[test]
    fn links_are_followed_only_inside() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("models--a--b");
        std::fs::create_dir_all(root.join("blobs")).unwrap();
        std::fs::create_dir_all(root.join("snapshots/rev")).unwrap();
        std::fs::write(root.join("blobs/abc"), b"x").unwrap();
        std::fs::write(folder.path().join("outside"), b"x").unwrap();
        let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, root.join(at)).unwrap();
        link("../../blobs/abc", "snapshots/rev/model.bin");
        link("../../../outside", "snapshots/rev/out.bin");
        link("nowhere", "snapshots/rev/broken.bin");
        let walked = walk(&root.join("snapshots/rev"), &GlobSet::empty()).unwrap();
        assert_eq!(
            walked
                .entries
                .iter()
                .map(|entry| (entry.path.as_str(), entry.refused.is_some()))
                .collect::<Vec<_>>(),
            [
                ("broken.bin", true),
                ("model.bin", false),
                ("out.bin", true)
            ]
        );
        assert_eq!(walked.links_not_followed, 2);
    }
}
