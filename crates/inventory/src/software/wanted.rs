//! What manifests want, and the locked or installed version that answers it.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use waybill_domain::inventory::{ComponentId, Occurrence};
use waybill_source::packages::{Origin, Package, PackageFacts, Strength};

use super::{
    found::{Found, Witness},
    identity::Identity,
    includes::Includes,
    locked::{Locks, need_of_name},
    owned::Owned,
};
use crate::{
    draft::Draft,
    reading::FileFacts,
    tree::{Tree, file_name, parent},
};

/// Deepest folder above a manifest in which a workspace is looked for.
const ABOVE: usize = 32;

/// Adds what is wanted.
pub(super) fn add(
    tree: &Tree,
    owned: &Owned,
    mut locks: Locks,
    found: &mut Found,
    draft: &mut Draft,
) {
    let mut includes = Includes::of(tree, draft);
    let shared = Shared::of(tree);
    for (file, facts) in tree.packages() {
        let name = file_name(&file.path);
        if facts.strength != Strength::Wanted
            || name == "go.mod"
            || includes.only_limits(&file.path)
        {
            continue;
        }
        let governing = Governing::of(&locks, &shared, file, facts);
        for package in &facts.packages {
            let only_described =
                matches!(name, "Cargo.toml" | "pom.xml") && package.direct.is_none();
            if only_described || Owned::is_local(package) {
                continue;
            }
            let mut package = shared.complete(package, file);
            if let Some(need) = need_of_name(&file.path) {
                package.to_mut().need = need;
            }
            let answers = governing.answers(&locks, &package);
            if answers.is_empty() {
                if owned.is_own(&package) {
                    continue;
                }
                alone(package, file, &mut includes, found);
                continue;
            }
            for (set, id) in answers {
                found.want(&id, &package, &file.path);
                if let Some(set) = locks.sets.get_mut(set) {
                    set.ask(&id, package.need);
                }
            }
        }
    }
    locks.settle(found);
}

/// Adds a package to which no lock file answers; a constraints file may still fix its version.
fn alone(
    mut package: Cow<'_, Package>,
    file: &FileFacts,
    includes: &mut Includes<'_>,
    found: &mut Found,
) {
    let mut limited = None;
    if package.version.is_none() && package.origin == Origin::Registry {
        limited = includes.limit_of(&file.path, &package.name);
    }
    if let Some(limit) = limited {
        let package = package.to_mut();
        package.version = Some(limit.version.to_owned());
        package.hashes.extend(limit.package.hashes.iter().cloned());
    }
    let id = found.record(
        Identity::of(&package),
        &package,
        &file.path,
        Witness::Wanted,
    );
    found.want(&id, &package, &file.path);
    if let Some(limit) = limited {
        found.seen(&id, Occurrence::at(limit.path, limit.package.line));
    }
}

/// The lock files and environments that may answer a manifest.
struct Governing {
    /// Lock files of the same folder or of the workspace, all of which answer.
    locks: Vec<usize>,
    /// Environments below the folder, of which the first that can answers.
    installed: Vec<usize>,
}

impl Governing {
    fn of(locks: &Locks, shared: &Shared<'_>, file: &FileFacts, facts: &PackageFacts) -> Self {
        let folder = parent(&file.path);
        let name = file_name(&file.path);
        let own = facts
            .project
            .as_ref()
            .and_then(|project| project.name.as_deref());
        let at = |folder: &str| {
            locks
                .by_folder
                .get(folder)
                .map(Vec::as_slice)
                .unwrap_or_default()
        };
        let locked = |index: &&usize| {
            let set = locks.sets.get(**index);
            set.is_some_and(|set| {
                set.witness == Witness::Locked
                    && set.path != file.path
                    && is_for_file(file_name(&set.path), name)
            })
        };
        let mut governing: Vec<usize> = at(folder)
            .iter()
            .take(256)
            .filter(locked)
            .copied()
            .collect();
        let mut above = folder;
        for _ in 0..ABOVE {
            if above.is_empty() || !governing.is_empty() {
                break;
            }
            above = parent(above);
            let is_member = shared.is_member(above, folder);
            let workspace = at(above).iter().take(256).filter(locked).filter(|index| {
                let set = locks.sets.get(**index);
                is_member || set.is_some_and(|set| set.is_for(folder, own))
            });
            governing.extend(workspace.copied());
        }
        let inside = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let installed = locks
            .installed_by_folder
            .range(inside.trim_end_matches('/').to_owned()..)
            .take_while(|(known, _)| known.starts_with(inside.trim_end_matches('/')))
            .filter(|(known, _)| *known == folder || known.starts_with(&inside))
            .flat_map(|(_, sets)| sets.iter().copied())
            .take(64)
            .collect();
        Self {
            locks: governing,
            installed,
        }
    }

