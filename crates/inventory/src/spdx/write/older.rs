//! SPDX 2.3.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Value, json};
use waybill_domain::inventory::{
    Component, ComponentId, Hash, Inventory, Licence, ReferenceKind, RelationKind, Role, Supplier,
    SupplierId, SupplierKind,
};

use super::{
    Written, artificial,
    document::{NO_DATE, rendered, subject_name},
    ids::{Ids, namespace},
    licences::{is_concluded, term},
    package::{algorithm, download, home, is_digest, name, version},
    particulars::{not_examined, particulars},
};
use crate::{
    bill::{
        WriteOptions, fit, moment,
        object::{Each, Object},
        roots::roots,
    },
    cyclonedx,
};

struct Bill<'a> {
    inventory: &'a Inventory,
    options: &'a WriteOptions,
    ids: Ids<'a>,
    suppliers: HashMap<&'a SupplierId, &'a Supplier>,
    created: Option<String>,
}

/// What an identifier may hold: letters, digits, `.` and `-`.
fn sanitised(text: &str) -> String {
    text.chars()
        .map(|sign| match sign {
            '.' | '-' => sign,
            sign if sign.is_ascii_alphanumeric() => sign,
            _ => '-',
        })
        .collect()
}

/// A name on one line.
fn one_line(text: &str) -> String {
    let text = text.replace(char::is_control, " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl<'a> Bill<'a> {
    fn new(inventory: &'a Inventory, options: &'a WriteOptions) -> Self {
        let namespace = namespace(inventory, options, "SPDX-2.3");
        Self {
            inventory,
            options,
            ids: Ids::new(inventory, namespace, "SPDXRef-".to_owned(), sanitised),
            suppliers: inventory
                .suppliers
                .iter()
                .map(|supplier| (&supplier.id, supplier))
                .collect(),
            created: options.timestamp.as_deref().and_then(moment::utc),
        }
    }

    fn created(&self) -> &str {
        self.created.as_deref().unwrap_or(NO_DATE)
    }

    fn tool(&self) -> String {
        let tool = &self.inventory.tool;
        format!("Tool: {}-{}", one_line(&tool.name), one_line(&tool.version))
    }

    fn creation(&self) -> Value {
        let mut creators = vec![self.tool()];
        if let Some(author) = &self.options.author {
            let kind = if author.organisation {
                SupplierKind::Organisation
            } else {
                SupplierKind::Person
            };
            creators.extend(actor(kind, &author.name));
        }
        json!({"created": self.created(), "creators": creators})
    }

    fn supplier(&self, id: Option<&SupplierId>) -> Option<String> {
        let supplier = self.suppliers.get(id?)?;
        actor(supplier.kind, &supplier.name)
    }

    fn annotation(&self, comment: String) -> Value {
        json!({
            "annotationDate": self.created(),
            "annotationType": "OTHER",
            "annotator": self.tool(),
            "comment": comment,
        })
    }

    fn subject(&self) -> Value {
        let subject = &self.inventory.subject;
        let mut object = Object::default();
        object.put("SPDXID", self.ids.own("subject"));
        object.put("name", subject_name(self.inventory));
        let version = cyclonedx::subject_version(self.inventory);
        object.text("versionInfo", version.as_deref());
        object.maybe("supplier", self.supplier(subject.supplier.as_ref()));
        object.put("downloadLocation", "NOASSERTION");
        object.put("filesAnalyzed", false);
        licensed(&subject.licences, &mut object);
        object.text("description", subject.description.as_deref());
        let image = subject.image_digest.is_some();
        let purpose = if image { "CONTAINER" } else { "APPLICATION" };
        object.put("primaryPackagePurpose", purpose);
        if let Some(purl) = cyclonedx::subject_purl(self.inventory) {
            object.put("externalRefs", json!([package_url(&purl)]));
        }
        let unread = self.inventory.unread.iter();
        let unread = unread.map(|unread| self.annotation(not_examined(unread)));
        object.list("annotations", unread.collect());
        object.into_value()
    }

    fn package(&self, place: usize, component: &Component) -> Value {
        let mut object = Object::default();
        object.put("SPDXID", self.ids.at(place));
        object.put("name", name(component));
        object.text("versionInfo", version(component));
        object.maybe("supplier", self.supplier(component.supplier.as_ref()));
        let download = download(component).filter(|url| is_on_web(url));
        object.put(
            "downloadLocation",
            download.as_deref().unwrap_or("NOASSERTION"),
        );
        object.put("filesAnalyzed", false);
        object.maybe("homepage", home(component).filter(|url| is_on_web(url)));
        object.list(
            "checksums",
            component.hashes.iter().filter_map(checksum).collect(),
        );
        licensed(&component.licences, &mut object);
        object.text("copyrightText", component.copyright.as_deref());
        object.text("description", component.description.as_deref());
        object.put("primaryPackagePurpose", purpose(component.role));
        let released = component.released.as_deref().and_then(moment::utc);
        object.maybe("releaseDate", released);
        object.maybe("builtDate", artificial::built(component));
        object.list("externalRefs", references(component));
        let rest = self.annotation(particulars(component, |digest| checksum(digest).is_some()));
        object.put("annotations", vec![rest]);
        object.into_value()
    }

    fn packages(&self) -> impl Iterator<Item = Value> {
        let components = self.inventory.components.iter().enumerate();
        std::iter::once_with(|| self.subject())
            .chain(components.map(|(place, component)| self.package(place, component)))
    }

    fn relationships(&self) -> impl Iterator<Item = Value> {
        let subject = self.ids.own("subject");
        let describes = json!({
            "spdxElementId": "SPDXRef-DOCUMENT",
            "relationshipType": "DESCRIBES",
            "relatedSpdxElement": subject,
        });
        let said: BTreeSet<&ComponentId> = self
            .inventory
            .relations
            .iter()
            .filter(|relation| relation.from == ComponentId::subject())
            .map(|relation| &relation.to)
            .collect();
        let direct = roots(self.inventory).into_iter().filter(move |place| {
            let component = self.inventory.components.get(*place);
            component.is_some_and(|component| !said.contains(&component.id))
        });
        let direct = direct.map(move |place| {
            json!({
                "spdxElementId": subject,
                "relationshipType": "DEPENDS_ON",
                "relatedSpdxElement": self.ids.at(place),
            })
        });
        let between = self.inventory.relations.iter().filter_map(|relation| {
            Some(json!({
                "spdxElementId": self.ids.of(&relation.from)?,
                "relationshipType": relation_word(relation.kind),
                "relatedSpdxElement": self.ids.of(&relation.to)?,
                "comment": format!("{}, {}", relation.kind.as_str(), relation.standing.as_str()),
            }))
        });
        std::iter::once(describes).chain(direct).chain(between)
    }

    /// The licences that are none of SPDX's: their text as far as it is known.
    fn extracted(&self) -> Vec<Value> {
        let mut texts: BTreeMap<String, Option<&str>> = BTreeMap::new();
        let components = self.inventory.components.iter();
        let all = components.flat_map(|component| &component.licences);
        for licence in all.chain(&self.inventory.subject.licences) {
            let Some(term) = term(licence) else { continue };
            let known = licence.written.as_deref().or(licence.expression.as_deref());
            let known = known.filter(|text| !text.trim().is_empty());
            let signs = |sign: char| sign.is_whitespace() || matches!(sign, '(' | ')' | '+');
            let names = term.expression.split(signs);
            for name in names.filter(|name| name.starts_with("LicenseRef-")) {
                texts.entry(name.to_owned()).or_insert(known);
            }
        }
        texts
            .into_iter()
            .map(|(name, text)| {
                let text = text.unwrap_or("The text of this licence was not examined.");
                json!({"licenseId": name, "extractedText": text})
            })
            .collect()
    }
}

/// Somebody as SPDX 2.3 names them; `None` if there is no name. Parentheses at the end hold an
/// address: a name that has some itself is followed by those of no address.
fn actor(kind: SupplierKind, name: &str) -> Option<String> {
    let name = one_line(name);
    let word = match kind {
        SupplierKind::Person => "Person",
        _ => "Organization",
    };
    let end = if name.contains(['(', ')']) { " ()" } else { "" };
    (!name.is_empty()).then(|| format!("{word}: {name}{end}"))
}

fn package_url(purl: &str) -> Value {
    json!({
        "referenceCategory": "PACKAGE-MANAGER",
        "referenceType": "purl",
        "referenceLocator": purl,
    })
}

fn references(component: &Component) -> Vec<Value> {
    let purl = component.purl.as_deref().and_then(fit::purl);
    let links = component.references.iter().filter_map(|reference| {
        let kind = match reference.kind {
            ReferenceKind::Website | ReferenceKind::Distribution => return None,
            ReferenceKind::Vcs => "vcs",
            ReferenceKind::Documentation => "documentation",
            ReferenceKind::ModelCard => "model-card",
            ReferenceKind::Licence => "license",
            ReferenceKind::Bill => "bom",
            ReferenceKind::SecurityContact => "rfc-9116",
            ReferenceKind::Other => "other",
        };
        Some(json!({
            "referenceCategory": "OTHER",
            "referenceType": kind,
            "referenceLocator": fit::link(&reference.url)?,
        }))
    });
    purl.map(|purl| package_url(&purl))
        .into_iter()
        .chain(links)
        .collect()
}

/// What is declared and what was concluded. Where sources contradict each other neither is
/// asserted, and the comment says what each holds.
fn licensed(licences: &[Licence], object: &mut Object) {
    let mut comments = Vec::new();
    for (field, word, concluded) in [
        ("licenseConcluded", "concluded", true),
        ("licenseDeclared", "declared", false),
    ] {
        let expressions: BTreeSet<String> = licences
            .iter()
            .filter(|licence| is_concluded(licence) == concluded)
            .filter_map(|licence| Some(term(licence)?.expression))
            .collect();
        let only = expressions.first().filter(|_| expressions.len() == 1);
        object.put(field, only.map_or("NOASSERTION", String::as_str));
        if expressions.len() > 1 {
            let all: Vec<String> = expressions.into_iter().collect();
            comments.push(format!("{word}: {}", all.join("; ")));
        }
    }
    object.text("licenseComments", Some(&comments.join(". ")));
}

/// A digest that SPDX 2.3 has a word for. BLAKE3 is left out: its readers expect another length.
fn checksum(hash: &Hash) -> Option<Value> {
    let (word, digits) = algorithm(&hash.algorithm).filter(|(word, _)| *word != "BLAKE3")?;
    is_digest(&hash.value, digits)
        .then(|| json!({"algorithm": word, "checksumValue": hash.value.to_ascii_lowercase()}))
}

/// True for a link that readers of SPDX 2.3 take for a place on the web.
fn is_on_web(url: &str) -> bool {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', ':', '?', '#']).next());
    host.and_then(|host| host.rsplit_once('.'))
        .is_some_and(|(name, last)| {
            let label = |label: &str| {
                !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric())
            };
            name.split(['.', '-']).all(label)
                && last.len() > 1
                && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        })
}

