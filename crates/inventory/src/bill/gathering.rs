//! Components and relations of a bill on their way to an inventory. References of the bill are
//! numbered, since a big bill names each of them many times.

use std::collections::{BTreeMap, HashMap};

use waybill_domain::{
    bill::Unmapped,
    inventory::{
        Component, ComponentId, InventorySummary, Pin, Relation, RelationKind, Role, Standing,
        Subject, Supplier, SupplierId, SupplierKind,
    },
};

/// Somebody who provides a component.
#[derive(Debug)]
pub(crate) struct Party {
    pub(crate) name: String,
    pub(crate) kind: SupplierKind,
    pub(crate) standing: Standing,
    pub(crate) urls: Vec<String>,
    pub(crate) security_contact: Option<String>,
    pub(crate) country: Option<String>,
}

impl Party {
    pub(crate) const fn named(name: String, kind: SupplierKind) -> Self {
        Self {
            name,
            kind,
            standing: Standing::Claimed,
            urls: Vec::new(),
            security_contact: None,
            country: None,
        }
    }
}

/// The other end of a relation.
#[derive(Debug)]
pub(crate) enum Target {
    Reference(String),
    /// Something described on the spot.
    Described(Box<Found>),
}

/// A component as one part of a bill describes it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) reference: Option<String>,
    pub(crate) component: Component,
    pub(crate) supplier: Option<Party>,
    pub(crate) links: Vec<(RelationKind, Target, Standing)>,
    /// True if the bill lists it as a service.
    pub(crate) service: bool,
    /// True if one of our own bills describes it.
    pub(crate) own: bool,
}

impl Found {
    /// Gives back what lists hold in reserve, which in a big bill is a good part of everything.
    pub(crate) fn shrink(&mut self) {
        let component = &mut self.component;
        component.licences.shrink_to_fit();
        component.hashes.shrink_to_fit();
        component.references.shrink_to_fit();
        component.occurrences.shrink_to_fit();
        component.statements.shrink_to_fit();
        component.authors.shrink_to_fit();
    }

    pub(crate) const fn new(reference: Option<String>, component: Component) -> Self {
        Self {
            reference,
            component,
            supplier: None,
            links: Vec::new(),
            service: false,
            own: false,
        }
    }
}

/// Number of a reference.
pub(crate) type Symbol = u32;

const SUBJECT: u32 = u32::MAX;

/// Everything found so far.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    components: Vec<Component>,
    symbols: HashMap<Box<str>, Symbol>,
    /// The component of each symbol.
    owners: Vec<Option<u32>>,
    edges: Vec<(Symbol, RelationKind, Symbol, Standing)>,
    suppliers: BTreeMap<SupplierId, Supplier>,
    pub(crate) unmapped: Unmapped,
}

impl Gathering {
    /// The number of a reference, given at its first mention.
    pub(crate) fn symbol(&mut self, reference: &str) -> Symbol {
        if let Some(symbol) = self.symbols.get(reference) {
            return *symbol;
        }
        let symbol = self.anonymous();
        self.symbols.insert(reference.into(), symbol);
        symbol
    }

    fn anonymous(&mut self) -> Symbol {
        let symbol = Symbol::try_from(self.owners.len()).unwrap_or(SUBJECT);
        self.owners.push(None);
        symbol
    }

    /// Makes a reference stand for the system itself.
    pub(crate) fn subject(&mut self, reference: Option<&str>) -> Symbol {
        let symbol = match reference {
            Some(reference) => self.symbol(reference),
            None => self.anonymous(),
        };
        self.own(symbol, SUBJECT);
        symbol
    }

    fn own(&mut self, symbol: Symbol, owner: u32) {
        if let Some(slot) = self.owners.get_mut(symbol as usize)
            && slot.is_none()
        {
            *slot = Some(owner);
        }
    }

