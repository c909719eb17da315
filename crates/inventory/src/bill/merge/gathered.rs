//! What was taken of the bills so far.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value, json};
use waybill_domain::bill::{Alterations, Conflict};

use super::{
    Whole,
    identity::Index,
    metadata,
    references::{Aliases, Names},
    unite::Uniting,
};
use crate::{bill::WriteOptions, cyclonedx::SpecVersion};

/// Things of one kind: components or services.
#[derive(Default)]
struct Things {
    listed: Vec<Map<String, Value>>,
    index: Index,
}

/// Where a bill's things went: by bill, list and index there; `root` for its root.
pub(super) type Slots = BTreeMap<(usize, String, usize), usize>;

/// The index of [`Slots`] that stands for the root of a bill.
pub(super) const ROOT: &str = "root";

pub(super) struct Gathered {
    version: SpecVersion,
    components: Things,
    services: Things,
    metadata: Map<String, Value>,
    rest: Map<String, Value>,
    roots: Vec<String>,
    timestamps: Vec<String>,
    pub(super) united: u64,
    pub(super) slots: Slots,
    pub(super) aliases: Aliases,
    pub(super) conflicts: Vec<Conflict>,
    pub(super) alterations: Alterations,
}

impl Gathered {
    pub(super) fn new(version: SpecVersion) -> Self {
        Self {
            version,
            components: Things::default(),
            services: Things::default(),
            metadata: Map::new(),
            rest: Map::new(),
            roots: Vec::new(),
            timestamps: Vec::new(),
            united: 0,
            slots: Slots::new(),
            aliases: Aliases::default(),
            conflicts: Vec::new(),
            alterations: Alterations::default(),
        }
    }

    /// Takes a bill; says how many components and services it has.
    pub(super) fn take(
        &mut self,
        bill: usize,
        label: &str,
        mut members: Map<String, Value>,
        names: &mut Names,
    ) -> u64 {
        self.components.index.next_bill();
        self.services.index.next_bill();
        let mut taken: u64 = 0;
        let mut metadata = match members.shift_remove("metadata") {
            Some(Value::Object(metadata)) => metadata,
            _ => Map::new(),
        };
        let mut root = None;
        if let Some(Value::Object(mut subject)) = metadata.shift_remove("component") {
            if !subject.contains_key("bom-ref") {
                subject.insert("bom-ref".to_owned(), names.fresh(ROOT).into());
            }
            root = subject
                .get("bom-ref")
                .and_then(Value::as_str)
                .map(ToOwned::to_owned);
            self.roots.extend(root.clone());
            // A bill may list its root among its components as well.
            self.thing("components", subject, (bill, ROOT, 0), label, false);
            taken = taken.saturating_add(1);
        }
        self.metadata(metadata, label);
        for list in ["components", "services"] {
            if let Some(Value::Array(items)) = members.shift_remove(list) {
                for (index, item) in items.into_iter().enumerate() {
                    if let Value::Object(item) = item {
                        self.thing(list, item, (bill, list, index), label, true);
                        taken = taken.saturating_add(1);
                    }
                }
            }
        }
        if let Some(Value::Array(compositions)) = members.get_mut("compositions") {
            for composition in compositions {
                about(composition, root.as_deref());
            }
        }
        if let Some(Value::Array(citations)) = members.get_mut("citations") {
            for citation in citations {
                super::citations::mark(citation, bill);
            }
        }
        for key in [
            "$schema",
            "bomFormat",
            "specVersion",
            "serialNumber",
            "version",
        ] {
            members.shift_remove(key);
        }
        self.with("document", label, |uniting, gathered| {
            uniting.objects(&mut gathered.1, members, &mut String::new());
        });
        taken
    }

