//! Lock files of PDM.

use std::collections::HashMap;

use super::{
    locks::{entry, file_hashes},
    pyproject::map,
    requirement::{locate, parse},
};
use crate::{
    document::{self, DocumentLimits, Node},
    packages::{
        Dependency, Need, Origin, Package, PackageFacts, Strength, address, digest,
        opened::{opened, text},
    },
};

/// Reads `pdm.lock`. An entry with extras adds to the entry of the package without.
#[must_use]
pub fn pdm_lock(content: &str) -> PackageFacts {
    let document = document::toml(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Locked);
    let mut known: HashMap<(String, Option<String>), usize> = HashMap::new();
    for node in root.get("package").map(Node::items).unwrap_or_default() {
        let Some(mut package) = entry(&mut facts, node) else {
            continue;
        };
        file_hashes(&mut package, node.get("files"));
        package.dependencies = edges(node, &package.name);
        package.condition = text(node, "marker");
        let groups = node.get("groups").map(Node::texts).unwrap_or_default();
        if !groups.is_empty() && !groups.contains(&"default") {
            // A group may be an extra or for development; the lock file does not tell which.
            package.need = Need::Optional;
        }
        source(&mut package, node);
        let key = (package.name.clone(), package.version.clone());
        match known.get(&key).and_then(|at| facts.packages.get_mut(*at)) {
            Some(same) => {
                same.dependencies.append(&mut package.dependencies);
                same.dependencies.sort();
                same.dependencies.dedup();
                same.need = same.need.min(package.need);
            }
            None => {
                known.insert(key, facts.packages.len());
                facts.packages.push(package);
            }
        }
    }
    hashes_apart(&mut facts, &root, &known);
    facts
}

fn edges(node: &Node, own: &str) -> Vec<Dependency> {
    let written = node
        .get("dependencies")
        .map(Node::texts)
        .unwrap_or_default();
    written
        .into_iter()
        .filter_map(parse)
        .filter(|requirement| requirement.name != own)
        .map(|requirement| requirement.dependency())
        .collect()
}

fn source(package: &mut Package, node: &Node) {
    if let Some(url) = text(node, "git") {
        let commit = text(node, "revision").or_else(|| text(node, "ref"));
        package.origin = address::git(&url, commit.as_deref());
    } else if let Some(url) = text(node, "url") {
        let version = package.version.take();
        locate(package, &url);
        package.version = version.or_else(|| package.version.take());
    } else if let Some(path) = text(node, "path") {
        package.origin = Origin::Path(path);
    }
}

/// Older layouts keep hashes in `metadata.files` under `name version`.
fn hashes_apart(
    facts: &mut PackageFacts,
    root: &Node,
    known: &HashMap<(String, Option<String>), usize>,
) {
    for (key, _, files) in map(root.at(&["metadata", "files"])) {
        let (name, version) = key.split_once(' ').unwrap_or((key, ""));
        let key = (super::normalised(name), Some(version.to_owned()));
        let Some(package) = known.get(&key).and_then(|at| facts.packages.get_mut(*at)) else {
            continue;
        };
        for file in files.items() {
            let hash = file.get("hash").and_then(Node::text);
            package.hashes.extend(hash.and_then(digest::named));
        }
    }
}
