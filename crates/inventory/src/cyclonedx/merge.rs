//! Several documents as one: the same component once, references kept apart, nothing lost.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use super::{
    document::Document,
    fitting::{Dangling, fitted},
    schema::SpecVersion,
    semantics::refers,
};
use crate::bill::{BillError, BillLimits, json::push_step};

/// Documents merged.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The document of all; without a serial number, since it is a new one.
    pub document: Document,
    /// Places where the documents say different things; the first one's word stands. JSON pointer
    /// into the merged document and what was not taken.
    pub conflicts: Vec<(String, Value)>,
}

/// Merges documents into one of the newest version among them.
///
/// # Errors
///
/// If a schema does not compile, or there is no document.
pub fn merge(documents: Vec<Document>, limits: &BillLimits) -> Result<Merged, BillError> {
    let version = documents.iter().map(Document::version).max();
    let version =
        version.ok_or_else(|| BillError::Unrecognised("there is no bill to merge".to_owned()))?;
    let mut merging = Merging {
        version,
        ..Merging::default()
    };
    for document in documents {
        let fitted = fitted(document.into_members(), version, Dangling::Stay, limits)?;
        merging.take(Value::Object(fitted.members));
    }
    let conflicts = std::mem::take(&mut merging.conflicts);
    let (document, _) = Document::judge(merging.finish(), limits)?;
    Ok(Merged {
        document,
        conflicts,
    })
}

struct Merging {
    version: SpecVersion,
    document: Map<String, Value>,
    lists: BTreeMap<String, Vec<Value>>,
    /// Place of each component and service by what it is known by.
    known: HashMap<(String, String), usize>,
    /// Place of what is said of each reference in `dependencies`.
    needs: BTreeMap<String, usize>,
    taken: BTreeSet<String>,
    conflicts: Vec<(String, Value)>,
}

impl Default for Merging {
    fn default() -> Self {
        Self {
            version: SpecVersion::V1_7,
            document: Map::new(),
            lists: BTreeMap::new(),
            known: HashMap::new(),
            needs: BTreeMap::new(),
            taken: BTreeSet::new(),
            conflicts: Vec::new(),
        }
    }
}

impl Merging {
    fn take(&mut self, value: Value) {
        let Value::Object(mut document) = value else {
            return;
        };
        document.shift_remove("serialNumber");
        document.shift_remove("version");
        document.shift_remove("signature");
        let first = self.document.is_empty();
        if !first
            && let Some(Value::Object(metadata)) = document.get_mut("metadata")
            && let Some(subject) = metadata.shift_remove("component")
        {
            // The systems that the other documents are about are parts of the whole.
            match document.get_mut("components") {
                Some(Value::Array(components)) => components.push(subject),
                _ => {
                    document.insert("components".to_owned(), Value::Array(vec![subject]));
                }
            }
        }
        let names = self.names(&document);
        let mut whole = Value::Object(document);
        rename(&mut whole, "", "", &names);
        let Value::Object(document) = whole else {
            return;
        };
        let mut moved = HashMap::new();
        let mut citations = None;
        for (key, value) in document {
            match (key.as_str(), value) {
                ("components" | "services", Value::Array(items)) => {
                    for (index, item) in items.into_iter().enumerate() {
                        let place = self.element(&key, item);
                        moved.insert((key.clone(), index), place);
                    }
                }
                ("dependencies", Value::Array(items)) => {
                    for item in items {
                        self.need(item);
                    }
                }
                ("citations", value) => citations = Some(value),
                (_, value) => {
                    let mut pointer = String::new();
                    push_step(&mut pointer, &key);
                    match self.document.get_mut(&key) {
                        Some(known) => unite(known, value, &mut pointer, &mut self.conflicts),
                        None => {
                            self.document.insert(key, value);
                        }
                    }
                }
            }
        }
        if let Some(Value::Array(items)) = citations {
            for mut item in items {
                repoint(&mut item, &moved);
                self.list("citations").push(item);
            }
        }
    }

    fn list(&mut self, key: &str) -> &mut Vec<Value> {
        // The lists are kept apart until the end, so that they are lists.
        self.lists.entry(key.to_owned()).or_default()
    }

