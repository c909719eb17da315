//! How two bills differ.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;

use serde_json::Value;
use sha2::{Digest, Sha256};
use waybill_domain::{
    bill::{BillDiff, Change, Changed, Flow, Named},
    inventory::{Component, Inventory, Role, Supplier, SupplierId},
};

use super::{BillError, BillLimits, carriage::Carriage, purpose::Purpose, reading::read_for};

/// What a comparison needs of a bill: much less than the bill, so that of two big ones only one
/// has to be in memory.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    components: Vec<Entry>,
    suppliers: BTreeSet<String>,
    flows: BTreeSet<Flow>,
    /// What the bill has a place for.
    carriage: Carriage,
}

#[derive(Clone, Debug)]
struct Entry {
    named: Named,
    /// Names that the component may be found by in the other bill, the surest first.
    keys: [Option<Key>; 3],
    /// What may differ, by field, as JSON: one text takes a fraction of the memory of many.
    facts: Box<str>,
}

/// Half a SHA-256 of a name.
type Key = [u8; 16];

/// Values by field.
type Facts = Vec<(String, Vec<String>)>;

impl Snapshot {
    /// What a comparison needs of an inventory.
    #[must_use]
    pub fn of(inventory: &Inventory) -> Self {
        let mut taking = Self::begun(&inventory.suppliers);
        let names = names(&inventory.suppliers);
        for component in &inventory.components {
            taking.take(component, &names);
        }
        taking
    }

    /// Reads what a comparison needs of a bill of any format that [`super::read`] reads: of a big
    /// one a fraction of the memory is needed. What is wrong with the bill is not looked for.
    ///
    /// # Errors
    ///
    /// As [`super::read`].
    pub fn read(reader: &mut dyn Read, limits: &BillLimits) -> Result<Self, BillError> {
        let bill = read_for(reader, limits, Purpose::Comparison)?;
        let inventory = bill.inventory;
        let mut taking = Self::begun(&inventory.suppliers);
        taking.carriage = Carriage::of(&bill.document);
        let names = names(&inventory.suppliers);
        taking.components.reserve_exact(inventory.components.len());
        for component in inventory.components {
            taking.take(&component, &names);
        }
        Ok(taking)
    }

    fn begun(suppliers: &[Supplier]) -> Self {
        Self {
            suppliers: suppliers
                .iter()
                .map(|supplier| supplier.name.clone())
                .collect(),
            ..Self::default()
        }
    }

    fn take(&mut self, component: &Component, names: &HashMap<&SupplierId, &str>) {
        let supplier = component.supplier.as_ref().map(|id| {
            names
                .get(id)
                .map_or(id.0.clone(), |name| (*name).to_owned())
        });
        self.components.push(entry(component, supplier));
        if self.carriage.is_exceeded(component) {
            self.carriage = Carriage::All;
        }
        self.flows.extend(flows(component));
    }
}

fn names(suppliers: &[Supplier]) -> HashMap<&SupplierId, &str> {
    suppliers
        .iter()
        .map(|supplier| (&supplier.id, supplier.name.as_str()))
        .collect()
}

fn flows(component: &Component) -> Vec<Flow> {
    let Some(facts) = component.service.as_deref() else {
        return Vec::new();
    };
    facts
        .flows
        .iter()
        .map(|flow| Flow {
            service: component.full_name(),
            direction: word(&flow.direction),
            what: flow.what.clone(),
            classification: flow.classification.clone(),
        })
        .collect()
}

fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => text,
        Ok(value) => value.to_string(),
        Err(_) => String::new(),
    }
}

fn entry(component: &Component, supplier: Option<String>) -> Entry {
    let hashes: Vec<String> = component
        .hashes
        .iter()
        .map(|hash| format!("{}:{}", hash.algorithm, hash.value))
        .collect();
    let place = component.path.clone().or_else(|| hashes.first().cloned());
    let keys = [
        component
            .purl
            .as_deref()
            .map(|purl| format!("p {}", without_version(purl))),
        Some(format!(
            "n {} {}",
            component.role.as_str(),
            component.full_name()
        )),
        place.map(|place| format!("h {place}")),
    ];
    let mut facts = Facts::new();
    let mut fact = |field: &str, values: Vec<String>| {
        if !values.is_empty() {
            facts.push((field.to_owned(), sorted(values)));
        }
    };
    fact("version", component.version.iter().cloned().collect());
    fact("supplier", supplier.into_iter().collect());
    fact(
        "licences",
        component
            .licences
            .iter()
            .filter_map(|licence| {
                licence
                    .expression
                    .clone()
                    .or_else(|| licence.written.clone())
            })
            .collect(),
    );
    fact("hashes", hashes);
    fact(
        "pin",
        component
            .pin
            .iter()
            .map(|pin| pin.as_str().to_owned())
            .collect(),
    );
    if let Some(model) = component.model.as_deref() {
        flat(
            "model",
            &serde_json::to_value(model).unwrap_or_default(),
            &mut fact,
        );
    }
    if let Some(dataset) = component.dataset.as_deref() {
        flat(
            "dataset",
            &serde_json::to_value(dataset).unwrap_or_default(),
            &mut fact,
        );
    }
    if let Some(service) = component.service.as_deref() {
        let mut value = serde_json::to_value(service).unwrap_or_default();
        if let Value::Object(members) = &mut value {
            members.remove("flows");
        }
        flat("service", &value, &mut fact);
    }
    Entry {
        named: Named {
            role: component.role,
            name: component.full_name().into_boxed_str().into_string(),
            version: component.version.clone(),
            purl: component.purl.clone(),
        },
        keys: keys.map(|key| key.as_deref().map(shortened)),
        facts: serde_json::to_string(&facts)
            .unwrap_or_default()
            .into_boxed_str(),
    }
}

