//! SPDX 3.0 in JSON-LD: elements of a graph, in any order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value};
use waybill_domain::{
    bill::{BillFormat, DocumentFacts, Gravity, Problem, ProblemKind, Problems, Unmapped},
    inventory::{
        Component, ComponentId, Reference, ReferenceKind, RelationKind, Role, Standing, Subject,
        SupplierKind,
    },
};

use super::{
    Head, Parts, artificial, finish,
    identity::{hashes, links, purl},
    list,
    older::take_over,
    rest, tool_named,
    words::{self, said},
};
use crate::bill::{
    BillError, BillLimits, ReadBill,
    gathering::{Found, Gathering, Party, conventional, pin},
    taking::Taking,
    values::quoted,
};
use crate::cyclonedx::read::licences::stated;

/// A relationship: from, word, to, comment, place.
type Related = (String, String, Vec<String>, Option<String>, usize);

/// A package, file or the like whose neighbours are not known yet.
struct Waiting {
    found: Found,
    supplied_by: Option<String>,
    originated_by: Vec<String>,
}

struct Graph {
    gathering: Gathering,
    problems: Problems,
    most: usize,
    ids: HashMap<String, usize>,
    agents: BTreeMap<String, (String, SupplierKind, Vec<Reference>)>,
    tools: BTreeMap<String, String>,
    /// Programs that are named as if they were authors.
    programs: BTreeSet<String>,
    licences: BTreeMap<String, String>,
    texts: BTreeMap<String, String>,
    waiting: Vec<Waiting>,
    relations: Vec<Related>,
    own: BTreeMap<String, Component>,
    creations: Vec<Taking>,
    roots: BTreeSet<String>,
    sboms: BTreeMap<String, Vec<String>>,
    document: DocumentFacts,
    unread: Vec<waybill_domain::inventory::Unread>,
}

/// Reads a document whose lists were taken apart.
pub(super) fn read(
    skeleton: Map<String, Value>,
    mut parts: Parts,
    problems: Problems,
    limits: &BillLimits,
) -> Result<ReadBill, BillError> {
    let mut top = Taking(skeleton);
    top.drop("@context");
    let mut graph = Graph {
        gathering: Gathering::default(),
        problems,
        most: limits.problems,
        ids: HashMap::new(),
        agents: BTreeMap::new(),
        tools: BTreeMap::new(),
        programs: BTreeSet::new(),
        licences: BTreeMap::new(),
        texts: BTreeMap::new(),
        waiting: Vec::new(),
        relations: Vec::new(),
        own: BTreeMap::new(),
        creations: Vec::new(),
        roots: BTreeSet::new(),
        sboms: BTreeMap::new(),
        document: DocumentFacts {
            format: BillFormat::SpdxJsonLd,
            version: String::new(),
            identifier: None,
            revision: None,
            timestamp: None,
            authors: Vec::new(),
            tools: Vec::new(),
            contexts: Vec::new(),
            signed: false,
        },
        unread: Vec::new(),
    };
    let mut elements = list(&mut parts, "@graph");
    if elements.is_empty() && top.0.contains_key("type") {
        // A document of one element needs no graph.
        elements.push(Value::Object(std::mem::take(&mut top.0)));
    }
    for (index, value) in elements.into_iter().enumerate() {
        graph.element(Taking::of(value), index);
    }
    let mut unmapped = Unmapped::new();
    rest(top.0, parts).left("", &mut unmapped);
    graph.gathering.count(unmapped);
    graph.creation();
    let subject = graph.components();
    graph.relate();
    if !graph.document.version.starts_with("3.0") {
        return Err(BillError::Unrecognised(format!(
            "SPDX {} is neither 2.2, 2.3 nor 3.0",
            quoted(&graph.document.version)
        )));
    }
    let head = Head {
        document: graph.document,
        subject,
        unread: graph.unread,
    };
    Ok(finish(head, graph.gathering, graph.problems))
}

