use super::specifier::want;
use crate::{
    document::{self, DocumentLimits, Node},
    packages::{
        Dependency, Ecosystem, Include, Need, Package, PackageFacts, Project, Strength, address,
        opened::{opened, text},
    },
};

/// Names with the tables in which they stand; the first of several counts.
const TABLES: [(&str, Need); 4] = [
    ("dependencies", Need::Runtime),
    ("optionalDependencies", Need::Optional),
    ("peerDependencies", Need::Runtime),
    ("devDependencies", Need::Development),
];

/// Reads `package.json`. Peers that are marked optional are optional; a `packageManager` is a
/// package needed to build.
#[must_use]
pub fn package_json(content: &str) -> PackageFacts {
    let document = document::json(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Wanted);
    facts.project = Some(describe(&root)).filter(|project| *project != Project::default());
    let optional_peers: Vec<&str> = root
        .get("peerDependenciesMeta")
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .filter(|(_, _, meta)| meta.get("optional").and_then(Node::bool) == Some(true))
        .map(|(name, _, _)| name.as_str())
        .take(1000)
        .collect();
    let mut seen = std::collections::HashSet::new();
    for (table, need) in TABLES {
        let Some(node) = root.get(table) else {
            continue;
        };
        if !node.is_map() {
            facts.refuse(
                node.line(),
                format!("`{table}` is not a map of names to versions"),
            );
            continue;
        }
        for (name, line, value) in node.entries() {
            let Some(written) = value.text() else {
                facts.refuse(*line, "a version is not a text");
                continue;
            };
            // A name may stand in several tables: development wants the peer installed too.
            if name.is_empty() || !seen.insert(name.as_str()) {
                continue;
            }
            let mut package = Package::new(Ecosystem::Npm, name.clone());
            package.line = Some(*line);
            package.direct = Some(true);
            package.need = need;
            if table == "peerDependencies" && optional_peers.contains(&name.as_str()) {
                package.need = Need::Optional;
            }
            want(&mut package, written);
            facts.packages.push(package);
        }
    }
    package_manager(&mut facts, &root);
    members(&mut facts, &root);
    facts
}

/// Reads the `package.json` of a package in `node_modules`: what it says of itself.
#[must_use]
pub fn installed_package(content: &str) -> PackageFacts {
    let document = document::json(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Installed);
    let project = describe(&root);
    let Some(name) = project.name else {
        facts.refuse(1, "the package has no name");
        return facts;
    };
    let mut package = Package::new(Ecosystem::Npm, name);
    package.line = root.get("name").map(Node::line);
    package.version = project.version;
    package.licence = project.licence;
    package.supplier = project.authors.into_iter().next();
    package.homepage = project.urls.into_iter().next().map(|(_, url)| url);
    for table in ["dependencies", "optionalDependencies"] {
        for (name, _, _) in root.get(table).map(Node::entries).unwrap_or_default() {
            package.dependencies.push(Dependency::named(name.clone()));
        }
    }
    facts.packages.push(package);
    facts
}

/// `pnpm@9.1.0+sha256.…` (Corepack).
fn package_manager(facts: &mut PackageFacts, root: &Node) {
    let Some(node) = root.get("packageManager") else {
        return;
    };
    let Some((name, version)) = node.text().and_then(super::specifier::split) else {
        return;
    };
    let mut package = Package::new(Ecosystem::Npm, name);
    let (version, hash) = version.split_once('+').unwrap_or((version, ""));
    package.line = Some(node.line());
    package.direct = Some(true);
    package.need = Need::Build;
    package.version = Some(version.to_owned());
    package.hashes.extend(
        hash.split_once('.').and_then(|(algorithm, digits)| {
            crate::packages::digest::hexadecimal(algorithm, digits)
        }),
    );
    facts.packages.push(package);
}

fn members(facts: &mut PackageFacts, root: &Node) {
    let workspaces = root.get("workspaces");
    let list = workspaces.map(|node| node.get("packages").unwrap_or(node));
    for item in list.map(Node::items).unwrap_or_default() {
        if let Some(path) = item.text() {
            facts.includes.push(Include {
                path: path.to_owned(),
                constraint: false,
                line: item.line(),
            });
        }
    }
}

pub(super) fn licence(root: &Node) -> Option<String> {
    let one = |node: &Node| match node {
        Node::Map { .. } => text(node, "type").or_else(|| text(node, "name")),
        _ => node.text().map(str::to_owned),
    };
    let single = root.get("license").and_then(one);
    single.or_else(|| {
        let listed = root.get("licenses").map(Node::items).unwrap_or_default();
        let all: Vec<String> = listed.iter().filter_map(|node| one(node)).collect();
        (!all.is_empty()).then(|| all.join(" OR "))
    })
}

fn describe(root: &Node) -> Project {
    let person = |node: &Node| match text(node, "name") {
        Some(name) => Some(match text(node, "email") {
            Some(email) => format!("{name} <{email}>"),
            None => name,
        }),
        None => node.text().map(str::to_owned),
    };
    let contributors = root
        .get("contributors")
        .map(Node::items)
        .unwrap_or_default();
    let mut urls = Vec::new();
    if let Some(url) = text(root, "homepage") {
        urls.push(("homepage".to_owned(), url));
    }
    if let Some(node) = root.get("repository") {
        let url = node.text().map(str::to_owned).or_else(|| text(node, "url"));
        if let Some(url) = url {
            let url = match url.strip_prefix("github:") {
                Some(path) => format!("https://github.com/{path}"),
                None => address::plain(url.trim_start_matches("git+")),
            };
            urls.push(("repository".to_owned(), url));
        }
    }
    Project {
        name: text(root, "name"),
        version: text(root, "version"),
        description: text(root, "description"),
        licence: licence(root),
        authors: root
            .get("author")
            .into_iter()
            .chain(contributors.iter().map(AsRef::as_ref))
            .filter_map(person)
            .collect(),
        urls,
    }
}
