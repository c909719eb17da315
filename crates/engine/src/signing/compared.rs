//! A model against what was signed.

use std::collections::{BTreeMap, BTreeSet};

use waybill_attest::manifest::{FileHash, Manifest, Resource};
use waybill_domain::signing::{Difference, DifferenceKind};

use super::{Hashed, Job, Kept, Obstacle, SigningError, Tree, hash};
use crate::scan::Progress;

/// How a comparison goes about it.
pub(crate) struct Comparing<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) tree: &'a Tree,
    pub(crate) strict: bool,
    pub(crate) ignore_unsigned: bool,
    pub(crate) threads: Option<usize>,
    pub(crate) progress: &'a dyn Progress,
}

/// What it came to.
#[derive(Default)]
pub(crate) struct Compared {
    pub(crate) differences: Vec<Difference>,
    pub(crate) files: u64,
    pub(crate) bytes: u64,
}

pub(crate) fn compare(comparing: &Comparing<'_>) -> Result<Compared, SigningError> {
    let mut compared = Compared::default();
    let manifest = comparing.manifest;
    let (mut missing, mut added) = (Vec::new(), Vec::new());
    let expected = by_path(&manifest.resources);
    let strict = comparing
        .strict
        .then_some(manifest.strict.as_ref())
        .flatten();
    let others = strict
        .map(|strict| by_path(&strict.others))
        .unwrap_or_default();
    for (expected, left_out) in [(&expected, false), (&others, true)] {
        compared.content(comparing, expected, left_out, &mut missing)?;
    }
    for (path, file) in &comparing.tree.files {
        let known = if file.left_out { &others } else { &expected };
        let unlisted = !known.contains_key(path.as_str());
        // In shards a file without a byte is not listed; `others` binds it.
        let nothing = manifest.shard_bytes.is_some() && file.stamp.size() == 0;
        let bound = others.contains_key(path.as_str());
        if unlisted && !bound && (strict.is_some() || !(nothing || comparing.ignore_unsigned)) {
            added.push((path, file));
        }
    }
    compared.moved(comparing, missing, &added)?;
    for (path, obstacle) in &comparing.tree.obstacles {
        if comparing.ignore_unsigned && !expected.contains_key(path.as_str()) {
            continue;
        }
        let (kind, found) = match obstacle {
            Obstacle::Link => (DifferenceKind::Link, None),
            Obstacle::Other(reason) => (DifferenceKind::Unread, Some(reason.clone())),
        };
        compared.tell(path, kind, None, found);
    }
    if let Some(strict) = strict {
        compared.marks(comparing.tree, &strict.executable, &strict.empty_folders);
    }
    // Where an obstacle stands, nothing is missing.
    let obstructed: BTreeSet<String> = compared
        .differences
        .iter()
        .filter(|difference| {
            matches!(
                difference.kind,
                DifferenceKind::Link | DifferenceKind::Unread
            )
        })
        .map(|difference| difference.path.clone())
        .collect();
    compared.differences.retain(|difference| {
        difference.kind != DifferenceKind::Missing || !obstructed.contains(&difference.path)
    });
    compared.differences.sort();
    Ok(compared)
}

type ByPath<'a> = BTreeMap<&'a str, Vec<&'a Resource>>;

fn by_path(resources: &[Resource]) -> ByPath<'_> {
    let mut paths = ByPath::new();
    for resource in resources {
        paths.entry(&resource.path).or_default().push(resource);
    }
    paths
}

impl Compared {
    fn tell(
        &mut self,
        path: &str,
        kind: DifferenceKind,
        signed: Option<String>,
        found: Option<String>,
    ) {
        self.differences.push(Difference {
            path: path.to_owned(),
            kind,
            signed,
            found,
        });
    }

