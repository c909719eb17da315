//! What was read from a bill and does not come back when its new form is read.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::{Map, Value};
use waybill_domain::{
    bill::Unmapped,
    inventory::{Component, ComponentId, Inventory, SupplierId},
};

use crate::bill::{ReadBill, json::push_step};

/// By place in the JSON form of the inventory, with how often; what the document says about
/// itself stands below `/document`.
pub(super) fn unwritten(before: &ReadBill, after: &ReadBill) -> Unmapped {
    let mut missing = Missing::default();
    missing.document(before, after);
    let (left, right) = (&before.inventory, &after.inventory);
    missing.compare("/subject", subject(left), subject(right));
    let pairs = pairs(left, right);
    let (names_left, names_right) = (supplier_names(left), supplier_names(right));
    for component in &left.components {
        match pairs.get(&component.id) {
            None => missing.count("/components/*"),
            Some(twin) => missing.compare(
                "/components/*",
                shown(component, &names_left),
                shown(twin, &names_right),
            ),
        }
    }
    let suppliers: HashMap<&str, _> = right
        .suppliers
        .iter()
        .map(|supplier| (supplier.name.as_str(), supplier))
        .collect();
    for supplier in &left.suppliers {
        match suppliers.get(supplier.name.as_str()) {
            None => missing.count("/suppliers/*"),
            Some(twin) => {
                missing.compare(
                    "/suppliers/*",
                    plain(supplier, &["id"]),
                    plain(twin, &["id"]),
                );
            }
        }
    }
    let end = |id: &ComponentId| {
        pairs
            .get(id)
            .map_or_else(|| id.clone(), |twin| twin.id.clone())
    };
    let known: HashSet<_> = right
        .relations
        .iter()
        .map(|relation| (relation.from.clone(), relation.kind, relation.to.clone()))
        .collect();
    for relation in &left.relations {
        if !known.contains(&(end(&relation.from), relation.kind, end(&relation.to))) {
            missing.count(&format!("/relations/*/{}", relation.kind.as_str()));
        }
    }
    missing.0
}

fn subject(inventory: &Inventory) -> Value {
    let names = supplier_names(inventory);
    let mut value = plain(&inventory.subject, &["supplier"]);
    let supplier = inventory.subject.supplier.as_ref();
    name_supplier(&mut value, supplier, &names);
    value
}

/// Each component of the first with its twin in the second: the same package URL, else the same
/// id, else the same names and version. No twin is given out twice.
fn pairs<'i>(left: &'i Inventory, right: &'i Inventory) -> HashMap<&'i ComponentId, &'i Component> {
    type Key<'i> = fn(&'i Component) -> Option<String>;
    let keys: [Key<'i>; 3] = [
        |component| component.purl.clone(),
        |component| Some(component.id.0.clone()),
        |component| {
            let version = component.version.as_deref().unwrap_or_default();
            Some(format!("{}\n{version}", component.full_name()))
        },
    ];
    let mut pairs = HashMap::new();
    let mut taken: HashSet<&ComponentId> = HashSet::new();
    for key in keys {
        let mut free: HashMap<String, Vec<&Component>> = HashMap::new();
        for component in right.components.iter().rev() {
            if !taken.contains(&component.id)
                && let Some(key) = key(component)
            {
                free.entry(key).or_default().push(component);
            }
        }
        for component in &left.components {
            if !pairs.contains_key(&component.id)
                && let Some(key) = key(component)
                && let Some(twin) = free.get_mut(&key).and_then(Vec::pop)
            {
                taken.insert(&twin.id);
                pairs.insert(&component.id, twin);
            }
        }
    }
    pairs
}

fn supplier_names(inventory: &Inventory) -> HashMap<&SupplierId, &str> {
    inventory
        .suppliers
        .iter()
        .map(|supplier| (&supplier.id, supplier.name.as_str()))
        .collect()
}

fn plain(value: &impl Serialize, without: &[&str]) -> Value {
    let mut value = serde_json::to_value(value).unwrap_or_default();
    if let Value::Object(members) = &mut value {
        for key in without {
            members.shift_remove(*key);
        }
    }
    value
}

fn shown(component: &Component, names: &HashMap<&SupplierId, &str>) -> Value {
    let mut value = plain(component, &["id", "supplier"]);
    name_supplier(&mut value, component.supplier.as_ref(), names);
    value
}

fn name_supplier(
    value: &mut Value,
    supplier: Option<&SupplierId>,
    names: &HashMap<&SupplierId, &str>,
) {
    if let (Value::Object(members), Some(name)) = (value, supplier.and_then(|id| names.get(id))) {
        members.insert("supplier".to_owned(), (*name).into());
    }
}

#[derive(Default)]
struct Missing(Unmapped);

impl Missing {
    fn count(&mut self, pattern: &str) {
        let count = self.0.entry(pattern.to_owned()).or_default();
        *count = count.saturating_add(1);
    }

    fn document(&mut self, before: &ReadBill, after: &ReadBill) {
        let shown = |bill: &ReadBill| {
            let members = [
                ("timestamp", serde_json::to_value(&bill.document.timestamp)),
                ("authors", serde_json::to_value(&bill.document.authors)),
                ("tools", serde_json::to_value(&bill.document.tools)),
                ("contexts", serde_json::to_value(&bill.document.contexts)),
            ];
            let members: Map<String, Value> = members
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value.unwrap_or_default()))
                .collect();
            Value::Object(members)
        };
        self.compare("/document", shown(before), shown(after));
        if before.document.signed {
            self.count("/document/signed");
        }
    }

    fn compare(&mut self, pattern: &str, left: Value, right: Value) {
        let mut pattern = pattern.to_owned();
        self.value(&left, &right, &mut pattern);
    }

    /// Recursion is as deep as the types of an inventory.
    fn value(&mut self, left: &Value, right: &Value, pattern: &mut String) {
        match (left, right) {
            (Value::Object(left), Value::Object(right)) => {
                for (key, value) in left {
                    let length = pattern.len();
                    push_step(pattern, key);
                    self.value(value, right.get(key).unwrap_or(&Value::Null), pattern);
                    pattern.truncate(length);
                }
            }
            (Value::Array(left), right) => {
                let right = right.as_array().map(Vec::as_slice).unwrap_or_default();
                let known: HashSet<String> = right.iter().map(ToString::to_string).collect();
                let lost = left
                    .iter()
                    .filter(|item| !known.contains(&item.to_string()))
                    .count() as u64;
                if lost > 0 {
                    let count = self.0.entry(format!("{pattern}/*")).or_default();
                    *count = count.saturating_add(lost);
                }
            }
            (Value::Null, _) => {}
            (left, right) if left == right => {}
            _ => self.count(pattern),
        }
    }
}
