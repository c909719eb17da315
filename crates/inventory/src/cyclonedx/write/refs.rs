use std::collections::{HashMap, HashSet};

use waybill_domain::inventory::{Component, ComponentId, Inventory, Role};

/// The names that parts of a document are referred to by: each once, and none that looks like a
/// link to another document.
#[derive(Debug)]
pub(super) struct Refs<'a> {
    taken: HashSet<String>,
    /// By the component's place in the inventory.
    names: Vec<String>,
    by_id: HashMap<&'a ComponentId, usize>,
    pub(super) subject: String,
    pub(super) tool: String,
    pub(super) author: String,
}

impl<'a> Refs<'a> {
    pub(super) fn new(inventory: &'a Inventory) -> Self {
        let mut refs = Self {
            taken: HashSet::new(),
            names: Vec::with_capacity(inventory.components.len()),
            by_id: HashMap::new(),
            subject: String::new(),
            tool: String::new(),
            author: String::new(),
        };
        refs.subject = refs.take(ComponentId::subject().as_str());
        for (at, component) in inventory.components.iter().enumerate() {
            let name = refs.take(component.id.as_str());
            refs.names.push(name);
            refs.by_id.entry(&component.id).or_insert(at);
        }
        refs.tool = refs.take("waybill");
        refs.author = refs.take("author");
        refs
    }

    /// A name that nothing else has, as near to the wanted one as can be.
    pub(super) fn take(&mut self, wanted: &str) -> String {
        let wanted = match wanted {
            "" => "unnamed".to_owned(),
            wanted if wanted.starts_with("urn:cdx:") => format!("ref:{wanted}"),
            wanted => wanted.to_owned(),
        };
        let mut name = wanted.clone();
        let mut number = 1_u64;
        while !self.taken.insert(name.clone()) {
            // Identical ids break the inventory's contract; doubling keeps even many of them cheap.
            number = number
                .saturating_mul(2)
                .saturating_add(self.taken.len() as u64);
            name = format!("{wanted}#{number}");
        }
        name
    }

    /// A name that nothing has so far, for what is referred to nowhere else.
    pub(super) fn free(&self, mut wanted: String) -> String {
        while self.taken.contains(&wanted) {
            wanted.push('+');
        }
        wanted
    }

    /// The name of the component at a place of the inventory.
    pub(super) fn at(&self, place: usize) -> &str {
        self.names.get(place).map_or("", String::as_str)
    }

    /// The place of a component.
    pub(super) fn place(&self, id: &ComponentId) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The name of a component, or of the subject.
    pub(super) fn of(&self, id: &ComponentId) -> Option<&str> {
        if *id == ComponentId::subject() {
            return Some(&self.subject);
        }
        self.place(id).map(|place| self.at(place))
    }
}

/// True for what CycloneDX lists as a service: it answers over the network.
pub(super) fn is_service(component: &Component) -> bool {
    match component.role {
        Role::Service => true,
        Role::AgentTool | Role::VectorStore | Role::Guardrail => {
            component.service.as_ref().is_some_and(|facts| {
                !facts.endpoints.is_empty() || facts.host.is_some() || facts.external == Some(true)
            })
        }
        _ => false,
    }
}
