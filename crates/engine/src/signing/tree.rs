//! The files of a model as the format counts them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::is_left_out;
use crate::bytes::Stamp;
use crate::walk::readable;

/// How deep folders may be nested; the system's own limit on paths comes first but for links.
const DEEPEST: usize = 512;

/// What to look for.
pub(crate) struct Wanted<'a> {
    /// Links stand for what they lead to.
    pub(crate) follow: bool,
    /// Folders behind links too, which `model-signing` 1.x does not look into.
    pub(crate) follow_folders: bool,
    /// Paths that are left out beside the usual ones.
    pub(crate) ignored: &'a [String],
    /// Paths that count although they are left out.
    pub(crate) listed: &'a BTreeSet<&'a str>,
    /// Also look into what is left out.
    pub(crate) strict: bool,
    /// The signature itself, which is part of nothing.
    pub(crate) signature: Option<&'a Path>,
}

/// A file of the model.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) location: PathBuf,
    pub(crate) stamp: Stamp,
    pub(crate) executable: bool,
    /// Left out by the format; listed for `strict` alone.
    pub(crate) left_out: bool,
}

/// What stands at a path that is no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    Link,
    Other(String),
}

/// All of a model.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) files: BTreeMap<String, Kept>,
    pub(crate) empty_folders: Vec<String>,
    pub(crate) obstacles: Vec<(String, Obstacle)>,
    /// Links that lead out of the model.
    pub(crate) outside: u64,
}

struct Walk<'a> {
    wanted: &'a Wanted<'a>,
    root: PathBuf,
    /// The signature, as the system names it.
    signature: Option<PathBuf>,
    tree: Tree,
}

struct Folder {
    location: PathBuf,
    path: String,
    left_out: bool,
    /// The folders above it, as the system names them.
    above: Vec<PathBuf>,
}

/// Lists a folder, or a single file under its name.
pub(crate) fn list(model: &Path, wanted: &Wanted<'_>) -> std::io::Result<Tree> {
    let root = model.canonicalize()?;
    let mut walk = Walk {
        signature: wanted.signature.and_then(|path| path.canonicalize().ok()),
        wanted,
        root: root.clone(),
        tree: Tree::default(),
    };
    let metadata = std::fs::metadata(&root)?;
    if !metadata.is_dir() {
        let name = super::own_name(model);
        walk.file(root, name, &metadata, false);
        return Ok(walk.tree);
    }
    // The model itself has to be readable; what is below it may be an obstacle.
    std::fs::read_dir(&root)?;
    let mut folders = vec![Folder {
        location: root,
        path: String::new(),
        left_out: false,
        above: Vec::new(),
    }];
    while let Some(folder) = folders.pop() {
        walk.folder(&folder, &mut folders);
    }
    walk.tree.empty_folders.sort();
    walk.tree
        .obstacles
        .sort_by(|left, right| left.0.cmp(&right.0));
    Ok(walk.tree)
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Folder, folders: &mut Vec<Folder>) {
        let children = match std::fs::read_dir(&folder.location) {
            Ok(children) => children,
            Err(error) => return self.obstacle(folder.path.clone(), error.to_string()),
        };
        let mut empty = true;
        for child in children {
            let child = match child {
                Ok(child) => child,
                Err(error) => {
                    self.obstacle(folder.path.clone(), format!("its list breaks off: {error}"));
                    return;
                }
            };
            if self.is_signature(&child.path()) {
                continue;
            }
            empty = false;
            let name = readable(child.file_name().as_encoded_bytes());
            let path = match folder.path.as_str() {
                "" => name,
                above => format!("{above}/{name}"),
            };
            if child.file_name().to_str().is_none() {
                self.obstacle(path, "its name is not UTF-8".to_owned());
                continue;
            }
            let ignored = folder.left_out || is_left_out(&path, self.wanted.ignored);
            let listed = self.wanted.listed.contains(path.as_str());
            let left_out = ignored && !listed;
            if left_out && !self.wanted.strict && !self.holds_listed(&path) {
                continue;
            }
            self.entry(child.path(), path, left_out, folder, folders);
        }
        if empty && !folder.path.is_empty() {
            self.tree.empty_folders.push(folder.path.clone());
        }
    }

    /// True if something below a path is listed.
    fn holds_listed(&self, path: &str) -> bool {
        let below = format!("{path}/");
        let mut from = self.wanted.listed.range(below.as_str()..);
        from.next().is_some_and(|next| next.starts_with(&below))
    }

    fn entry(
        &mut self,
        location: PathBuf,
        path: String,
        left_out: bool,
        folder: &Folder,
        folders: &mut Vec<Folder>,
    ) {
        let plain = match location.symlink_metadata() {
            Ok(metadata) => metadata,
            Err(error) => return self.obstacle(path, error.to_string()),
        };
        let (location, metadata) = if plain.is_symlink() {
            if !self.wanted.follow {
                self.tree.obstacles.push((path, Obstacle::Link));
                return;
            }
            // The system ends at links that lead in circles.
            match location.canonicalize().and_then(|real| {
                let metadata = std::fs::metadata(&real)?;
                Ok((real, metadata))
            }) {
                Ok((real, _)) if real.is_dir() && !self.wanted.follow_folders => {
                    let reason =
                        "it is a link to a folder, which model-signing 1.x does not look into";
                    return self.obstacle(path, reason.to_owned());
                }
                Ok((real, metadata)) => {
                    self.tree.outside += u64::from(!real.starts_with(&self.root));
                    (real, metadata)
                }
                Err(error) => {
                    let reason = format!("it is a link that leads nowhere: {error}");
                    return self.obstacle(path, reason);
                }
            }
        } else {
            (location, plain)
        };
        if left_out && !self.wanted.strict && !metadata.is_dir() {
            return;
        }
        if metadata.is_dir() {
            self.descend(location, path, left_out, folder, folders);
        } else {
            self.file(location, path, &metadata, left_out);
        }
    }

    fn descend(
        &mut self,
        location: PathBuf,
        path: String,
        left_out: bool,
        folder: &Folder,
        folders: &mut Vec<Folder>,
    ) {
        let mut above = folder.above.clone();
        if self.wanted.follow {
            // Only where links are followed can a folder stand above itself.
            let here = folder.location.canonicalize();
            above.push(here.unwrap_or_else(|_| folder.location.clone()));
            let real = location.canonicalize().unwrap_or_else(|_| location.clone());
            if above.contains(&real) || above.len() > DEEPEST {
                return self.obstacle(path, "links lead in a circle".to_owned());
            }
        }
        folders.push(Folder {
            location,
            path,
            left_out,
            above,
        });
    }

    fn file(&mut self, location: PathBuf, path: String, metadata: &Metadata, left_out: bool) {
        if !metadata.is_file() {
            let reason = "it is a device, pipe or socket, not a regular file";
            return self.obstacle(path, reason.to_owned());
        }
        let kept = Kept {
            location,
            stamp: Stamp::of(metadata),
            executable: metadata.permissions().mode() & 0o111 != 0,
            left_out,
        };
        self.tree.files.insert(path, kept);
    }

    fn obstacle(&mut self, path: String, reason: String) {
        self.tree.obstacles.push((path, Obstacle::Other(reason)));
    }

    /// By the file that it is, so that no other spelling of the path makes it part of the model.
    fn is_signature(&self, location: &Path) -> bool {
        self.signature.as_ref().is_some_and(|signature| {
            location.file_name() == signature.file_name()
                && location
                    .parent()
                    .and_then(|parent| parent.canonicalize().ok())
                    .as_deref()
                    == signature.parent()
        })
    }
}
