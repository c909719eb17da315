use std::collections::HashMap;

use super::{
    manifest::licence,
    specifier::{is_exact, resolved, split},
};
use crate::{
    document::{self, DocumentLimits, Node},
    packages::{
        Dependency, Ecosystem, Need, Origin, Package, PackageFacts, Project, Strength, digest,
        graph,
        opened::{opened, text},
    },
};

/// What a package asks for, with whether it must be there.
const EDGES: [&str; 3] = ["dependencies", "optionalDependencies", "peerDependencies"];
/// Deepest nesting of `node_modules` that is looked through.
const DEPTH: usize = 64;

/// Reads `package-lock.json` or `npm-shrinkwrap.json`, versions 1 to 3. A workspace member or a
/// linked folder has a path as origin.
#[must_use]
pub fn package_lock(content: &str) -> PackageFacts {
    let document = document::json(content, &DocumentLimits::default());
    let cut = document.cut;
    let (mut facts, root) = opened(document, Strength::Locked);
    let project = Project {
        name: text(&root, "name"),
        version: text(&root, "version"),
        ..Project::default()
    };
    facts.project = Some(project).filter(|project| *project != Project::default());
    match root.get("packages") {
        Some(packages) if packages.is_map() => flat(&mut facts, packages),
        _ => nested(&mut facts, &root),
    }
    facts.drop_unfinished(cut);
    facts
}

/// Versions 2 and 3: one entry a place in `node_modules`.
fn flat(facts: &mut PackageFacts, listed: &Node) {
    let places: HashMap<&str, &Node> = listed
        .entries()
        .iter()
        .map(|(place, _, node)| (place.as_str(), node.as_ref()))
        .collect();
    let mut roots: Vec<(Dependency, Need)> = Vec::new();
    for (place, line, node) in listed.entries() {
        if !place.contains("node_modules/") {
            // The project itself, or a member of its workspace.
            roots.extend(
                edges(place, node, &places)
                    .into_iter()
                    .map(|edge| (edge, Need::Runtime)),
            );
            let development = wanted(node, "devDependencies")
                .filter_map(|name| find(place, name, &places))
                .map(|edge| (edge, Need::Development));
            roots.extend(development);
            if !place.is_empty() {
                facts.packages.push(member(place, *line, node));
            }
            continue;
        }
        // A link stands for the member that it leads to.
        if node.get("link").and_then(Node::bool) == Some(true) {
            continue;
        }
        match of(place, node) {
            Some(mut package) => {
                package.line = Some(*line);
                package.dependencies = edges(place, node, &places);
                facts.packages.push(package);
            }
            None => facts.refuse(*line, "a place in `node_modules` names no package"),
        }
    }
    let flags: Vec<Need> = facts.packages.iter().map(|package| package.need).collect();
    if !roots.is_empty() {
        graph::reach(&mut facts.packages, &roots);
    }
    // npm's own flags know of peers and bundles what the graph here does not.
    for (package, need) in facts.packages.iter_mut().zip(flags) {
        package.need = need;
    }
}

fn member(place: &str, line: u32, node: &Node) -> Package {
    let last = place.rsplit('/').next().unwrap_or_default();
    let name = text(node, "name").unwrap_or_else(|| last.to_owned());
    let mut package = Package::new(Ecosystem::Npm, name);
    package.version = text(node, "version");
    package.line = Some(line);
    package.origin = Origin::Path(place.to_owned());
    package
}

fn of(place: &str, node: &Node) -> Option<Package> {
    let (_, name) = place.rsplit_once("node_modules/")?;
    let name = text(node, "name").unwrap_or_else(|| name.to_owned());
    let mut package = Package::new(Ecosystem::Npm, name).named()?;
    details(&mut package, node);
    // An address may carry a password; whatever the version of the lock file, it is no version.
    source(&mut package);
    package.licence = licence(node);
    Some(package)
}

/// What versions 1 to 3 write the same way.
fn details(package: &mut Package, node: &Node) {
    package.version = text(node, "version");
    package.hashes = digest::integrity(&text(node, "integrity").unwrap_or_default());
    if let Some(url) = text(node, "resolved") {
        resolved(package, &url);
    }
    let flag = |key: &str| node.get(key).and_then(Node::bool) == Some(true);
    package.need = if flag("dev") || flag("devOptional") {
        Need::Development
    } else if flag("optional") || flag("peer") {
        Need::Optional
    } else {
        Need::Runtime
    };
}

impl Package {
    /// Nothing if the name is empty.
    fn named(self) -> Option<Self> {
        (!self.name.is_empty()).then_some(self)
    }
}

fn wanted<'a>(node: &'a Node, table: &str) -> impl Iterator<Item = &'a str> {
    let entries = node.get(table).map(Node::entries).unwrap_or_default();
    entries.iter().map(|(name, _, _)| name.as_str())
}