    /// Lends what uniting needs: the metadata and the rest of the document.
    fn with(
        &mut self,
        about: &str,
        label: &str,
        work: impl FnOnce(&mut Uniting<'_>, &mut (Map<String, Value>, Map<String, Value>)),
    ) {
        let mut lent = (
            std::mem::take(&mut self.metadata),
            std::mem::take(&mut self.rest),
        );
        let mut uniting = Uniting {
            version: self.version,
            about: about.to_owned(),
            from: label,
            conflicts: &mut self.conflicts,
            aliases: &mut self.aliases,
            alterations: &mut self.alterations,
        };
        work(&mut uniting, &mut lent);
        (self.metadata, self.rest) = lent;
    }

    fn metadata(&mut self, mut metadata: Map<String, Value>, label: &str) {
        if let Some(Value::String(moment)) = metadata.shift_remove("timestamp") {
            self.timestamps.push(moment);
        }
        metadata::modern_tools(&mut metadata);
        self.with("metadata", label, |uniting, gathered| {
            metadata::stricter(&mut gathered.0, &mut metadata);
            uniting.objects(&mut gathered.0, metadata, &mut String::new());
        });
    }

    fn thing(
        &mut self,
        list: &str,
        thing: Map<String, Value>,
        (bill, place, index): (usize, &str, usize),
        label: &str,
        taken: bool,
    ) {
        let things = if list == "services" {
            &mut self.services
        } else {
            &mut self.components
        };
        let slot = match things.index.find(&thing, &things.listed) {
            Some(slot) => {
                self.united = self.united.saturating_add(1);
                if let Some(known) = things.listed.get_mut(slot) {
                    let mut uniting = Uniting {
                        version: self.version,
                        about: called(known),
                        from: label,
                        conflicts: &mut self.conflicts,
                        aliases: &mut self.aliases,
                        alterations: &mut self.alterations,
                    };
                    uniting.objects(known, thing, &mut String::new());
                }
                slot
            }
            None => {
                things.listed.push(thing);
                things.listed.len().saturating_sub(1)
            }
        };
        if let Some(known) = things.listed.get(slot) {
            things.index.put(slot, known, taken);
        }
        self.slots.insert((bill, place.to_owned(), index), slot);
    }

    pub(super) fn count(&self) -> u64 {
        self.components
            .listed
            .len()
            .saturating_add(self.services.listed.len()) as u64
    }

    /// The document of all, its references not yet led to what stands for the same.
    pub(super) fn document(
        mut self,
        whole: &Whole,
        options: &WriteOptions,
        names: &mut Names,
    ) -> Map<String, Value> {
        let mut document = Map::new();
        document.insert("specVersion".to_owned(), self.version.as_str().into());
        let root = names.fresh(ROOT);
        let head = std::mem::take(&mut self.metadata);
        let head = metadata::of_whole(head, whole, &root, options, &self.timestamps);
        document.insert("metadata".to_owned(), Value::Object(head));
        let objects = |listed: Vec<Map<String, Value>>| -> Value {
            listed.into_iter().map(Value::Object).collect()
        };
        document.insert("components".to_owned(), objects(self.components.listed));
        if !self.services.listed.is_empty() {
            document.insert("services".to_owned(), objects(self.services.listed));
        }
        let own = json!({"ref": root, "dependsOn": self.roots});
        match self.rest.get_mut("dependencies") {
            Some(Value::Array(items)) => items.insert(0, own),
            _ => {
                self.rest.insert("dependencies".to_owned(), json!([own]));
            }
        }
        document.extend(self.rest);
        document
    }
}

fn called(thing: &Map<String, Value>) -> String {
    ["bom-ref", "name"]
        .into_iter()
        .find_map(|key| thing.get(key)?.as_str())
        .unwrap_or_default()
        .to_owned()
}

/// What is said of a whole bill is said of its root from now on.
fn about(composition: &mut Value, root: Option<&str>) {
    const ABOUT: [&str; 3] = ["assemblies", "dependencies", "vulnerabilities"];
    if let (Value::Object(members), Some(root)) = (composition, root)
        && !ABOUT.iter().any(|key| members.contains_key(*key))
    {
        members.insert("assemblies".to_owned(), json!([root]));
    }
}

/// Says once what each thing depends on; nothing depends on itself.
pub(super) fn join_dependencies(document: &mut Map<String, Value>) {
    const LISTS: [&str; 2] = ["dependsOn", "provides"];
    let Some(Value::Array(items)) = document.get_mut("dependencies") else {
        return;
    };
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut seen: HashSet<(usize, &str, String)> = HashSet::new();
    let mut joined: Vec<Map<String, Value>> = Vec::new();
    for item in std::mem::take(items) {
        let Value::Object(mut item) = item else {
            continue;
        };
        let name = item
            .get("ref")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let lists = LISTS.map(|key| (key, item.shift_remove(key)));
        let place = *places.entry(name.clone()).or_insert_with(|| {
            joined.push(item);
            joined.len().saturating_sub(1)
        });
        let Some(known) = joined.get_mut(place) else {
            continue;
        };
        for (key, list) in lists {
            let Some(Value::Array(list)) = list else {
                continue;
            };
            let held = known
                .entry(key)
                .or_insert_with(|| Value::Array(Vec::new()))
                .as_array_mut();
            let Some(held) = held else { continue };
            for other in list {
                let other_name = other.as_str().unwrap_or_default().to_owned();
                if other_name != name && seen.insert((place, key, other_name)) {
                    held.push(other);
                }
            }
        }
    }
    *items = joined.into_iter().map(Value::Object).collect();
}
