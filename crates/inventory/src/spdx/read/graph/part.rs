//! One element of a graph of SPDX 3.0, read by itself.

use serde_json::Value;
use waybill_domain::{
    bill::{Problem, Unmapped},
    inventory::{
        Component, ComponentId, Reference, ReferenceKind, RelationKind, Role, Standing,
        SupplierKind, Unread,
    },
};

use super::super::{
    artificial,
    identity::{hashes, links, purl},
    intake::Made,
    judgement::missing,
    words::{self, said},
};
use crate::bill::{
    gathering::{conventional, pin},
    purpose::Purpose,
    taking::Taking,
};

/// What an element says.
#[derive(Default)]
pub(in crate::spdx::read) struct Part {
    /// How the document refers to it; none if it cannot.
    pub(super) id: Option<String>,
    pub(super) creation: Option<Creation>,
    pub(super) says: Says,
}

/// Who made something, when and with what.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Creation {
    pub(super) version: Option<String>,
    pub(super) created: Option<String>,
    pub(super) by: Vec<String>,
    pub(super) using: Vec<String>,
}

/// What an element is for an inventory.
#[derive(Default)]
pub(super) enum Says {
    #[default]
    Nothing,
    Agent(Agent),
    /// A tool by its name.
    Tool(String),
    /// The document, with its root elements.
    Document(Vec<String>),
    /// A bill within it, with its root elements and its kinds.
    Sbom(Vec<String>, Vec<String>),
    Licence(String),
    LicenceText(String),
    Related(Related),
    /// What one of our own bills says of an element.
    Own(String, Box<Component>),
    Unread(Unread),
    Package(Box<Package>),
}

/// Somebody.
pub(super) struct Agent {
    pub(super) name: String,
    pub(super) kind: SupplierKind,
    pub(super) links: Vec<Reference>,
    /// True for programs that are named as if they were authors.
    pub(super) program: bool,
}

/// A relationship.
pub(super) struct Related {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) kind: Kind,
}

/// What a relationship says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Licensed,
    /// The relation, and whether it reads the other way round.
    Known(RelationKind, bool, Standing),
    Other,
}

/// A package, file or the like whose neighbours are not known yet.
pub(super) struct Package {
    pub(super) component: Component,
    pub(super) supplied_by: Option<String>,
    pub(super) originated_by: Vec<String>,
}

/// Reads an element.
pub(in crate::spdx::read) fn part(
    mut object: Taking,
    index: usize,
    purpose: Purpose,
) -> Made<Part> {
    let mut made = Made {
        part: Part::default(),
        problems: Vec::new(),
        unmapped: Unmapped::new(),
    };
    let pointer = format!("/@graph/{index}");
    let kind = object.text("type").or_else(|| object.text("@type"));
    let Some(kind) = kind else {
        made.problems.push(missing(&pointer, "type"));
        return made;
    };
    if kind == "CreationInfo" {
        object.drop("@id");
        made.part.creation = Some(creation(object, &mut made.unmapped));
        return made;
    }
    made.part.id = object.text("spdxId").or_else(|| object.text("@id"));
    if made.part.id.is_none() {
        made.problems.push(missing(&pointer, "spdxId"));
        return made;
    }
    match object.0.get("creationInfo") {
        Some(Value::Object(_)) => {
            let inner = object.object("creationInfo");
            made.part.creation = inner.map(|inner| creation(inner, &mut made.unmapped));
        }
        Some(Value::String(_)) => object.drop("creationInfo"),
        _ => made.problems.push(missing(&pointer, "creationInfo")),
    }
    let mut reading = Reading {
        pointer,
        purpose,
        problems: &mut made.problems,
        unmapped: &mut made.unmapped,
    };
    made.part.says = reading.of_kind(&kind, &mut object);
    if purpose != Purpose::Comparison {
        object.left(&format!("/@graph/* {kind}"), &mut made.unmapped);
    }
    made
}