    pub(crate) fn relate(
        &mut self,
        from: Symbol,
        kind: RelationKind,
        to: Symbol,
        standing: Standing,
    ) {
        if from != to {
            self.edges.push((from, kind, to, standing));
        }
    }

    /// The component that a reference stands for, if it was found.
    pub(crate) fn component_mut(&mut self, symbol: Symbol) -> Option<&mut Component> {
        let owner = (*self.owners.get(symbol as usize)?)?;
        self.components.get_mut(owner as usize)
    }

    /// All components that were found.
    pub(crate) fn components_mut(&mut self) -> impl Iterator<Item = &mut Component> {
        self.components.iter_mut()
    }

    /// The number of a reference, if it was mentioned.
    pub(crate) fn known(&self, reference: &str) -> Option<Symbol> {
        self.symbols.get(reference).copied()
    }

    /// Makes of a component the system itself. To be asked for once, since all components after
    /// it move.
    pub(crate) fn become_subject(&mut self, symbol: Symbol) -> Option<Subject> {
        let place = (*self.owners.get(symbol as usize)?)?;
        if place as usize >= self.components.len() {
            return None;
        }
        let component = self.components.remove(place as usize);
        for owner in self.owners.iter_mut().flatten() {
            if *owner == place {
                *owner = SUBJECT;
            } else if *owner > place && *owner != SUBJECT {
                *owner = owner.saturating_sub(1);
            }
        }
        Some(Subject {
            name: component.full_name(),
            version: component.version,
            description: component.description,
            licences: component.licences,
            supplier: component.supplier,
            references: component.references,
            ..Subject::default()
        })
    }

    pub(crate) fn supplier(&mut self, party: Party) -> SupplierId {
        let word = match party.kind {
            SupplierKind::Organisation => "organisation",
            SupplierKind::Person => "person",
            SupplierKind::HubNamespace => "hub",
            SupplierKind::PackageNamespace => "packages",
            SupplierKind::ImageNamespace => "images",
            SupplierKind::ApiHost => "api",
            SupplierKind::LicenceHolder => "holder",
        };
        let id = SupplierId(format!("{word}:{}", party.name.to_lowercase()));
        let entry = self
            .suppliers
            .entry(id.clone())
            .or_insert_with(|| Supplier {
                id: id.clone(),
                name: party.name,
                kind: party.kind,
                standing: party.standing,
                urls: Vec::new(),
                security_contact: None,
                country: None,
                occurrences: Vec::new(),
            });
        for url in party.urls {
            if !entry.urls.contains(&url) {
                entry.urls.push(url);
            }
        }
        if entry.security_contact.is_none() {
            entry.security_contact = party.security_contact;
        }
        if entry.country.is_none() {
            entry.country = party.country;
        }
        id
    }

    /// Takes a component with all that it brings. Recursion ends with the depth of the document.
    pub(crate) fn add(&mut self, found: Found) -> Symbol {
        let symbol = match &found.reference {
            Some(reference) => self.symbol(reference),
            None => self.anonymous(),
        };
        let mut component = found.component;
        if let Some(party) = found.supplier {
            component.supplier = Some(self.supplier(party));
        }
        self.own(
            symbol,
            u32::try_from(self.components.len()).unwrap_or(SUBJECT),
        );
        self.components.push(component);
        for (kind, target, standing) in found.links {
            let to = self.target(target);
            self.relate(symbol, kind, to, standing);
        }
        symbol
    }

    /// The symbol of the other end of a relation.
    pub(crate) fn target(&mut self, target: Target) -> Symbol {
        match target {
            Target::Reference(reference) => self.symbol(&reference),
            Target::Described(other) => self.add(*other),
        }
    }

    pub(crate) fn count(&mut self, unmapped: Unmapped) {
        for (pattern, count) in unmapped {
            let total = self.unmapped.entry(pattern).or_default();
            *total = total.saturating_add(count);
        }
    }

