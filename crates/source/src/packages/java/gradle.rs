//! Gradle: lock files and verification metadata exactly, build files by what is written out in
//! them. A build file is a program; what it computes is not known here.

use std::collections::HashMap;

use super::xml::Tree;
use crate::{
    document::{self, DocumentLimits, Node},
    packages::{
        Ecosystem, Need, Package, PackageFacts, Strength, digest,
        opened::{line_number, opened, text},
    },
};

/// Reads `gradle.lockfile` or `buildscript-gradle.lockfile`: `group:artifact:version=configurations`.
#[must_use]
pub fn gradle_lockfile(content: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Locked);
    for (index, line) in content.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || line.starts_with("empty=") {
            continue;
        }
        let (coordinates, configurations) = line.split_once('=').unwrap_or((line, ""));
        let Some(mut package) = coordinate(coordinates, line_number(index)) else {
            facts.refuse(line_number(index), "not a group, an artifact and a version");
            continue;
        };
        let used = || configurations.split(',').map(str::trim);
        package.need = if used().any(|name| {
            name.eq_ignore_ascii_case("runtimeClasspath")
                || name.ends_with("ReleaseRuntimeClasspath")
        }) {
            Need::Runtime
        } else if !configurations.is_empty()
            && used().all(|name| name.to_lowercase().contains("test"))
        {
            Need::Development
        } else if used().all(|name| {
            name == "compileClasspath" || name.contains("nnotationProcessor") || name == "classpath"
        }) {
            Need::Build
        } else {
            Need::Runtime
        };
        facts.packages.push(package);
    }
    facts
}

/// `group:artifact:version`; a classifier and a file type may follow.
fn coordinate(text: &str, line: u32) -> Option<Package> {
    let text = text.split('@').next().unwrap_or_default();
    let mut parts = text.split(':');
    let (group, artifact) = (parts.next()?.trim(), parts.next()?.trim());
    let version = parts.next().map(str::trim).unwrap_or_default();
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    if !plain(group) || !plain(artifact) || parts.count() > 1 {
        return None;
    }
    let mut package = Package::new(Ecosystem::Maven, format!("{group}:{artifact}"));
    package.line = Some(line);
    constrain(&mut package, version);
    Some(package)
}

fn constrain(package: &mut Package, version: &str) {
    let exact = !version.is_empty()
        && !version.contains(['[', '(', ')', ']', ',', '+', '$', '{'])
        && !version.starts_with("latest.");
    if exact {
        package.version = Some(version.trim_end_matches('!').to_owned());
    } else {
        package.requirement = Some(version.to_owned());
    }
}

/// The configurations that name dependencies in a build file.
fn need_of(configuration: &str) -> Option<Need> {
    let lower = configuration.to_lowercase();
    let known = [
        "implementation",
        "api",
        "compileonly",
        "runtimeonly",
        "compile",
        "runtime",
        "classpath",
        "kapt",
        "ksp",
        "annotationprocessor",
    ];
    if !known.iter().any(|end| lower.ends_with(end)) {
        return None;
    }
    if lower.contains("test") {
        Some(Need::Development)
    } else if [
        "compileonly",
        "classpath",
        "kapt",
        "ksp",
        "annotationprocessor",
    ]
    .iter()
    .any(|end| lower.ends_with(end))
    {
        Some(Need::Build)
    } else {
        Some(Need::Runtime)
    }
}

/// Reads `build.gradle` or `build.gradle.kts`: a configuration followed by coordinates in
/// quotes, or by `group`, `name` and `version`.
#[must_use]
pub fn gradle_build(content: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Wanted);
    let mut in_comment = false;
    for (index, raw) in content.lines().enumerate() {
        let line = raw.trim();
        if in_comment {
            in_comment = !line.contains("*/");
            continue;
        }
        if line.starts_with("/*") {
            in_comment = !line.contains("*/");
            continue;
        }
        let word_end = line
            .find(|next: char| !next.is_ascii_alphanumeric())
            .unwrap_or(line.len());
        let (word, rest) = line.split_at(word_end);
        let Some(need) = need_of(word) else {
            continue;
        };
        let Some(mut package) = written_out(rest, line_number(index)) else {
            continue;
        };
        package.need = need;
        package.direct = Some(true);
        facts.packages.push(package);
    }
    facts
}

