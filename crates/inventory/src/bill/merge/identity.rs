//! By what two bills mean the same component or service.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::bill::fit;

/// Digests of nothing: they say nothing about what is the same.
const OF_NOTHING: [&str; 6] = [
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
];

/// Most candidates of one key that are looked at.
const MOST_CANDIDATES: usize = 1024;

fn text<'m>(members: &'m Map<String, Value>, key: &str) -> Option<&'m str> {
    members
        .get(key)?
        .as_str()
        .filter(|text| !text.trim().is_empty())
}

fn purl(members: &Map<String, Value>) -> Option<String> {
    let written = text(members, "purl")?;
    Some(fit::purl(written).unwrap_or_else(|| written.to_owned()))
}

fn digests(members: &Map<String, Value>) -> Vec<(&str, String)> {
    members
        .get("hashes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|hash| {
            let algorithm = hash.get("alg")?.as_str()?;
            let content = hash.get("content")?.as_str()?.to_ascii_lowercase();
            (!OF_NOTHING.contains(&content.as_str())).then_some((algorithm, content))
        })
        .collect()
}

/// Keys under which something is found, the surest first.
fn keys(members: &Map<String, Value>) -> Vec<String> {
    let mut keys = Vec::new();
    if let Some(purl) = purl(members) {
        keys.push(format!("purl {purl}"));
    }
    for (algorithm, content) in digests(members) {
        keys.push(format!("hash {algorithm} {content}"));
    }
    let part = |key| text(members, key).unwrap_or_default();
    keys.push(format!(
        "name {}\n{}\n{}\n{}",
        part("type"),
        part("group"),
        part("name"),
        part("version")
    ));
    keys
}

/// True if nothing speaks against two things being the same that were found by a key.
fn compatible(key: &str, left: &Map<String, Value>, right: &Map<String, Value>) -> bool {
    if key.starts_with("purl ") {
        return true;
    }
    if let (Some(left), Some(right)) = (purl(left), purl(right))
        && left != right
    {
        return false;
    }
    if key.starts_with("hash ") {
        // The same bytes may lie under several names.
        let kind = text(left, "type");
        return kind == text(right, "type")
            && (kind != Some("file") || text(left, "name") == text(right, "name"));
    }
    let known = digests(left);
    !digests(right).iter().any(|(algorithm, content)| {
        let mut same = known
            .iter()
            .filter(|(other, _)| other == algorithm)
            .peekable();
        same.peek().is_some() && !same.any(|(_, other)| other == content)
    })
}

/// Things by what identifies them.
#[derive(Default)]
pub(super) struct Index {
    places: HashMap<String, Vec<usize>>,
    /// Places that the bill at hand has filled: within one bill, two entries are two things.
    taken: HashSet<usize>,
}

impl Index {
    /// Another bill follows.
    pub(super) fn next_bill(&mut self) {
        self.taken.clear();
    }

    /// The place of the same thing.
    pub(super) fn find(
        &self,
        members: &Map<String, Value>,
        things: &[Map<String, Value>],
    ) -> Option<usize> {
        for key in keys(members) {
            let candidates = self.places.get(&key).map(Vec::as_slice).unwrap_or_default();
            let found = candidates
                .iter()
                .take(MOST_CANDIDATES)
                .filter(|place| !self.taken.contains(place))
                .find(|place| {
                    things
                        .get(**place)
                        .is_some_and(|thing| compatible(&key, thing, members))
                });
            if let Some(place) = found {
                return Some(*place);
            }
        }
        None
    }

    /// Takes note of what stands at a place now.
    pub(super) fn put(&mut self, place: usize, members: &Map<String, Value>, taken: bool) {
        if taken {
            self.taken.insert(place);
        }
        for key in keys(members) {
            let places = self.places.entry(key).or_default();
            if places.last() != Some(&place) && !(places.len() < 64 && places.contains(&place)) {
                places.push(place);
            }
        }
    }
}
