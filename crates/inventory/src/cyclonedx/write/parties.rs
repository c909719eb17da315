use serde_json::{Value, json};
use waybill_domain::inventory::{Reference, ReferenceKind, Supplier, SupplierKind};

use crate::bill::{
    fit,
    object::{Object, Properties},
};

/// A supplier as an organisation.
pub(super) fn organisation(supplier: &Supplier) -> Value {
    let mut object = Object::default();
    object.put("name", supplier.name.as_str());
    if let Some(country) = supplier.country.as_deref().filter(|text| !text.is_empty()) {
        object.put("address", json!({ "country": country }));
    }
    let links = supplier.urls.iter().filter_map(|url| fit::link(url));
    object.list("url", links.map(Value::from).collect());
    object.into_value()
}

/// What an organisation has no place for.
pub(super) fn supplier_properties(supplier: &Supplier, properties: &mut Properties) {
    properties.say("waybill:supplier:kind", kind(supplier.kind));
    properties.say("waybill:supplier:standing", supplier.standing.as_str());
}

const fn kind(kind: SupplierKind) -> &'static str {
    match kind {
        SupplierKind::Organisation => "organisation",
        SupplierKind::Person => "person",
        SupplierKind::HubNamespace => "hub-namespace",
        SupplierKind::PackageNamespace => "package-namespace",
        SupplierKind::ImageNamespace => "image-namespace",
        SupplierKind::ApiHost => "api-host",
        SupplierKind::LicenceHolder => "licence-holder",
    }
}

/// Links of a component, the security contact of its supplier among them. Those that are no
/// absolute URLs become properties.
pub(super) fn references(
    references: &[Reference],
    supplier: Option<&Supplier>,
    properties: &mut Properties,
) -> Vec<Value> {
    let contact = supplier.and_then(|supplier| supplier.security_contact.as_deref());
    let contact = contact.map(|contact| {
        let plain = contact.contains('@') && !contact.contains([':', '/']);
        let url = if plain {
            format!("mailto:{contact}")
        } else {
            contact.to_owned()
        };
        ("rfc-9116", url)
    });
    let links = references
        .iter()
        .map(|reference| (word(reference.kind), reference.url.clone()));
    let mut list: Vec<Value> = Vec::new();
    for (kind, url) in links.chain(contact) {
        match fit::link(&url) {
            Some(url) => {
                let value = json!({"type": kind, "url": url});
                if list.last() != Some(&value) {
                    list.push(value);
                }
            }
            None => properties.say(&format!("waybill:reference:{kind}"), url),
        }
    }
    list
}

const fn word(kind: ReferenceKind) -> &'static str {
    match kind {
        ReferenceKind::Website => "website",
        ReferenceKind::Vcs => "vcs",
        ReferenceKind::Distribution => "distribution",
        ReferenceKind::Documentation => "documentation",
        ReferenceKind::ModelCard => "model-card",
        ReferenceKind::Licence => "license",
        ReferenceKind::Bill => "bom",
        ReferenceKind::SecurityContact => "rfc-9116",
        ReferenceKind::Other => "other",
    }
}