fn written_out(rest: &str, line: u32) -> Option<Package> {
    let named = |key: &str| {
        let at = rest
            .find(&format!("{key}:"))
            .or_else(|| rest.find(&format!("{key} =")))?;
        quoted(rest.get(at..)?)
    };
    if let (Some(group), Some(name)) = (named("group"), named("name")) {
        let version = named("version").unwrap_or_default();
        return coordinate(&format!("{group}:{name}:{version}"), line);
    }
    let text = quoted(rest)?;
    // `${version}` cannot be told; group and artifact still can.
    match text.find('$') {
        Some(at) => {
            let mut package = coordinate(text.get(..at)?.trim_end_matches(':'), line)?;
            package.requirement = Some(String::new());
            Some(package)
        }
        None => coordinate(text, line),
    }
}

/// The first text in quotes.
fn quoted(text: &str) -> Option<&str> {
    let at = text.find(['"', '\''])?;
    let mark = text.get(at..)?.chars().next()?;
    let inner = text.get(at.saturating_add(1)..)?;
    inner.get(..inner.find(mark)?)
}

/// Reads `libs.versions.toml`.
#[must_use]
pub fn gradle_version_catalogue(content: &str) -> PackageFacts {
    let document = document::toml(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Wanted);
    let versions: HashMap<&str, String> = root
        .get("versions")
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .filter_map(|(name, _, value)| Some((name.as_str(), version_of(value)?)))
        .collect();
    for (section, need) in [("libraries", Need::Runtime), ("plugins", Need::Build)] {
        for (_, line, value) in root.get(section).map(Node::entries).unwrap_or_default() {
            match of_catalogue(value, *line, &versions) {
                Some(mut package) => {
                    package.need = need;
                    facts.packages.push(package);
                }
                None => facts.refuse(*line, "an entry names no module"),
            }
        }
    }
    facts
}

fn version_of(value: &Node) -> Option<String> {
    let rich = ["strictly", "require", "prefer"];
    let given = value.written().map(str::to_owned);
    given.or_else(|| rich.into_iter().find_map(|key| text(value, key)))
}

fn of_catalogue(value: &Node, line: u32, versions: &HashMap<&str, String>) -> Option<Package> {
    if let Some(text) = value.text() {
        return match text.matches(':').count() {
            // A plugin in the short form: `id:version`.
            1 => {
                let (id, version) = text.split_once(':')?;
                coordinate(&format!("{id}:{id}.gradle.plugin:{version}"), line)
            }
            _ => coordinate(text, line),
        };
    }
    let module = text(value, "module").or_else(|| {
        let plugin = text(value, "id").map(|id| format!("{id}:{id}.gradle.plugin"));
        plugin.or_else(|| {
            Some(format!(
                "{}:{}",
                text(value, "group")?,
                text(value, "name")?
            ))
        })
    })?;
    let version = value
        .get("version")
        .and_then(|version| match text(version, "ref") {
            Some(name) => versions.get(name.as_str()).cloned(),
            None => version_of(version),
        });
    coordinate(&format!("{module}:{}", version.unwrap_or_default()), line)
}

/// Reads `gradle/verification-metadata.xml`: the digests of everything that a build may
/// download, which is more than what it uses.
#[must_use]
pub fn gradle_verification_metadata(content: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Locked);
    let tree = Tree::read(content, &mut facts);
    let Some(root) = tree.root() else {
        return facts;
    };
    let listed = tree.child(root, "components").into_iter();
    for component in listed.flat_map(|list| tree.all(list, "component")) {
        let field = |name: &str| component.attribute(name).unwrap_or_default();
        let coordinates = format!("{}:{}:{}", field("group"), field("name"), field("version"));
        let Some(mut package) = coordinate(&coordinates, component.line) else {
            facts.refuse(component.line, "a component has no group or no name");
            continue;
        };
        for artifact in tree.all(component, "artifact") {
            // What describes the artifact is not its content.
            let name = artifact.attribute("name").unwrap_or_default();
            if name.ends_with(".pom") || name.ends_with(".module") {
                continue;
            }
            for index in &artifact.children {
                let Some(hash) = tree.elements.get(*index) else {
                    continue;
                };
                let digits = hash.attribute("value").unwrap_or_default();
                package
                    .hashes
                    .extend(digest::hexadecimal(&hash.name, digits));
            }
        }
        facts.packages.push(package);
    }
    facts
}
