//! What the tools' own tables in `pyproject.toml` say: Poetry, uv, PDM, Hatch.

use std::collections::HashMap;

use super::{
    pyproject::{map, members, wanted},
    requirement::{self, normalised},
};
use crate::{
    document::Node,
    packages::{Ecosystem, Need, Origin, Package, PackageFacts, Project, address, opened::text},
};

/// Reads the table `tool`.
pub(super) fn read(facts: &mut PackageFacts, tool: &Node) {
    if let Some(poetry) = tool.get("poetry") {
        read_poetry(facts, poetry);
    }
    if let Some(uv) = tool.get("uv") {
        read_uv(facts, uv);
    }
    if let Some(pdm) = tool.get("pdm") {
        for (_, _, list) in map(pdm.get("dev-dependencies")) {
            wanted(facts, Some(list), Need::Development);
        }
        indexes(facts, pdm.get("source"));
    }
    for (_, _, environment) in map(tool.at(&["hatch", "envs"])) {
        for key in ["dependencies", "extra-dependencies"] {
            wanted(facts, environment.get(key), Need::Development);
        }
    }
}

fn indexes(facts: &mut PackageFacts, list: Option<&Node>) {
    for item in list.map(Node::items).unwrap_or_default() {
        if let Some(url) = text(item, "url") {
            facts.indexes.push(address::plain(&url));
        }
    }
}

/// Poetry asks all primary sources for every name, PyPI among them if there is no other or if it is
/// listed; supplemental (once secondary) ones after them, explicit ones only where they are named.
fn poetry_indexes(facts: &mut PackageFacts, list: Option<&Node>) {
    let items = list.map(Node::items).unwrap_or_default();
    let priority = |item: &Node| {
        let set = |key: &str| item.get(key).and_then(Node::bool) == Some(true);
        match text(item, "priority") {
            Some(written) => written.to_ascii_lowercase(),
            None if set("secondary") => "secondary".to_owned(),
            None => "primary".to_owned(),
        }
    };
    let is_primary = |item: &Node| matches!(priority(item).as_str(), "primary" | "default");
    let is_public = |item: &Node| match text(item, "url") {
        Some(url) => address::is_public_index(&address::plain(&url)),
        None => text(item, "name").is_some_and(|name| name.eq_ignore_ascii_case("pypi")),
    };
    let mut primary = items.iter().filter(|item| is_primary(item)).peekable();
    let beside_public = primary.peek().is_none() || primary.any(|item| is_public(item));
    for item in items {
        let Some(url) = text(item, "url").map(|url| address::plain(&url)) else {
            continue;
        };
        if priority(item) == "explicit" {
            continue;
        }
        if beside_public && !is_public(item) {
            facts.extra_indexes.push((url.clone(), item.line()));
        }
        facts.indexes.push(url);
    }
}

fn read_poetry(facts: &mut PackageFacts, poetry: &Node) {
    let project = facts.project.get_or_insert_default();
    describe(project, poetry);
    let sources = named_indexes(poetry.get("source"));
    poetry_indexes(facts, poetry.get("source"));
    let groups = map(poetry.get("group")).map(|(name, _, group)| {
        let need = if name == "main" {
            Need::Runtime
        } else {
            Need::Development
        };
        (group.get("dependencies"), need)
    });
    let main = [
        (poetry.get("dependencies"), Need::Runtime),
        (poetry.get("dev-dependencies"), Need::Development),
    ];
    for (table, need) in main.into_iter().chain(groups) {
        for (name, line, value) in map(table) {
            if name.eq_ignore_ascii_case("python") {
                continue;
            }
            // A list gives one entry a platform or Python version.
            let single = [value];
            let many: Vec<&Node> = value.items().iter().map(AsRef::as_ref).collect();
            let values: &[&Node] = if many.is_empty() { &single } else { &many };
            for value in values {
                let package = of_poetry(name, line, value, need, &sources);
                facts.packages.push(package);
            }
        }
    }
}

fn describe(project: &mut Project, poetry: &Node) {
    let fill = |field: &mut Option<String>, key: &str| {
        if field.is_none() {
            *field = text(poetry, key);
        }
    };
    fill(&mut project.name, "name");
    fill(&mut project.version, "version");
    fill(&mut project.description, "description");
    fill(&mut project.licence, "license");
    if project.authors.is_empty() {
        let authors = poetry.get("authors").map(Node::texts).unwrap_or_default();
        project.authors = authors.into_iter().map(str::to_owned).collect();
    }
    if project.urls.is_empty() {
        let named = ["homepage", "repository", "documentation"]
            .into_iter()
            .filter_map(|key| Some((key.to_owned(), text(poetry, key)?)));
        let listed = map(poetry.get("urls"))
            .filter_map(|(key, _, value)| Some((key.to_owned(), value.text()?.to_owned())));
        project.urls = named.chain(listed).collect();
    }
}