    fn answers(&self, locks: &Locks, package: &Package) -> Vec<(usize, ComponentId)> {
        let answer = |index: &usize| {
            let set = locks.sets.get(*index)?;
            let set = Some(set).filter(|set| set.holds(package.ecosystem))?;
            Some((*index, set.answer(package)?))
        };
        let mut answers: Vec<(usize, ComponentId)> = self.locks.iter().filter_map(answer).collect();
        if answers.is_empty() {
            answers.extend(self.installed.iter().find_map(answer));
        }
        answers
    }
}

/// True if a lock file can answer the manifest: a compiled requirements file answers its own
/// source and the project, not its neighbours.
fn is_for_file(lock: &str, manifest: &str) -> bool {
    let text = |name: &str| {
        let (stem, extension) = name.rsplit_once('.')?;
        matches!(extension, "txt" | "in" | "pip").then(|| stem.to_owned())
    };
    match (text(lock), text(manifest)) {
        (Some(lock), Some(manifest)) => {
            lock == manifest || lock.trim_end_matches(".lock").trim_end_matches("-lock") == manifest
        }
        _ => true,
    }
}

/// What workspaces and parents give to the manifests below them.
struct Shared<'a> {
    /// By folder and name of the manifest: packages that it describes for others.
    described: HashMap<(&'a str, &'a str), HashMap<&'a str, &'a Package>>,
    /// By folder: the patterns of the members.
    members: HashMap<&'a str, Vec<&'a str>>,
    folders: HashSet<&'a str>,
}

impl<'a> Shared<'a> {
    fn of(tree: &'a Tree) -> Self {
        let mut shared = Self {
            described: HashMap::new(),
            members: HashMap::new(),
            folders: HashSet::new(),
        };
        for (file, facts) in tree.packages() {
            let (folder, name) = (parent(&file.path), file_name(&file.path));
            if matches!(name, "Cargo.toml" | "pom.xml") {
                let described: HashMap<&str, &Package> = facts
                    .packages
                    .iter()
                    .filter(|package| package.direct.is_none())
                    .map(|package| (package.name.as_str(), package))
                    .collect();
                if !described.is_empty() {
                    shared.folders.insert(folder);
                    shared.described.insert((folder, name), described);
                }
            }
            if matches!(
                name,
                "package.json" | "pnpm-workspace.yaml" | "pyproject.toml" | "Cargo.toml"
            ) {
                let patterns = facts.includes.iter().map(|include| include.path.as_str());
                shared
                    .members
                    .entry(folder)
                    .or_default()
                    .extend(patterns.take(256));
            }
        }
        shared
    }

    /// The package with what a manifest above says of it.
    fn complete(&self, package: &'a Package, file: &FileFacts) -> Cow<'a, Package> {
        let unsaid = package.version.is_none()
            && package.requirement.as_deref() == Some("")
            && package.origin == Origin::Registry;
        if !unsaid || self.folders.is_empty() {
            return Cow::Borrowed(package);
        }
        let name = file_name(&file.path);
        let mut folder = parent(&file.path);
        for _ in 0..ABOVE {
            let known = self.described.get(&(folder, name));
            if let Some(known) = known.and_then(|known| known.get(package.name.as_str())) {
                let mut completed = package.clone();
                completed.version.clone_from(&known.version);
                completed.requirement.clone_from(&known.requirement);
                completed.origin = known.origin.clone();
                return Cow::Owned(completed);
            }
            if folder.is_empty() {
                break;
            }
            folder = parent(folder);
        }
        Cow::Borrowed(package)
    }

    /// True if the workspace at `root` counts `folder` among its members.
    fn is_member(&self, root: &str, folder: &str) -> bool {
        let relative = folder
            .strip_prefix(root)
            .unwrap_or(folder)
            .trim_start_matches('/');
        let patterns = self
            .members
            .get(root)
            .map(Vec::as_slice)
            .unwrap_or_default();
        patterns.iter().any(|pattern| fits(pattern, relative))
    }
}

/// Compares a path with a pattern part by part; `*` is any part or end of one, `**` the rest.
fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    for wanted in pattern
        .trim_start_matches("./")
        .trim_end_matches('/')
        .split('/')
    {
        if wanted == "**" {
            return true;
        }
        let Some(part) = parts.next() else {
            return false;
        };
        let fits = match wanted.split_once('*') {
            Some((start, end)) => part.starts_with(start) && part.ends_with(end),
            None => part == wanted,
        };
        if !fits {
            return false;
        }
    }
    parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use waybill_source::packages::Need;

    use super::*;

    #[test]
    fn members_are_found_by_pattern() {
        for (pattern, path, expected) in [
            ("packages/*", "packages/ui", true),
            ("packages/*", "packages/ui/inner", false),
            ("./apps/**", "apps/web/src", true),
            ("tool-*", "tool-a", true),
            ("own", "other", false),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
        assert!(is_for_file("requirements.txt", "requirements.in"));
        assert!(!is_for_file("requirements-dev.txt", "requirements.in"));
        assert!(is_for_file("uv.lock", "requirements.txt"));
        assert_eq!(
            need_of_name("requirements-dev.txt"),
            Some(Need::Development)
        );
        assert_eq!(need_of_name("requirements.txt"), None);
    }
}
