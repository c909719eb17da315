//! SPDX 2.2 and 2.3.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value};
use waybill_domain::{
    bill::{BillFormat, DocumentFacts, Gravity, Problem, ProblemKind, Problems, Unmapped},
    inventory::{
        Component, ComponentId, LicenceSource, Reference, ReferenceKind, Role, Standing, Subject,
        SupplierKind,
    },
};

use super::{
    Head, Parts, finish, list, rest, tool_named,
    words::{self, said},
};
use crate::bill::{
    BillError, BillLimits, ReadBill,
    gathering::{Found, Gathering, Party, conventional, pin},
    taking::Taking,
    values::quoted,
};
use crate::cyclonedx::read::licences::stated;

struct Older {
    gathering: Gathering,
    problems: Problems,
    most: usize,
    /// Where each identifier stands.
    ids: HashMap<String, String>,
    licence_names: BTreeMap<String, String>,
    subject: Subject,
    head_unread: Vec<waybill_domain::inventory::Unread>,
}

/// Reads a document whose lists were taken apart.
pub(super) fn read(
    skeleton: Map<String, Value>,
    mut parts: Parts,
    problems: Problems,
    limits: &BillLimits,
    format: BillFormat,
) -> Result<ReadBill, BillError> {
    let mut top = Taking(skeleton);
    let version = top.text("spdxVersion").unwrap_or_default();
    let version = version.strip_prefix("SPDX-").unwrap_or(&version).to_owned();
    if !version.starts_with("2.") {
        return Err(BillError::Unrecognised(format!(
            "SPDX {} is neither 2.2, 2.3 nor 3.0",
            quoted(&version)
        )));
    }
    let mut older = Older {
        gathering: Gathering::default(),
        problems,
        most: limits.problems,
        ids: HashMap::new(),
        licence_names: licence_names(&mut parts),
        subject: Subject::default(),
        head_unread: Vec::new(),
    };
    let relationships = list(&mut parts, "relationships");
    let described = older.described(&mut parts, &relationships);
    let document = older.document(&mut top, format, version);
    older
        .ids
        .insert("SPDXRef-DOCUMENT".to_owned(), "/SPDXID".to_owned());
    older.packages(list(&mut parts, "packages"), &described);
    older.files(list(&mut parts, "files"));
    older.relationships(relationships);
    let mut unmapped = Unmapped::new();
    rest(top.0, parts).left("", &mut unmapped);
    older.gathering.count(unmapped);
    let head = Head {
        document,
        subject: older.subject,
        unread: older.head_unread,
    };
    Ok(finish(head, older.gathering, older.problems))
}

/// The names of licences that the document brings along.
fn licence_names(parts: &mut Parts) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for value in list(parts, "hasExtractedLicensingInfos") {
        let mut info = Taking::of(value);
        if let Some(id) = info.text("licenseId") {
            let name = said(info.text("name")).or_else(|| info.text("extractedText"));
            names.insert(id, name.unwrap_or_default());
        }
    }
    names
}

impl Older {
    fn add(&mut self, problem: Problem) {
        self.problems.add(problem, self.most);
    }

    fn wrong(&mut self, kind: ProblemKind, pointer: &str, message: String) {
        self.add(Problem {
            gravity: Gravity::Error,
            kind,
            pointer: pointer.to_owned(),
            message,
        });
    }

    /// The elements that the document is about.
    fn described(&mut self, parts: &mut Parts, relationships: &[Value]) -> BTreeSet<String> {
        let mut described: BTreeSet<String> = list(parts, "documentDescribes")
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        for relationship in relationships {
            let text = |key: &str| relationship.get(key).and_then(Value::as_str).unwrap_or("");
            match text("relationshipType") {
                "DESCRIBES" => described.insert(text("relatedSpdxElement").to_owned()),
                "DESCRIBED_BY" => described.insert(text("spdxElementId").to_owned()),
                _ => false,
            };
        }
        described
    }