fn edges(place: &str, node: &Node, places: &HashMap<&str, &Node>) -> Vec<Dependency> {
    let mut edges: Vec<Dependency> = EDGES
        .into_iter()
        .flat_map(|table| wanted(node, table))
        .filter_map(|name| find(place, name, places))
        .collect();
    edges.sort();
    edges.dedup();
    edges
}

/// Finds the package that `name` means in `place`, as Node does: in its own `node_modules`, then
/// in those of the folders above.
fn find(place: &str, name: &str, places: &HashMap<&str, &Node>) -> Option<Dependency> {
    let mut folder = place;
    for _ in 0..DEPTH {
        let candidate = if folder.is_empty() {
            format!("node_modules/{name}")
        } else {
            format!("{folder}/node_modules/{name}")
        };
        if let Some(node) = places.get(candidate.as_str()) {
            return Some(target(name, node, places));
        }
        if folder.is_empty() {
            return None;
        }
        folder = match folder.rfind("/node_modules/") {
            Some(at) => folder.get(..at).unwrap_or_default(),
            None if folder.starts_with("node_modules/") => "",
            // A member of the workspace lies in a folder of the root.
            None => folder.rsplit_once('/').map_or("", |(above, _)| above),
        };
    }
    None
}

fn target(name: &str, node: &Node, places: &HashMap<&str, &Node>) -> Dependency {
    let linked = node.get("link").and_then(Node::bool) == Some(true);
    let place = text(node, "resolved").filter(|_| linked);
    let node = place
        .and_then(|place| places.get(place.as_str()).copied())
        .unwrap_or(node);
    Dependency {
        name: text(node, "name").unwrap_or_else(|| name.to_owned()),
        version: text(node, "version"),
    }
}

/// Version 1: packages within packages.
fn nested(facts: &mut PackageFacts, root: &Node) {
    // Index of the scope above, and the names of each scope with their versions.
    let mut scopes: Vec<(Option<usize>, HashMap<String, Dependency>)> = Vec::new();
    let mut open: Vec<(Option<usize>, Option<usize>, &Node)> = vec![(None, None, root)];
    let mut asked: Vec<(usize, usize, Vec<String>)> = Vec::new();
    // A package that has packages within it looks there first.
    let mut own_scopes: HashMap<usize, usize> = HashMap::new();
    while let Some((above, owner, node)) = open.pop() {
        let listed = node
            .get("dependencies")
            .map(Node::entries)
            .unwrap_or_default();
        if listed.is_empty() {
            continue;
        }
        let scope = scopes.len();
        own_scopes.extend(owner.map(|owner| (owner, scope)));
        scopes.push((above, HashMap::with_capacity(listed.len())));
        for (name, line, value) in listed {
            if name.is_empty() || !value.is_map() {
                facts.refuse(*line, "a package is not described");
                continue;
            }
            let mut package = Package::new(Ecosystem::Npm, name.clone());
            package.line = Some(*line);
            details(&mut package, value);
            source(&mut package);
            if let Some((_, names)) = scopes.get_mut(scope) {
                let known = Dependency {
                    name: package.name.clone(),
                    version: package.version.clone(),
                };
                names.insert(name.clone(), known);
            }
            open.push((Some(scope), Some(facts.packages.len()), value));
            let requires: Vec<String> = wanted(value, "requires").map(str::to_owned).collect();
            if !requires.is_empty() {
                asked.push((facts.packages.len(), scope, requires));
            }
            facts.packages.push(package);
        }
    }
    for (index, scope, names) in asked {
        let scope = own_scopes.get(&index).copied().unwrap_or(scope);
        let mut found: Vec<Dependency> = names
            .iter()
            .filter_map(|name| look_up(&scopes, scope, name))
            .collect();
        found.sort();
        found.dedup();
        if let Some(package) = facts.packages.get_mut(index) {
            package.dependencies = found;
        }
    }
}

fn look_up(
    scopes: &[(Option<usize>, HashMap<String, Dependency>)],
    scope: usize,
    name: &str,
) -> Option<Dependency> {
    let mut at = Some(scope);
    for _ in 0..DEPTH {
        let (above, names) = scopes.get(at?)?;
        if let Some(found) = names.get(name) {
            return Some(found.clone());
        }
        at = *above;
    }
    None
}

/// In version 1 the version may be an address, or another package's name.
fn source(package: &mut Package) {
    let Some(version) = package.version.clone().filter(|version| !is_exact(version)) else {
        return;
    };
    if let Some(alias) = version.strip_prefix("npm:") {
        if let Some((name, version)) = split(alias) {
            name.clone_into(&mut package.name);
            package.version = Some(version.to_owned());
        }
    } else if version.contains(':') {
        package.version = None;
        super::specifier::want(package, &version);
    }
}
