//! Lock files of uv and Poetry.

use super::{
    pyproject::map,
    requirement::{from_file_name, normalised},
};
use crate::{
    document::{self, DocumentLimits, Node},
    packages::{
        Dependency, Ecosystem, Need, Origin, Package, PackageFacts, Project, Strength, address,
        digest, graph,
        opened::{opened, text},
    },
};

/// Name, version and line of an entry; notes an entry without a name.
pub(super) fn entry(facts: &mut PackageFacts, node: &Node) -> Option<Package> {
    let Some(name) = text(node, "name") else {
        facts.refuse(node.line(), "a package has no name");
        return None;
    };
    let mut package = Package::new(Ecosystem::Pypi, normalised(&name));
    package.version = text(node, "version");
    package.line = Some(line_of(node));
    Some(package)
}

/// The line of an entry is that of its name.
pub(super) fn line_of(node: &Node) -> u32 {
    node.get("name").map_or_else(|| node.line(), Node::line)
}

/// Reads the hashes of a list of files, sorted and each once.
pub(super) fn file_hashes(package: &mut Package, files: Option<&Node>) {
    let Some(files) = files else {
        return;
    };
    let single = files.is_map().then_some(files);
    for file in files.items().iter().map(AsRef::as_ref).chain(single) {
        let hash = file.get("hash").and_then(Node::text);
        package.hashes.extend(hash.and_then(digest::named));
        for (algorithm, _, digits) in map(file.get("hashes")) {
            let digits = digits.written().unwrap_or_default();
            package
                .hashes
                .extend(digest::hexadecimal(algorithm, digits));
        }
    }
    package.hashes.sort();
    package.hashes.dedup();
}

/// Reads `uv.lock`.
#[must_use]
pub fn uv_lock(content: &str) -> PackageFacts {
    let document = document::toml(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Locked);
    let mut roots: Vec<(Dependency, Need)> = Vec::new();
    let nodes = root.get("package").map(Node::items).unwrap_or_default();
    for node in nodes {
        let Some(mut package) = entry(&mut facts, node) else {
            continue;
        };
        let member = uv_source(&mut package, node);
        package.dependencies = uv_edges(node.get("dependencies"));
        for (_, _, list) in map(node.get("optional-dependencies")) {
            package.dependencies.extend(uv_edges(Some(list)));
        }
        file_hashes(&mut package, node.get("sdist"));
        file_hashes(&mut package, node.get("wheels"));
        if member {
            uv_roots(&mut roots, node);
            if matches!(&package.origin, Origin::Path(path) if path == "." || path.is_empty()) {
                facts.project = Some(Project {
                    name: Some(package.name.clone()),
                    version: package.version.clone(),
                    ..Project::default()
                });
            }
        }
        facts.packages.push(package);
    }
    uv_manifest(&mut roots, &root);
    if !roots.is_empty() {
        graph::reach(&mut facts.packages, &roots);
    }
    facts
}

/// Sets where a package comes from; true for a member of the workspace.
fn uv_source(package: &mut Package, node: &Node) -> bool {
    let Some(source) = node.get("source") else {
        return false;
    };
    if let Some(url) = text(source, "registry") {
        if !address::is_public_index(&url) {
            package.origin = Origin::Index(address::plain(&url));
        }
    } else if let Some(url) = text(source, "git") {
        // `https://host/path?rev=main#commit`
        let (url, commit) = url.split_once('#').unwrap_or((&url, ""));
        package.origin = address::git(url, Some(commit));
    } else if let Some(url) = text(source, "url") {
        package.origin = Origin::Url(address::plain(&url));
    } else {
        for key in ["editable", "virtual", "directory", "path"] {
            if let Some(path) = text(source, key) {
                package.origin = Origin::Path(path);
                return key != "path";
            }
        }
    }
    false
}

fn uv_edges(list: Option<&Node>) -> Vec<Dependency> {
    let items = list.map(Node::items).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| {
            Some(Dependency {
                name: normalised(&text(item, "name")?),
                version: text(item, "version"),
            })
        })
        .collect()
}

