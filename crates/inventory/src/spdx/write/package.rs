use serde_json::{Value, json};
use waybill_domain::inventory::{Component, Hash, ReferenceKind, Role};

use super::{
    agents::{author_id, external, supplier_id},
    artificial,
    document::Bill,
    gaps::{is_dataset, is_model},
};
use crate::bill::{fit, moment};

/// The version of a component.
pub(super) fn version(component: &Component) -> Option<&str> {
    component.version.as_deref().filter(|text| !text.is_empty())
}

/// Where its bytes are.
pub(super) fn download(component: &Component) -> Option<String> {
    linked(component, ReferenceKind::Distribution)
}

/// Its page.
pub(super) fn home(component: &Component) -> Option<String> {
    linked(component, ReferenceKind::Website)
}

fn linked(component: &Component, kind: ReferenceKind) -> Option<String> {
    let references = component.references.iter();
    references
        .filter(|reference| reference.kind == kind)
        .find_map(|reference| fit::link(&reference.url))
}

/// Name with its namespace; what has no name is called by its id.
pub(super) fn name(component: &Component) -> String {
    if component.name.is_empty() {
        return component.id.as_str().to_owned();
    }
    component.full_name()
}

const fn purpose(role: Role) -> &'static str {
    match role {
        Role::Model | Role::Adapter | Role::HostedModel => "model",
        Role::Dataset | Role::EvaluationSet => "data",
        Role::Library | Role::SystemPackage => "library",
        Role::Application | Role::AgentTool => "application",
        Role::OperatingSystem => "operatingSystem",
        Role::Container => "container",
        Role::WorkflowAction | Role::InfrastructurePlugin => "module",
        Role::Service | Role::VectorStore | Role::Guardrail => "other",
        Role::Prompt | Role::ChatTemplate | Role::AgentInstructions => "configuration",
        Role::File => "file",
        Role::Machine => "device",
    }
}

/// True for a part of the tree that is a file and nothing else.
fn is_file(component: &Component) -> bool {
    let role = matches!(
        component.role,
        Role::Prompt | Role::ChatTemplate | Role::AgentInstructions | Role::File
    );
    role && component.path.is_some() && component.purl.is_none() && component.version.is_none()
}

/// A component as a package or a file.
pub(super) fn package(bill: &Bill<'_>, place: usize, component: &Component) -> Value {
    let file = is_file(component);
    let kind = if is_model(component.role) {
        "ai_AIPackage"
    } else if is_dataset(component.role) {
        "dataset_DatasetPackage"
    } else if file {
        "software_File"
    } else {
        "software_Package"
    };
    let mut object = bill.element(kind, bill.ids.at(place));
    object.put("name", name(component));
    object.text("description", component.description.as_deref());
    object.put("software_primaryPurpose", purpose(component.role));
    if let Some(supplier) = bill.supplier(component.supplier.as_ref()) {
        object.put("suppliedBy", supplier_id(bill, supplier));
    }
    let authors = component.authors.iter().filter(|name| !name.is_empty());
    object.list(
        "originatedBy",
        authors.map(|name| author_id(bill, name).into()).collect(),
    );
    object.maybe(
        "releaseTime",
        component.released.as_deref().and_then(moment::utc),
    );
    object.text("software_copyrightText", component.copyright.as_deref());
    object.list(
        "verifiedUsing",
        component.hashes.iter().filter_map(hash).collect(),
    );
    if !file {
        object.text("software_packageVersion", version(component));
        object.maybe("software_downloadLocation", download(component));
        object.maybe("software_homePage", home(component));
        if let Some(purl) = component.purl.as_deref().and_then(fit::purl) {
            let identifier = json!({
                "type": "ExternalIdentifier",
                "externalIdentifierType": "packageUrl",
                "identifier": purl,
            });
            object.put("software_packageUrl", purl);
            object.put("externalIdentifier", json!([identifier]));
        }
    }
    object.list("externalRef", links(component));
    if is_model(component.role) {
        artificial::model(component, &mut object);
    } else if is_dataset(component.role) {
        artificial::dataset(component, &mut object);
    }
    object.into_value()
}

fn links(component: &Component) -> Vec<Value> {
    let mut list = Vec::new();
    for reference in &component.references {
        let kind = match reference.kind {
            ReferenceKind::Website => "altWebPage",
            ReferenceKind::Vcs => "vcs",
            ReferenceKind::Distribution => "altDownloadLocation",
            ReferenceKind::Documentation | ReferenceKind::ModelCard => "documentation",
            ReferenceKind::Licence => "license",
            ReferenceKind::Bill => "productMetadata",
            ReferenceKind::SecurityContact => "securityOther",
            ReferenceKind::Other => "other",
        };
        let comment = match reference.kind {
            ReferenceKind::ModelCard => Some("model card"),
            ReferenceKind::Bill => Some("bill"),
            ReferenceKind::SecurityContact => Some("contact by RFC 9116"),
            _ => None,
        };
        if let Some(url) = fit::link(&reference.url) {
            list.push(external(kind, &url, comment));
        }
    }
    let service = component.service.as_deref();
    for endpoint in service.into_iter().flat_map(|facts| &facts.endpoints) {
        if let Some(url) = fit::link(endpoint) {
            list.push(external("other", &url, Some("endpoint")));
        }
    }
    list
}

/// A digest that SPDX has a word for.
pub(super) fn hash(hash: &Hash) -> Option<Value> {
    let (algorithm, digits) = algorithm(&hash.algorithm)?;
    is_digest(&hash.value, digits).then(|| {
        json!({
            "type": "Hash",
            "algorithm": algorithm.to_lowercase().replace("sha3-", "sha3_").replace('-', ""),
            "hashValue": hash.value.to_ascii_lowercase(),
        })
    })
}

/// True for that many hexadecimal digits.
pub(super) fn is_digest(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The word of SPDX 2.3 for an algorithm, and its number of hexadecimal digits.
pub(super) fn algorithm(name: &str) -> Option<(&'static str, usize)> {
    Some(match name {
        "md5" => ("MD5", 32),
        "sha-1" => ("SHA1", 40),
        "sha-224" => ("SHA224", 56),
        "sha-256" => ("SHA256", 64),
        "sha-384" => ("SHA384", 96),
        "sha-512" => ("SHA512", 128),
        "sha3-256" => ("SHA3-256", 64),
        "sha3-384" => ("SHA3-384", 96),
        "sha3-512" => ("SHA3-512", 128),
        "blake2b-256" => ("BLAKE2b-256", 64),
        "blake2b-384" => ("BLAKE2b-384", 96),
        "blake2b-512" => ("BLAKE2b-512", 128),
        "blake3" => ("BLAKE3", 64),
        _ => return None,
    })
}