    /// Hashes every file that is signed and there; what is not there goes to `missing`.
    fn content<'m>(
        &mut self,
        comparing: &Comparing<'_>,
        expected: &ByPath<'m>,
        left_out: bool,
        missing: &mut Vec<&'m Resource>,
    ) -> Result<(), SigningError> {
        let mut jobs = Vec::new();
        let mut signed: Vec<&Resource> = Vec::new();
        for (path, resources) in expected {
            let file = comparing.tree.files.get(*path);
            // Files without a byte are among the others only in shards.
            let Some(file) = file.filter(|file| left_out || !file.left_out) else {
                missing.extend(resources.first());
                continue;
            };
            self.files += 1;
            self.bytes += file.stamp.size();
            let size = resources.iter().filter_map(|one| Some(one.range?.1)).max();
            if let Some(size) = size
                && size != file.stamp.size()
            {
                let bytes = |count: u64| Some(format!("{count} bytes"));
                self.tell(
                    path,
                    DifferenceKind::Changed,
                    bytes(size),
                    bytes(file.stamp.size()),
                );
                continue;
            }
            for resource in resources {
                let (start, end) = resource.range.unwrap_or((0, file.stamp.size()));
                jobs.push(Job {
                    file,
                    range: start..end,
                });
                signed.push(resource);
            }
        }
        let hashes = hash(
            &jobs,
            comparing.manifest.hash,
            comparing.threads,
            comparing.progress,
        )?;
        for (resource, hashed) in signed.into_iter().zip(hashes) {
            match hashed {
                Ok(digest) if digest == resource.digest => {}
                Ok(digest) => {
                    let place = match resource.range {
                        Some((start, end)) => format!(" (bytes {start} to {end})"),
                        None => String::new(),
                    };
                    self.tell(
                        &resource.path,
                        DifferenceKind::Changed,
                        Some(format!("{}{place}", resource.digest)),
                        Some(format!("{digest}{place}")),
                    );
                }
                Err(reason) => {
                    self.tell(&resource.path, DifferenceKind::Unread, None, Some(reason));
                }
            }
        }
        Ok(())
    }

    /// What is missing and what was added, and which of it is the same under another path.
    fn moved(
        &mut self,
        comparing: &Comparing<'_>,
        missing: Vec<&Resource>,
        added: &[(&String, &Kept)],
    ) -> Result<(), SigningError> {
        let mut first: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        if !missing.is_empty() {
            let manifest = comparing.manifest;
            for ((path, _), digest) in
                added
                    .iter()
                    .zip(first_digests(comparing, added, manifest.hash)?)
            {
                if let Ok(digest) = digest {
                    first.entry(digest).or_default().push(path);
                }
            }
        }
        let mut renamed = BTreeSet::new();
        for resource in missing {
            let found = first.get_mut(&resource.digest).and_then(Vec::pop);
            match found {
                Some(path) => {
                    renamed.insert(path);
                    self.tell(
                        path,
                        DifferenceKind::Renamed,
                        Some(resource.path.clone()),
                        None,
                    );
                }
                None => self.tell(&resource.path, DifferenceKind::Missing, None, None),
            }
        }
        for (path, file) in added {
            if !renamed.contains(path.as_str()) {
                let size = format!("{} bytes", file.stamp.size());
                self.tell(path, DifferenceKind::Added, None, Some(size));
            }
        }
        Ok(())
    }

    /// Bits of execution and empty folders.
    fn marks(&mut self, tree: &Tree, executable: &BTreeSet<String>, folders: &BTreeSet<String>) {
        for (path, file) in &tree.files {
            match (file.executable, executable.contains(path)) {
                (true, false) => self.tell(path, DifferenceKind::MadeExecutable, None, None),
                (false, true) => self.tell(path, DifferenceKind::MadeNotExecutable, None, None),
                _ => {}
            }
        }
        let found: BTreeSet<&String> = tree.empty_folders.iter().collect();
        for path in &found {
            if !folders.contains(path.as_str()) {
                self.tell(path, DifferenceKind::FolderAdded, None, None);
            }
        }
        for path in folders {
            if !found.contains(path) {
                self.tell(path, DifferenceKind::FolderMissing, None, None);
            }
        }
    }
}

/// The digests of the first shard of each file, or of all of it.
fn first_digests(
    comparing: &Comparing<'_>,
    added: &[(&String, &Kept)],
    algorithm: FileHash,
) -> Result<Vec<Hashed>, SigningError> {
    let most = comparing.manifest.shard_bytes.unwrap_or(u64::MAX);
    let jobs: Vec<Job<'_>> = added
        .iter()
        .map(|(_, file)| Job {
            file,
            range: 0..file.stamp.size().min(most),
        })
        .collect();
    hash(&jobs, algorithm, comparing.threads, comparing.progress)
}
