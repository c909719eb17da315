//! Conda: `environment.yml`, `conda-lock.yml`, recipes and the lock file of Pixi.

use std::collections::HashMap;

use super::{
    pyproject::map,
    requirement::{from_file_name, normalised, parse, unnamed},
};
use crate::{
    document::{self, DocumentLimits, Node},
    packages::{
        Dependency, Ecosystem, Need, Origin, Package, PackageFacts, Project, Strength, address,
        digest,
        opened::{excerpt, opened, text},
    },
};

/// Reads `environment.yml`, the list for pip included.
#[must_use]
pub fn conda_environment(content: &str) -> PackageFacts {
    let document = document::yaml(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Wanted);
    for channel in root.get("channels").map(Node::texts).unwrap_or_default() {
        facts.indexes.push(address::plain(channel));
    }
    for item in root
        .get("dependencies")
        .map(Node::items)
        .unwrap_or_default()
    {
        if let Some(text) = item.written() {
            specification(&mut facts, text, item.line(), Need::Runtime);
        }
        for pip in item.get("pip").map(Node::items).unwrap_or_default() {
            let line = pip.line();
            let Some(text) = pip.text() else {
                continue;
            };
            if text.trim_start().starts_with('-') {
                let inner = super::requirements(text);
                facts.includes.extend(inner.includes);
                facts.indexes.extend(inner.indexes);
                facts.packages.extend(inner.packages);
                continue;
            }
            let named = parse(text).filter(|requirement| requirement.complete);
            match named
                .map(|found| found.package(line))
                .or_else(|| unnamed(text, line))
            {
                Some(package) => facts.packages.push(package),
                None => facts.refuse(line, format!("not a requirement: {}", excerpt(text))),
            }
        }
    }
    for package in &mut facts.packages {
        package.direct = Some(true);
    }
    facts
}

/// `channel::name=1.2=build`, `name >=1.2,<2`, `name==1.2`: the match specification of Conda.
fn specification(facts: &mut PackageFacts, text: &str, line: u32, need: Need) {
    let text = text.split(" #").next().unwrap_or_default().trim();
    let (channel, rest) = match text.split_once("::") {
        Some((channel, rest)) => (Some(channel), rest),
        None => (None, text),
    };
    let end = rest
        .find(|next: char| next.is_whitespace() || "=<>!~[".contains(next))
        .unwrap_or(rest.len());
    let (name, constraint) = rest.split_at(end);
    if name.is_empty() {
        facts.refuse(line, format!("not a package: {}", excerpt(text)));
        return;
    }
    let mut package = Package::new(Ecosystem::Conda, name.to_lowercase());
    package.line = Some(line);
    package.need = need;
    if let Some(channel) = channel {
        package.origin = Origin::Index(address::plain(channel));
    }
    let constraint = constraint.split('[').next().unwrap_or_default().trim();
    package.version = exact(constraint);
    if package.version.is_none() {
        package.requirement = Some(constraint.to_owned());
    }
    facts.packages.push(package);
}

/// `==1.2`, `=1.2=build` and `1.2 build` are exact; `=1.2` stands for `1.2.*`.
fn exact(constraint: &str) -> Option<String> {
    let plain = |version: &str| {
        let well = !version.is_empty() && !version.contains(['*', ',', '|', '<', '>', '=', '!']);
        well.then(|| version.to_owned())
    };
    if let Some(version) = constraint.strip_prefix("==") {
        return plain(version.split(['=', ' ']).next().unwrap_or_default());
    }
    if let Some(rest) = constraint.strip_prefix('=') {
        let (version, _build) = rest.split_once('=')?;
        return plain(version);
    }
    let mut words = constraint.split_whitespace();
    let (version, _build) = (words.next()?, words.next()?);
    let numbered = version.starts_with(|first: char| first.is_ascii_digit());
    numbered.then(|| plain(version)).flatten()
}

/// Reads `conda-lock.yml`; one entry for all platforms.
#[must_use]
pub fn conda_lock(content: &str) -> PackageFacts {
    let document = document::yaml(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Locked);
    let mut known: HashMap<(Ecosystem, String, Option<String>), usize> = HashMap::new();
    for node in root.get("package").map(Node::items).unwrap_or_default() {
        let Some(name) = text(node, "name") else {
            facts.refuse(node.line(), "a package has no name");
            continue;
        };
        let pip = text(node, "manager").as_deref() == Some("pip");
        let own = if pip {
            Ecosystem::Pypi
        } else {
            Ecosystem::Conda
        };
        let spell = |name: &str| {
            if pip {
                normalised(name)
            } else {
                name.to_owned()
            }
        };
        let mut package = Package::new(own, spell(&name));
        package.line = Some(node.line());
        package.version = text(node, "version");
        for (algorithm, _, digits) in map(node.get("hash")) {
            let digits = digits.written().unwrap_or_default();
            package
                .hashes
                .extend(digest::hexadecimal(algorithm, digits));
        }
        package.dependencies = map(node.get("dependencies"))
            .filter(|(name, _, _)| !name.starts_with("__"))
            .map(|(name, _, _)| Dependency::named(spell(name)))
            .collect();
        if text(node, "category").is_some_and(|category| category != "main") {
            package.need = Need::Development;
        }
        if !pip && let Some(url) = text(node, "url") {
            package.origin = channel_of(&url);
        }
        let key = (own, package.name.clone(), package.version.clone());
        match known.get(&key).and_then(|at| facts.packages.get_mut(*at)) {
            Some(same) => unite(same, package),
            None => {
                known.insert(key, facts.packages.len());
                facts.packages.push(package);
            }
        }
    }
    facts
}