    fn document(&mut self, top: &mut Taking, format: BillFormat, version: String) -> DocumentFacts {
        for key in ["SPDXID", "name", "documentNamespace", "dataLicense"] {
            if !matches!(top.0.get(key), Some(Value::String(_))) {
                self.wrong(ProblemKind::Schema, "", format!("`{key}` is missing"));
            }
        }
        top.drop("SPDXID");
        top.drop("dataLicense");
        self.subject.name = top.text("name").unwrap_or_default();
        let mut document = DocumentFacts {
            format,
            version,
            identifier: top.text("documentNamespace"),
            revision: None,
            timestamp: None,
            authors: Vec::new(),
            tools: Vec::new(),
            contexts: Vec::new(),
            signed: false,
        };
        let Some(mut creation) = top.object("creationInfo") else {
            self.wrong(
                ProblemKind::Schema,
                "",
                "`creationInfo` is missing".to_owned(),
            );
            return document;
        };
        document.timestamp = creation.text("created");
        for creator in creation.texts("creators") {
            match creator.split_once(':') {
                Some(("Tool", name)) => document.tools.push(tool_named(name.trim())),
                Some((_, name)) => document.authors.push(name.trim().to_owned()),
                None => document.authors.push(creator),
            }
        }
        creation.drop("licenseListVersion");
        top.rest("creationInfo", creation);
        document
    }

    /// Takes an identifier; says so if it was taken before.
    fn identifier(&mut self, object: &mut Taking, pointer: &str) -> Option<String> {
        let Some(id) = object.text("SPDXID") else {
            self.wrong(
                ProblemKind::Schema,
                pointer,
                "`SPDXID` is missing".to_owned(),
            );
            return None;
        };
        if let Some(first) = self.ids.insert(id.clone(), pointer.to_owned()) {
            self.wrong(
                ProblemKind::DuplicateReference,
                &format!("{pointer}/SPDXID"),
                format!("{} is also the reference of `{first}`", quoted(&id)),
            );
        }
        Some(id)
    }

    fn packages(&mut self, packages: Vec<Value>, described: &BTreeSet<String>) {
        for (index, value) in packages.into_iter().enumerate() {
            let pointer = format!("/packages/{index}");
            let mut object = Taking::of(value);
            let id = self.identifier(&mut object, &pointer);
            for key in ["name", "downloadLocation"] {
                if !object.0.contains_key(key) {
                    self.wrong(ProblemKind::Schema, &pointer, format!("`{key}` is missing"));
                }
            }
            let is_subject =
                described.len() == 1 && id.as_ref().is_some_and(|id| described.contains(id));
            let mut found = self.package(&mut object, id, &pointer);
            self.annotations(&mut object, &mut found);
            let mut unmapped = Unmapped::new();
            object.left("/packages/*", &mut unmapped);
            self.gathering.count(unmapped);
            if is_subject && found.component.role != Role::Model {
                self.become_subject(found);
            } else {
                self.gathering.add(found);
            }
        }
    }

    fn package(&mut self, object: &mut Taking, id: Option<String>, pointer: &str) -> Found {
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
        self.licences(object, &mut component, pointer);
        let mut supplier = said(object.text("supplier")).map(|text| party(&text));
        if let Some(party) = supplier.as_mut() {
            party.security_contact = contact;
        }
        if let Some(originator) = said(object.text("originator")) {
            component.authors.push(party(&originator).name);
        }
        for problem in words::faults(&component, pointer) {
            self.add(problem);
        }
        component.pin = pin(&component);
        component.id = conventional(&component);
        let mut found = Found::new(id, component);
        found.supplier = supplier;
        found
    }

