use std::collections::HashMap;

use super::specifier::{resolved, split, want};
use crate::{
    document::{self, DocumentLimits, Node},
    packages::{
        Dependency, Ecosystem, Need, Origin, Package, PackageFacts, Strength, digest, graph,
        opened::{excerpt, line_number, opened, text},
    },
};

/// Reads `yarn.lock` of the first Yarn or of its successors (Berry).
#[must_use]
pub fn yarn_lock(content: &str) -> PackageFacts {
    if content
        .lines()
        .take(20)
        .any(|line| line.starts_with("__metadata:"))
    {
        berry(content)
    } else {
        classic(content)
    }
}

/// An entry of the lock file, before its edges are resolved.
struct Entry {
    /// What is answered by this entry: `name@range`.
    asked: Vec<String>,
    /// What it asks for: name and range.
    asks: Vec<(String, String)>,
    package: Package,
}

fn classic(content: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Locked);
    let mut entries: Vec<Entry> = Vec::new();
    let mut in_edges = false;
    for (index, raw) in content.lines().enumerate() {
        let line = line_number(index);
        let text = raw.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let depth = raw.len().saturating_sub(raw.trim_start().len());
        if depth == 0 {
            in_edges = false;
            match heading(text, line) {
                Some(entry) => entries.push(entry),
                None => {
                    // What follows belongs to no package.
                    facts.refuse(line, format!("not a package: {}", excerpt(text)));
                    entries.push(nobody());
                }
            }
            continue;
        }
        let Some(entry) = entries.last_mut() else {
            facts.refuse(line, "a value stands outside of any package");
            continue;
        };
        if depth <= 2 {
            in_edges = matches!(text, "dependencies:" | "optionalDependencies:");
        }
        let (key, value) = text.split_once(' ').unwrap_or((text, ""));
        let (key, value) = (unquoted(key), unquoted(value.trim()));
        match (depth > 2 && in_edges, key) {
            (true, name) => entry.asks.push((name.to_owned(), value.to_owned())),
            (false, "version") => entry.package.version = Some(value.to_owned()),
            (false, "resolved") => {
                let sha1 = value.split_once('#').map_or("", |(_, digits)| digits);
                entry
                    .package
                    .hashes
                    .extend(digest::hexadecimal("sha1", sha1));
                resolved(&mut entry.package, value);
            }
            (false, "integrity") => entry.package.hashes.extend(digest::integrity(value)),
            _ => {}
        }
    }
    finish(facts, entries)
}

fn nobody() -> Entry {
    Entry {
        asked: Vec::new(),
        asks: Vec::new(),
        package: Package::new(Ecosystem::Npm, ""),
    }
}

fn unquoted(text: &str) -> &str {
    text.trim_matches('"')
}

/// `"@scope/name@^1.0.0", name@~2:`
fn heading(text: &str, line: u32) -> Option<Entry> {
    let asked: Vec<String> = text
        .strip_suffix(':')?
        .split(", ")
        .map(|one| unquoted(one.trim()).to_owned())
        .collect();
    let mut entry = entry(asked)?;
    entry.package.line = Some(line);
    Some(entry)
}

/// The package of an entry is the one that its first key names, behind an alias if there is one.
fn entry(asked: Vec<String>) -> Option<Entry> {
    let (name, range) = split(asked.first()?)?;
    let mut package = Package::new(Ecosystem::Npm, name);
    want(&mut package, range);
    package.version = None;
    package.requirement = None;
    if matches!(package.origin, Origin::Url(_)) {
        package.origin = Origin::Registry;
    }
    Some(Entry {
        asked,
        asks: Vec::new(),
        package,
    })
}

fn berry(content: &str) -> PackageFacts {
    let document = document::yaml(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Locked);
    let mut entries = Vec::new();
    let mut roots: Vec<(String, String)> = Vec::new();
    for (key, line, node) in root.entries() {
        if key == "__metadata" {
            continue;
        }
        let asked = key.split(", ").map(|one| one.trim().to_owned()).collect();
        let Some(mut entry) = entry(asked) else {
            facts.refuse(*line, format!("not a package: {}", excerpt(key)));
            continue;
        };
        let package = &mut entry.package;
        package.line = Some(*line);
        package.version = text(node, "version");
        let resolution = text(node, "resolution").unwrap_or_default();
        let member = berry_origin(package, &resolution);
        // `10c0/` before the digest is the version of the cache. What it is a digest of is the
        // archive that Yarn packed anew, which nobody else has: it fixes the bytes all the same.
        let checksum = text(node, "checksum").unwrap_or_default();
        let digits = checksum.rsplit('/').next().unwrap_or_default();
        package.hashes.extend(digest::hexadecimal("sha512", digits));
        for table in ["dependencies", "optionalDependencies"] {
            for (name, _, value) in node.get(table).map(Node::entries).unwrap_or_default() {
                let range = value.written().unwrap_or_default();
                entry.asks.push((name.clone(), range.to_owned()));
            }
        }
        if member {
            roots.extend(entry.asks.iter().cloned());
        }
        entries.push(entry);
    }
    let answers = answers(&entries);
    let roots: Vec<(Dependency, Need)> = roots
        .iter()
        .filter_map(|(name, range)| answer(&answers, name, range))
        .map(|edge| (edge, Need::Runtime))
        .collect();
    let mut facts = finish(facts, entries);
    if !roots.is_empty() {
        graph::reach(&mut facts.packages, &roots);
    }
    facts
}

/// Sets the origin from `name@npm:1.0.0`, `name@workspace:path`, `name@https://…#commit=…`; true
/// for a member of the workspace.
fn berry_origin(package: &mut Package, resolution: &str) -> bool {
    let Some((name, rest)) = split(resolution) else {
        return false;
    };
    name.clone_into(&mut package.name);
    if let Some(path) = rest.strip_prefix("workspace:") {
        package.origin = Origin::Path(path.to_owned());
        package.version = None;
        return true;
    }
    if rest.contains("://") || rest.starts_with("git@") {
        let rest = rest.replace("#commit=", "#");
        resolved(package, &rest);
    } else if rest.starts_with("npm:") || rest.starts_with("patch:") {
        package.origin = Origin::Registry;
    }
    false
}

fn answers(entries: &[Entry]) -> HashMap<String, Dependency> {
    let mut answers = HashMap::new();
    for entry in entries {
        let found = Dependency {
            name: entry.package.name.clone(),
            version: entry.package.version.clone(),
        };
        for asked in &entry.asked {
            answers.insert(asked.clone(), found.clone());
        }
    }
    answers
}

fn answer(answers: &HashMap<String, Dependency>, name: &str, range: &str) -> Option<Dependency> {
    let found = answers.get(&format!("{name}@{range}"));
    found
        .or_else(|| answers.get(&format!("{name}@npm:{range}")))
        .cloned()
}

fn finish(mut facts: PackageFacts, entries: Vec<Entry>) -> PackageFacts {
    let answers = answers(&entries);
    for mut entry in entries {
        let mut edges: Vec<Dependency> = entry
            .asks
            .iter()
            .filter_map(|(name, range)| answer(&answers, name, range))
            .collect();
        edges.sort();
        edges.dedup();
        entry.package.dependencies = edges;
        if !entry.package.name.is_empty() {
            facts.packages.push(entry.package);
        }
    }
    facts
}
