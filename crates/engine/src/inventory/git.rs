//! The state of the version control system, read without running it.
//!
//! Git's own configuration can name programs that Git would start (filters, monitors), so neither
//! Git nor a library that honours that configuration is asked.

use std::path::{Path, PathBuf};

use sha1::{Digest as _, Sha1};
use waybill_domain::inventory::Revision;
use waybill_formats::wrapper::{Budget, Codec, InMemory, expand};
use waybill_formats::{Bytes, Limits, SubRange, git};

use crate::walk::readable;

/// Files larger than this are compared by size and time alone.
const COMPARED_BYTES: u64 = 64 << 20;
/// A reference may lead to another so many times.
const STEPS: usize = 5;

/// What Git says about the tree at `target` or the one that it lies in; the reason if there is a
/// repository and no commit can be read of it.
pub(super) fn revision(target: &Path) -> Result<Option<Revision>, String> {
    let Ok(target) = target.canonicalize() else {
        return Ok(None);
    };
    let mut above = target.ancestors();
    let Some(work_tree) = above.find(|folder| folder.join(".git").exists()) else {
        return Ok(None);
    };
    let read = read(work_tree, &target);
    let reason = "the commit that is checked out cannot be read from the repository";
    read.map(Some).ok_or_else(|| reason.to_owned())
}

fn read(work_tree: &Path, target: &Path) -> Option<Revision> {
    let repository = Repository::open(work_tree)?;
    let (branch, commit) = repository.head()?;
    let tag = repository.tag_of(&commit);
    let dirty = repository.dirty(work_tree, target, &commit);
    Some(Revision {
        branch,
        tag,
        dirty,
        remote: repository.remote(),
        commit,
    })
}

struct Repository {
    /// What belongs to this work tree: `HEAD`, the index.
    own: PathBuf,
    /// What all work trees share: objects, references, configuration.
    shared: PathBuf,
}

impl Repository {
    fn open(work_tree: &Path) -> Option<Self> {
        let place = work_tree.join(".git");
        let own = if place.is_dir() {
            place
        } else {
            let text = read_small(&place)?;
            let named = PathBuf::from(text.strip_prefix("gitdir:")?.trim());
            work_tree.join(named)
        };
        let shared = read_small(&own.join("commondir"))
            .map_or_else(|| own.clone(), |text| own.join(text.trim()));
        Some(Self { own, shared })
    }

    /// Branch and commit that are checked out.
    fn head(&self) -> Option<(Option<String>, String)> {
        let text = read_small(&self.own.join("HEAD"))?;
        let text = text.trim();
        let Some(name) = text.strip_prefix("ref: ") else {
            return git::is_id(text).then(|| (None, text.to_owned()));
        };
        let branch = name.strip_prefix("refs/heads/").map(ToOwned::to_owned);
        Some((branch, self.resolve(name)?))
    }

    fn resolve(&self, name: &str) -> Option<String> {
        let mut name = name.to_owned();
        for _ in 0..STEPS {
            if !name.starts_with("refs/") || name.split('/').any(|part| part == "..") {
                return None;
            }
            let text = read_small(&self.own.join(&name))
                .or_else(|| read_small(&self.shared.join(&name)))
                .or_else(|| self.packed(&name))?;
            let text = text.trim();
            match text.strip_prefix("ref: ") {
                Some(next) => next.clone_into(&mut name),
                None => return git::is_id(text).then(|| text.to_owned()),
            }
        }
        None
    }

    fn packed(&self, name: &str) -> Option<String> {
        let text = read_text(&self.shared.join("packed-refs"), 64 << 20)?;
        text.lines().find_map(|line| {
            let (id, found) = line.split_once(' ')?;
            (found == name).then(|| id.to_owned())
        })
    }

