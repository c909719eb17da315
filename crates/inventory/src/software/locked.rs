//! Lock files, and what is installed: which versions there are, and the graph between them.

use std::collections::{BTreeMap, HashMap, HashSet};

use waybill_domain::inventory::{ComponentId, Occurrence, RelationKind};
use waybill_source::packages::{
    Dependency, Ecosystem, Need, Origin, Package, PackageFacts, Strength,
};

use super::{
    found::{Found, Witness},
    identity::{Identity, is_system},
    owned::Owned,
    system::Systems,
    versions,
};
use crate::{
    reading::FileFacts,
    tree::{Tree, file_name, join, parent},
};

/// The packages of one lock file, or of one environment.
#[derive(Debug)]
pub(super) struct Set {
    pub(super) folder: String,
    pub(super) path: String,
    pub(super) witness: Witness,
    ecosystems: HashSet<Ecosystem>,
    entries: HashMap<String, Vec<Entry>>,
    edges: Vec<(ComponentId, Vec<ComponentId>)>,
    /// Names and folders of the projects that the lock file is for.
    members: HashSet<String>,
    tells_need: bool,
    /// What the project asks for, as its manifests say.
    roots: Vec<(ComponentId, Need)>,
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    ecosystem: Ecosystem,
    version: Option<String>,
    pub(super) id: ComponentId,
    direct: Option<bool>,
}

/// All lock files and environments.
#[derive(Debug, Default)]
pub(super) struct Locks {
    pub(super) sets: Vec<Set>,
    /// Lock files by their folder.
    pub(super) by_folder: BTreeMap<String, Vec<usize>>,
    /// Environments by the folder that they lie in.
    pub(super) installed_by_folder: BTreeMap<String, Vec<usize>>,
}

/// The packages of one group, with the files that name them.
type Members<'a> = Vec<(&'a FileFacts, &'a PackageFacts)>;

/// Adds what is locked and installed.
pub(super) fn add(tree: &Tree, systems: &Systems<'_>, owned: &Owned, found: &mut Found) -> Locks {
    let mut groups: BTreeMap<String, Members<'_>> = BTreeMap::new();
    for (file, facts) in tree.packages() {
        let is_go = file_name(&file.path) == "go.mod";
        if facts.strength != Strength::Wanted || is_go {
            groups
                .entry(group_of(&file.path))
                .or_default()
                .push((file, facts));
        }
    }
    let mut locks = Locks::default();
    for (folder, members) in &groups {
        let origins = direct_urls(members);
        let mut set = Set::new(folder, members);
        let sums = go_sums(tree, members);
        let mut recorded: Vec<(ComponentId, &Package)> = Vec::new();
        for (file, facts) in members {
            if is_superseded(tree, &file.path) {
                continue;
            }
            for package in &facts.packages {
                if package.name.is_empty() {
                    continue;
                }
                if Owned::is_local(package) {
                    set.member(package);
                    continue;
                }
                // Only a registry's copy of an own package is somebody else's.
                if owned.makes(package) && facts.strength == Strength::Installed {
                    continue;
                }
                let completed = complete(package, &file.path, &origins, &sums);
                let seen = completed.as_ref().unwrap_or(package);
                let id = record(seen, file, set.witness, systems, found);
                set.insert(package, id.clone());
                describe(&set, package, &file.path, &id, found);
                recorded.push((id, package));
            }
        }
        connect(&mut set, &recorded, found);
        locks.push(set);
    }
    locks
}

fn record(
    package: &Package,
    file: &FileFacts,
    witness: Witness,
    systems: &Systems<'_>,
    found: &mut Found,
) -> ComponentId {
    if !is_system(package.ecosystem) {
        return found.record(Identity::of(package), package, &file.path, witness);
    }
    let system = systems.at(&file.path);
    let id = found.record(
        Identity::within(package, system),
        package,
        &file.path,
        witness,
    );
    if let Some(system) = system {
        found.relate(&system.id(), RelationKind::Contains, &id, None);
    }
    id
}

fn describe(set: &Set, package: &Package, path: &str, id: &ComponentId, found: &mut Found) {
    if set.tells_need {
        found.merge_scope(id, package.need);
    } else if let Some(need) = need_of_name(path) {
        found.merge_scope(id, need);
    }
    if let Some(direct) = package.direct {
        found.set_direct(id, direct);
    }
}

/// What installs together is one environment: the folder of `dist-info` folders, the `status.d`
/// of an image, the `node_modules` of a project. A lock file stands for itself.
fn group_of(path: &str) -> String {
    let folder = parent(path);
    if folder.ends_with(".dist-info") || folder.ends_with(".egg-info") {
        return format!("{}/", parent(folder));
    }
    if folder.ends_with("dpkg/status.d") {
        return format!("{folder}/");
    }
    match path.find("node_modules/") {
        Some(at) => format!("{}node_modules/", path.get(..at).unwrap_or_default()),
        None => path.to_owned(),
    }
}