    fn licences(&mut self, object: &mut Taking, component: &mut Component, pointer: &str) {
        let declared = said(object.text("licenseDeclared"));
        let concluded = said(object.text("licenseConcluded"));
        for text in declared.into_iter().chain(concluded) {
            if let Some(problem) = words::licence_fault(&text, pointer) {
                self.add(problem);
            }
            let mut licence = stated(text);
            licence.source = LicenceSource::Bill;
            if let Some(expression) = &licence.expression
                && let Some(name) = self.licence_names.get(expression)
            {
                licence.written = Some(name.clone());
            }
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

    /// Annotations of our own restore what SPDX has no field for; others are left.
    fn annotations(&mut self, object: &mut Taking, found: &mut Found) {
        let mut rests = Vec::new();
        for annotation in object.objects("annotations") {
            let comment = annotation
                .0
                .get("comment")
                .and_then(Value::as_str)
                .unwrap_or_default();
            if let Some(unread) = words::unread(comment) {
                self.head_unread.push(unread);
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
    }

    fn become_subject(&mut self, found: Found) {
        let component = found.component;
        self.subject = Subject {
            name: component.full_name(),
            version: component.version,
            description: component.description,
            licences: component.licences,
            supplier: found.supplier.map(|party| self.gathering.supplier(party)),
            references: component.references,
            ..Subject::default()
        };
        self.gathering.subject(found.reference.as_deref());
    }

    fn files(&mut self, files: Vec<Value>) {
        for (index, value) in files.into_iter().enumerate() {
            let pointer = format!("/files/{index}");
            let mut object = Taking::of(value);
            let id = self.identifier(&mut object, &pointer);
            let path = object.text("fileName").unwrap_or_default();
            let path = path.trim_start_matches("./").to_owned();
            let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
            let mut component = Component::new(ComponentId::subject(), Role::File, name);
            component.id = ComponentId(format!("file:{path}"));
            component.path = Some(path);
            component.copyright = said(object.text("copyrightText"));
            checksums(&mut object, &mut component);
            self.licences(&mut object, &mut component, &pointer);
            for problem in words::faults(&component, &pointer) {
                self.add(problem);
            }
            let mut found = Found::new(id, component);
            self.annotations(&mut object, &mut found);
            let mut unmapped = Unmapped::new();
            object.left("/files/*", &mut unmapped);
            self.gathering.count(unmapped);
            self.gathering.add(found);
        }
    }

    fn relationships(&mut self, relationships: Vec<Value>) {
        for (index, value) in relationships.into_iter().enumerate() {
            let mut object = Taking::of(value);
            let from = object.text("spdxElementId").unwrap_or_default();
            let to = object.text("relatedSpdxElement").unwrap_or_default();
            let word = object.text("relationshipType").unwrap_or_default();
            let comment = object.text("comment");
            for (key, id) in [("spdxElementId", &from), ("relatedSpdxElement", &to)] {
                let outside =
                    id.starts_with("DocumentRef-") || matches!(id.as_str(), "NONE" | "NOASSERTION");
                if !outside && !self.ids.contains_key(id) {
                    self.wrong(
                        ProblemKind::DanglingReference,
                        &format!("/relationships/{index}/{key}"),
                        format!("{} refers to nothing in the bill", quoted(id)),
                    );
                }
            }
            if matches!(word.as_str(), "DESCRIBES" | "DESCRIBED_BY") {
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
                let pattern = format!("/relationships/*/relationshipType {word}");
                self.gathering.count(Unmapped::from([(pattern, 1)]));
                continue;
            };
            let (from, to) = if turned { (to, from) } else { (from, to) };
            let from = self.gathering.symbol(&from);
            let to = self.gathering.symbol(&to);
            self.gathering.relate(from, kind, to, standing);
        }
    }
}

/// Makes of a component what our own annotation says of it.
pub(super) fn take_over(found: &mut Found, own: Component) {
    let read = std::mem::replace(&mut found.component, own.clone());
    let supplier = own.supplier.clone();
    found.component = words::restore(own, read);
    found.own = true;
    if let (Some(party), Some(id)) = (found.supplier.as_mut(), supplier)
        && let Some(kind) = words::kind_of(&id)
    {
        party.kind = kind;
    }
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
