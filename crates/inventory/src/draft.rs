use std::collections::{BTreeMap, BTreeSet};

use waybill_domain::{
    Finding, Place, RuleInfo,
    inventory::{
        Component, ComponentId, Noted, Occurrence, Relation, RelationKind, Standing, Supplier,
        SupplierId, SupplierKind, Unread,
    },
};

/// An inventory in the making: every part of [`assemble`](crate::assemble) adds to one.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    components: BTreeMap<ComponentId, Component>,
    suppliers: BTreeMap<SupplierId, Supplier>,
    relations: BTreeMap<(ComponentId, RelationKind, ComponentId), Relation>,
    noted: Vec<Noted>,
    unread: BTreeSet<Unread>,
}

impl Draft {
    /// Adds a component. If one of the same id is there, what is new is merged into it: lists are
    /// united, and a fact that is missing there is taken over.
    pub(crate) fn add(&mut self, component: Component) -> ComponentId {
        let id = component.id.clone();
        match self.components.entry(id.clone()) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(component);
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                merge(entry.get_mut(), component);
            }
        }
        id
    }

    pub(crate) fn get(&self, id: &ComponentId) -> Option<&Component> {
        self.components.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &ComponentId) -> Option<&mut Component> {
        self.components.get_mut(id)
    }

    pub(crate) fn components(&self) -> impl Iterator<Item = &Component> {
        self.components.values()
    }

    pub(crate) fn components_mut(&mut self) -> impl Iterator<Item = &mut Component> {
        self.components.values_mut()
    }

    #[cfg(test)]
    pub(crate) fn relations(&self) -> impl Iterator<Item = &Relation> {
        self.relations.values()
    }

    /// Records how two components relate; the first place where it was seen is kept.
    pub(crate) fn relate(
        &mut self,
        from: &ComponentId,
        kind: RelationKind,
        to: &ComponentId,
        standing: Standing,
        occurrence: Option<Occurrence>,
    ) {
        if from == to {
            return;
        }
        let key = (from.clone(), kind, to.clone());
        self.relations.entry(key).or_insert_with(|| Relation {
            from: from.clone(),
            kind,
            to: to.clone(),
            standing,
            occurrence,
        });
    }

    /// Takes one component for another: what was said of `from` is said of `to`, which stays.
    pub(crate) fn join(&mut self, from: &ComponentId, to: &ComponentId) {
        if from == to || !self.components.contains_key(to) {
            return;
        }
        let Some(mut joined) = self.components.remove(from) else {
            return;
        };
        if let Some(into) = self.components.get_mut(to) {
            joined.pin = None;
            merge(into, joined);
        }
        let moved = |id: &ComponentId| if id == from { to.clone() } else { id.clone() };
        let relations = std::mem::take(&mut self.relations);
        for relation in relations.into_values() {
            let (source, target) = (moved(&relation.from), moved(&relation.to));
            self.relate(
                &source,
                relation.kind,
                &target,
                relation.standing,
                relation.occurrence,
            );
        }
        for noted in &mut self.noted {
            noted.component = noted.component.as_ref().map(moved);
        }
    }

    /// Finds or makes a supplier by name and the way it came to be known.
    pub(crate) fn supplier(
        &mut self,
        kind: SupplierKind,
        name: &str,
        standing: Standing,
    ) -> SupplierId {
        let word = match kind {
            SupplierKind::Organisation => "organisation",
            SupplierKind::Person => "person",
            SupplierKind::HubNamespace => "hub",
            SupplierKind::PackageNamespace => "packages",
            SupplierKind::ImageNamespace => "images",
            SupplierKind::ApiHost => "api",
            SupplierKind::LicenceHolder => "holder",
        };
        let id = SupplierId(format!("{word}:{}", name.to_lowercase()));
        self.suppliers
            .entry(id.clone())
            .or_insert_with(|| Supplier {
                id: id.clone(),
                name: name.to_owned(),
                kind,
                standing,
                urls: Vec::new(),
                security_contact: None,
                country: None,
                occurrences: Vec::new(),
            });
        id
    }

    pub(crate) fn supplier_mut(&mut self, id: &SupplierId) -> Option<&mut Supplier> {
        self.suppliers.get_mut(id)
    }

    /// Records what a rule saw.
    pub(crate) fn note(
        &mut self,
        rule: &RuleInfo,
        component: Option<ComponentId>,
        occurrence: Option<Occurrence>,
        message: impl Into<String>,
    ) {
        let place = Place {
            member: occurrence.as_ref().map(|place| place.path.clone()),
            line: None,
            offset: None,
        };
        self.noted.push(Noted {
            component,
            occurrence,
            finding: Finding::new(rule, place, message),
        });
    }

    /// Records what could not be read.
    pub(crate) fn unread(&mut self, path: &str, line: Option<u32>, reason: impl Into<String>) {
        self.unread.insert(Unread {
            path: path.to_owned(),
            line,
            reason: reason.into(),
        });
    }

    /// Takes the draft apart: components, suppliers that are referred to, relations whose ends
    /// exist, findings worst first, what was not read.
    pub(crate) fn finish(self) -> Finished {
        let subject = ComponentId::subject();
        let known = |id: &ComponentId| *id == subject || self.components.contains_key(id);
        let relations = self
            .relations
            .values()
            .filter(|relation| known(&relation.from) && known(&relation.to))
            .cloned()
            .collect();
        let mut noted = self.noted;
        noted.sort_by(|left, right| {
            right
                .finding
                .severity
                .cmp(&left.finding.severity)
                .then_with(|| left.finding.rule.cmp(&right.finding.rule))
                .then_with(|| left.component.cmp(&right.component))
                .then_with(|| left.occurrence.cmp(&right.occurrence))
                .then_with(|| left.finding.message.cmp(&right.finding.message))
        });
        noted.dedup();
        let mut components: Vec<Component> = self.components.into_values().collect();
        components.iter_mut().for_each(put_in_order);
        Finished {
            components,
            suppliers: self.suppliers.into_values().collect(),
            relations,
            noted,
            unread: self.unread.into_iter().collect(),
        }
    }
}