    /// The first tag, by name, of exactly this commit.
    fn tag_of(&self, commit: &str) -> Option<String> {
        let mut tags = Vec::new();
        let packed = read_text(&self.shared.join("packed-refs"), 64 << 20).unwrap_or_default();
        let mut last = None;
        for line in packed.lines() {
            // The line after an annotated tag names the commit behind it.
            if let Some(peeled) = line.strip_prefix('^') {
                tags.extend(last.take().filter(|_| peeled == commit));
                continue;
            }
            last = line
                .split_once(' ')
                .and_then(|(id, name)| Some((id, name.strip_prefix("refs/tags/")?)))
                .and_then(|(id, tag)| {
                    if id == commit {
                        tags.push(tag.to_owned());
                        return None;
                    }
                    Some(tag.to_owned())
                });
        }
        let loose = self.shared.join("refs/tags");
        for entry in std::fs::read_dir(&loose).into_iter().flatten().flatten() {
            let name = readable(entry.file_name().as_encoded_bytes());
            let Some(id) = read_small(&entry.path()).map(|text| text.trim().to_owned()) else {
                continue;
            };
            let behind = || {
                let (kind, content) = self.object(&id)?;
                (kind == "tag").then(|| git::commit_of_tag(&content).map(ToOwned::to_owned))?
            };
            if git::is_id(&id) && (id == commit || behind().as_deref() == Some(commit)) {
                tags.push(name);
            }
        }
        tags.sort();
        tags.into_iter().next()
    }

    /// Kind and content of an object; `None` if it is not there or kept as a difference.
    fn object(&self, id: &str) -> Option<(String, Vec<u8>)> {
        let objects = self.shared.join("objects");
        let loose = objects.join(id.get(..2)?).join(id.get(2..)?);
        if let Ok((bytes, _)) = crate::open::open(&loose) {
            let content = inflate(&bytes)?;
            let (kind, content) = git::loose_object(&content)?;
            return Some((kind.to_owned(), content.to_vec()));
        }
        let raw: Vec<u8> = (0..id.len() / 2)
            .filter_map(|at| u8::from_str_radix(id.get(at * 2..at * 2 + 2)?, 16).ok())
            .collect();
        let mut packs: Vec<PathBuf> = std::fs::read_dir(objects.join("pack"))
            .ok()?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "idx"))
            .collect();
        packs.sort();
        packs.iter().find_map(|path| packed_content(path, &raw))
    }

    /// True if a tracked file below `target` differs from the commit, or is gone, or the index holds
    /// something else than the commit.
    fn dirty(&self, work_tree: &Path, target: &Path, commit: &str) -> Option<bool> {
        let (bytes, _) = crate::open::open(&self.own.join("index")).ok()?;
        let limits = Limits {
            members: 4_000_000,
            ..Limits::default()
        };
        let index = git::index(bytes.as_ref(), commit.len() / 2, &limits)?;
        let below = target.strip_prefix(work_tree).ok()?;
        let prefix = readable(below.as_os_str().as_encoded_bytes());
        let concerned = |path: &str| {
            prefix.is_empty()
                || path
                    .strip_prefix(prefix.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        let changed = index
            .entries
            .iter()
            .filter(|entry| !entry.not_compared && concerned(&entry.path))
            .any(|entry| entry.stage != 0 || differs(&work_tree.join(&entry.path), entry));
        if changed {
            return Some(true);
        }
        let (kind, content) = self.object(commit)?;
        let tree = (kind == "commit").then(|| git::tree_of_commit(&content))??;
        // Without a root the index changed since it was last written as a tree: something is staged.
        Some(index.root_tree.as_deref() != Some(tree))
    }

    /// Address of the remote `origin`.
    fn remote(&self) -> Option<String> {
        let text = read_text(&self.shared.join("config"), 1 << 20)?;
        let mut inside = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with('[') {
                inside = line == "[remote \"origin\"]";
            } else if let Some(url) = line
                .strip_prefix("url")
                .filter(|_| inside)
                .and_then(|rest| rest.trim_start().strip_prefix('='))
            {
                return without_credentials(url.trim());
            }
        }
        None
    }
}

/// The address without user name, password and query; `None` for a path of this machine.
fn without_credentials(url: &str) -> Option<String> {
    let url = url.split(['?', '#']).next()?;
    if let Some((scheme, rest)) = url.split_once("://") {
        if scheme == "file" {
            return None;
        }
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        return Some(format!("{scheme}://{host}/{path}"));
    }
    // The short form of SSH, `git@host:path`.
    let (host, path) = url.split_once(':')?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    (!host.contains('/') && host.contains('.')).then(|| format!("ssh://{host}/{path}"))
}

