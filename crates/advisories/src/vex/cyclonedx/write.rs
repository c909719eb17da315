use std::collections::HashSet;

use serde_json::{Map, Value, json};
use uuid::Uuid;
use waybill_domain::vex::{VexDocument, VexProduct, VexStatement, VexStatus, Weakness};

use super::super::{Losses, VexError};
use super::{
    PROPERTY_DOCUMENT, PROPERTY_IMPACT, PROPERTY_JUSTIFICATION, PROPERTY_NOTES, PROPERTY_PART,
    PROPERTY_STATEMENT, state, word,
};

const SPEC_VERSION: &str = "1.6";

pub(in super::super) fn write(
    document: &VexDocument,
    losses: &mut Losses,
) -> Result<Value, VexError> {
    losses.note_if(document.role.is_some(), "role of the author");
    losses.note_if(document.namespace.is_some(), "namespace of the author");
    losses.note_if(document.title.is_some(), "title of the document");
    losses.note_if(
        document.updated.is_some(),
        "time of the document's last change",
    );
    let mut metadata = Map::new();
    if let Some(issued) = &document.issued {
        metadata.insert("timestamp".into(), issued.clone().into());
    }
    metadata.insert("authors".into(), json!([{ "name": document.author }]));
    if let Some(tooling) = &document.tooling {
        metadata.insert(
            "tools".into(),
            json!({ "components": [{ "type": "application", "name": tooling }] }),
        );
    }
    let serial = serial(&document.id);
    if serial != document.id {
        metadata.insert(
            "properties".into(),
            json!([{ "name": PROPERTY_DOCUMENT, "value": document.id }]),
        );
    }
    let mut parts = Parts::default();
    let vulnerabilities: Vec<Value> = document
        .statements
        .iter()
        .map(|statement| vulnerability(statement, &mut parts, losses))
        .collect();
    Ok(json!({
        "$schema": format!("http://cyclonedx.org/schema/bom-{SPEC_VERSION}.schema.json"),
        "bomFormat": "CycloneDX",
        "specVersion": SPEC_VERSION,
        "serialNumber": serial,
        "version": document.version.parse::<u64>().unwrap_or(1).max(1),
        "metadata": metadata,
        "components": parts.written(losses),
        "vulnerabilities": vulnerabilities,
    }))
}

/// The id if it is a serial number, else one that follows from it.
fn serial(id: &str) -> String {
    let is_serial = id
        .strip_prefix("urn:uuid:")
        .is_some_and(|uuid| Uuid::parse_str(uuid).is_ok());
    if is_serial {
        return id.to_owned();
    }
    let uuid = Uuid::new_v5(&Uuid::NAMESPACE_URL, id.as_bytes());
    format!("urn:uuid:{uuid}")
}

/// The products as components, each once; versions that are meant stand with what is affected.
#[derive(Default)]
struct Parts {
    products: Vec<Whole>,
    references: HashSet<String>,
}

/// A product, and the parts of it that statements name.
struct Whole {
    product: VexProduct,
    reference: String,
    parts: Vec<(VexProduct, String)>,
}

/// The product without what stands elsewhere.
fn plain(product: &VexProduct) -> VexProduct {
    VexProduct {
        parts: Vec::new(),
        version_range: None,
        ..product.clone()
    }
}

impl Parts {
    /// The reference of a product, or of a part within it.
    fn reference(&mut self, product: &VexProduct, part: Option<&VexProduct>) -> String {
        let wanted = plain(product);
        let index = match self
            .products
            .iter()
            .position(|whole| whole.product == wanted)
        {
            Some(index) => index,
            None => {
                let reference = self.unused(&wanted);
                self.products.push(Whole {
                    product: wanted,
                    reference,
                    parts: Vec::new(),
                });
                self.products.len() - 1
            }
        };
        let known = |parts: &Self| {
            let whole = parts.products.get(index)?;
            let Some(part) = part else {
                return Some(whole.reference.clone());
            };
            let wanted = plain(part);
            let found = whole.parts.iter().find(|(known, _)| *known == wanted);
            found.map(|(_, reference)| reference.clone())
        };
        if let Some(reference) = known(self) {
            return reference;
        }
        let part = plain(part.unwrap_or(product));
        let reference = self.unused(&part);
        if let Some(whole) = self.products.get_mut(index) {
            whole.parts.push((part, reference.clone()));
        }
        reference
    }

