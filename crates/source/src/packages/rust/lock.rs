use crate::{
    document::{self, DocumentLimits, Node},
    packages::{
        Dependency, Ecosystem, Need, Origin, Package, PackageFacts, Strength, address, digest,
        graph,
        opened::{opened, text},
    },
};

/// Reads `Cargo.lock`, versions 1 to 4. A package without a source belongs to the workspace:
/// its origin is a path, and what it needs is direct. The file does not tell builds and tests
/// from the rest.
#[must_use]
pub fn cargo_lock(content: &str) -> PackageFacts {
    let document = document::toml(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Locked);
    let mut roots: Vec<(Dependency, Need)> = Vec::new();
    let listed = root.get("package").map(Node::items).unwrap_or_default();
    let own = root.get("root").into_iter();
    for node in listed.iter().map(AsRef::as_ref).chain(own) {
        let Some(name) = text(node, "name") else {
            facts.refuse(node.line(), "a package has no name");
            continue;
        };
        let mut package = Package::new(Ecosystem::Cargo, name);
        package.version = text(node, "version");
        package.line = Some(node.get("name").map_or_else(|| node.line(), Node::line));
        package.dependencies = edges(node);
        let checksum = text(node, "checksum").or_else(|| apart(&root, node, &package));
        let checksum = checksum.unwrap_or_default();
        package
            .hashes
            .extend(digest::hexadecimal("sha256", &checksum));
        match text(node, "source") {
            Some(source) => package.origin = origin(&source),
            None => {
                package.origin = Origin::Path(String::new());
                let wanted = package.dependencies.iter().cloned();
                roots.extend(wanted.map(|edge| (edge, Need::Runtime)));
            }
        }
        facts.packages.push(package);
    }
    if !roots.is_empty() {
        graph::reach(&mut facts.packages, &roots);
    }
    facts
}

/// `name`, `name version` or `name version (source)`.
fn edges(node: &Node) -> Vec<Dependency> {
    let listed = node
        .get("dependencies")
        .map(Node::texts)
        .unwrap_or_default();
    listed
        .into_iter()
        .filter_map(|text| {
            let mut words = text.split_whitespace();
            Some(Dependency {
                name: words.next()?.to_owned(),
                version: words.next().map(str::to_owned),
            })
        })
        .collect()
}

/// The first version of the format keeps checksums in `metadata`.
fn apart(root: &Node, node: &Node, package: &Package) -> Option<String> {
    let metadata = root.get("metadata")?;
    // A map is searched from end to end; a file of this age is small.
    if metadata.entries().len() > 5000 {
        return None;
    }
    let source = text(node, "source")?;
    let version = package.version.as_deref()?;
    text(
        metadata,
        &format!("checksum {} {version} ({source})", package.name),
    )
}

fn origin(source: &str) -> Origin {
    if let Some(url) = source.strip_prefix("git+") {
        let (url, commit) = url.split_once('#').unwrap_or((url, ""));
        return address::git(url, Some(commit));
    }
    let url = source
        .trim_start_matches("registry+")
        .trim_start_matches("sparse+");
    let usual = [
        "https://github.com/rust-lang/crates.io-index",
        "https://index.crates.io",
    ];
    if usual.contains(&url.trim_end_matches('/')) {
        Origin::Registry
    } else {
        Origin::Index(address::plain(url))
    }
}
