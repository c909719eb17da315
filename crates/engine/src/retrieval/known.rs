//! Which bytes are here, and which the files ask for.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest as _, Sha256, Sha512};
use waybill_inventory::retrieval::Fetched;

use crate::digest::stream;
use crate::scan::Silent;

/// Ends of names of packages' files.
const ARCHIVES: [&str; 7] = [
    ".whl", ".tar.gz", ".tgz", ".crate", ".conda", ".egg", ".gem",
];

/// Digests of packages, by what they are digests of.
#[derive(Debug, Default)]
pub(super) struct Known<'a> {
    /// What has or asks for a digest: package URL or path.
    by_digest: BTreeMap<(String, String), String>,
    /// The digests that files ask for under a name and version.
    by_version: BTreeMap<(&'a str, &'a str, &'a str), Vec<&'a Fetched>>,
    /// The digests of files that lie in the tree.
    by_file_name: BTreeMap<&'a str, Vec<(&'static str, String)>>,
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
    /// Digests of files in the tree are made only where something is held against them.
    pub(super) fn of(
        root: &Path,
        paths: &'a [String],
        entries: &'a [Fetched],
        wanted: bool,
    ) -> Self {
        let mut known = Self::default();
        for entry in entries {
            for (algorithm, digits) in &entry.hashes {
                known
                    .by_digest
                    .insert((algorithm.clone(), digits.clone()), entry.component.clone());
            }
            if let Some(version) = &entry.version {
                let key = (entry.ecosystem, entry.name.as_str(), version.as_str());
                known.by_version.entry(key).or_default().push(entry);
            }
        }
        if !wanted || !root.is_dir() {
            return known;
        }
        for path in paths {
            let name = path.rsplit('/').next().unwrap_or(path);
            if !ARCHIVES.iter().any(|end| name.ends_with(end)) {
                continue;
            }
            for (algorithm, digits) in digests(&root.join(path)) {
                let asked = known
                    .by_digest
                    .entry((algorithm.to_owned(), digits.clone()));
                asked.or_insert_with(|| path.clone());
                known
                    .by_file_name
                    .entry(name)
                    .or_default()
                    .push((algorithm, digits));
            }
        }
        known
    }

    /// What has or asks for these bytes.
    pub(super) fn component(&self, digests: &BTreeMap<String, String>) -> Option<&String> {
        digests.iter().find_map(|(algorithm, digits)| {
            // Nothing is proven by a digest that can be forged.
            let strong = matches!(algorithm.as_str(), "sha256" | "sha384" | "sha512");
            let key = (algorithm.clone(), digits.to_ascii_lowercase());
            self.by_digest.get(&key).filter(|_| strong)
        })
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

    /// The entries of a component.
    pub(super) fn entries<'s>(
        &'s self,
        component: &'s str,
    ) -> impl Iterator<Item = &'a Fetched> + 's {
        let all = self.by_version.values().flatten().copied();
        all.filter(move |entry| entry.component == component)
    }
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
}