fn shortened(name: &str) -> Key {
    let mut key = Key::default();
    for (to, from) in key.iter_mut().zip(Sha256::digest(name)) {
        *to = from;
    }
    key
}

/// What [`entry`] wrote.
fn written(facts: &str) -> Facts {
    serde_json::from_str(facts).unwrap_or_default()
}

fn sorted(mut values: Vec<String>) -> Vec<String> {
    values.sort();
    values.dedup();
    values
}

/// The members of facts, one level deep.
fn flat(prefix: &str, value: &Value, fact: &mut impl FnMut(&str, Vec<String>)) {
    let Value::Object(members) = value else {
        return;
    };
    for (name, value) in members {
        let values = match value {
            Value::String(text) => vec![text.clone()],
            Value::Array(items) => items
                .iter()
                .map(|item| {
                    item.as_str()
                        .map_or_else(|| item.to_string(), str::to_owned)
                })
                .collect(),
            other => vec![other.to_string()],
        };
        fact(&format!("{prefix}.{}", name.replace('_', "-")), values);
    }
}

/// A package URL without its version; qualifiers stay, as they tell packages apart, but a digest
/// or tag among them does not.
fn without_version(purl: &str) -> String {
    let (rest, subpath) = match purl.split_once('#') {
        Some((rest, subpath)) => (rest, Some(subpath)),
        None => (purl, None),
    };
    let (rest, qualifiers) = match rest.split_once('?') {
        Some((rest, qualifiers)) => (rest, Some(qualifiers)),
        None => (rest, None),
    };
    let slash = rest.rfind('/').unwrap_or(0);
    let base = match rest.rfind('@') {
        Some(at) if at > slash => rest.get(..at).unwrap_or(rest),
        _ => rest,
    };
    let mut made = base.to_owned();
    let kept: Vec<&str> = qualifiers
        .into_iter()
        .flat_map(|all| all.split('&'))
        .filter(|one| !one.starts_with("tag=") && !one.starts_with("checksum="))
        .collect();
    if !kept.is_empty() {
        made.push('?');
        made.push_str(&kept.join("&"));
    }
    if let Some(subpath) = subpath {
        made.push('#');
        made.push_str(subpath);
    }
    made
}

/// Compares two bills. Components are matched by their package URL without its version, then by
/// role and name, then by path or digest; several of one key are matched in the order of their
/// versions, equal versions first.
#[must_use]
pub fn diff(old: &Snapshot, new: &Snapshot) -> BillDiff {
    let matched = matched(old, new);
    let mut result = BillDiff {
        suppliers_added: new.suppliers.difference(&old.suppliers).cloned().collect(),
        suppliers_removed: old.suppliers.difference(&new.suppliers).cloned().collect(),
        ..BillDiff::default()
    };
    if old.carriage.holds_services() == new.carriage.holds_services() {
        result.flows_added = new.flows.difference(&old.flows).cloned().collect();
        result.flows_removed = old.flows.difference(&new.flows).cloned().collect();
    } else {
        let flows = old.flows.len().saturating_add(new.flows.len()) as u64;
        if flows > 0 {
            result.uncarried.insert("data-flow".to_owned(), flows);
        }
    }
    let mut taken = vec![false; old.components.len()];
    for (index, entry) in new.components.iter().enumerate() {
        let before = matched
            .get(index)
            .copied()
            .flatten()
            .and_then(|at| Some((at, old.components.get(at)?)));
        let Some((at, before)) = before else {
            result.added.push(entry.named.clone());
            continue;
        };
        if let Some(slot) = taken.get_mut(at) {
            *slot = true;
        }
        let mut changes = changes(before, entry);
        if old.carriage != new.carriage {
            changes.retain(|change| {
                let carried = carried(change, (old, before), (new, entry));
                if !carried {
                    let count = result.uncarried.entry(change.field.clone()).or_default();
                    *count = count.saturating_add(1);
                }
                carried
            });
        }
        if changes.is_empty() {
            result.unchanged = result.unchanged.saturating_add(1);
        } else {
            result.changed.push(Changed {
                component: entry.named.clone(),
                changes,
            });
        }
    }
    for (entry, taken) in old.components.iter().zip(taken) {
        if !taken {
            result.removed.push(entry.named.clone());
        }
    }
    result.added.sort();
    result.removed.sort();
    result.changed.sort();
    result
}