    /// New names for the references of a document, so that none means two things.
    fn names(&mut self, document: &Map<String, Value>) -> HashMap<String, String> {
        let mut names = HashMap::new();
        for key in ["components", "services"] {
            for item in document
                .get(key)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                let known = self
                    .place(key, item)
                    .and_then(|place| self.lists.get(key)?.get(place)?.get("bom-ref")?.as_str());
                if let (Some(own), Some(known)) =
                    (item.get("bom-ref").and_then(Value::as_str), known)
                {
                    names.insert(own.to_owned(), known.to_owned());
                }
            }
        }
        let mut declared = BTreeSet::new();
        references(&Value::Object(document.clone()), &mut declared);
        for name in declared {
            if names.contains_key(&name) {
                continue;
            }
            let mut free = name.clone();
            let mut number = 1_u32;
            while !self.taken.insert(free.clone()) {
                number = number.saturating_add(1);
                free = format!("{name}#{number}");
            }
            names.insert(name, free);
        }
        names
    }

    fn place(&self, key: &str, item: &Value) -> Option<usize> {
        identities(item)
            .into_iter()
            .find_map(|identity| self.known.get(&(key.to_owned(), identity)).copied())
    }

    fn element(&mut self, key: &str, item: Value) -> usize {
        let identities = identities(&item);
        let place = match self.place(key, &item) {
            Some(place) => {
                let mut conflicts = std::mem::take(&mut self.conflicts);
                if let Some(known) = self.list(key).get_mut(place) {
                    unite(known, item, &mut format!("/{key}/{place}"), &mut conflicts);
                }
                self.conflicts = conflicts;
                place
            }
            None => {
                let list = self.list(key);
                list.push(item);
                list.len().saturating_sub(1)
            }
        };
        for identity in identities {
            self.known
                .entry((key.to_owned(), identity))
                .or_insert(place);
        }
        place
    }

    fn need(&mut self, item: Value) {
        let name = item
            .get("ref")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        match self.needs.get(&name).copied() {
            Some(place) => {
                let mut conflicts = std::mem::take(&mut self.conflicts);
                if let Some(known) = self.list("dependencies").get_mut(place) {
                    unite(
                        known,
                        item,
                        &mut format!("/dependencies/{place}"),
                        &mut conflicts,
                    );
                }
                self.conflicts = conflicts;
            }
            None => {
                let list = self.list("dependencies");
                list.push(item);
                let place = list.len().saturating_sub(1);
                self.needs.insert(name, place);
            }
        }
    }

    fn finish(mut self) -> Value {
        for (key, items) in std::mem::take(&mut self.lists) {
            self.document.insert(key, Value::Array(items));
        }
        self.document
            .insert("specVersion".to_owned(), self.version.as_str().into());
        self.document.insert("version".to_owned(), json!(1));
        Value::Object(self.document)
    }
}

/// What a component or service is known by, the surest first.
fn identities(item: &Value) -> Vec<String> {
    let text = |key: &str| item.get(key).and_then(Value::as_str);
    let mut found = Vec::new();
    if let Some(purl) = text("purl") {
        found.push(format!("purl {purl}"));
        return found;
    }
    for hash in item
        .get("hashes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let part = |key: &str| hash.get(key).and_then(Value::as_str).unwrap_or_default();
        if !matches!(part("alg"), "MD5" | "SHA-1") {
            found.push(format!("hash {} {}", part("alg"), part("content")));
        }
    }
    if found.is_empty() {
        let parts = ["type", "group", "name", "version"].map(|key| text(key).unwrap_or_default());
        found.push(format!("name {}", parts.join("\u{0}")));
    }
    found
}

/// Every `bom-ref` within a value. Recursion ends with the depth of the document.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if key == "bom-ref" => {
                        found.insert(text.clone());
                    }
                    value => references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// Gives references their new names, wherever they are declared or used.
