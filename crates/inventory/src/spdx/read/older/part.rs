//! One element of a list of SPDX 2, read by itself.

use serde_json::Value;
use waybill_domain::{
    bill::{Problem, Unmapped},
    inventory::{
        Component, ComponentId, LicenceSource, Reference, ReferenceKind, RelationKind, Role,
        Standing, SupplierKind, Unread,
    },
};

use super::super::{
    intake::Made,
    judgement::missing,
    words::{self, said},
};
use crate::bill::{
    gathering::{Found, Party, conventional, pin},
    purpose::Purpose,
    taking::Taking,
};
use crate::cyclonedx::read::licences::stated;

/// What an element is for an inventory.
pub(in crate::spdx::read) enum Part {
    Package(Box<Described>),
    File(Box<Described>),
    Related(Related),
    /// A licence that the document brings along, and its name.
    Licence(String, String),
    /// An element that the document is about.
    Describes(String),
    Nothing,
}

/// A package or a file.
pub(in crate::spdx::read) struct Described {
    pub(super) found: Found,
    pub(super) unread: Vec<Unread>,
}

/// A relationship.
pub(in crate::spdx::read) struct Related {
    pub(super) from: String,
    pub(super) to: String,
    /// The end that the document is about, if that is what it says.
    pub(super) describes: Option<String>,
    /// The relation, and whether it reads the other way round.
    pub(super) kind: Option<(RelationKind, bool, Standing)>,
}

/// Reads an element; gives it back if SPDX 2 has no such list.
pub(in crate::spdx::read) fn part(
    key: &str,
    index: usize,
    value: Value,
    purpose: Purpose,
) -> Result<Made<Part>, Value> {
    let mut reading = Reading {
        pointer: format!("/{key}/{index}"),
        problems: Vec::new(),
    };
    let mut unmapped = Unmapped::new();
    let part = if key == "documentDescribes" {
        match value {
            Value::String(id) => Part::Describes(id),
            _ => Part::Nothing,
        }
    } else {
        if !matches!(
            key,
            "packages" | "files" | "relationships" | "hasExtractedLicensingInfos"
        ) {
            return Err(value);
        }
        let mut object = Taking::of(value);
        let part = match key {
            "packages" => Part::Package(Box::new(reading.described(&mut object, purpose, package))),
            "files" => Part::File(Box::new(reading.described(&mut object, purpose, file))),
            "relationships" => related(&mut object, &mut unmapped),
            _ => licence(&mut object),
        };
        if purpose != Purpose::Comparison {
            object.left(&format!("/{key}/*"), &mut unmapped);
        }
        part
    };
    Ok(Made {
        part,
        problems: reading.problems,
        unmapped,
    })
}

/// The name of a licence that the document brings along.
fn licence(object: &mut Taking) -> Part {
    let Some(id) = object.text("licenseId") else {
        return Part::Nothing;
    };
    let name = said(object.text("name")).or_else(|| object.text("extractedText"));
    Part::Licence(id, name.unwrap_or_default())
}

fn related(object: &mut Taking, unmapped: &mut Unmapped) -> Part {
    let from = object.text("spdxElementId").unwrap_or_default();
    let to = object.text("relatedSpdxElement").unwrap_or_default();
    let word = object.text("relationshipType").unwrap_or_default();
    let describes = match word.as_str() {
        "DESCRIBES" => Some(to.clone()),
        "DESCRIBED_BY" => Some(from.clone()),
        _ => None,
    };
    let mut kind = None;
    if describes.is_none() {
        let comment = object.text("comment");
        kind = words::kind(&word, comment.as_deref());
        if kind.is_none() {
            unmapped.insert(format!("/relationships/*/relationshipType {word}"), 1);
        }
    }
    Part::Related(Related {
        from,
        to,
        describes,
        kind,
    })
}

struct Reading {
    pointer: String,
    problems: Vec<Problem>,
}

impl Reading {
    fn described(
        &mut self,
        object: &mut Taking,
        purpose: Purpose,
        read: fn(&mut Self, &mut Taking) -> (Component, Option<Party>),
    ) -> Described {
        let id = object.text("SPDXID");
        if id.is_none() {
            self.problems.push(missing(&self.pointer, "SPDXID"));
        }
        let (component, supplier) = read(self, object);
        if purpose != Purpose::Comparison {
            self.problems
                .extend(words::faults(&component, &self.pointer));
        }
        let mut found = Found::new(id, component);
        found.supplier = supplier;
        let unread = annotations(object, &mut found);
        purpose.thin(&mut found.component);
        found.shrink();
        Described { found, unread }
    }

    fn licences(&mut self, object: &mut Taking, component: &mut Component) {
        let declared = said(object.text("licenseDeclared"));
        let concluded = said(object.text("licenseConcluded"));
        for text in declared.into_iter().chain(concluded) {
            self.problems
                .extend(words::licence_fault(&text, &self.pointer));
            let mut licence = stated(text);
            licence.source = LicenceSource::Bill;
            if !component.licences.contains(&licence) {
                component.licences.push(licence);
            }
        }
        for key in ["licenseInfoFromFiles", "licenseInfoInFiles"] {
            let texts = object.texts(key);
            if texts.iter().any(|text| said(Some(text.clone())).is_some()) {
                object.0.insert(key.to_owned(), texts.into());
            }
        }
    }
}