fn uv_roots(roots: &mut Vec<(Dependency, Need)>, node: &Node) {
    let mut add = |list: Option<&Node>, need| {
        roots.extend(uv_edges(list).into_iter().map(|edge| (edge, need)));
    };
    add(node.get("dependencies"), Need::Runtime);
    for (_, _, list) in map(node.get("optional-dependencies")) {
        add(Some(list), Need::Optional);
    }
    for key in ["dev-dependencies", "dependency-groups"] {
        for (_, _, list) in map(node.get(key)) {
            add(Some(list), Need::Development);
        }
    }
}

/// A workspace without a project of its own, and a script, name their needs in the manifest.
fn uv_manifest(roots: &mut Vec<(Dependency, Need)>, root: &Node) {
    let requirements = root.at(&["manifest", "requirements"]);
    let wanted = uv_edges(requirements).into_iter();
    roots.extend(wanted.map(|edge| (Dependency::named(edge.name), Need::Runtime)));
    for (_, _, list) in map(root.at(&["manifest", "dependency-groups"])) {
        let wanted = uv_edges(Some(list)).into_iter();
        roots.extend(wanted.map(|edge| (Dependency::named(edge.name), Need::Development)));
    }
}

/// Reads `poetry.lock`, old layouts with hashes in `metadata` included.
#[must_use]
pub fn poetry_lock(content: &str) -> PackageFacts {
    let document = document::toml(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Locked);
    let apart: std::collections::HashMap<String, &Node> = ["files", "hashes"]
        .into_iter()
        .flat_map(|key| map(root.at(&["metadata", key])))
        .map(|(name, _, files)| (normalised(name), files))
        .collect();
    for node in root.get("package").map(Node::items).unwrap_or_default() {
        let Some(mut package) = entry(&mut facts, node) else {
            continue;
        };
        file_hashes(&mut package, node.get("files"));
        if let Some(files) = apart.get(&package.name) {
            poetry_hashes(&mut package, files);
        }
        package.need = poetry_need(node);
        package.condition = text(node, "markers");
        package.dependencies = map(node.get("dependencies"))
            .map(|(name, _, _)| Dependency::named(normalised(name)))
            .collect();
        if let Some(source) = node.get("source") {
            poetry_source(&mut package, source);
        }
        facts.packages.push(package);
    }
    facts
}

/// Of one name there may be two versions; only files that carry the version are its own.
fn poetry_hashes(package: &mut Package, files: &Node) {
    for file in files.items() {
        if let Some(digits) = file.text() {
            package.hashes.extend(digest::hexadecimal("sha256", digits));
            continue;
        }
        let name = text(file, "file").unwrap_or_default();
        let other = from_file_name(&name)
            .is_some_and(|(_, version)| Some(&version) != package.version.as_ref());
        if !other {
            let hash = file.get("hash").and_then(Node::text);
            package.hashes.extend(hash.and_then(digest::named));
        }
    }
    package.hashes.sort();
    package.hashes.dedup();
}

fn poetry_need(node: &Node) -> Need {
    let groups = node.get("groups").map(Node::texts).unwrap_or_default();
    let category = text(node, "category");
    let main = groups.contains(&"main") || category.as_deref() == Some("main");
    let optional = node.get("optional").and_then(Node::bool) == Some(true);
    if !main && (!groups.is_empty() || category.is_some()) {
        Need::Development
    } else if optional {
        Need::Optional
    } else {
        Need::Runtime
    }
}

fn poetry_source(package: &mut Package, source: &Node) {
    let url = text(source, "url").unwrap_or_default();
    let kind = text(source, "type").unwrap_or_default();
    package.origin = match kind.as_str() {
        "git" => {
            let commit = text(source, "resolved_reference").or_else(|| text(source, "reference"));
            address::git(&url, commit.as_deref())
        }
        "url" => Origin::Url(address::plain(&url)),
        "directory" | "file" => Origin::Path(url),
        _ if url.is_empty() => Origin::Registry,
        _ => Origin::Index(address::plain(&url)),
    };
}