fn differs(location: &Path, entry: &git::IndexEntry) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    const LINK: u32 = 0o120_000;
    const SUBMODULE: u32 = 0o160_000;
    let Ok(metadata) = location.symlink_metadata() else {
        return true;
    };
    if entry.mode & 0o170_000 == SUBMODULE {
        return false;
    }
    let is_link = metadata.file_type().is_symlink();
    if is_link != (entry.mode & 0o170_000 == LINK) {
        return true;
    }
    if !is_link && metadata.len() & 0xffff_ffff != u64::from(entry.size) {
        return true;
    }
    let seconds = u32::try_from(metadata.mtime() & 0xffff_ffff).unwrap_or_default();
    let parts = u32::try_from(metadata.mtime_nsec()).unwrap_or_default();
    if seconds == entry.modified.0 && (parts == entry.modified.1 || entry.modified.1 == 0) {
        return false;
    }
    let content = if is_link {
        location
            .read_link()
            .ok()
            .map(|target| target.as_os_str().as_encoded_bytes().to_vec())
    } else if metadata.len() <= COMPARED_BYTES {
        std::fs::read(location).ok()
    } else {
        return false;
    };
    // Ids of SHA-256 repositories are not computed; there a changed time counts as no change.
    let Some(content) = content.filter(|_| entry.id.len() == 40) else {
        return false;
    };
    let mut hasher = Sha1::new();
    hasher.update(format!("blob {}\0", content.len()));
    hasher.update(&content);
    let digits: String = hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    digits != entry.id
}

fn packed_content(index_path: &Path, id: &[u8]) -> Option<(String, Vec<u8>)> {
    let (index, _) = crate::open::open(index_path).ok()?;
    let offset = git::find_in_pack(index.as_ref(), id)?;
    let (pack, _) = crate::open::open(&index_path.with_extension("pack")).ok()?;
    let object = git::packed_object(pack.as_ref(), offset)?;
    let kind = match object.kind {
        1 => "commit",
        4 => "tag",
        _ => return None,
    };
    let left = pack.len().saturating_sub(object.data_offset);
    let rest: Bytes = std::sync::Arc::new(SubRange::new(pack, object.data_offset, left));
    let content = inflate(&rest)?;
    (content.len() as u64 == object.size).then(|| (kind.to_owned(), content))
}

fn inflate(bytes: &Bytes) -> Option<Vec<u8>> {
    let limits = Limits {
        expanded_bytes: 4 << 20,
        ..Limits::default()
    };
    let expanded = expand(
        Codec::Zlib,
        bytes,
        &limits,
        &Budget::new(bytes.len()),
        &InMemory,
    );
    let length = usize::try_from(expanded.bytes.len()).ok()?;
    expanded.bytes.bytes_at(0, length).ok()
}

fn read_small(path: &Path) -> Option<String> {
    read_text(path, 4096)
}

fn read_text(path: &Path, most: u64) -> Option<String> {
    let (bytes, _) = crate::open::open(path).ok()?;
    let length = usize::try_from(bytes.len().min(most)).ok()?;
    let bytes = bytes.bytes_at(0, length).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_without_a_readable_commit_is_not_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join(".git");
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        assert!(revision(folder.path()).is_err());
        let commit = "0f".repeat(20);
        std::fs::write(own.join("HEAD"), &commit).unwrap();
        let read = revision(folder.path()).unwrap().unwrap();
        assert_eq!(read.commit, commit);
    }

    #[test]
    fn addresses_lose_their_credentials() {
        let cases = [
            (
                "https://user:secret@host.org/a/b.git?x=1",
                Some("https://host.org/a/b.git"),
            ),
            (
                "git@github.com:org/name.git",
                Some("ssh://github.com/org/name.git"),
            ),
            ("ssh://git@host.org:22/a", Some("ssh://host.org:22/a")),
            ("/srv/git/a.git", None),
            ("file:///srv/git/a.git", None),
            ("C:\\repo", None),
        ];
        for (url, expected) in cases {
            assert_eq!(without_credentials(url).as_deref(), expected, "{url}");
        }
    }
}