fn creation(mut object: Taking, unmapped: &mut Unmapped) -> Creation {
    let creation = Creation {
        version: object.text("specVersion"),
        created: object.text("created"),
        by: object.texts("createdBy"),
        using: object.texts("createdUsing"),
    };
    object.drop("type");
    object.left("/@graph/* CreationInfo", unmapped);
    creation
}

struct Reading<'m> {
    pointer: String,
    purpose: Purpose,
    problems: &'m mut Vec<Problem>,
    unmapped: &'m mut Unmapped,
}

impl Reading<'_> {
    fn of_kind(&mut self, kind: &str, object: &mut Taking) -> Says {
        let short = kind.rsplit('_').next().unwrap_or(kind);
        match short {
            "Organization" | "Person" | "Agent" | "SoftwareAgent" => {
                Says::Agent(agent(short, object))
            }
            "Tool" => Says::Tool(object.text("name").unwrap_or_default()),
            "SpdxDocument" => {
                for key in ["element", "profileConformance", "name"] {
                    object.drop(key);
                }
                Says::Document(object.texts("rootElement"))
            }
            "Sbom" | "Bom" => {
                object.drop("element");
                object.drop("name");
                Says::Sbom(
                    object.texts("rootElement"),
                    object.texts("software_sbomType"),
                )
            }
            "LicenseExpression" => {
                object.drop("simplelicensing_customIdToUri");
                let Some(text) = object.text("simplelicensing_licenseExpression") else {
                    return Says::Nothing;
                };
                self.problems
                    .extend(words::licence_fault(&text, &self.pointer));
                Says::Licence(text)
            }
            "SimpleLicensingText" => {
                let text = object.text("simplelicensing_licenseText");
                Says::LicenceText(text.unwrap_or_default())
            }
            "Relationship" | "LifecycleScopedRelationship" => self.related(object),
            "Annotation" => annotation(object, self.purpose),
            "Package" | "AIPackage" | "DatasetPackage" | "File" => {
                Says::Package(Box::new(self.package(short, object)))
            }
            _ => {
                object.0.insert("spdxId".to_owned(), Value::Null);
                Says::Nothing
            }
        }
    }

    fn related(&mut self, object: &mut Taking) -> Says {
        let from = object.text("from").unwrap_or_default();
        let word = object.text("relationshipType").unwrap_or_default();
        let to = object.texts("to");
        let comment = object.text("comment");
        object.drop("completeness");
        let kind = if word == "hasDeclaredLicense" || word == "hasConcludedLicense" {
            Kind::Licensed
        } else if let Some((kind, turned, standing)) = words::kind(&word, comment.as_deref()) {
            Kind::Known(kind, turned, standing)
        } else {
            let pattern = format!("/@graph/* Relationship/relationshipType {word}");
            self.unmapped.insert(pattern, 1);
            Kind::Other
        };
        Says::Related(Related { from, to, kind })
    }

    fn package(&mut self, kind: &str, object: &mut Taking) -> Package {
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
        if self.purpose != Purpose::Comparison {
            self.problems
                .extend(words::faults(&component, &self.pointer));
        }
        component.pin = pin(&component);
        component.id = conventional(&component);
        self.purpose.thin(&mut component);
        Package {
            component,
            supplied_by: object.text("suppliedBy"),
            originated_by: object.texts("originatedBy"),
        }
    }
}

fn agent(kind: &str, object: &mut Taking) -> Agent {
    Agent {
        links: links(object),
        name: object.text("name").unwrap_or_default(),
        kind: if kind == "Person" {
            SupplierKind::Person
        } else {
            SupplierKind::Organisation
        },
        program: kind == "SoftwareAgent",
    }
}

fn annotation(object: &mut Taking, purpose: Purpose) -> Says {
    let statement = object
        .0
        .get("statement")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let says = if let Some(unread) = words::unread(statement) {
        Says::Unread(unread)
    } else if let Some(mut own) = words::own_component(statement) {
        purpose.thin(&mut own);
        object
            .text("subject")
            .map_or(Says::Nothing, |subject| Says::Own(subject, Box::new(own)))
    } else {
        return Says::Nothing;
    };
    for key in ["statement", "subject", "annotationType", "contentType"] {
        object.drop(key);
    }
    says
}
