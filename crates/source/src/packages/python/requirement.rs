//! One requirement (PEP 508), read by hand: the markers of a hostile one may nest so deep that
//! a parser by recursive descent runs out of stack, and only their text is wanted.

use crate::packages::{Dependency, Ecosystem, Origin, Package, address, digest};

/// A requirement in its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Requirement {
    /// Normalised name.
    pub(super) name: String,
    /// Constraint as written; empty if there is none.
    pub(super) specifier: String,
    /// Address after `@`.
    pub(super) url: Option<String>,
    /// What follows `;`.
    pub(super) marker: Option<String>,
    /// True if all of the text was understood.
    pub(super) complete: bool,
}

/// A name as PEP 503 compares it.
#[must_use]
pub fn normalised(name: &str) -> String {
    let mut result = String::with_capacity(name.len());
    let mut gap = false;
    for character in name.trim().chars() {
        if matches!(character, '-' | '_' | '.') {
            gap = true;
            continue;
        }
        if gap && !result.is_empty() {
            result.push('-');
        }
        gap = false;
        result.extend(character.to_lowercase());
    }
    result
}

/// Reads a requirement; nothing if it does not begin with a name.
pub(super) fn parse(text: &str) -> Option<Requirement> {
    let text = text.trim();
    let (text, marker) = split_marker(text);
    let end = text
        .find(|next: char| !(next.is_ascii_alphanumeric() || matches!(next, '-' | '_' | '.')))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let name = normalised(name);
    if !name.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return None;
    }
    let mut rest = rest.trim_start();
    if let Some(after) = rest.strip_prefix('[') {
        rest = after
            .split_once(']')
            .map_or("", |(_, rest)| rest)
            .trim_start();
    }
    let mut requirement = Requirement {
        name,
        marker,
        complete: true,
        ..Requirement::default()
    };
    if let Some(url) = rest.strip_prefix('@') {
        requirement.url = Some(url.trim().to_owned());
        return Some(requirement);
    }
    let inner = rest
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let (specifier, complete) = specifier(inner.unwrap_or(rest));
    requirement.specifier = specifier;
    requirement.complete = complete;
    Some(requirement)
}

/// Cuts the marker off; in an address only `;` after a space begins one.
fn split_marker(text: &str) -> (&str, Option<String>) {
    let before = text.split(';').next().unwrap_or_default();
    let found = if before.contains('@') && before.contains("://") {
        text.split_once(" ;").or_else(|| text.split_once("; "))
    } else {
        text.split_once(';')
    };
    match found {
        Some((text, marker)) => {
            let marker = marker.trim();
            let kept = (!marker.is_empty()).then(|| marker.to_owned());
            (text.trim_end(), kept)
        }
        None => (text, None),
    }
}

/// The leading clauses that have the form of a constraint, and whether that is all.
fn specifier(text: &str) -> (String, bool) {
    let text = text.trim().trim_end_matches(',');
    if text.is_empty() {
        return (String::new(), true);
    }
    let mut kept = Vec::new();
    for clause in text.split(',') {
        let clause = clause.trim();
        let version = clause.trim_start_matches(['<', '>', '=', '!', '~']);
        let operator = clause.len().saturating_sub(version.len());
        let version = version.trim();
        let word = version.split_whitespace().next().unwrap_or_default();
        let well_formed = (1..=3).contains(&operator) && !word.is_empty();
        if !well_formed {
            return (kept.join(","), false);
        }
        let operator = clause.get(..operator).unwrap_or_default();
        kept.push(format!("{operator}{word}"));
        if word.len() != version.len() {
            return (kept.join(","), false);
        }
    }
    (kept.join(","), true)
}

/// The version that a constraint fixes: one clause of `==` without a wildcard, or `===`.
pub(super) fn exact(specifier: &str) -> Option<String> {
    specifier.split(',').find_map(|clause| {
        let clause = clause.trim();
        let version = clause
            .strip_prefix("===")
            .or_else(|| clause.strip_prefix("=="))?
            .trim();
        let plain = !version.is_empty() && !version.contains(['*', '=', ' ', '<', '>']);
        plain.then(|| version.to_owned())
    })
}