impl Graph {
    fn wrong(&mut self, kind: ProblemKind, pointer: String, message: String) {
        self.problems.add(
            Problem {
                gravity: Gravity::Error,
                kind,
                pointer,
                message,
            },
            self.most,
        );
    }

    fn element(&mut self, mut object: Taking, index: usize) {
        let pointer = format!("/@graph/{index}");
        let kind = object.text("type").or_else(|| object.text("@type"));
        let Some(kind) = kind else {
            self.wrong(ProblemKind::Schema, pointer, "`type` is missing".to_owned());
            return;
        };
        if kind == "CreationInfo" {
            object.drop("@id");
            self.creations.push(object);
            return;
        }
        let id = object.text("spdxId").or_else(|| object.text("@id"));
        let Some(id) = id else {
            self.wrong(
                ProblemKind::Schema,
                pointer,
                "`spdxId` is missing".to_owned(),
            );
            return;
        };
        if let Some(first) = self.ids.insert(id.clone(), index) {
            self.wrong(
                ProblemKind::DuplicateReference,
                format!("{pointer}/spdxId"),
                format!("{} is also the reference of `/@graph/{first}`", quoted(&id)),
            );
        }
        match object.0.get("creationInfo") {
            Some(Value::Object(_)) => {
                if let Some(creation) = object.object("creationInfo") {
                    self.creations.push(creation);
                }
            }
            Some(Value::String(_)) => object.drop("creationInfo"),
            _ => self.wrong(
                ProblemKind::Schema,
                pointer.clone(),
                "`creationInfo` is missing".to_owned(),
            ),
        }
        self.of_kind(&kind, id, &mut object, index);
        let mut unmapped = Unmapped::new();
        object.left(&format!("/@graph/* {kind}"), &mut unmapped);
        self.gathering.count(unmapped);
    }

    fn of_kind(&mut self, kind: &str, id: String, object: &mut Taking, index: usize) {
        let short = kind.rsplit('_').next().unwrap_or(kind);
        match short {
            "Organization" | "Person" | "Agent" | "SoftwareAgent" => self.agent(short, id, object),
            "Tool" => {
                self.tools
                    .insert(id, object.text("name").unwrap_or_default());
            }
            "SpdxDocument" => {
                self.document.identifier = Some(id);
                self.roots.extend(object.texts("rootElement"));
                for key in ["element", "profileConformance", "name"] {
                    object.drop(key);
                }
            }
            "Sbom" | "Bom" => {
                self.sboms.insert(id, object.texts("rootElement"));
                self.document
                    .contexts
                    .extend(object.texts("software_sbomType"));
                object.drop("element");
                object.drop("name");
            }
            "LicenseExpression" => {
                if let Some(text) = object.text("simplelicensing_licenseExpression") {
                    if let Some(problem) = words::licence_fault(&text, &format!("/@graph/{index}"))
                    {
                        self.problems.add(problem, self.most);
                    }
                    self.licences.insert(id, text);
                }
                object.drop("simplelicensing_customIdToUri");
            }
            "SimpleLicensingText" => {
                let text = object.text("simplelicensing_licenseText");
                self.texts.insert(id, text.unwrap_or_default());
            }
            "Relationship" | "LifecycleScopedRelationship" => self.relationship(object, index),
            "Annotation" => self.annotation(object),
            "Package" | "AIPackage" | "DatasetPackage" | "File" => {
                self.package(short, id, object, index);
            }
            _ => {
                object.0.insert("spdxId".to_owned(), id.into());
            }
        }
    }

    fn agent(&mut self, kind: &str, id: String, object: &mut Taking) {
        let links = links(object);
        let name = object.text("name").unwrap_or_default();
        if kind == "SoftwareAgent" {
            self.programs.insert(id.clone());
        }
        let kind = if kind == "Person" {
            SupplierKind::Person
        } else {
            SupplierKind::Organisation
        };
        self.agents.insert(id, (name, kind, links));
    }

