//! Which bytes are here, and which the files ask for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sha2::{Digest as _, Sha256, Sha512};
use waybill_inventory::retrieval::Fetched;

use super::covered::strong;
use crate::digest::stream;
use crate::scan::Silent;

/// Ends of names of packages' files, in any case.
const ARCHIVES: [&str; 10] = [
    ".whl", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip", ".crate", ".conda", ".egg", ".gem",
];

/// Digests of packages, by what they are digests of.
#[derive(Debug, Default)]
pub(super) struct Known<'a> {
    /// What has or asks for a digest: package URL or path.
    by_digest: BTreeMap<(String, String), BTreeSet<String>>,
    /// What files say about a component.
    by_component: BTreeMap<&'a str, Vec<&'a Fetched>>,
    /// The digests that files ask for under a name and version.
    by_version: BTreeMap<(&'a str, &'a str, &'a str), Vec<&'a Fetched>>,
    /// The digests of files that lie in the tree.
    by_file_name: BTreeMap<&'a str, Vec<(&'static str, String)>>,
    /// Files of packages that lie in the tree, and that no file fixes: path, and SHA-256 if they can be
    /// read.
    unlocked: Vec<(&'a str, Option<String>)>,
}

/// What a name stands for here.
pub(super) enum Meant {
    /// Nothing of this name.
    Nothing,
    /// A file asks for it, and for no digest that this could be held against.
    NoDigest(String),
    /// A digest of this algorithm is known of it, and it is another.
    OtherBytes(String),
}

impl<'a> Known<'a> {
    pub(super) fn of(root: &Path, paths: &'a [String], entries: &'a [Fetched]) -> Self {
        let mut known = Self::default();
        for entry in entries {
            for (algorithm, digits) in &entry.hashes {
                let key = (algorithm.clone(), digits.to_ascii_lowercase());
                let components = known.by_digest.entry(key).or_default();
                components.insert(entry.component.clone());
            }
            let named = known.by_component.entry(&entry.component);
            named.or_default().push(entry);
            if let Some(version) = &entry.version {
                let key = (entry.ecosystem, entry.name.as_str(), version.as_str());
                known.by_version.entry(key).or_default().push(entry);
            }
        }
        if !root.is_dir() {
            return known;
        }
        let locked: BTreeSet<(String, String)> = known.by_digest.keys().cloned().collect();
        for path in paths {
            let name = path.rsplit('/').next().unwrap_or(path);
            if archived(name).is_none() {
                continue;
            }
            let digests = digests(&root.join(path));
            let is_locked = |(algorithm, digits): &(&str, String)| {
                locked.contains(&((*algorithm).to_owned(), digits.clone()))
            };
            if is_package(name) && !digests.iter().any(is_locked) {
                let sha256 = digests.iter().find(|(algorithm, _)| *algorithm == "sha256");
                let sha256 = sha256.map(|(_, digits)| digits.clone());
                known.unlocked.push((path, sha256));
            }
            for (algorithm, digits) in digests {
                let key = (algorithm.to_owned(), digits.clone());
                if !locked.contains(&key) {
                    let places = known.by_digest.entry(key).or_default();
                    places.insert(path.clone());
                }
                known
                    .by_file_name
                    .entry(name)
                    .or_default()
                    .push((algorithm, digits));
            }
        }
        known
    }

    /// All that has or asks for these bytes. Nothing is proven by a digest that can be forged.
    pub(super) fn components(&self, digests: &BTreeMap<String, String>) -> BTreeSet<&str> {
        let keys = strong(digests.iter());
        keys.iter()
            .filter_map(|key| self.by_digest.get(key))
            .flatten()
            .map(String::as_str)
            .collect()
    }

    /// What is known under the name that a statement gives its subject.
    pub(super) fn meant(&self, subject: &str, digests: &BTreeMap<String, String>) -> Meant {
        let name = subject.rsplit('/').next().unwrap_or(subject);
        if let Some(here) = self.by_file_name.get(name)
            && here
                .iter()
                .any(|(algorithm, _)| digests.contains_key(*algorithm))
        {
            return Meant::OtherBytes(format!("the file `{name}` that is here"));
        }
        let Some((ecosystem, name, version)) = package(subject) else {
            return Meant::Nothing;
        };
        let key = (ecosystem, name.as_str(), version.as_str());
        let mut meant = Meant::Nothing;
        for entry in self.by_version.get(&key).into_iter().flatten() {
            let comparable = |(algorithm, _): &(String, String)| digests.contains_key(algorithm);
            if entry.hashes.iter().any(comparable) {
                return Meant::OtherBytes(format!("{} in {}", entry.component, entry.path));
            }
            meant = Meant::NoDigest(entry.path.clone());
        }
        meant
    }

