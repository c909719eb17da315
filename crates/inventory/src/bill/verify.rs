//! Whether a bill still matches the bytes of a folder.

use std::collections::{BTreeMap, BTreeSet};

use waybill_domain::{
    bill::{FileRow, FileState, Verification},
    inventory::{Component, Hash, Inventory},
};

/// What is known of a file of the folder: its digests by their IANA names in lowercase.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileDigests {
    /// Digests by algorithm, in lowercase hexadecimal digits.
    pub digests: BTreeMap<String, String>,
    /// True for a file that a bill of the folder should name: an artifact, not a text.
    pub expected: bool,
}

/// Algorithms by how much they prove.
const STRONGEST_FIRST: [&str; 8] = [
    "sha-512",
    "sha3-512",
    "blake2b-512",
    "sha-384",
    "sha-256",
    "sha3-256",
    "blake3",
    "blake2b-256",
];

/// Paths that a bill names with digests: what the caller should compute.
#[must_use]
pub fn named_files(inventory: &Inventory) -> BTreeMap<String, BTreeSet<String>> {
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for component in &inventory.components {
        if let Some(path) = path(component) {
            let algorithms = component.hashes.iter().map(|hash| hash.algorithm.clone());
            named.entry(path).or_default().extend(algorithms);
        }
    }
    named
}

/// The file that a component is: its path, or the only place where it was seen if it has digests
/// and nothing else says where its bytes are.
fn path(component: &Component) -> Option<String> {
    let place = match (&component.path, component.occurrences.as_slice()) {
        (Some(path), _) => path,
        (None, [only])
            if !component.hashes.is_empty() && component.purl.is_none() && only.line.is_none() =>
        {
            &only.path
        }
        _ => return None,
    };
    let place = place.trim_start_matches("./");
    (!place.is_empty()).then(|| place.to_owned())
}

/// Compares what a bill says of files with the files of a folder.
#[must_use]
pub fn verify(inventory: &Inventory, files: &BTreeMap<String, FileDigests>) -> Verification {
    let mut result = Verification::default();
    let mut named = BTreeSet::new();
    for component in &inventory.components {
        let Some(path) = path(component) else {
            result.without_files = result.without_files.saturating_add(1);
            continue;
        };
        let inside = format!("{path}/");
        let folder = files
            .range::<String, _>(&inside..)
            .next()
            .is_some_and(|(file, _)| file.starts_with(&inside));
        let (state, reason) = match files.get(&path) {
            Some(file) => compare(&component.hashes, file),
            None if folder && component.hashes.is_empty() => (
                FileState::Unverifiable,
                "it is a folder, of which the bill gives no digest".to_owned(),
            ),
            None if folder => (
                FileState::Unverifiable,
                "it is a folder; its digest is not that of a file".to_owned(),
            ),
            None => (FileState::Missing, "no such file".to_owned()),
        };
        named.insert(path.clone());
        result.rows.push(FileRow {
            path,
            state,
            component: Some(component.id.0.clone()),
            reason,
        });
    }
    for (path, file) in files {
        let within = path
            .match_indices('/')
            .any(|(at, _)| path.get(..at).is_some_and(|folder| named.contains(folder)));
        if file.expected && !named.contains(path) && !within {
            result.rows.push(FileRow {
                path: path.clone(),
                state: FileState::NotCovered,
                component: None,
                reason: "no component of the bill names it".to_owned(),
            });
        }
    }
    result.rows.sort();
    for row in &result.rows {
        let count = result.counts.entry(row.state).or_default();
        *count = count.saturating_add(1);
    }
    result
}

/// Every digest that can be compared has to match; the strongest is named.
fn compare(hashes: &[Hash], file: &FileDigests) -> (FileState, String) {
    let mut comparable: Vec<(&Hash, &String)> = hashes
        .iter()
        .filter_map(|hash| Some((hash, file.digests.get(&hash.algorithm)?)))
        .collect();
    let rank = |hash: &Hash| {
        STRONGEST_FIRST
            .iter()
            .position(|known| *known == hash.algorithm)
            .unwrap_or(STRONGEST_FIRST.len())
    };
    comparable.sort_by_key(|(hash, _)| rank(hash));
    if let Some((hash, found)) = comparable
        .iter()
        .find(|(hash, found)| !hash.value.eq_ignore_ascii_case(found))
    {
        return (
            FileState::Differs,
            format!("{} is {found} instead of {}", hash.algorithm, hash.value),
        );
    }
    match comparable.first() {
        Some((hash, _)) if rank(hash) < STRONGEST_FIRST.len() => {
            (FileState::Matches, hash.algorithm.clone())
        }
        Some((hash, _)) => (
            FileState::Unverifiable,
            format!(
                "{} matches, which proves nothing: others can be made to match",
                hash.algorithm
            ),
        ),
        None if hashes.is_empty() => (
            FileState::Unverifiable,
            "the bill gives no digest".to_owned(),
        ),
        None => (
            FileState::Unverifiable,
            "no digest of the bill can be computed".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use waybill_domain::inventory::{ComponentId, Role, Standing};

    use super::*;
    use crate::bill::samples::empty;

    fn file(path: &str, digest: Option<(&str, &str)>) -> Component {
        let mut component = Component::new(ComponentId(format!("model:{path}")), Role::Model, path);
        component.path = Some(path.to_owned());
        component.hashes = digest
            .into_iter()
            .map(|(algorithm, value)| Hash {
                algorithm: algorithm.to_owned(),
                value: value.to_owned(),
                standing: Standing::Claimed,
            })
            .collect();
        component
    }

    fn bytes(algorithm: &str, digest: &str) -> FileDigests {
        FileDigests {
            digests: [(algorithm.to_owned(), digest.to_owned())].into(),
            expected: true,
        }
    }

    #[test]
    fn every_state_is_told() {
        let mut inventory = empty();
        inventory.components = vec![
            file("a", Some(("sha-256", "AA"))),
            file("b", Some(("sha-256", "bb"))),
            file("c", Some(("sha-256", "cc"))),
            file("d", None),
            file("e", Some(("md5", "ee"))),
            Component::new(ComponentId("library:x".to_owned()), Role::Library, "x"),
        ];
        let files: BTreeMap<String, FileDigests> = [
            ("a".to_owned(), bytes("sha-256", "aa")),
            ("b".to_owned(), bytes("sha-256", "00")),
            ("d".to_owned(), bytes("sha-256", "dd")),
            ("e".to_owned(), bytes("md5", "ee")),
            ("f/g".to_owned(), bytes("sha-256", "ff")),
        ]
        .into();
        let result = verify(&inventory, &files);
        let said: Vec<(&str, &str)> = result
            .rows
            .iter()
            .map(|row| (row.path.as_str(), row.state.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                ("a", "matches"),
                ("b", "differs"),
                ("c", "missing"),
                ("d", "unverifiable"),
                ("e", "unverifiable"),
                ("f/g", "not-covered"),
            ]
        );
        assert_eq!(result.without_files, 1);
        assert!(!result.holds());
    }
}