/// The parts of a finished draft.
pub(crate) struct Finished {
    pub(crate) components: Vec<Component>,
    pub(crate) suppliers: Vec<Supplier>,
    pub(crate) relations: Vec<Relation>,
    pub(crate) noted: Vec<Noted>,
    pub(crate) unread: Vec<Unread>,
}

/// Sorts what has no order of its own.
fn put_in_order(component: &mut Component) {
    fn once<T: Ord>(items: &mut Vec<T>) {
        items.sort();
        items.dedup();
    }
    once(&mut component.licences);
    once(&mut component.hashes);
    once(&mut component.occurrences);
    once(&mut component.statements);
    once(&mut component.references);
}

/// Unites two descriptions of one component; of facts that can only be one, the first stays.
fn merge(into: &mut Component, from: Component) {
    fn first<T>(into: &mut Option<T>, from: Option<T>) {
        if into.is_none() {
            *into = from;
        }
    }
    // Both are mostly sorted already, and the one short: a file that names what thousands name
    // must not cost all of them again.
    fn unite<T: Ord>(into: &mut Vec<T>, from: Vec<T>) {
        for item in from {
            if let Err(at) = into.binary_search(&item) {
                into.insert(at, item);
            }
        }
    }
    first(&mut into.namespace, from.namespace);
    first(&mut into.version, from.version);
    first(&mut into.requirement, from.requirement);
    into.pin = match (into.pin, from.pin) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (left, right) => left.or(right),
    };
    first(&mut into.purl, from.purl);
    first(&mut into.path, from.path);
    first(&mut into.supplier, from.supplier);
    unite(&mut into.licences, from.licences);
    unite(&mut into.hashes, from.hashes);
    first(&mut into.description, from.description);
    for author in from.authors {
        if !into.authors.contains(&author) {
            into.authors.push(author);
        }
    }
    first(&mut into.copyright, from.copyright);
    into.direct = match (into.direct, from.direct) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (left, right) => left.or(right),
    };
    into.scope = match (into.scope, from.scope) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (left, right) => left.or(right),
    };
    into.remote_code = match (into.remote_code, from.remote_code) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (left, right) => left.or(right),
    };
    first(&mut into.released, from.released);
    unite(&mut into.occurrences, from.occurrences);
    unite(&mut into.statements, from.statements);
    unite(&mut into.references, from.references);
    first(&mut into.model, from.model);
    first(&mut into.dataset, from.dataset);
    first(&mut into.service, from.service);
    first(&mut into.hosted, from.hosted);
    for (name, value) in from.properties {
        into.properties.entry(name).or_insert(value);
    }
}
