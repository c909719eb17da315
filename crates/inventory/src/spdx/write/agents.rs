use std::collections::BTreeSet;

use serde_json::{Value, json};
use waybill_domain::inventory::{Inventory, Supplier, SupplierKind};

use super::{
    document::Bill,
    ids::{self, digest},
};
use crate::bill::{Author, fit, object::Object};

/// The identifier of a supplier.
pub(super) fn supplier_id(bill: &Bill<'_>, supplier: &Supplier) -> String {
    let name = ids::shortened(&supplier.id.0, fit::escaped);
    bill.ids.own(&format!("supplier-{name}"))
}

/// The identifier of somebody whom metadata names as author.
pub(super) fn author_id(bill: &Bill<'_>, name: &str) -> String {
    bill.ids.own(&format!("author-{}", digest(name)))
}

/// The identifier of whoever answers for the document.
pub(super) fn creator_id(bill: &Bill<'_>) -> String {
    bill.ids.own("creator")
}

/// The identifier of the program.
pub(super) fn tool_id(bill: &Bill<'_>) -> String {
    bill.ids.own("tool")
}

/// Whoever answers for the document, the program, the suppliers and the authors.
pub(super) fn agents<'b>(bill: &'b Bill<'_>) -> impl Iterator<Item = Value> + 'b {
    let tool = &bill.inventory.tool;
    let mut program = bill.element("Tool", &tool_id(bill));
    program.put("name", format!("{} {}", tool.name, tool.version));
    let suppliers = bill.suppliers.values();
    [creator(bill), program.into_value()]
        .into_iter()
        .chain(suppliers.map(|supplier| organisation(bill, supplier)))
        .chain(authors(bill.inventory).into_iter().map(|name| {
            // Metadata does not tell people from organisations.
            let mut agent = bill.element("Agent", &author_id(bill, name));
            agent.put("name", name);
            agent.into_value()
        }))
}

fn creator(bill: &Bill<'_>) -> Value {
    let Some(author) = &bill.options.author else {
        let mut agent = bill.element("SoftwareAgent", &creator_id(bill));
        agent.put("name", bill.inventory.tool.name.as_str());
        return agent.into_value();
    };
    let Author {
        name,
        email,
        organisation,
    } = author;
    let kind = if *organisation {
        "Organization"
    } else {
        "Person"
    };
    let mut agent = bill.element(kind, &creator_id(bill));
    agent.text("name", Some(name));
    if let Some(email) = email.as_deref().filter(|text| !text.is_empty()) {
        let identifier = json!({
            "type": "ExternalIdentifier", "externalIdentifierType": "email", "identifier": email,
        });
        agent.put("externalIdentifier", json!([identifier]));
    }
    agent.into_value()
}

fn organisation(bill: &Bill<'_>, supplier: &Supplier) -> Value {
    let kind = if supplier.kind == SupplierKind::Person {
        "Person"
    } else {
        "Organization"
    };
    let mut agent = bill.element(kind, &supplier_id(bill, supplier));
    agent.put("name", supplier.name.as_str());
    let mut links: Vec<Value> = supplier
        .urls
        .iter()
        .filter_map(|url| fit::link(url))
        .map(|url| external("altWebPage", &url, None))
        .collect();
    if let Some(contact) = supplier.security_contact.as_deref() {
        links.push(external(
            "securityOther",
            contact,
            Some("contact by RFC 9116"),
        ));
    }
    agent.list("externalRef", links);
    agent.into_value()
}

/// A link of an element.
pub(super) fn external(kind: &str, locator: &str, comment: Option<&str>) -> Value {
    let mut link = Object::default();
    link.put("type", "ExternalRef");
    link.put("externalRefType", kind);
    link.put("locator", json!([locator]));
    link.text("comment", comment);
    link.into_value()
}

/// Everybody whom the metadata of a component names as author.
fn authors(inventory: &Inventory) -> BTreeSet<&str> {
    let components = inventory.components.iter();
    components
        .flat_map(|component| component.authors.iter().map(String::as_str))
        .filter(|name| !name.is_empty())
        .collect()
}