const fn purpose(role: Role) -> &'static str {
    match role {
        Role::Library | Role::SystemPackage => "LIBRARY",
        Role::Application | Role::AgentTool => "APPLICATION",
        Role::OperatingSystem => "OPERATING_SYSTEM",
        Role::Container => "CONTAINER",
        Role::Prompt | Role::ChatTemplate | Role::AgentInstructions | Role::File => "FILE",
        Role::Machine => "DEVICE",
        Role::Model
        | Role::Adapter
        | Role::HostedModel
        | Role::Dataset
        | Role::EvaluationSet
        | Role::WorkflowAction
        | Role::InfrastructurePlugin
        | Role::Service
        | Role::VectorStore
        | Role::Guardrail => "OTHER",
    }
}

const fn relation_word(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::DependsOn
        | RelationKind::Uses
        | RelationKind::AdapterOf
        | RelationKind::ServedBy => "DEPENDS_ON",
        RelationKind::Contains => "CONTAINS",
        RelationKind::FineTunedFrom | RelationKind::BuiltOn => "DESCENDANT_OF",
        RelationKind::QuantisedFrom
        | RelationKind::MergedFrom
        | RelationKind::DerivedFrom
        | RelationKind::TrainedOn => "GENERATED_FROM",
        RelationKind::EvaluatedOn | RelationKind::DescribedBy => "OTHER",
    }
}

impl Serialize for Bill<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("spdxVersion", "SPDX-2.3")?;
        map.serialize_entry("dataLicense", "CC0-1.0")?;
        map.serialize_entry("SPDXID", "SPDXRef-DOCUMENT")?;
        map.serialize_entry("name", subject_name(self.inventory))?;
        map.serialize_entry("documentNamespace", &self.ids.namespace)?;
        map.serialize_entry("creationInfo", &self.creation())?;
        map.serialize_entry("packages", &Each(|| self.packages()))?;
        map.serialize_entry("relationships", &Each(|| self.relationships()))?;
        let extracted = self.extracted();
        if !extracted.is_empty() {
            map.serialize_entry("hasExtractedLicensingInfos", &extracted)?;
        }
        map.end()
    }
}

/// The whole document.
pub(super) fn written(inventory: &Inventory, options: &WriteOptions) -> Written {
    let bill = Bill::new(inventory, options);
    rendered(&bill, &[], bill.created.is_some())
}