fn unite(same: &mut Package, other: Package) {
    same.hashes.extend(other.hashes);
    same.hashes.sort();
    same.hashes.dedup();
    same.dependencies.extend(other.dependencies);
    same.dependencies.sort();
    same.dependencies.dedup();
    same.need = same.need.min(other.need);
}

/// `https://host/channel/linux-64/file.conda` belongs to the channel.
fn channel_of(url: &str) -> Origin {
    let url = address::plain(url);
    let mut parts = url.rsplitn(3, '/');
    let (_, _, channel) = (parts.next(), parts.next(), parts.next());
    match channel {
        Some(channel) => Origin::Index(channel.to_owned()),
        None => Origin::Registry,
    }
}

/// Reads a recipe, `meta.yaml`: the template's own settings are filled in, lines that only the
/// template engine understands are left out.
#[must_use]
pub fn conda_recipe(content: &str) -> PackageFacts {
    let document = document::yaml(&plain_recipe(content), &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Wanted);
    if let Some(own) = root.get("package") {
        let about = root.get("about");
        let said = |key: &str| about.and_then(|about| text(about, key));
        facts.project = Some(Project {
            name: text(own, "name"),
            version: text(own, "version"),
            description: said("summary"),
            licence: said("license"),
            authors: Vec::new(),
            urls: said("home")
                .map(|url| ("homepage".to_owned(), url))
                .into_iter()
                .collect(),
        });
    }
    let sections = [
        ("run", Need::Runtime),
        ("host", Need::Build),
        ("build", Need::Build),
    ];
    for (section, need) in sections {
        let list = root.at(&["requirements", section]);
        for item in list.map(Node::items).unwrap_or_default() {
            if let Some(text) = item.written().filter(|text| !text.trim().is_empty()) {
                specification(&mut facts, text, item.line(), need);
            }
        }
    }
    facts
}

fn plain_recipe(content: &str) -> String {
    let mut settings: HashMap<&str, &str> = HashMap::new();
    let mut plain = String::with_capacity(content.len());
    for line in content.lines() {
        let trimmed = line.trim();
        if let Some(statement) = trimmed.strip_prefix("{%") {
            let statement = statement.trim_start_matches('-').trim_end_matches("%}");
            if let Some((name, value)) = statement
                .trim()
                .strip_prefix("set ")
                .and_then(|setting| setting.split_once('='))
            {
                settings.insert(name.trim(), value.trim().trim_matches(['"', '\'']));
            }
        } else {
            let mut rest = line;
            while let Some((before, after)) = rest.split_once("{{") {
                let (name, after) = after.split_once("}}").unwrap_or((after, ""));
                plain.push_str(before);
                let name = name.split('|').next().unwrap_or_default().trim();
                // A value longer than a version is none, and could make the text grow without end.
                let value = settings.get(name).filter(|value| value.len() < 64);
                plain.push_str(value.copied().unwrap_or_default());
                rest = after;
            }
            plain.push_str(rest);
        }
        plain.push('\n');
    }
    plain
}

/// Reads `pixi.lock`.
#[must_use]
pub fn pixi_lock(content: &str) -> PackageFacts {
    let document = document::yaml(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Locked);
    for node in root.get("packages").map(Node::items).unwrap_or_default() {
        match of_pixi(node) {
            Some(package) => facts.packages.push(package),
            None => facts.refuse(node.line(), "a package has no name"),
        }
    }
    facts
}

fn of_pixi(node: &Node) -> Option<Package> {
    let conda = text(node, "conda");
    let url = conda
        .clone()
        .or_else(|| text(node, "pypi"))
        .or_else(|| text(node, "url"))?;
    let is_conda = conda.is_some() || text(node, "kind").as_deref() == Some("conda");
    let mut package = if is_conda {
        // The file name is `name-version-build.conda`.
        let file = address::last_part(&url);
        let stem = [".conda", ".tar.bz2"]
            .iter()
            .find_map(|end| file.strip_suffix(end));
        let mut parts = stem.unwrap_or(file).rsplitn(3, '-');
        let (_build, version, name) = (parts.next()?, parts.next()?, parts.next()?);
        let mut package = Package::new(
            Ecosystem::Conda,
            text(node, "name").unwrap_or_else(|| name.to_owned()),
        );
        package.version = text(node, "version").or_else(|| Some(version.to_owned()));
        package.origin = channel_of(&url);
        package.dependencies = edges(node.get("depends"), |text| {
            let name = text.split([' ', '=', '<', '>']).next()?;
            (!name.starts_with("__") && !name.is_empty()).then(|| name.to_owned())
        });
        package
    } else {
        let named = from_file_name(&url);
        let name = text(node, "name").map(|name| normalised(&name));
        let mut package = Package::new(Ecosystem::Pypi, name.or_else(|| Some(named.clone()?.0))?);
        package.version = text(node, "version").or_else(|| named.map(|(_, version)| version));
        package.dependencies = edges(node.get("requires_dist"), |text| Some(parse(text)?.name));
        if !url.contains("://") {
            package.origin = Origin::Path(url);
        }
        package
    };
    for algorithm in ["sha256", "md5"] {
        let digits = text(node, algorithm).unwrap_or_default();
        package
            .hashes
            .extend(digest::hexadecimal(algorithm, &digits));
    }
    package.licence = text(node, "license");
    package.line = Some(node.line());
    Some(package)
}

fn edges(list: Option<&Node>, name: impl Fn(&str) -> Option<String>) -> Vec<Dependency> {
    let written = list.map(Node::texts).unwrap_or_default();
    let mut edges: Vec<_> = written
        .into_iter()
        .filter_map(|text| name(text).map(Dependency::named))
        .collect();
    edges.sort();
    edges.dedup();
    edges
}