    fn relationship(&mut self, object: &mut Taking, index: usize) {
        let from = object.text("from").unwrap_or_default();
        let word = object.text("relationshipType").unwrap_or_default();
        let to = object.texts("to");
        let comment = object.text("comment");
        object.drop("completeness");
        self.relations.push((from, word, to, comment, index));
    }

    fn annotation(&mut self, object: &mut Taking) {
        let statement = object
            .0
            .get("statement")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if let Some(unread) = words::unread(statement) {
            self.unread.push(unread);
        } else if let Some(own) = words::own_component(statement) {
            if let Some(subject) = object.text("subject") {
                self.own.insert(subject, own);
            }
        } else {
            return;
        }
        for key in ["statement", "subject", "annotationType", "contentType"] {
            object.drop(key);
        }
    }

    fn package(&mut self, kind: &str, id: String, object: &mut Taking, index: usize) {
        let purpose = object.text("software_primaryPurpose").unwrap_or_default();
        let purl = purl(object);
        let role = match kind {
            "AIPackage" => Role::Model,
            "DatasetPackage" => Role::Dataset,
            "File" => Role::File,
            _ => words::role(&purpose, purl.as_deref()),
        };
        let name = object.text("name").unwrap_or_default();
        let mut component = Component::new(ComponentId::subject(), role, name);
        component.purl = purl;
        component.version = said(object.text("software_packageVersion"));
        component.description = object
            .text("description")
            .or_else(|| object.text("summary"));
        component.copyright = said(object.text("software_copyrightText"));
        component.released = object.text("releaseTime");
        component.references = links(object);
        for (key, kind) in [
            ("software_downloadLocation", ReferenceKind::Distribution),
            ("software_homePage", ReferenceKind::Website),
        ] {
            if let Some(url) = said(object.text(key)) {
                component.references.push(Reference { kind, url });
            }
        }
        component.references.sort();
        component.references.dedup();
        if kind == "File" {
            component.path = Some(component.name.trim_start_matches("./").to_owned());
        }
        hashes(object, &mut component);
        artificial::facts(object, &mut component);
        for problem in words::faults(&component, &format!("/@graph/{index}")) {
            self.problems.add(problem, self.most);
        }
        component.pin = pin(&component);
        component.id = conventional(&component);
        self.waiting.push(Waiting {
            found: Found::new(Some(id), component),
            supplied_by: object.text("suppliedBy"),
            originated_by: object.texts("originatedBy"),
        });
    }

    /// Who made the document, when and with what.
    fn creation(&mut self) {
        for mut creation in std::mem::take(&mut self.creations) {
            let created = creation.text("created");
            self.document.timestamp = self.document.timestamp.take().or(created);
            if let Some(version) = creation.text("specVersion") {
                self.document.version = version;
            }
            for id in creation.texts("createdBy") {
                if self.programs.contains(&id) {
                    continue;
                }
                let name = self.agents.get(&id).map_or(id, |(name, _, _)| name.clone());
                if !self.document.authors.contains(&name) {
                    self.document.authors.push(name);
                }
            }
            for id in creation.texts("createdUsing") {
                let name = self.tools.get(&id).cloned().unwrap_or(id);
                let tool = tool_named(&name);
                if !self.document.tools.contains(&tool) {
                    self.document.tools.push(tool);
                }
            }
            let mut unmapped = Unmapped::new();
            creation.left("/@graph/* CreationInfo", &mut unmapped);
            self.gathering.count(unmapped);
        }
    }