/// For each component of the new bill its place in the old one.
fn matched(old: &Snapshot, new: &Snapshot) -> Vec<Option<usize>> {
    let mut matched: Vec<Option<usize>> = vec![None; new.components.len()];
    let mut used = vec![false; old.components.len()];
    // First the same version, then any: so that two versions side by side are not mixed up.
    for key in 0..3 {
        for same_version in [true, false] {
            let mut places: HashMap<(Key, Option<&str>), Vec<usize>> = HashMap::new();
            for (at, entry) in old.components.iter().enumerate().rev() {
                if used.get(at) == Some(&false)
                    && let Some(Some(name)) = entry.keys.get(key)
                {
                    let version = entry.named.version.as_deref().filter(|_| same_version);
                    places.entry((*name, version)).or_default().push(at);
                }
            }
            for (index, entry) in new.components.iter().enumerate() {
                let slot = matched.get_mut(index).filter(|slot| slot.is_none());
                let (Some(slot), Some(Some(name))) = (slot, entry.keys.get(key)) else {
                    continue;
                };
                let version = entry.named.version.as_deref().filter(|_| same_version);
                let place = places.get_mut(&(*name, version)).and_then(Vec::pop);
                if let Some(at) = place {
                    *slot = Some(at);
                    if let Some(used) = used.get_mut(at) {
                        *used = true;
                    }
                }
            }
        }
    }
    matched
}

/// False if what changed is that one of the bills has no place for it.
fn carried(change: &Change, old: (&Snapshot, &Entry), new: (&Snapshot, &Entry)) -> bool {
    if change.field == "role" {
        let unsaid = |one: (&Snapshot, &Entry), other: &Entry| {
            one.1.named.role == Role::Library && !one.0.carriage.says(other.named.role)
        };
        return !unsaid(old, new.1) && !unsaid(new, old.1);
    }
    let unsaid = |values: &[String], bill: &Snapshot| {
        values.is_empty() && !bill.carriage.holds(&change.field)
    };
    !unsaid(&change.old, old.0) && !unsaid(&change.new, new.0)
}

fn changes(old: &Entry, new: &Entry) -> Vec<Change> {
    if old.facts == new.facts && old.named.role == new.named.role {
        return Vec::new();
    }
    let mut fields: BTreeMap<String, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for (field, values) in written(&old.facts) {
        fields.entry(field).or_default().0 = values;
    }
    for (field, values) in written(&new.facts) {
        fields.entry(field).or_default().1 = values;
    }
    let role = |role: Role| vec![role.as_str().to_owned()];
    fields.insert(
        "role".to_owned(),
        (role(old.named.role), role(new.named.role)),
    );
    fields
        .into_iter()
        .filter(|(_, (old, new))| old != new)
        .map(|(field, (old, new))| Change { field, old, new })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bill::{BillLimits, read, samples::rich};

    #[test]
    fn the_same_is_the_same() {
        let snapshot = Snapshot::of(&rich());
        let result = diff(&snapshot, &snapshot);
        assert!(result.is_empty(), "{result:?}");
        assert_eq!(result.unchanged, rich().components.len() as u64);
    }

    fn bill(components: &str) -> Snapshot {
        let text = format!(
            "{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[{components}]}}"
        );
        let bill = read(&mut text.as_bytes(), &BillLimits::default()).unwrap();
        Snapshot::of(&bill.inventory)
    }

    #[test]
    fn what_changed_is_told_apart() {
        let old = bill(
            r#"{"type":"library","name":"a","version":"1","purl":"pkg:pypi/a@1","licenses":[{"license":{"id":"MIT"}}]},
               {"type":"library","name":"a","version":"2","purl":"pkg:pypi/a@2"},
               {"type":"machine-learning-model","name":"m","supplier":{"name":"X"}},
               {"type":"library","name":"gone"}"#,
        );
        let new = bill(
            r#"{"type":"library","name":"a","version":"2","purl":"pkg:pypi/a@2"},
               {"type":"library","name":"a","version":"3","purl":"pkg:pypi/a@3","licenses":[{"license":{"id":"Apache-2.0"}}]},
               {"type":"machine-learning-model","name":"m","supplier":{"name":"Y"},"modelCard":{"modelParameters":{"task":"chat"}}},
               {"type":"library","name":"fresh"}"#,
        );
        let text = serde_json::to_string_pretty(&diff(&old, &new)).unwrap();
        insta::assert_snapshot!(text);
    }

    #[test]
    fn versions_are_cut_off_purls() {
        for (purl, expected) in [
            ("pkg:npm/%40scope/name@1.0", "pkg:npm/%40scope/name"),
            ("pkg:npm/@scope/name", "pkg:npm/@scope/name"),
            (
                "pkg:docker/library/python@sha256:ab?tag=3.11&repository_url=x.io",
                "pkg:docker/library/python?repository_url=x.io",
            ),
        ] {
            assert_eq!(without_version(purl), expected);
        }
    }
}
