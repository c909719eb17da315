//! `etc/os-release`: os-release(5).

use crate::packages::{OperatingSystem, PackageFacts, Strength, opened::line_number};

/// Reads `os-release` into [`PackageFacts::operating_system`].
#[must_use]
pub fn os_release(content: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Installed);
    let mut system = OperatingSystem::default();
    for (index, line) in content.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            facts.refuse(line_number(index), "not a name and a value");
            continue;
        };
        let value = unquoted(value);
        let given = Some(value.clone()).filter(|value| !value.is_empty());
        match key.trim() {
            "ID" => system.id = value.to_lowercase(),
            "ID_LIKE" => {
                system.id_like = value.split_whitespace().map(str::to_lowercase).collect();
            }
            "VERSION_ID" => system.version_id = given,
            "VERSION_CODENAME" => system.codename = given,
            "PRETTY_NAME" => system.name = given,
            "NAME" => system.name = system.name.take().or(given),
            "HOME_URL" => system.homepage = given,
            "CPE_NAME" => system.cpe = given,
            _ => {}
        }
    }
    if system == OperatingSystem::default() {
        facts.refuse(1, "no operating system is named");
    } else {
        // What os-release(5) takes if nothing is said.
        if system.id.is_empty() {
            "linux".clone_into(&mut system.id);
        }
        facts.operating_system = Some(system);
    }
    facts
}

/// A value as a shell reads it, without expansion.
fn unquoted(value: &str) -> String {
    let value = value.trim();
    let inner = |mark: char| value.strip_prefix(mark)?.strip_suffix(mark);
    if let Some(inner) = inner('\'') {
        return inner.to_owned();
    }
    let value = inner('"').unwrap_or(value);
    let mut plain = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => characters.next().unwrap_or('\\'),
            other => other,
        });
    }
    plain
}