fn package(reading: &mut Reading, object: &mut Taking) -> (Component, Option<Party>) {
    for key in ["name", "downloadLocation"] {
        if !object.0.contains_key(key) {
            reading.problems.push(missing(&reading.pointer, key));
        }
    }
    let purpose = object.text("primaryPackagePurpose").unwrap_or_default();
    let (purl, references, contact) = references(object);
    let mut component = Component::new(
        ComponentId::subject(),
        words::role(&purpose, purl.as_deref()),
        object.text("name").unwrap_or_default(),
    );
    component.purl = purl;
    component.references = references;
    component.version = said(object.text("versionInfo"));
    component.description = object
        .text("description")
        .or_else(|| object.text("summary"));
    component.copyright = said(object.text("copyrightText"));
    component.released = object.text("releaseDate");
    component.path = object
        .text("packageFileName")
        .map(|path| path.trim_start_matches("./").to_owned());
    if let Some(built) = object.text("builtDate") {
        component.properties.insert("built".to_owned(), built);
    }
    object.drop("filesAnalyzed");
    checksums(object, &mut component);
    reading.licences(object, &mut component);
    let mut supplier = said(object.text("supplier")).map(|text| party(&text));
    if let Some(party) = supplier.as_mut() {
        party.security_contact = contact;
    }
    if let Some(originator) = said(object.text("originator")) {
        component.authors.push(party(&originator).name);
    }
    component.pin = pin(&component);
    component.id = conventional(&component);
    (component, supplier)
}

fn file(reading: &mut Reading, object: &mut Taking) -> (Component, Option<Party>) {
    let path = object.text("fileName").unwrap_or_default();
    let path = path.trim_start_matches("./").to_owned();
    let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
    let mut component = Component::new(ComponentId::subject(), Role::File, name);
    component.id = ComponentId(format!("file:{path}"));
    component.path = Some(path);
    component.copyright = said(object.text("copyrightText"));
    checksums(object, &mut component);
    reading.licences(object, &mut component);
    (component, None)
}

/// Annotations of our own restore what SPDX has no field for, or say what could not be read;
/// others are left.
fn annotations(object: &mut Taking, found: &mut Found) -> Vec<Unread> {
    let mut all_unread = Vec::new();
    let mut rests = Vec::new();
    for annotation in object.objects("annotations") {
        let comment = annotation
            .0
            .get("comment")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if let Some(unread) = words::unread(comment) {
            all_unread.push(unread);
        } else if let Some(own) = words::own_component(comment) {
            take_over(found, own);
            // Our own comment on licences repeats what the annotation says.
            object.drop("licenseComments");
            object.drop("sourceInfo");
        } else {
            rests.push(annotation);
        }
    }
    object.rests("annotations", rests);
    all_unread
}

/// Makes of a component what our own annotation says of it.
fn take_over(found: &mut Found, own: Component) {
    let kind = own.supplier.as_ref().and_then(words::kind_of);
    if let (Some(party), Some(kind)) = (found.supplier.as_mut(), kind) {
        party.kind = kind;
    }
    let nothing = Component::new(ComponentId::subject(), Role::File, String::new());
    let read = std::mem::replace(&mut found.component, nothing);
    found.component = words::restore(own, read);
    found.own = true;
}

fn checksums(object: &mut Taking, component: &mut Component) {
    let mut rests = Vec::new();
    for mut checksum in object.objects("checksums") {
        if let (Some(algorithm), Some(value)) =
            (checksum.text("algorithm"), checksum.text("checksumValue"))
        {
            component.hashes.push(words::hash(&algorithm, value));
        }
        rests.push(checksum);
    }
    object.rests("checksums", rests);
    component.hashes.sort();
}

/// `Organization: Name (address)`.
fn party(text: &str) -> Party {
    let (kind, name) = match text.split_once(':') {
        Some(("Person", name)) => (SupplierKind::Person, name),
        Some(("Organization", name)) => (SupplierKind::Organisation, name),
        _ => (SupplierKind::Organisation, text),
    };
    let name = name.trim();
    let name = match name
        .strip_suffix(')')
        .and_then(|name| name.rsplit_once(" ("))
    {
        Some((name, _)) => name,
        None => name.strip_suffix("()").unwrap_or(name),
    };
    Party::named(name.trim().to_owned(), kind)
}

type References = (Option<String>, Vec<Reference>, Option<String>);

/// The purl, the links and a security contact.
fn references(object: &mut Taking) -> References {
    let mut purl = None;
    let mut links = Vec::new();
    let mut contact = None;
    let mut rests = Vec::new();
    for mut reference in object.objects("externalRefs") {
        let kind = reference.text("referenceType").unwrap_or_default();
        let Some(locator) = reference.text("referenceLocator") else {
            continue;
        };
        let category = reference.text("referenceCategory").unwrap_or_default();
        match kind.as_str() {
            "purl" if purl.is_none() => purl = Some(locator),
            "securityContact" | "rfc-9116" => contact = Some(locator),
            "vcs" => links.push((ReferenceKind::Vcs, locator)),
            "url" | "advisory" | "fix" => links.push((ReferenceKind::Other, locator)),
            _ if category == "OTHER" && locator.contains("://") => {
                links.push((ReferenceKind::Other, locator));
            }
            _ => {
                reference
                    .0
                    .insert("referenceLocator".to_owned(), locator.into());
            }
        }
        rests.push(reference);
    }
    object.rests("externalRefs", rests);
    if let Some(url) = said(object.text("homepage")) {
        links.push((ReferenceKind::Website, url));
    }
    if let Some(url) = said(object.text("downloadLocation")) {
        links.push((ReferenceKind::Distribution, url));
    }
    let mut links: Vec<Reference> = links
        .into_iter()
        .map(|(kind, url)| Reference { kind, url })
        .collect();
    links.sort();
    links.dedup();
    (purl, links, contact)
}
