use std::{cell::RefCell, collections::BTreeMap};

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Value, json};
use waybill_domain::inventory::{Component, ComponentId, Inventory, Supplier, SupplierId};

use super::{
    Written,
    agents::{agents, creator_id, supplier_id, tool_id},
    gaps::{Gap, gaps, is_dataset, is_model},
    ids::{Ids, namespace},
    licences::licences,
    package::{hash, package},
    particulars::{not_examined, particulars},
    relations::relations,
};
use crate::{
    bill::{
        WriteOptions, fit, moment,
        object::{Each, Object},
    },
    cyclonedx,
};

/// What SPDX needs a date for when there is none.
pub(super) const NO_DATE: &str = "1970-01-01T00:00:00Z";

/// Everything that the elements of a document are made from.
pub(super) struct Bill<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) options: &'a WriteOptions,
    pub(super) ids: Ids<'a>,
    pub(super) subject: String,
    pub(super) suppliers: BTreeMap<&'a SupplierId, &'a Supplier>,
    created: Option<String>,
    gaps: Vec<Gap>,
    /// Filled while the elements are written; the document itself comes last and lists them.
    written: RefCell<Vec<String>>,
}

impl<'a> Bill<'a> {
    fn new(inventory: &'a Inventory, options: &'a WriteOptions) -> Self {
        let namespace = namespace(inventory, options, "SPDX-3.0.1");
        let prefix = format!("{namespace}#");
        let ids = Ids::new(inventory, namespace, prefix, fit::escaped);
        let created = options.timestamp.as_deref().and_then(moment::utc);
        let mut suppliers = BTreeMap::new();
        for supplier in &inventory.suppliers {
            suppliers.entry(&supplier.id).or_insert(supplier);
        }
        Self {
            inventory,
            options,
            subject: ids.own("subject"),
            ids,
            suppliers,
            created,
            gaps: gaps(inventory),
            written: RefCell::new(Vec::new()),
        }
    }

    /// An element of a class, to be filled.
    pub(super) fn element(&self, class: &str, id: &str) -> Object {
        let mut object = Object::default();
        object.put("type", class);
        object.put("spdxId", id);
        object.put("creationInfo", "_:creationinfo");
        object
    }

