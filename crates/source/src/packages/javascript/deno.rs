use super::specifier::split;
use crate::{
    document::{self, DocumentLimits, Node},
    packages::{
        Dependency, Ecosystem, Package, PackageFacts, Strength, digest,
        opened::{opened, text},
    },
};

/// Reads the npm packages of `deno.lock`, versions 2 to 5. Modules of JSR and of plain addresses
/// are in no ecosystem of this crate, and are said to be unread.
#[must_use]
pub fn deno_lock(content: &str) -> PackageFacts {
    let document = document::json(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Locked);
    let older = root.get("packages");
    let npm = root
        .get("npm")
        .or_else(|| older.and_then(|older| older.get("npm")));
    let listed = npm.map(|npm| npm.get("packages").unwrap_or(npm));
    for (key, line, node) in listed.map(Node::entries).unwrap_or_default() {
        let Some((name, version)) = split(key) else {
            facts.refuse(*line, "a key names no package");
            continue;
        };
        let mut package = Package::new(Ecosystem::Npm, name);
        package.version = Some(without_peers(version).to_owned());
        package.line = Some(*line);
        package.hashes = digest::integrity(&text(node, "integrity").unwrap_or_default());
        package.dependencies = edges(node);
        facts.packages.push(package);
    }
    let specifiers = root
        .get("specifiers")
        .or_else(|| older.and_then(|older| older.get("specifiers")));
    mark_direct(&mut facts, specifiers);
    let other = root
        .get("jsr")
        .or_else(|| older.and_then(|older| older.get("jsr")));
    if let Some(other) = other.filter(|other| !other.entries().is_empty()) {
        facts.refuse(other.line(), "packages of JSR are not read");
    }
    facts
}

/// `1.0.0_peer@2.0.0` is version 1.0.0 with a choice of peers.
fn without_peers(version: &str) -> &str {
    version.split('_').next().unwrap_or_default()
}

/// A list of `name` or `name@version`, or a map of names to such keys.
fn edges(node: &Node) -> Vec<Dependency> {
    let Some(listed) = node.get("dependencies") else {
        return Vec::new();
    };
    let keyed = listed
        .entries()
        .iter()
        .filter_map(|(_, _, value)| value.text());
    let plain = listed.items().iter().filter_map(|item| item.text());
    let mut edges: Vec<Dependency> = keyed
        .chain(plain)
        .map(|key| match split(key) {
            Some((name, version)) => Dependency::exact(name, without_peers(version)),
            None => Dependency::named(key),
        })
        .collect();
    edges.sort();
    edges
}

/// `"npm:name@^1": "1.0.0"` or, before the fourth version, `"npm:name@1.0.0"`.
fn mark_direct(facts: &mut PackageFacts, specifiers: Option<&Node>) {
    let mut direct = std::collections::HashSet::new();
    for (key, _, value) in specifiers.map(Node::entries).unwrap_or_default() {
        let (Some(asked), Some(value)) = (key.strip_prefix("npm:"), value.text()) else {
            continue;
        };
        let name = split(asked).map_or(asked, |(name, _)| name);
        let version = match value.strip_prefix("npm:").and_then(split) {
            Some((_, version)) => version,
            None => value,
        };
        direct.insert((name.to_owned(), without_peers(version).to_owned()));
    }
    if direct.is_empty() {
        return;
    }
    for package in &mut facts.packages {
        let key = (
            package.name.clone(),
            package.version.clone().unwrap_or_default(),
        );
        package.direct = Some(direct.contains(&key));
    }
}