/// A `go.sum` beside a `go.mod` that lists everything only adds its hashes.
fn is_superseded(tree: &Tree, path: &str) -> bool {
    if file_name(path) != "go.sum" {
        return false;
    }
    let Some(module) = join(parent(path), "go.mod") else {
        return false;
    };
    let listed = packages_at(tree, &module);
    listed.is_some_and(|facts| {
        facts
            .packages
            .iter()
            .any(|package| package.direct == Some(false))
    })
}

fn packages_at<'a>(tree: &'a Tree, path: &str) -> Option<&'a PackageFacts> {
    let readings = tree.get(path)?.readings.iter();
    readings.into_iter().find_map(|reading| match reading {
        crate::reading::Reading::Packages(facts) => Some(facts.as_ref()),
        _ => None,
    })
}

type Hashes<'a> = HashMap<(&'a str, &'a str), &'a Package>;

/// The hashes in the `go.sum` beside a `go.mod`.
fn go_sums<'a>(tree: &'a Tree, members: &Members<'_>) -> Hashes<'a> {
    let [(file, _)] = members.as_slice() else {
        return HashMap::new();
    };
    if file_name(&file.path) != "go.mod" {
        return HashMap::new();
    }
    let path = join(parent(&file.path), "go.sum").unwrap_or_default();
    let listed = packages_at(tree, &path).map(|facts| facts.packages.as_slice());
    listed
        .unwrap_or_default()
        .iter()
        .filter_map(|package| {
            Some((
                (package.name.as_str(), package.version.as_deref()?),
                package,
            ))
        })
        .collect()
}

/// What `direct_url.json` says, by the folder in which it lies.
fn direct_urls<'a>(members: &Members<'a>) -> HashMap<&'a str, &'a Package> {
    members
        .iter()
        .filter(|(file, _)| file_name(&file.path) == "direct_url.json")
        .filter_map(|(file, facts)| Some((parent(&file.path), facts.packages.first()?)))
        .collect()
}

/// The package with what another file knows of it, if there is such a file.
fn complete(
    package: &Package,
    path: &str,
    origins: &HashMap<&str, &Package>,
    sums: &Hashes<'_>,
) -> Option<Package> {
    if let Some(other) = origins.get(parent(path)) {
        let mut package = package.clone();
        // A folder of the machine on which it was built names no origin.
        if !matches!(other.origin, Origin::Path(_)) {
            package.origin = other.origin.clone();
        }
        package.hashes.extend(other.hashes.iter().cloned());
        return Some(package);
    }
    let version = package.version.as_deref()?;
    let sum = sums.get(&(package.name.as_str(), version))?;
    let mut package = package.clone();
    package.hashes.extend(sum.hashes.iter().cloned());
    Some(package)
}

/// What the name of a requirements file says about when it is needed.
pub(super) fn need_of_name(path: &str) -> Option<Need> {
    let name = file_name(path).to_ascii_lowercase();
    let (stem, extension) = name.rsplit_once('.')?;
    if !matches!(extension, "txt" | "in" | "pip") {
        return None;
    }
    let mut words = stem.split(|next: char| !next.is_ascii_alphanumeric());
    let develops = [
        "dev",
        "develop",
        "development",
        "test",
        "tests",
        "testing",
        "lint",
        "docs",
        "doc",
        "ci",
        "typing",
    ];
    words
        .any(|word| develops.contains(&word))
        .then_some(Need::Development)
}

impl Set {
    fn new(group: &str, members: &Members<'_>) -> Self {
        let path = group.to_owned();
        let first = members.first().map_or("", |(file, _)| file.path.as_str());
        let strength = members.first().map(|(_, facts)| facts.strength);
        let silent = [
            "Cargo.lock",
            "yarn.lock",
            "go.sum",
            "deno.lock",
            "pylock.toml",
        ];
        let name = file_name(first);
        let is_text = name.ends_with(".txt") || name.ends_with(".in");
        Self {
            folder: parent(group.trim_end_matches('/')).to_owned(),
            path,
            witness: match strength {
                Some(Strength::Installed) => Witness::Installed,
                _ => Witness::Locked,
            },
            ecosystems: HashSet::new(),
            entries: HashMap::new(),
            edges: Vec::new(),
            members: HashSet::new(),
            tells_need: strength == Some(Strength::Locked) && !silent.contains(&name) && !is_text,
            roots: Vec::new(),
        }
    }

    fn member(&mut self, package: &Package) {
        self.members.insert(package.name.clone());
        if let Origin::Path(path) = &package.origin
            && let Some(folder) = join(&self.folder, path)
        {
            self.members.insert(format!("{folder}/"));
        }
    }

