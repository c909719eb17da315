//! `Pipfile` and `Pipfile.lock` of Pipenv.

use super::{pyproject::map, requirement, requirement::normalised, tools::place};
use crate::{
    document::{self, DocumentLimits, Node},
    packages::{
        Ecosystem, Need, Package, PackageFacts, Strength, address, digest,
        opened::{opened, text},
    },
};

/// Reads `Pipfile`.
#[must_use]
pub fn pipfile(content: &str) -> PackageFacts {
    let document = document::toml(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Wanted);
    sources(&mut facts, root.get("source"));
    for (section, _, table) in map(Some(&root)) {
        let need = match section {
            "packages" => Need::Runtime,
            "source" | "requires" | "scripts" | "pipenv" | "pipfile" => continue,
            _ => Need::Development,
        };
        read(&mut facts, table, need);
    }
    for package in &mut facts.packages {
        package.direct = Some(true);
    }
    facts
}

/// Reads `Pipfile.lock`.
#[must_use]
pub fn pipfile_lock(content: &str) -> PackageFacts {
    let document = document::json(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Locked);
    sources(&mut facts, root.at(&["_meta", "sources"]));
    for (section, _, table) in map(Some(&root)) {
        match section {
            "_meta" => {}
            "default" => read(&mut facts, table, Need::Runtime),
            _ => read(&mut facts, table, Need::Development),
        }
    }
    facts
}

fn sources(facts: &mut PackageFacts, list: Option<&Node>) {
    for source in list.map(Node::items).unwrap_or_default() {
        if let Some(url) = text(source, "url") {
            facts.indexes.push(address::plain(&url));
        }
    }
}

fn read(facts: &mut PackageFacts, table: &Node, need: Need) {
    for (name, line, value) in map(Some(table)) {
        let mut package = Package::new(Ecosystem::Pypi, normalised(name));
        package.line = Some(line);
        package.need = need;
        package.condition = text(value, "markers");
        let version = value
            .written()
            .map(str::to_owned)
            .or_else(|| text(value, "version"));
        let version = version.unwrap_or_default();
        package.version = requirement::exact(&version);
        if package.version.is_none() {
            let any = version == "*";
            package.requirement = Some(if any { String::new() } else { version });
        }
        for hash in value.get("hashes").map(Node::texts).unwrap_or_default() {
            package.hashes.extend(digest::named(hash));
        }
        place(&mut package, value);
        if package.name.is_empty() {
            facts.refuse(line, "a package has no name");
        } else {
            facts.packages.push(package);
        }
    }
}
