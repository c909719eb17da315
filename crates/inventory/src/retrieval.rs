//! What the files of a tree say will be fetched, entry by entry, and what fixes its bytes.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use waybill_domain::inventory::{Component, Inventory, Pin, Role};
use waybill_domain::retrieval::Fixing;
use waybill_source::packages::{AttestationIdentity, Ecosystem, Package, PackageFacts, Strength};

use crate::included::read_included;
use crate::reading::{FileFacts, Reading};
use crate::software;
use crate::tree::{file_name, parent};

/// One entry of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Path of the file.
    pub path: String,
    /// Line from 1.
    pub line: Option<u32>,
    /// Package URL, or the id in the inventory.
    pub component: String,
    /// The registry's namespace and the name in it: `pypi`, `npm`; empty for what is no package.
    pub ecosystem: &'static str,
    /// The name in that namespace.
    pub name: String,
    /// The exact version.
    pub version: Option<String>,
    /// How it is fixed.
    pub fixing: Fixing,
    /// Digests that fix it: algorithm and hexadecimal digits.
    pub hashes: Vec<(String, String)>,
    /// Who has to have published it, as the file says.
    pub identities: Vec<AttestationIdentity>,
}

/// Takes what lock files and lists of requirements say out of the facts; what is installed already is
/// fetched no more. What is left says what everything else fetches, by itself: a command that installs a
/// name gets whatever is newest, also where a lock file beside it fixes that name.
pub fn take_packages(files: &mut [FileFacts]) -> Vec<Fetched> {
    read_included(files);
    let locked = locked(files);
    let mut fetched = Vec::new();
    for file in files {
        let readings = std::mem::take(&mut file.readings);
        for reading in readings {
            match reading {
                Reading::Packages(facts) => fetched.extend(entries(&file.path, &facts, &locked)),
                other => file.readings.push(other),
            }
        }
    }
    fetched
}

fn entries(path: &str, facts: &PackageFacts, locked: &Locked) -> Vec<Fetched> {
    if facts.strength == Strength::Installed {
        return Vec::new();
    }
    let wanted = facts.strength == Strength::Wanted;
    let packages = facts.packages.iter().filter(|package| {
        let governed = wanted && locked.governs(path, package.ecosystem);
        !governed && !package.name.is_empty() && !software::is_local(package)
    });
    packages.map(|package| entry(path, package)).collect()
}

/// What an inventory of the rest fetches: images, steps of workflows, plug-ins, programs, packages that
/// commands install, models and data sets of hubs.
#[must_use]
pub fn others(inventory: &Inventory) -> Vec<Fetched> {
    let mut fetched = Vec::new();
    for component in &inventory.components {
        let Some(pin) = component.pin.filter(|_| is_fetched(component)) else {
            continue;
        };
        let places: BTreeMap<&str, Option<u32>> = component
            .occurrences
            .iter()
            .rev()
            .map(|place| (place.path.as_str(), place.line))
            .collect();
        fetched.extend(places.into_iter().map(|(path, line)| Fetched {
            path: path.to_owned(),
            line,
            component: component.id.as_str().to_owned(),
            ecosystem: "",
            name: component.name.clone(),
            version: component.version.clone(),
            fixing: match pin {
                Pin::Digest => Fixing::Digest,
                Pin::Name => Fixing::Name,
                Pin::Floating => Fixing::Floating,
            },
            hashes: Vec::new(),
            identities: Vec::new(),
        }));
    }
    fetched
}

fn is_fetched(component: &Component) -> bool {
    let fetched = matches!(
        component.role,
        Role::Model
            | Role::Adapter
            | Role::Dataset
            | Role::EvaluationSet
            | Role::Library
            | Role::Application
            | Role::SystemPackage
            | Role::Container
            | Role::WorkflowAction
            | Role::InfrastructurePlugin
            | Role::AgentTool
    );
    fetched && component.path.is_none()
}

/// Folders with a lock file, by ecosystem.
struct Locked(HashSet<(String, Ecosystem)>);

impl Locked {
    /// True if a lock file, here or further up, says what a manifest comes to. pip reads lists of
    /// requirements by themselves.
    fn governs(&self, path: &str, ecosystem: Ecosystem) -> bool {
        if has_extension(path, "txt") {
            return false;
        }
        let mut folder = parent(path);
        loop {
            if self.0.contains(&(folder.to_owned(), ecosystem)) {
                return true;
            }
            if folder.is_empty() {
                return false;
            }
            folder = parent(folder);
        }
    }
}

fn has_extension(path: &str, extension: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, end)| end == extension)
}

fn locked(files: &[FileFacts]) -> Locked {
    let mut folders = HashSet::new();
    let names: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    for file in files {
        for reading in &file.readings {
            let Reading::Packages(facts) = reading else {
                continue;
            };
            // What `pip-compile` made of a list stands beside it.
            let compiled = has_extension(&file.path, "txt")
                && file
                    .path
                    .strip_suffix(".txt")
                    .is_some_and(|stem| names.contains(format!("{stem}.in").as_str()));
            if facts.strength == Strength::Locked || compiled {
                folders.extend(
                    facts
                        .packages
                        .iter()
                        .map(|package| (parent(&file.path).to_owned(), package.ecosystem)),
                );
            }
            if file_name(&file.path) == "go.sum" {
                folders.insert((parent(&file.path).to_owned(), Ecosystem::Golang));
            }
        }
    }
    Locked(folders)
}

fn entry(path: &str, package: &Package) -> Fetched {
    let component = software::named(package);
    Fetched {
        path: path.to_owned(),
        line: package.line,
        component,
        ecosystem: package.ecosystem.as_str(),
        name: package.name.clone(),
        version: package.version.clone(),
        fixing: fixing(package),
        hashes: package.hashes.clone(),
        identities: package.identities.clone(),
    }
}

fn fixing(package: &Package) -> Fixing {
    match software::pin_of(package) {
        Pin::Floating => Fixing::Floating,
        Pin::Name => Fixing::Name,
        Pin::Digest => {
            let weak =
                |(algorithm, _): &(String, String)| matches!(algorithm.as_str(), "md5" | "sha1");
            if !package.hashes.is_empty() && package.hashes.iter().all(weak) {
                Fixing::WeakDigest
            } else {
                Fixing::Digest
            }
        }
    }
}