    /// The id of a product, made unlike all references so far.
    fn unused(&mut self, product: &VexProduct) -> String {
        let id = if product.id.is_empty() {
            product.shown()
        } else {
            &product.id
        };
        let mut reference = id.to_owned();
        let mut number = 1_u32;
        while !self.references.insert(reference.clone()) {
            number += 1;
            reference = format!("{id}#{number}");
        }
        reference
    }

    fn written(self, losses: &mut Losses) -> Vec<Value> {
        self.products
            .into_iter()
            .map(|whole| {
                let mut value = component(&whole.product, whole.reference, losses);
                let inner: Vec<Value> = whole
                    .parts
                    .into_iter()
                    .map(|(part, reference)| {
                        let mut value = component(&part, reference, losses);
                        value.insert(
                            "properties".into(),
                            json!([{ "name": PROPERTY_PART, "value": "true" }]),
                        );
                        value.into()
                    })
                    .collect();
                if !inner.is_empty() {
                    value.insert("components".into(), inner.into());
                }
                value.into()
            })
            .collect()
    }
}

fn component(product: &VexProduct, reference: String, losses: &mut Losses) -> Map<String, Value> {
    losses.note_if(product.filename.is_some(), "name of a product's file");
    let mut out = Map::new();
    out.insert("type".into(), "application".into());
    out.insert("bom-ref".into(), reference.into());
    let name = product
        .name
        .clone()
        .unwrap_or_else(|| product.shown().to_owned());
    out.insert("name".into(), name.into());
    if let Some(version) = &product.version {
        out.insert("version".into(), version.clone().into());
    }
    if let Some(supplier) = &product.supplier {
        out.insert("supplier".into(), json!({ "name": supplier }));
    }
    if let Some(purl) = product.package_url() {
        out.insert("purl".into(), purl.into());
    }
    if let Some(cpe) = &product.cpe {
        out.insert("cpe".into(), cpe.clone().into());
    }
    let hashes: Vec<Value> = product
        .hashes
        .iter()
        .filter_map(|(name, digits)| {
            let known = algorithm(name);
            losses.note_if(known.is_none(), "hash by an algorithm that is not listed");
            Some(json!({ "alg": known?, "content": digits }))
        })
        .collect();
    if !hashes.is_empty() {
        out.insert("hashes".into(), hashes.into());
    }
    out
}

/// CycloneDX's name of an algorithm.
fn algorithm(name: &str) -> Option<&'static str> {
    Some(match name {
        "md5" => "MD5",
        "sha1" => "SHA-1",
        "sha-256" => "SHA-256",
        "sha-384" => "SHA-384",
        "sha-512" => "SHA-512",
        "sha3-256" => "SHA3-256",
        "sha3-384" => "SHA3-384",
        "sha3-512" => "SHA3-512",
        "blake2b-256" => "BLAKE2b-256",
        "blake2b-512" => "BLAKE2b-512",
        _ => return None,
    })
}

