use crate::{
    document::{self, DocumentLimits, Node},
    packages::{
        Ecosystem, Include, Need, Origin, Package, PackageFacts, Project, Strength, address,
        opened::{opened, text},
    },
};

const TABLES: [(&str, Need); 5] = [
    ("dependencies", Need::Runtime),
    ("dev-dependencies", Need::Development),
    ("dev_dependencies", Need::Development),
    ("build-dependencies", Need::Build),
    ("build_dependencies", Need::Build),
];

/// Reads `Cargo.toml`. Of a dependency that the workspace describes only the name is known here:
/// its requirement is the empty text. What a workspace describes for its members comes last, with
/// `direct` unknown: it is needed only if a member takes it over.
#[must_use]
pub fn cargo_toml(content: &str) -> PackageFacts {
    let document = document::toml(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Wanted);
    if let Some(package) = root.get("package").or_else(|| root.get("project")) {
        facts.project = Some(describe(package, &root));
    }
    for (name, need) in TABLES {
        read(&mut facts, &root, root.get(name), need, None);
    }
    for (condition, _, target) in root.get("target").map(Node::entries).unwrap_or_default() {
        for (name, need) in TABLES {
            read(&mut facts, &root, target.get(name), need, Some(condition));
        }
    }
    let own = facts.packages.len();
    let shared = root.at(&["workspace", "dependencies"]);
    read(&mut facts, &root, shared, Need::Runtime, None);
    for package in facts.packages.iter_mut().skip(own) {
        package.direct = None;
    }
    for item in root
        .at(&["workspace", "members"])
        .map(Node::items)
        .unwrap_or_default()
    {
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

fn describe(package: &Node, root: &Node) -> Project {
    // What the workspace gives stands in the same file only for the root package.
    let said = |key: &str| {
        text(package, key).or_else(|| {
            let inherited = package.at(&[key, "workspace"]).and_then(Node::bool) == Some(true);
            let shared = root.at(&["workspace", "package"]).filter(|_| inherited)?;
            text(shared, key)
        })
    };
    let authors = package.get("authors").map(Node::texts).unwrap_or_default();
    let urls = ["homepage", "repository", "documentation"]
        .into_iter()
        .filter_map(|key| Some((key.to_owned(), said(key)?)));
    Project {
        name: said("name"),
        version: said("version"),
        description: said("description"),
        licence: said("license"),
        authors: authors.into_iter().map(str::to_owned).collect(),
        urls: urls.collect(),
    }
}

fn read(
    facts: &mut PackageFacts,
    root: &Node,
    table: Option<&Node>,
    need: Need,
    condition: Option<&str>,
) {
    let Some(table) = table else {
        return;
    };
    if !table.is_map() {
        facts.refuse(table.line(), "expected a table of dependencies");
        return;
    }
    for (key, line, value) in table.entries() {
        let shared = value.get("workspace").and_then(Node::bool) == Some(true);
        let described = if shared {
            // A workspace of more members than this is no workspace.
            root.at(&["workspace", "dependencies"])
                .filter(|table| table.entries().len() < 2000)
                .and_then(|table| table.get(key))
        } else {
            Some(value.as_ref())
        };
        let mut package = of(key, described.unwrap_or(value));
        package.line = Some(*line);
        package.condition = condition.map(str::to_owned);
        let optional = value.get("optional").and_then(Node::bool) == Some(true);
        package.need = if optional { Need::Optional } else { need };
        package.direct = Some(true);
        facts.packages.push(package);
    }
}

fn of(key: &str, value: &Node) -> Package {
    let name = text(value, "package").unwrap_or_else(|| key.to_owned());
    let mut package = Package::new(Ecosystem::Cargo, name);
    let written = value
        .text()
        .map(str::to_owned)
        .or_else(|| text(value, "version"));
    let written = written.unwrap_or_default();
    package.version = written
        .trim()
        .strip_prefix('=')
        .map(|version| version.trim().to_owned())
        .filter(|version| {
            !version.contains([',', '*', '<', '>']) && version.split('.').count() >= 3
        });
    if package.version.is_none() {
        let any = written == "*";
        package.requirement = Some(if any { String::new() } else { written });
    }
    if let Some(url) = text(value, "git") {
        let revision = ["rev", "tag", "branch"]
            .into_iter()
            .find_map(|key| text(value, key));
        package.origin = address::git(&url, revision.as_deref());
    } else if let Some(path) = text(value, "path") {
        package.origin = Origin::Path(path);
    } else if let Some(url) = text(value, "registry-index") {
        package.origin = Origin::Index(address::plain(&url));
    }
    package
}
