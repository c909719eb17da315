use std::collections::HashMap;

use super::specifier::{is_exact, split, want};
use crate::{
    document::{self, DocumentLimits, Node},
    packages::{
        Dependency, Ecosystem, Need, Origin, Package, PackageFacts, Strength, digest, graph,
        opened::opened,
    },
};

/// Reads `bun.lock`. Each entry is a list: `name@version`, then, depending on where it comes
/// from, a registry, what it needs, and a digest.
#[must_use]
pub fn bun_lock(content: &str) -> PackageFacts {
    let document = document::json(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Locked);
    let listed = root.get("packages").map(Node::entries).unwrap_or_default();
    let mut places: HashMap<&str, Dependency> = HashMap::with_capacity(listed.len());
    for (place, line, node) in listed {
        match of(node) {
            Some(mut package) => {
                package.line = Some(*line);
                let known = Dependency {
                    name: package.name.clone(),
                    version: package.version.clone(),
                };
                places.insert(place, known);
                facts.packages.push(package);
            }
            None => facts.refuse(*line, "an entry names no package"),
        }
    }
    let mut index = 0_usize;
    for (place, _, node) in listed {
        if !places.contains_key(place.as_str()) {
            continue;
        }
        if let Some(package) = facts.packages.get_mut(index) {
            let asks = node.items().iter().find(|item| item.is_map());
            package.dependencies = edges(asks.map(AsRef::as_ref), place, &places);
        }
        index = index.saturating_add(1);
    }
    let roots = roots(&root, &places);
    if !roots.is_empty() {
        graph::reach(&mut facts.packages, &roots);
    }
    facts
}

fn of(node: &Node) -> Option<Package> {
    let (name, version) = split(node.items().first()?.text()?)?;
    let mut package = Package::new(Ecosystem::Npm, name);
    if is_exact(version) {
        package.version = Some(version.to_owned());
        // The second element is the registry, empty for the usual one.
        let index = node.items().get(1).and_then(|item| item.text());
        if let Some(index) = index.filter(|index| index.contains("://")) {
            package.origin = Origin::Index(crate::packages::address::plain(index));
        }
    } else {
        want(&mut package, version);
        package.requirement = None;
    }
    let last = node.items().last().and_then(|item| item.text());
    package.hashes = digest::integrity(last.unwrap_or_default());
    Some(package)
}

const TABLES: [(&str, Need); 4] = [
    ("dependencies", Need::Runtime),
    ("optionalDependencies", Need::Optional),
    ("peerDependencies", Need::Optional),
    ("devDependencies", Need::Development),
];

fn edges(asks: Option<&Node>, place: &str, places: &HashMap<&str, Dependency>) -> Vec<Dependency> {
    let mut found: Vec<Dependency> = TABLES
        .iter()
        .flat_map(|(table, _)| asks.and_then(|asks| asks.get(table)).map(Node::entries))
        .flatten()
        .filter_map(|(name, _, _)| find(place, name, places))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// A package within another is listed under `outer/inner`.
fn find(place: &str, name: &str, places: &HashMap<&str, Dependency>) -> Option<Dependency> {
    let mut folder = place;
    for _ in 0..32 {
        if folder.is_empty() {
            break;
        }
        if let Some(found) = places.get(format!("{folder}/{name}").as_str()) {
            return Some(found.clone());
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
    places.get(name).cloned()
}

fn roots(root: &Node, places: &HashMap<&str, Dependency>) -> Vec<(Dependency, Need)> {
    let workspaces = root
        .get("workspaces")
        .map(Node::entries)
        .unwrap_or_default();
    let mut roots = Vec::new();
    for (_, _, workspace) in workspaces {
        let own = workspace
            .get("name")
            .and_then(Node::text)
            .unwrap_or_default();
        for (table, need) in TABLES {
            for (name, _, _) in workspace.get(table).map(Node::entries).unwrap_or_default() {
                roots.extend(find(own, name, places).map(|edge| (edge, need)));
            }
        }
    }
    roots
}