fn rename(value: &mut Value, top: &str, key: &str, names: &HashMap<String, String>) {
    match value {
        Value::String(text) if key == "bom-ref" || refers(top, key) => {
            if let Some(name) = names.get(text) {
                text.clone_from(name);
            }
        }
        Value::Array(items) => {
            for item in items {
                rename(item, top, key, names);
            }
        }
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                let top = if top.is_empty() { name.as_str() } else { top };
                rename(value, top, name, names);
            }
        }
        _ => {}
    }
}

/// Leads the pointers of a citation to where its elements went.
fn repoint(citation: &mut Value, moved: &HashMap<(String, usize), usize>) {
    let pointers = citation.get_mut("pointers").and_then(Value::as_array_mut);
    for pointer in pointers.into_iter().flatten() {
        let Value::String(text) = pointer else {
            continue;
        };
        let mut steps = text.trim_start_matches('/').splitn(3, '/');
        let (Some(list), Some(Ok(index))) = (steps.next(), steps.next().map(str::parse)) else {
            continue;
        };
        if let Some(place) = moved.get(&(list.to_owned(), index)) {
            let rest = steps
                .next()
                .map(|rest| format!("/{rest}"))
                .unwrap_or_default();
            *text = format!("/{list}/{place}{rest}");
        }
    }
}

/// Adds what is new: members that are missing, items that are not there yet. Of two different
/// scalars the first stays and the second is a conflict.
fn unite(
    known: &mut Value,
    other: Value,
    pointer: &mut String,
    conflicts: &mut Vec<(String, Value)>,
) {
    match (known, other) {
        (Value::Object(known), Value::Object(other)) => {
            for (key, value) in other {
                match known.get_mut(&key) {
                    Some(held) => {
                        let length = pointer.len();
                        push_step(pointer, &key);
                        unite(held, value, pointer, conflicts);
                        pointer.truncate(length);
                    }
                    None => {
                        known.insert(key, value);
                    }
                }
            }
        }
        (Value::Array(known), Value::Array(other)) => {
            for item in other {
                if !known.contains(&item) {
                    known.push(item);
                }
            }
        }
        (known, other) => {
            if *known != other {
                conflicts.push((pointer.clone(), other));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::read(&mut text.as_bytes(), &BillLimits::default())
            .unwrap()
            .0
    }

    #[test]
    fn the_same_component_stands_once_and_references_are_kept_apart() {
        let one = document(
            r#"{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"type":"application","bom-ref":"root","name":"one"}},
            "components":[{"type":"library","bom-ref":"x","name":"a","version":"1","purl":"pkg:pypi/a@1","description":"A"}],
            "dependencies":[{"ref":"root","dependsOn":["x"]}]}"#,
        );
        let two = document(
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"application","bom-ref":"root","name":"two"}},
            "components":[{"type":"library","bom-ref":"x","name":"b","version":"1"},
                {"type":"library","bom-ref":"y","name":"a","version":"1","purl":"pkg:pypi/a@1","description":"other","copyright":"c"}],
            "dependencies":[{"ref":"root","dependsOn":["x","y"]},{"ref":"y","dependsOn":["x"]}]}"#,
        );
        let merged = merge(vec![one, two], &BillLimits::default()).unwrap();
        assert_eq!(
            merged.document.into_value(),
            json!({
                "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
                "bomFormat": "CycloneDX", "specVersion": "1.6",
                "metadata": {"component": {"type": "application", "bom-ref": "root", "name": "one"}},
                "components": [
                    {"type": "library", "bom-ref": "x", "name": "a", "version": "1", "purl": "pkg:pypi/a@1", "description": "A", "copyright": "c"},
                    {"type": "library", "bom-ref": "x#2", "name": "b", "version": "1"},
                    {"type": "application", "bom-ref": "root#2", "name": "two"},
                ],
                "dependencies": [
                    {"ref": "root", "dependsOn": ["x"]},
                    {"ref": "root#2", "dependsOn": ["x#2", "x"]},
                    {"ref": "x", "dependsOn": ["x#2"]},
                ],
                "version": 1,
            })
        );
        assert_eq!(
            merged.conflicts,
            [("/components/0/description".to_owned(), Value::from("other"))]
        );
    }
}
