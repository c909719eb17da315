//! Whether a bill still matches the bytes of a folder.

use std::collections::{BTreeMap, BTreeSet};

use waybill_domain::{
    bill::{FileRow, FileState, Verification},
    inventory::{Component, Hash, Inventory, Role, Standing},
};

use crate::digests::{FILE_PROPERTY, FOLDER_PROPERTY, is_bytes};

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
        for (path, hash) in listed(component) {
            named.entry(path).or_default().insert(hash.algorithm);
        }
    }
    named
}

/// The file that a component is: its path, or the only place where it was seen if it has digests
/// and nothing else says where its bytes are.
fn path(component: &Component) -> Option<String> {
    let place = match (&component.path, component.occurrences.as_slice()) {
        (Some(path), _) => path,
        // Bills of other tools name a file by its path.
        (None, _) if component.role == Role::File => &component.name,
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
    let mut folders = BTreeSet::new();
    for component in &inventory.components {
        let Some(path) = path(component) else {
            result.without_files = result.without_files.saturating_add(1);
            continue;
        };
        let listed = listed(component);
        if !listed.is_empty() {
            folders.insert(path);
            for (path, hash) in listed {
                named.insert(path.clone());
                result.rows.push(row(path, &[hash], files, component));
            }
        } else if is_bytes(component) && !is_empty_folder(component) {
            named.insert(path.clone());
            result
                .rows
                .push(row(path, &component.hashes, files, component));
        } else {
            // A folder of texts, or something that is said in a file: no bytes of its own.
            result.without_files = result.without_files.saturating_add(1);
        }
    }
    for (path, file) in files {
        if !file.expected || named.contains(path) {
            continue;
        }
        let within = path.match_indices('/').any(|(at, _)| {
            path.get(..at)
                .is_some_and(|folder| folders.contains(folder))
        });
        let (state, reason) = if within {
            let reason = "it stands in a folder whose files the bill lists, and is not among them";
            (FileState::Differs, reason)
        } else {
            let reason = "no component of the bill names it";
            (FileState::NotCovered, reason)
        };
        result.rows.push(FileRow {
            path: path.clone(),
            state,
            component: None,
            reason: reason.to_owned(),
        });
    }
    result.rows.sort();
    result
        .rows
        .dedup_by(|left, right| left.path == right.path && left.state == right.state);
    for row in &result.rows {
        let count = result.counts.entry(row.state).or_default();
        *count = count.saturating_add(1);
    }
    result
}

/// True for a folder that held no artifact when the bill was written.
fn is_empty_folder(component: &Component) -> bool {
    component.properties.contains_key(FOLDER_PROPERTY)
}

/// The files of a folder with their digests, as [`crate::digests`] lists them.
fn listed(component: &Component) -> Vec<(String, Hash)> {
    component
        .properties
        .iter()
        .filter_map(|(name, value)| {
            let path = name.strip_prefix(FILE_PROPERTY)?;
            let (algorithm, digits) = value.split_once(':')?;
            let hash = Hash {
                algorithm: algorithm.to_owned(),
                value: digits.to_owned(),
                standing: Standing::Observed,
            };
            Some((path.to_owned(), hash))
        })
        .collect()
}

fn row(
    path: String,
    hashes: &[Hash],
    files: &BTreeMap<String, FileDigests>,
    component: &Component,
) -> FileRow {
    let (state, reason) = match files.get(&path) {
        Some(file) => compare(hashes, file),
        None => (FileState::Missing, "no such file".to_owned()),
    };
    FileRow {
        path,
        state,
        component: Some(component.id.0.clone()),
        reason,
    }
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
    use waybill_domain::inventory::ComponentId;

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