    /// Components and relations in order, every id once, relations without loose ends.
    pub(crate) fn finish(self) -> Gathered {
        let Self {
            mut components,
            owners,
            edges,
            suppliers,
            unmapped,
            symbols,
        } = self;
        drop(symbols);
        // One of our own bills may name a supplier that has no name.
        for component in &mut components {
            if let Some(id) = &component.supplier
                && !suppliers.contains_key(id)
            {
                component.supplier = None;
            }
        }
        let ids = unique(&mut components);
        let subject = ComponentId::subject();
        let id = |symbol: Symbol| -> Option<&ComponentId> {
            match (*owners.get(symbol as usize)?)? {
                SUBJECT => Some(&subject),
                owner => ids.get(owner as usize),
            }
        };
        let mut relations: Vec<Relation> = edges
            .into_iter()
            .filter_map(|(from, kind, to, standing)| {
                let (from, to) = (id(from)?, id(to)?);
                (from != to).then(|| Relation {
                    from: from.clone(),
                    kind,
                    to: to.clone(),
                    standing,
                    occurrence: None,
                })
            })
            .collect();
        drop(ids);
        drop(owners);
        relations.sort_unstable();
        relations.dedup();
        components.sort_by(|left, right| left.id.cmp(&right.id));
        let mut summary = InventorySummary::default();
        for component in &components {
            let count = summary.components.entry(component.role).or_default();
            *count = count.saturating_add(1);
            if let Some(pin) = component.pin {
                let count = summary.pins.entry(pin).or_default();
                *count = count.saturating_add(1);
            }
        }
        Gathered {
            components,
            relations,
            suppliers: suppliers.into_values().collect(),
            summary,
            unmapped,
        }
    }
}

/// What was gathered, in the order of an inventory.
pub(crate) struct Gathered {
    pub(crate) components: Vec<Component>,
    pub(crate) relations: Vec<Relation>,
    pub(crate) suppliers: Vec<Supplier>,
    pub(crate) summary: InventorySummary,
    pub(crate) unmapped: Unmapped,
}

/// Gives every component an id of its own, and returns them in the order of the components.
fn unique(components: &mut [Component]) -> Vec<ComponentId> {
    let mut taken: HashMap<ComponentId, u64> = HashMap::with_capacity(components.len());
    taken.insert(ComponentId::subject(), 1);
    let mut ids = Vec::with_capacity(components.len());
    for component in components {
        loop {
            let count = taken.entry(component.id.clone()).or_default();
            *count = count.saturating_add(1);
            if *count == 1 {
                break;
            }
            component.id = ComponentId(format!("{}#{count}", component.id));
        }
        ids.push(component.id.clone());
    }
    ids
}

/// The id that a component has by the inventory's convention.
pub(crate) fn conventional(component: &Component) -> ComponentId {
    if let Some(purl) = &component.purl {
        return ComponentId(purl.clone());
    }
    let mut id = format!("{}:{}", component.role.as_str(), component.full_name());
    if let Some(version) = &component.version {
        id.push('@');
        id.push_str(version);
    }
    ComponentId(id)
}

/// How firmly a version is fixed, out of what a bill that does not say so itself shows.
pub(crate) fn pin(component: &Component) -> Option<Pin> {
    if matches!(
        component.role,
        Role::Prompt
            | Role::ChatTemplate
            | Role::AgentInstructions
            | Role::Service
            | Role::Machine
            | Role::File
            | Role::Guardrail
    ) {
        return None;
    }
    let version = component.version.as_deref();
    let commit = version.is_some_and(|version| {
        let digits = version.strip_prefix("sha256:").unwrap_or(version);
        matches!(digits.len(), 40 | 64) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    Some(if commit || !component.hashes.is_empty() {
        Pin::Digest
    } else {
        match version {
            None | Some("latest" | "main" | "master" | "HEAD") => Pin::Floating,
            Some(_) => Pin::Name,
        }
    })
}
