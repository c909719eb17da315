//! `lib/apk/db/installed` of Alpine and its relatives.
//!
//! Format: <https://wiki.alpinelinux.org/wiki/Apk_spec>.

use std::collections::HashMap;

use crate::packages::{
    Dependency, Ecosystem, Package, PackageFacts, Strength, address, digest, opened::line_number,
};

/// Reads the installed packages. A package may need what another one provides; such an edge
/// leads to the package.
#[must_use]
pub fn apk_installed(content: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Installed);
    let mut provided: HashMap<&str, String> = HashMap::new();
    let mut wants: Vec<Vec<&str>> = Vec::new();
    let mut open: Option<(Package, Vec<&str>)> = None;
    let mut before = None;
    for (index, line) in content.lines().enumerate() {
        let number = line_number(index);
        if line.trim().is_empty() {
            if let Some((package, wanted)) = open.take() {
                facts.packages.push(package);
                wants.push(wanted);
            }
            before = None;
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            facts.refuse(number, "not a field of a package");
            continue;
        };
        let value = value.trim();
        if key == "P" && !value.is_empty() {
            if let Some((package, wanted)) = open.take() {
                facts.packages.push(package);
                wants.push(wanted);
            }
            let mut package = Package::new(Ecosystem::Apk, value);
            package.line = Some(number);
            package.hashes.extend(before.take());
            open = Some((package, Vec::new()));
            continue;
        }
        // The digest stands before the name.
        if key == "C" && open.is_none() {
            before = checksum(value);
        }
        let Some((package, wanted)) = &mut open else {
            continue;
        };
        let given = Some(value.to_owned()).filter(|value| !value.is_empty());
        match key {
            "V" => package.version = given,
            "A" => package.architecture = given,
            "L" => package.licence = given,
            "m" => package.supplier = given,
            "U" => package.homepage = given.map(|url| address::plain(&url)),
            "o" => package.built_from = given,
            "D" => wanted.extend(value.split_whitespace()),
            "p" => {
                for name in value.split_whitespace().map(bare) {
                    provided.entry(name).or_insert_with(|| package.name.clone());
                }
            }
            _ => {}
        }
    }
    if let Some((package, wanted)) = open {
        facts.packages.push(package);
        wants.push(wanted);
    }
    connect(&mut facts.packages, &wants, &provided);
    facts
}

/// `Q1` and base64: the SHA-1 of the package's control data.
fn checksum(value: &str) -> Option<(String, String)> {
    let bytes = digest::base64(value.strip_prefix("Q1")?)?;
    digest::hexadecimal("sha1", &digest::digits(&bytes))
}

/// A name without constraint and without the mark of a conflict.
fn bare(name: &str) -> &str {
    name.split(['=', '<', '>', '~']).next().unwrap_or_default()
}

fn connect(packages: &mut [Package], wants: &[Vec<&str>], provided: &HashMap<&str, String>) {
    let known: std::collections::HashSet<String> = packages
        .iter()
        .map(|package| package.name.clone())
        .collect();
    for (package, wanted) in packages.iter_mut().zip(wants) {
        let mut edges: Vec<Dependency> = wanted
            .iter()
            .filter(|name| !name.starts_with('!'))
            .map(|name| bare(name))
            .filter_map(|name| {
                if known.contains(name) {
                    return Some(Dependency::named(name));
                }
                provided.get(name).map(Dependency::named)
            })
            .filter(|edge| edge.name != package.name)
            .collect();
        edges.sort();
        edges.dedup();
        package.dependencies = edges;
    }
}