    /// True if the lock file is for the project of that folder or name too.
    pub(super) fn is_for(&self, folder: &str, name: Option<&str>) -> bool {
        self.members.contains(&format!("{folder}/"))
            || name.is_some_and(|name| self.members.contains(name))
    }

    fn insert(&mut self, package: &Package, id: ComponentId) {
        self.ecosystems.insert(package.ecosystem);
        self.entries
            .entry(package.name.clone())
            .or_default()
            .push(Entry {
                ecosystem: package.ecosystem,
                version: package.version.clone(),
                id,
                direct: package.direct,
            });
    }

    pub(super) fn holds(&self, ecosystem: Ecosystem) -> bool {
        self.ecosystems.contains(&ecosystem)
    }

    /// The entries that a dependency means: the one of its version, or those of its name.
    fn targets(&self, dependency: &Dependency, ecosystem: Ecosystem) -> Vec<ComponentId> {
        let Some(entries) = self.entries.get(&dependency.name) else {
            return Vec::new();
        };
        let fits = |entry: &&Entry| {
            entry.ecosystem == ecosystem
                && (dependency.version.is_none() || entry.version == dependency.version)
        };
        // Of a name without a version there are as many as platforms differ.
        let found = entries.iter().filter(fits).take(4);
        found.map(|entry| entry.id.clone()).collect()
    }

    /// The version that answers what a manifest wants.
    pub(super) fn answer(&self, package: &Package) -> Option<ComponentId> {
        let entries = self.entries.get(&package.name)?;
        let requirement = package.requirement.as_deref().unwrap_or_default();
        let semantic = matches!(package.ecosystem, Ecosystem::Npm | Ecosystem::Cargo);
        let fits = |entry: &&Entry| {
            entry.ecosystem == package.ecosystem
                && super::identity::answers(package, entry.version.as_deref())
        };
        let may = |entry: &&Entry| {
            let version = entry.version.as_deref().unwrap_or_default();
            fits(entry) && (!semantic || versions::may_mean(requirement, version))
        };
        let named = entries
            .iter()
            .filter(may)
            .find(|entry| entry.direct == Some(true));
        let any = || entries.iter().rfind(may);
        // A caret that nothing meets: overrides and patches do that.
        let only = || {
            entries
                .first()
                .filter(|entry| entries.len() == 1 && fits(entry))
        };
        named
            .or_else(any)
            .or_else(only)
            .map(|entry| entry.id.clone())
    }

    pub(super) fn ask(&mut self, id: &ComponentId, need: Need) {
        self.roots.push((id.clone(), need));
    }

    /// After all manifests: what nobody asked for is not direct, and of a lock file that does not
    /// tell when a package is needed, what the project asks for tells it.
    pub(super) fn settle(&self, found: &mut Found) {
        if !self.roots.is_empty() {
            for entry in self
                .entries
                .values()
                .flatten()
                .filter(|entry| entry.direct.is_none())
            {
                found.set_direct(&entry.id, false);
            }
        }
        if self.tells_need || self.edges.is_empty() {
            return;
        }
        let edges: HashMap<&ComponentId, &Vec<ComponentId>> =
            self.edges.iter().map(|(from, to)| (from, to)).collect();
        let mut reached: HashSet<&ComponentId> = HashSet::new();
        for need in [
            Need::Runtime,
            Need::Optional,
            Need::Development,
            Need::Build,
        ] {
            let asked = self.roots.iter().filter(|(_, when)| *when == need);
            let mut open: Vec<&ComponentId> = asked.map(|(id, _)| id).collect();
            while let Some(id) = open.pop() {
                if !reached.insert(id) {
                    continue;
                }
                found.merge_scope(id, need);
                open.extend(edges.get(id).into_iter().flat_map(|to| to.iter()));
            }
        }
    }
}

/// Adds the edges of the graph.
fn connect(set: &mut Set, recorded: &[(ComponentId, &Package)], found: &mut Found) {
    for (id, package) in recorded {
        let mut targets: Vec<ComponentId> = package
            .dependencies
            .iter()
            .flat_map(|dependency| set.targets(dependency, package.ecosystem))
            .filter(|target| target != id)
            .collect();
        targets.sort();
        targets.dedup();
        for target in &targets {
            let place = Occurrence::at(set.path.trim_end_matches('/'), package.line);
            let place = (set.witness == Witness::Locked).then_some(place);
            found.relate(id, RelationKind::DependsOn, target, place);
        }
        if !targets.is_empty() {
            set.edges.push((id.clone(), targets));
        }
    }
}

impl Locks {
    fn push(&mut self, set: Set) {
        let index = self.sets.len();
        let folders = match set.witness {
            Witness::Installed => &mut self.installed_by_folder,
            _ => &mut self.by_folder,
        };
        folders.entry(set.folder.clone()).or_default().push(index);
        self.sets.push(set);
    }

    pub(super) fn settle(&self, found: &mut Found) {
        for set in &self.sets {
            set.settle(found);
        }
    }
}