impl Requirement {
    /// The package that is wanted.
    pub(super) fn package(self, line: u32) -> Package {
        let mut package = Package::new(Ecosystem::Pypi, self.name);
        package.line = Some(line);
        package.condition = self.marker;
        if let Some(url) = &self.url {
            locate(&mut package, url);
            return package;
        }
        package.version = exact(&self.specifier);
        if package.version.is_none() {
            package.requirement = Some(self.specifier);
        }
        package
    }

    /// The edge to what is wanted.
    pub(super) fn dependency(&self) -> Dependency {
        Dependency::named(self.name.clone())
    }
}

/// Sets origin, hashes and version of a package from the address that it is taken from.
pub(super) fn locate(package: &mut Package, url: &str) {
    if address::is_git(url) || other_repository(url) {
        package.origin = address::git_at(url);
        return;
    }
    if let Some((_, fragment)) = url.split_once('#') {
        let hashes = fragment.split('&').filter_map(digest::named);
        package.hashes.extend(hashes);
    }
    if let Some((_, version)) = from_file_name(url) {
        package.version = Some(version);
    }
    package.origin = match url.strip_prefix("file:") {
        Some(path) => Origin::Path(address::plain(path.trim_start_matches("//"))),
        None if url.contains("://") => Origin::Url(address::plain(url)),
        None => Origin::Path(address::plain(url)),
    };
}

fn other_repository(url: &str) -> bool {
    ["hg+", "svn+", "bzr+"]
        .iter()
        .any(|prefix| url.starts_with(prefix))
}

/// Name and version out of the file name of a wheel (PEP 427) or source distribution (PEP 625).
pub(super) fn from_file_name(url: &str) -> Option<(String, String)> {
    let file = address::last_part(url);
    if let Some(stem) = file.strip_suffix(".whl") {
        let mut parts = stem.split('-');
        let (name, version) = (parts.next()?, parts.next()?);
        parts.next()?;
        return Some((normalised(name), version.replace("%2B", "+")));
    }
    let stem = [".tar.gz", ".zip", ".tar.bz2", ".tgz"]
        .iter()
        .find_map(|suffix| file.strip_suffix(suffix))?;
    let (name, version) = stem.rsplit_once('-')?;
    let numbered = version.starts_with(|first: char| first.is_ascii_digit());
    (numbered && !name.is_empty()).then(|| (normalised(name), version.to_owned()))
}

/// A requirement that gives no name, only a repository, archive or folder.
pub(super) fn unnamed(text: &str, line: u32) -> Option<Package> {
    let text = text.trim();
    let (place, marker) = split_marker(text);
    let place = place.trim();
    let fragment = place.split_once('#').map_or("", |(_, fragment)| fragment);
    let egg = fragment
        .split('&')
        .find_map(|part| part.strip_prefix("egg="));
    let is_place = place.contains("://")
        || address::is_git(place)
        || place.starts_with(['.', '/', '~'])
        || place.contains('/')
        || from_file_name(place).is_some();
    if !is_place {
        return None;
    }
    // `./folder[extra]` names the folder.
    let bare = place.split('#').next().unwrap_or_default();
    let bare = match bare
        .strip_suffix(']')
        .and_then(|rest| rest.rsplit_once('['))
    {
        Some((bare, _)) => bare,
        None => bare,
    };
    let repository = bare.rsplit_once('@').map_or(bare, |(before, _)| before);
    let name = match egg {
        Some(egg) => parse(egg)?.name,
        None => match from_file_name(bare) {
            Some((name, _)) => name,
            None if address::is_git(place) || other_repository(place) => {
                normalised(address::last_part(repository).trim_end_matches(".git"))
            }
            None => normalised(address::last_part(bare)),
        },
    };
    let mut package = Package::new(Ecosystem::Pypi, name);
    package.line = Some(line);
    package.condition = marker;
    let place = if place.contains('#') { place } else { bare };
    locate(&mut package, place);
    let itself =
        matches!(&package.origin, Origin::Path(path) if path.trim_matches(['.', '/']).is_empty());
    let named = package
        .name
        .starts_with(|first: char| first.is_ascii_alphanumeric());
    (!itself && named).then_some(package)
}