fn vulnerability(statement: &VexStatement, parts: &mut Parts, losses: &mut Losses) -> Value {
    losses.note_if(statement.version.is_some(), "version of a statement");
    losses.note_if(statement.supplier.is_some(), "supplier of a statement");
    losses.note_if(
        statement.action_issued.is_some(),
        "time of the advice what to do",
    );
    let mut out = Map::new();
    name(&mut out, &statement.weakness);
    if let Some(action) = &statement.action {
        out.insert("recommendation".into(), action.clone().into());
    }
    let mut properties = Vec::new();
    let mut keep = |name: &str, value: &str| {
        properties.push(json!({ "name": name, "value": value }));
    };
    out.insert("analysis".into(), analysis(statement, &mut keep));
    if let Some(id) = &statement.id {
        keep(PROPERTY_STATEMENT, id);
    }
    let mut affects: Vec<(String, Vec<Value>)> = Vec::new();
    for product in &statement.products {
        let mut meant: Vec<(String, &VexProduct)> = product
            .parts
            .iter()
            .map(|part| (parts.reference(product, Some(part)), part))
            .collect();
        if meant.is_empty() {
            meant.push((parts.reference(product, None), product));
        }
        for (reference, product) in meant {
            let versions = versions(product, statement.status);
            match affects.iter_mut().find(|(known, _)| *known == reference) {
                Some((_, known)) => known.extend(versions),
                None => affects.push((reference, versions.into_iter().collect())),
            }
        }
    }
    let affects: Vec<Value> = affects
        .into_iter()
        .map(|(reference, versions)| {
            if versions.is_empty() {
                json!({ "ref": reference })
            } else {
                json!({ "ref": reference, "versions": versions })
            }
        })
        .collect();
    out.insert("affects".into(), affects.into());
    if !properties.is_empty() {
        out.insert("properties".into(), properties.into());
    }
    out.into()
}

/// The versions that are meant, where the component alone does not say it.
fn versions(product: &VexProduct, status: VexStatus) -> Option<Value> {
    let word = match status {
        VexStatus::Affected => "affected",
        VexStatus::UnderInvestigation => "unknown",
        VexStatus::NotAffected | VexStatus::Fixed => "unaffected",
    };
    product
        .version_range
        .as_ref()
        .map(|range| json!({ "range": range, "status": word }))
}

fn name(out: &mut Map<String, Value>, weakness: &Weakness) {
    out.insert("id".into(), weakness.name.clone().into());
    if let Some(url) = &weakness.id {
        out.insert("source".into(), json!({ "url": url }));
    }
    let references: Vec<Value> = weakness
        .aliases
        .iter()
        .map(|alias| json!({ "id": alias, "source": { "name": source(alias) } }))
        .collect();
    if !references.is_empty() {
        out.insert("references".into(), references.into());
    }
    if let Some(description) = &weakness.description {
        out.insert("description".into(), description.clone().into());
    }
}

/// Who gives out ids of this shape.
fn source(id: &str) -> &'static str {
    match id.split_once('-').map(|(prefix, _)| prefix) {
        Some("CVE") => "NVD",
        Some("GHSA") => "GitHub",
        Some("PYSEC") => "PyPA",
        Some("RUSTSEC") => "RustSec",
        Some("GO") => "Go",
        _ => "OSV",
    }
}

fn analysis(statement: &VexStatement, keep: &mut dyn FnMut(&str, &str)) -> Value {
    let mut out = Map::new();
    let written = statement
        .state
        .clone()
        .unwrap_or_else(|| state(statement.status).to_owned());
    out.insert("state".into(), written.into());
    if let Some(justification) = statement.justification {
        let (word, exact) = word(justification);
        out.insert("justification".into(), word.into());
        if !exact {
            keep(PROPERTY_JUSTIFICATION, justification.as_str());
        }
    }
    if !statement.responses.is_empty() {
        out.insert("response".into(), statement.responses.clone().into());
    }
    // The one word field says why something does not matter, or else how that was found out.
    let (detail, other, name) = if statement.status == VexStatus::NotAffected {
        (&statement.impact, &statement.notes, PROPERTY_NOTES)
    } else {
        (&statement.notes, &statement.impact, PROPERTY_IMPACT)
    };
    if let Some(other) = other {
        keep(name, other);
    }
    if let Some(detail) = detail {
        out.insert("detail".into(), detail.clone().into());
    }
    if let Some(issued) = &statement.issued {
        out.insert("firstIssued".into(), issued.clone().into());
    }
    if let Some(updated) = &statement.updated {
        out.insert("lastUpdated".into(), updated.clone().into());
    }
    out.into()
}