    pub(super) fn supplier(&self, id: Option<&SupplierId>) -> Option<&'a Supplier> {
        self.suppliers.get(id?).copied()
    }

    pub(super) fn component(&self, id: &ComponentId) -> Option<&'a Component> {
        self.inventory.components.get(self.ids.place(id)?)
    }

    fn elements(&self) -> impl Iterator<Item = Value> {
        let components = || self.inventory.components.iter().enumerate();
        agents(self)
            .chain(std::iter::once_with(|| self.subject_package()))
            .chain(components().map(|(place, found)| package(self, place, found)))
            .chain(components().map(|(place, found)| self.annotation(place, found)))
            .chain(self.unread())
            .chain(licences(self))
            .chain(relations(self))
            .inspect(|element| {
                let id = element.get("spdxId").and_then(Value::as_str);
                self.written.borrow_mut().extend(id.map(str::to_owned));
            })
            .chain(std::iter::once_with(|| self.sbom()))
            .chain(std::iter::once_with(|| self.document()))
    }

    fn creation(&self) -> Value {
        json!({
            "type": "CreationInfo",
            "@id": "_:creationinfo",
            "specVersion": "3.0.1",
            "created": self.created.as_deref().unwrap_or(NO_DATE),
            "createdBy": [creator_id(self)],
            "createdUsing": [tool_id(self)],
        })
    }

    fn subject_package(&self) -> Value {
        let subject = &self.inventory.subject;
        let mut object = self.element("software_Package", &self.subject);
        object.put("name", subject_name(self.inventory));
        object.text("description", subject.description.as_deref());
        let image = subject.image_digest.is_some();
        let purpose = if image { "container" } else { "application" };
        object.put("software_primaryPurpose", purpose);
        let version = cyclonedx::subject_version(self.inventory);
        object.text("software_packageVersion", version.as_deref());
        object.maybe(
            "software_packageUrl",
            cyclonedx::subject_purl(self.inventory),
        );
        if let Some(supplier) = self.supplier(subject.supplier.as_ref()) {
            object.put("suppliedBy", supplier_id(self, supplier));
        }
        if let Some(revision) = &subject.revision {
            let state = match revision.dirty {
                Some(true) => ", with changes",
                Some(false) => ", without changes",
                None => "",
            };
            let source = format!("git commit {}{state}", revision.commit);
            object.put("software_sourceInfo", source);
        }
        object.into_value()
    }

    fn annotation(&self, place: usize, component: &Component) -> Value {
        let subject = self.ids.at(place);
        let mut object = self.element("Annotation", &format!("{subject}-particulars"));
        object.put("annotationType", "other");
        object.put("contentType", "application/json");
        object.put("subject", subject);
        object.put(
            "statement",
            particulars(component, |digest| hash(digest).is_some()),
        );
        object.into_value()
    }

    /// What could not be read, said of the subject.
    fn unread(&self) -> impl Iterator<Item = Value> {
        let unread = self.inventory.unread.iter().enumerate();
        unread.map(|(number, unread)| {
            let id = self.ids.own(&format!("unread-{number}"));
            let mut object = self.element("Annotation", &id);
            object.put("annotationType", "other");
            object.put("subject", self.subject.as_str());
            object.put("statement", not_examined(unread));
            object.into_value()
        })
    }

    fn sbom(&self) -> Value {
        let id = self.ids.own("sbom");
        let mut object = self.element("software_Sbom", &id);
        if let Some(lifecycle) = self.options.lifecycle {
            object.put("software_sbomType", json!([lifecycle.sbom_kind()]));
        }
        object.put("rootElement", json!([self.subject]));
        let parts = (0..self.inventory.components.len()).map(|place| self.ids.at(place));
        let parts: Vec<&str> = std::iter::once(self.subject.as_str())
            .chain(parts)
            .collect();
        object.put("element", json!(parts));
        object.into_value()
    }

    fn document(&self) -> Value {
        let mut object = self.element("SpdxDocument", &self.ids.own("document"));
        object.put("name", subject_name(self.inventory));
        let sbom = self.ids.own("sbom");
        let mut elements = self.written.take();
        elements.push(sbom.clone());
        object.put("rootElement", json!([sbom]));
        object.put("element", elements);
        object.put("profileConformance", json!(self.profiles()));
        object.into_value()
    }

    /// The profiles that the document keeps.
    fn profiles(&self) -> Vec<&'static str> {
        let mut profiles = vec!["core", "software", "simpleLicensing"];
        let kinds = [
            ("ai", is_model as fn(_) -> _),
            ("dataset", is_dataset as fn(_) -> _),
        ];
        let gaps: std::collections::HashSet<&ComponentId> =
            self.gaps.iter().map(|gap| &gap.component).collect();
        for (profile, belongs) in kinds {
            let components = self.inventory.components.iter();
            let mut of_kind = components
                .filter(|component| belongs(component.role))
                .peekable();
            let any = of_kind.peek().is_some();
            if any && of_kind.all(|component| !gaps.contains(&component.id)) {
                profiles.push(profile);
            }
        }
        profiles
    }
}

impl Serialize for Bill<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("@context", "https://spdx.org/rdf/3.0.1/spdx-context.jsonld")?;
        let graph = Each(|| std::iter::once_with(|| self.creation()).chain(self.elements()));
        map.serialize_entry("@graph", &graph)?;
        map.end()
    }
}

/// The name of the system.
pub(super) fn subject_name(inventory: &Inventory) -> &str {
    match inventory.subject.name.as_str() {
        "" => "unnamed",
        name => name,
    }
}

/// A document as text, ending in a line break, with what is not known: the gaps of its components,
/// and its date if there is none.
pub(super) fn rendered(document: &impl Serialize, gaps: &[Gap], dated: bool) -> Written {
    // Writing strings and numbers under string keys into memory does not fail.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    let date = (!dated).then(|| Gap {
        component: ComponentId::subject(),
        field: "created",
    });
    Written {
        text,
        gaps: date.into_iter().chain(gaps.iter().cloned()).collect(),
    }
}

/// The whole document.
pub(super) fn written(inventory: &Inventory, options: &WriteOptions) -> Written {
    let bill = Bill::new(inventory, options);
    rendered(&bill, &bill.gaps, bill.created.is_some())
}