    /// Hands the packages on; the one that the document is about is the subject.
    fn components(&mut self) -> Subject {
        let mut subject = Subject::default();
        let mut roots: BTreeSet<String> = BTreeSet::new();
        for root in &self.roots {
            match self.sboms.get(root) {
                Some(inner) => roots.extend(inner.iter().cloned()),
                None => {
                    roots.insert(root.clone());
                }
            }
        }
        if roots.is_empty() {
            roots.extend(self.sboms.values().flatten().cloned());
        }
        let alone = roots.len() == 1;
        for waiting in std::mem::take(&mut self.waiting) {
            let mut found = waiting.found;
            found.supplier = waiting.supplied_by.and_then(|id| self.party(&id));
            for id in waiting.originated_by {
                let name = self.agents.get(&id).map_or(id, |(name, _, _)| name.clone());
                found.component.authors.push(name);
            }
            let id = found.reference.clone().unwrap_or_default();
            if let Some(own) = self.own.remove(&id) {
                take_over(&mut found, own);
            }
            let model = matches!(found.component.role, Role::Model | Role::Dataset);
            if alone && roots.contains(&id) && !model {
                self.gathering.subject(Some(&id));
                subject = Subject {
                    name: found.component.full_name(),
                    version: found.component.version,
                    description: found.component.description,
                    licences: found.component.licences,
                    supplier: found.supplier.map(|party| self.gathering.supplier(party)),
                    references: found.component.references,
                    ..Subject::default()
                };
            } else {
                self.gathering.add(found);
            }
        }
        subject
    }

    fn party(&self, id: &str) -> Option<Party> {
        let (name, kind, links) = self.agents.get(id)?;
        let mut party = Party::named(name.clone(), *kind);
        for link in links {
            if link.kind == ReferenceKind::SecurityContact {
                party.security_contact = Some(link.url.clone());
            } else {
                party.urls.push(link.url.clone());
            }
        }
        Some(party)
    }

    fn relate(&mut self) {
        for (from, word, to, comment, index) in std::mem::take(&mut self.relations) {
            let pointer = format!("/@graph/{index}");
            for id in to.iter().chain([&from]) {
                // Individuals such as `NoAssertionElement` are not elements of the document.
                if !self.ids.contains_key(id) && !id.contains("spdx.org/rdf/") && !individual(id) {
                    self.wrong(
                        ProblemKind::DanglingReference,
                        pointer.clone(),
                        format!("{} refers to nothing in the bill", quoted(id)),
                    );
                }
            }
            if word == "hasDeclaredLicense" || word == "hasConcludedLicense" {
                self.licence(&from, &to);
                continue;
            }
            let own = words::own_relation(comment.as_deref());
            let known = own
                .map(|(kind, standing)| (kind, false, standing))
                .or_else(|| {
                    let (kind, turned) = words::relation(&word)?;
                    Some((kind, turned, Standing::Claimed))
                });
            let Some((kind, turned, standing)) = known else {
                let pattern = format!("/@graph/* Relationship/relationshipType {word}");
                self.gathering.count(Unmapped::from([(pattern, 1)]));
                continue;
            };
            let from = self.gathering.symbol(&from);
            for target in to {
                let target = self.gathering.symbol(&target);
                let (from, to) = if turned {
                    (target, from)
                } else {
                    (from, target)
                };
                self.edge(from, kind, to, standing);
            }
        }
    }

    fn edge(&mut self, from: u32, kind: RelationKind, to: u32, standing: Standing) {
        self.gathering.relate(from, kind, to, standing);
    }

    fn licence(&mut self, from: &str, to: &[String]) {
        let symbol = self.gathering.symbol(from);
        for id in to {
            let Some(text) = self.licences.get(id).or_else(|| self.texts.get(id)) else {
                continue;
            };
            let licence = stated(text.clone());
            if let Some(component) = self.gathering.component_mut(symbol) {
                let known = component
                    .licences
                    .iter()
                    .any(|other| other.expression == licence.expression);
                // Our own bills say more about the same licence in an annotation.
                let reference = text.starts_with("LicenseRef-waybill-");
                if !known && !reference {
                    component.licences.push(licence);
                }
            }
        }
    }
}

fn individual(id: &str) -> bool {
    id.ends_with("NoAssertionElement") || id.ends_with("NoneElement") || id.ends_with("License")
}