    /// Files of packages in the tree that no file fixes: path, and SHA-256 if they can be read.
    pub(super) fn unlocked(&self) -> &[(&'a str, Option<String>)] {
        &self.unlocked
    }

    /// The entries of a component; none of a file that merely lies here.
    pub(super) fn entries(&self, component: &str) -> &[&'a Fetched] {
        self.by_component
            .get(component)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}

/// The name of an archive without its end.
fn archived(name: &str) -> Option<&str> {
    ARCHIVES.iter().find_map(|end| {
        let (stem, here) = name.split_at_checked(name.len().checked_sub(end.len())?)?;
        here.eq_ignore_ascii_case(end).then_some(stem)
    })
}

/// True if a file is called as packages are, with a version. What a wheel has behind its name is one.
fn is_package(name: &str) -> bool {
    let Some(stem) = archived(name) else {
        return false;
    };
    let is_wheel = with_lower_end(name).ends_with(".whl");
    !before_versions(stem).is_empty() || (is_wheel && stem.contains('-'))
}

/// The end of an archive's name in lower case.
fn with_lower_end(name: &str) -> String {
    let stem = archived(name).unwrap_or(name);
    let end = name.strip_prefix(stem).unwrap_or_default();
    format!("{stem}{}", end.to_ascii_lowercase())
}

/// What stands before each hyphen behind which a version may begin: `-1.0`, `-v1.0`.
fn before_versions(stem: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (at, _) in stem.match_indices('-') {
        let (name, version) = stem.split_at(at);
        let version = version.strip_prefix('-').unwrap_or(version);
        let version = version.strip_prefix(['v', 'V']).unwrap_or(version);
        if version.starts_with(|first: char| first.is_ascii_digit()) {
            names.push(name);
        }
    }
    names
}

/// Package URLs, without a version, of all that a file's name or a statement's subject may stand for.
pub(super) fn named_packages(text: &str) -> Vec<String> {
    let file = with_lower_end(text.rsplit('/').next().unwrap_or(text));
    if let Some(rest) = text.strip_prefix("pkg:") {
        let name = rest.split(['?', '#']).next().unwrap_or(rest);
        let name = name.rsplit_once('@').map_or(name, |(name, _)| name);
        let name = name.replace("%40", "@").replace("%2F", "/");
        return vec![match name.strip_prefix("pypi/") {
            Some(name) => format!("pkg:pypi/{}", normalised(name)),
            None => format!("pkg:{}", name.replace("%2f", "/")),
        }];
    }
    let mut packages = Vec::new();
    if let Some((ecosystem, name, _)) = package(&file) {
        packages.push(format!("pkg:{ecosystem}/{name}"));
    }
    let ecosystems = [
        (".tar.gz", "pypi"),
        (".tar.bz2", "pypi"),
        (".tar.xz", "pypi"),
        (".zip", "pypi"),
        (".tgz", "npm"),
        (".egg", "pypi"),
        (".crate", "cargo"),
        (".conda", "conda"),
        (".gem", "gem"),
    ];
    let named = ecosystems
        .iter()
        .find_map(|(end, ecosystem)| Some((file.strip_suffix(end)?, *ecosystem)));
    let Some((stem, ecosystem)) = named else {
        return packages;
    };
    for name in before_versions(stem) {
        match ecosystem {
            "pypi" => packages.push(format!("pkg:pypi/{}", normalised(name))),
            _ => packages.push(format!("pkg:{ecosystem}/{name}")),
        }
        // npm packs `@acme/tool` as `acme-tool`, and so may be meant by any of its words.
        for (at, _) in name.match_indices('-').filter(|_| ecosystem == "npm") {
            let (scope, rest) = name.split_at(at);
            packages.push(format!("pkg:npm/@{scope}/{}", rest.trim_start_matches('-')));
        }
    }
    // `acme-1.0-rc1.tar.gz` may be of `acme`, and of `acme-1.0`.
    packages.sort();
    packages.dedup();
    packages
}

/// Ecosystem, name and version of a package URL of npm, or of a file of PyPI.
fn package(subject: &str) -> Option<(&'static str, String, String)> {
    if let Some(rest) = subject.strip_prefix("pkg:npm/") {
        let (name, version) = rest.rsplit_once('@')?;
        return Some(("npm", name.replace("%40", "@"), version.to_owned()));
    }
    let (name, version) = match subject.strip_suffix(".whl") {
        Some(stem) => {
            let mut parts = stem.split('-');
            (parts.next()?, parts.next()?)
        }
        None => subject.strip_suffix(".tar.gz")?.rsplit_once('-')?,
    };
    Some(("pypi", normalised(name), version.to_owned()))
}

/// A name of PyPI by PEP 503.
fn normalised(name: &str) -> String {
    let words = name.split(['-', '_', '.']);
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-").to_lowercase()
}

fn digests(path: &Path) -> Vec<(&'static str, String)> {
    let Ok((bytes, _)) = crate::open::open(path) else {
        return Vec::new();
    };
    let (mut shorter, mut longer) = (Sha256::new(), Sha512::new());
    let read = stream(
        bytes.as_ref(),
        0..bytes.len(),
        false,
        &Silent,
        &mut |piece| {
            shorter.update(piece);
            longer.update(piece);
        },
    );
    match read {
        Ok(_) => vec![
            ("sha256", hex(&shorter.finalize())),
            ("sha512", hex(&longer.finalize())),
        ],
        Err(_) => Vec::new(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_name_packages() {
        let named = |subject: &str| {
            package(subject)
                .map(|(ecosystem, name, version)| format!("{ecosystem} {name} {version}"))
        };
        for (subject, expected) in [
            ("pkg:npm/%40acme/tool@1.2.3", Some("npm @acme/tool 1.2.3")),
            (
                "Acme.Tool_x-1.2-py3-none-any.whl",
                Some("pypi acme-tool-x 1.2"),
            ),
            ("acme_tool-1.2.tar.gz", Some("pypi acme-tool 1.2")),
            ("model.safetensors", None),
            ("pkg:npm/tool", None),
        ] {
            assert_eq!(named(subject).as_deref(), expected, "{subject}");
        }
    }

    #[test]
    fn packages_are_told_by_their_names() {
        for (name, expected) in [
            ("acme_tool-1.2-py3-none-any.whl", true),
            ("acme_tool-1.2.tar.gz", true),
            ("acme-tool-1.2.3.tgz", true),
            ("serde-1.0.0.crate", true),
            ("acme-1.0-rc1.tar.gz", true),
            ("acme-1.0.tar.bz2", true),
            ("acme-1.0.tar.xz", true),
            ("acme-1.0.zip", true),
            ("acme-v1.0.tgz", true),
            ("acme-1.0-py3-none-any.WHL", true),
            ("acme-1.0.Tar.Gz", true),
            ("acme-latest-py3-none-any.whl", true),
            ("acme-1.0-0.conda", true),
            ("training-data.tar.gz", false),
            ("training-data.zip", false),
            ("data.tgz", false),
            ("notes-1.2.txt", false),
            ("é.gz", false),
        ] {
            assert_eq!(is_package(name), expected, "{name}");
        }
    }

    #[test]
    fn files_may_stand_for_packages() {
        for (text, expected) in [
            ("dist/Acme_Tool-1.2-py3-none-any.whl", "pkg:pypi/acme-tool"),
            ("dist/acme_tool-1.2.tar.gz", "pkg:pypi/acme-tool"),
            ("pkg:npm/%40acme/tool@1.2.3", "pkg:npm/@acme/tool"),
            ("pkg:npm/%40acme%2Ftool@1.2.3", "pkg:npm/@acme/tool"),
            ("pkg:pypi/Acme_Tool@1.2?x=y", "pkg:pypi/acme-tool"),
            (
                "acme-tool-1.2.3.tgz",
                "pkg:npm/@acme/tool pkg:npm/acme-tool",
            ),
            ("acme_tool-1.2-py3.12.egg", "pkg:pypi/acme-tool"),
            ("acme-1.0-rc1.tar.gz", "pkg:pypi/acme pkg:pypi/acme-1-0"),
            ("acme-v1.0.ZIP", "pkg:pypi/acme"),
            ("Acme-1.0-py3-none-any.WHL", "pkg:pypi/acme"),
            ("serde-1.0.0.crate", "pkg:cargo/serde"),
            ("model.safetensors", ""),
        ] {
            assert_eq!(named_packages(text).join(" "), expected, "{text}");
        }
    }
}
