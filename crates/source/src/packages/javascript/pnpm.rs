use std::collections::HashMap;

use super::specifier::{is_exact, resolved, split, want};
use crate::{
    document::{self, DocumentLimits, Node},
    packages::{
        Dependency, Ecosystem, Include, Need, Origin, Package, PackageFacts, Strength, address,
        digest, graph,
        opened::{opened, text},
    },
};

/// Reads `pnpm-lock.yaml`, lock file versions 5 to 9.
#[must_use]
pub fn pnpm_lock(content: &str) -> PackageFacts {
    let document = document::yaml(content, &DocumentLimits::default());
    let cut = document.cut;
    let (mut facts, root) = opened(document, Strength::Locked);
    let mut known: HashMap<(String, Option<String>), usize> = HashMap::new();
    // Version 9 keeps the edges apart, under the keys of what is installed.
    for section in ["packages", "snapshots"] {
        for (key, line, node) in root.get(section).map(Node::entries).unwrap_or_default() {
            let Some((name, version)) = key_of(key, node) else {
                facts.refuse(*line, "a key names no package");
                continue;
            };
            let key = (name.clone(), Some(version.clone()));
            let index = *known.entry(key).or_insert_with(|| {
                let mut package = Package::new(Ecosystem::Npm, name);
                package.line = Some(*line);
                placed(&mut package, &version);
                facts.packages.push(package);
                facts.packages.len().saturating_sub(1)
            });
            if let Some(package) = facts.packages.get_mut(index) {
                fill(package, node);
            }
        }
    }
    for package in &mut facts.packages {
        package.dependencies.sort();
        package.dependencies.dedup();
    }
    facts.drop_unfinished(cut);
    let roots = roots(&root);
    if !roots.is_empty() {
        graph::reach(&mut facts.packages, &roots);
    }
    facts
}

/// `/name/1.0.0_peer`, `/name@1.0.0(peer)`, `name@1.0.0`, `host/path/commit`.
fn key_of(key: &str, node: &Node) -> Option<(String, String)> {
    if let (Some(name), Some(version)) = (text(node, "name"), text(node, "version")) {
        return Some((name, version));
    }
    let bare = key.strip_prefix('/').unwrap_or(key);
    let bare = bare.split('(').next().unwrap_or_default();
    if let Some((name, version)) = split(bare) {
        // The fifth version writes `/name/1.0.0_peer@2.0.0`.
        let is_name =
            name.trim_start_matches('@').matches('/').count() <= usize::from(name.starts_with('@'));
        let numbered = name
            .rsplit('/')
            .next()
            .is_some_and(|last| is_exact(last.split('_').next().unwrap_or_default()));
        if is_name && !numbered {
            return Some((name.to_owned(), version.to_owned()));
        }
    }
    let peers_cut = match bare.find('_') {
        Some(at)
            if bare
                .get(..at)
                .is_some_and(|before| before.rsplit('/').next().is_some_and(is_exact)) =>
        {
            bare.get(..at)?
        }
        _ => bare,
    };
    let (name, version) = peers_cut.rsplit_once('/')?;
    let name = text(node, "name").unwrap_or_else(|| name.to_owned());
    (!name.is_empty()).then(|| (name, version.to_owned()))
}

/// The version of a key may be an address.
fn placed(package: &mut Package, version: &str) {
    if is_exact(version) {
        package.version = Some(version.to_owned());
    } else {
        want(package, version);
        package.requirement = None;
        if package.origin == Origin::Registry {
            package.version = Some(version.to_owned());
        } else {
            resolved(package, version);
        }
    }
}

fn fill(package: &mut Package, node: &Node) {
    if let Some(resolution) = node.get("resolution") {
        let integrity = text(resolution, "integrity").unwrap_or_default();
        package.hashes = digest::integrity(&integrity);
        if let (Some(url), Some(commit)) = (text(resolution, "repo"), text(resolution, "commit")) {
            package.origin = address::git(&url, Some(&commit));
        } else if let Some(url) = text(resolution, "tarball") {
            resolved(package, &url);
        } else if let Some(path) = text(resolution, "directory") {
            package.origin = Origin::Path(path);
        }
    }
    if let Some(version) = text(node, "version") {
        package.version = Some(version);
    }
    let flag = |key: &str| node.get(key).and_then(Node::bool) == Some(true);
    if flag("dev") {
        package.need = Need::Development;
    } else if flag("optional") {
        package.need = Need::Optional;
    }
    for table in ["dependencies", "optionalDependencies"] {
        for (name, _, value) in node.get(table).map(Node::entries).unwrap_or_default() {
            package
                .dependencies
                .extend(value.written().and_then(|value| edge(name, value)));
        }
    }
}

/// The edge `name: 1.0.0(peer)`, where the value may name another package: `/other/1.0.0`,
/// `other@1.0.0`.
fn edge(name: &str, value: &str) -> Option<Dependency> {
    if value.starts_with("link:") || value.starts_with("file:") {
        return None;
    }
    let bare = value.split(['(', '_']).next().unwrap_or_default();
    if is_exact(bare) {
        return Some(Dependency::exact(name, bare));
    }
    let nothing = Node::Map {
        entries: Vec::new(),
        line: 0,
    };
    match key_of(value, &nothing) {
        Some((name, version)) if is_exact(&version) && !value.contains("://") => {
            Some(Dependency::exact(name, version))
        }
        _ => Some(Dependency::named(name)),
    }
}

const TABLES: [(&str, Need); 3] = [
    ("dependencies", Need::Runtime),
    ("optionalDependencies", Need::Optional),
    ("devDependencies", Need::Development),
];

fn roots(root: &Node) -> Vec<(Dependency, Need)> {
    let importers = root.get("importers").map(Node::entries).unwrap_or_default();
    let importers = importers.iter().map(|(_, _, node)| node.as_ref());
    let mut roots = Vec::new();
    for importer in importers.chain([root]) {
        for (table, need) in TABLES {
            for (name, _, value) in importer.get(table).map(Node::entries).unwrap_or_default() {
                let version = value
                    .written()
                    .map(str::to_owned)
                    .or_else(|| text(value, "version"));
                let found = version.and_then(|version| edge(name, &version));
                roots.extend(found.map(|edge| (edge, need)));
            }
        }
    }
    roots
}

/// Reads `pnpm-workspace.yaml`: the members of the workspace.
#[must_use]
pub fn pnpm_workspace(content: &str) -> PackageFacts {
    let document = document::yaml(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Wanted);
    for item in root.get("packages").map(Node::items).unwrap_or_default() {
        if let Some(path) = item.text() {
            facts.includes.push(Include {
                path: path.to_owned(),
                constraint: false,
                line: item.line(),
            });
        }
    }
    facts
}