fn named_indexes(list: Option<&Node>) -> HashMap<String, String> {
    list.map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|item| Some((text(item, "name")?, address::plain(&text(item, "url")?))))
        .collect()
}

fn of_poetry(
    name: &str,
    line: u32,
    value: &Node,
    need: Need,
    sources: &HashMap<String, String>,
) -> Package {
    let mut package = Package::new(Ecosystem::Pypi, normalised(name));
    package.line = Some(line);
    package.need = need;
    if value.get("optional").and_then(Node::bool) == Some(true) {
        package.need = Need::Optional;
    }
    package.condition = text(value, "markers");
    let version = value
        .written()
        .map(str::to_owned)
        .or_else(|| text(value, "version"));
    constrain(&mut package, version.as_deref().unwrap_or_default());
    place(&mut package, value);
    if let Some(index) = text(value, "source").and_then(|name| sources.get(&name).cloned()) {
        package.origin = Origin::Index(index);
    }
    package
}

/// Poetry takes a bare version for an exact one; `*` is any.
fn constrain(package: &mut Package, written: &str) {
    let written = written.trim();
    let bare = written.starts_with(|first: char| first.is_ascii_digit())
        && !written.contains([',', '*', '|', ' ']);
    package.version = if bare {
        Some(written.to_owned())
    } else {
        requirement::exact(written).filter(|_| !written.contains("||"))
    };
    if package.version.is_none() {
        let any = written == "*";
        package.requirement = Some(if any {
            String::new()
        } else {
            written.to_owned()
        });
    }
}

/// Reads `git`, `url`, `path` and their companions as Poetry, uv and Pipenv write them.
pub(super) fn place(package: &mut Package, value: &Node) {
    if let Some(url) = text(value, "git") {
        let revision = ["rev", "ref", "tag", "branch"]
            .into_iter()
            .find_map(|key| text(value, key));
        package.origin = address::git(&url, revision.as_deref());
    } else if let Some(url) = text(value, "url").or_else(|| text(value, "file")) {
        requirement::locate(package, &url);
    } else if let Some(path) = text(value, "path") {
        package.origin = Origin::Path(path);
    }
}

/// uv takes a package from the first index that has its name, and asks PyPI last, unless it is told to
/// take the best version of any. Explicit indexes are only asked where they are named.
fn uv_indexes(facts: &mut PackageFacts, uv: &Node) {
    let strategy = text(uv, "index-strategy")
        .or_else(|| uv.get("pip").and_then(|pip| text(pip, "index-strategy")));
    let mut replaced = false;
    let mut found: Vec<(String, u32)> = Vec::new();
    for item in uv.get("index").map(Node::items).unwrap_or_default() {
        let set = |key: &str| item.get(key).and_then(Node::bool) == Some(true);
        let Some(url) = text(item, "url").filter(|_| !set("explicit")) else {
            continue;
        };
        let url = address::plain(&url);
        replaced = replaced || (set("default") && !address::is_public_index(&url));
        found.push((url, item.line()));
    }
    for key in ["index-url", "extra-index-url"] {
        let Some(list) = uv.get(key) else { continue };
        for url in list.texts() {
            let url = address::plain(url);
            replaced = replaced || (key == "index-url" && !address::is_public_index(&url));
            found.push((url, list.line()));
        }
    }
    let best = strategy.as_deref() == Some("unsafe-best-match");
    for (url, line) in found {
        if best && !replaced && !address::is_public_index(&url) {
            facts.extra_indexes.push((url.clone(), line));
        }
        facts.indexes.push(url);
    }
}

fn read_uv(facts: &mut PackageFacts, uv: &Node) {
    wanted(facts, uv.get("dev-dependencies"), Need::Development);
    members(facts, uv.at(&["workspace", "members"]));
    let named = named_indexes(uv.get("index"));
    uv_indexes(facts, uv);
    let sources: HashMap<String, &Node> = map(uv.get("sources"))
        .map(|(name, _, value)| (normalised(name), value))
        .collect();
    for package in &mut facts.packages {
        let Some(source) = sources.get(&package.name) else {
            continue;
        };
        // With several sources, each for a platform, the first stands for all.
        let source = source.items().first().map_or(*source, AsRef::as_ref);
        place(package, source);
        if source.get("workspace").and_then(Node::bool) == Some(true) {
            package.origin = Origin::Path(String::new());
        }
        if let Some(index) = text(source, "index").and_then(|name| named.get(&name).cloned()) {
            package.origin = Origin::Index(index);
        }
    }
}
