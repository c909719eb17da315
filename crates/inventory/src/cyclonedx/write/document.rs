use std::{cell::RefCell, collections::HashMap, io};

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;
use uuid::Uuid;
use waybill_domain::inventory::{
    Component, ComponentId, Inventory, Relation, Supplier, SupplierId,
};

use super::{
    component::component,
    formulation, graph, metadata,
    refs::{Refs, is_service},
    service::service,
};
use crate::bill::{CycloneDxVersion, WriteOptions, fit, moment, object::Each};

/// Everything that the parts of a document are made from.
pub(super) struct Bill<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) options: &'a WriteOptions,
    pub(super) refs: Refs<'a>,
    pub(super) suppliers: HashMap<&'a SupplierId, &'a Supplier>,
    pub(super) outgoing: HashMap<&'a ComponentId, Vec<&'a Relation>>,
    pub(super) timestamp: Option<&'a str>,
    serial: Uuid,
    /// Filled while components and services are written, which come before it in the document.
    pub(super) citations: RefCell<Vec<Value>>,
}

impl<'a> Bill<'a> {
    fn new(inventory: &'a Inventory, options: &'a WriteOptions) -> Self {
        let given = options
            .serial
            .as_deref()
            .and_then(|text| Uuid::parse_str(text.strip_prefix("urn:uuid:").unwrap_or(text)).ok());
        let serial = given.unwrap_or_else(|| {
            fit::uuid(&format!(
                "cyclonedx {} {}",
                options.version.as_str(),
                fit::content_digest(inventory)
            ))
        });
        let mut outgoing: HashMap<_, Vec<&Relation>> = HashMap::new();
        for relation in &inventory.relations {
            outgoing.entry(&relation.from).or_default().push(relation);
        }
        Self {
            inventory,
            options,
            refs: Refs::new(inventory),
            suppliers: inventory
                .suppliers
                .iter()
                .map(|supplier| (&supplier.id, supplier))
                .collect(),
            outgoing,
            timestamp: options.timestamp.as_deref().and_then(moment::date_time),
            serial,
            citations: RefCell::new(Vec::new()),
        }
    }

    /// True if the document can say what only 1.7 has words for.
    pub(super) fn is_1_7(&self) -> bool {
        self.options.version == CycloneDxVersion::V1_7
    }

    pub(super) fn supplier(&self, id: Option<&SupplierId>) -> Option<&'a Supplier> {
        self.suppliers.get(id?).copied()
    }

    pub(super) fn relations_of(&self, id: &ComponentId) -> &[&'a Relation] {
        self.outgoing.get(id).map_or(&[], Vec::as_slice)
    }

    /// The component of that id.
    pub(super) fn component(&self, id: &ComponentId) -> Option<&'a Component> {
        self.inventory.components.get(self.refs.place(id)?)
    }

    fn placed(&self, services: bool) -> impl Iterator<Item = (usize, (usize, &'a Component))> {
        self.inventory
            .components
            .iter()
            .enumerate()
            .filter(move |(_, component)| is_service(component) == services)
            .enumerate()
    }
}

impl Serialize for Bill<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let version = self.options.version.as_str();
        let schema = format!("http://cyclonedx.org/schema/bom-{version}.schema.json");
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("$schema", &schema)?;
        map.serialize_entry("bomFormat", "CycloneDX")?;
        map.serialize_entry("specVersion", version)?;
        map.serialize_entry("serialNumber", &format!("urn:uuid:{}", self.serial))?;
        map.serialize_entry("version", &1)?;
        map.serialize_entry("metadata", &metadata::metadata(self))?;
        let components = Each(|| {
            self.placed(false)
                .map(|(index, (place, found))| component(self, place, index, found))
        });
        map.serialize_entry("components", &components)?;
        if self.placed(true).next().is_some() {
            let services = Each(|| {
                self.placed(true)
                    .map(|(index, (place, found))| service(self, place, index, found))
            });
            map.serialize_entry("services", &services)?;
        }
        map.serialize_entry("dependencies", &Each(|| graph::dependencies(self)))?;
        map.serialize_entry("compositions", &graph::compositions(self))?;
        if self.timestamp.is_some() && !self.inventory.findings.is_empty() {
            map.serialize_entry("annotations", &Each(|| graph::annotations(self)))?;
        }
        if formulation::is_known(self) {
            map.serialize_entry("formulation", &formulation::formulation(self))?;
        }
        let citations = self.citations.borrow();
        if !citations.is_empty() {
            map.serialize_entry("citations", &*citations)?;
        }
        drop(citations);
        map.end()
    }
}

/// Writes the whole document, ending in a line break.
pub(super) fn write(
    inventory: &Inventory,
    options: &WriteOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let bill = Bill::new(inventory, options);
    serde_json::to_writer_pretty(&mut *out, &bill)?;
    out.write_all(b"\n")
}
