use waybill_domain::inventory::{Reference, ReferenceKind, SupplierKind};

use super::properties::{Said, word};
use crate::bill::{gathering::Party, taking::Taking};

/// An organisation under a key; what an inventory has no place for stays.
pub(super) fn organisation(object: &mut Taking, key: &str) -> Option<Party> {
    let mut entity = object.object(key)?;
    let name = entity.text("name");
    let urls = entity.texts("url");
    let mut country = None;
    if let Some(mut address) = entity.object("address") {
        country = address.text("country");
        entity.rest("address", address);
    }
    entity.drop("bom-ref");
    let mut contacts = entity.objects("contact");
    let contact = contacts.iter_mut().find_map(|contact| contact.text("name"));
    entity.rests("contact", contacts);
    object.rest(key, entity);
    let mut party = Party::named(name.or(contact)?, SupplierKind::Organisation);
    party.urls = urls;
    party.country = country;
    Some(party)
}

/// What our own bills say of a supplier beside the organisation.
pub(super) fn particulars(party: &mut Party, said: &mut Said) {
    if let Some(kind) = said
        .one("waybill:supplier:kind")
        .and_then(|text| word(&text))
    {
        party.kind = kind;
    }
    if let Some(standing) = said
        .one("waybill:supplier:standing")
        .and_then(|text| word(&text))
    {
        party.standing = standing;
    }
}

/// People by name, or by address if they have none.
pub(super) fn people(object: &mut Taking, key: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rests = Vec::new();
    for mut person in object.objects(key) {
        person.drop("bom-ref");
        if let Some(name) = person.text("name").or_else(|| person.text("email")) {
            names.push(name);
        }
        rests.push(person);
    }
    object.rests(key, rests);
    names
}

/// Links, and the security contact among them.
pub(super) fn references(object: &mut Taking, said: &mut Said) -> (Vec<Reference>, Option<String>) {
    let mut references = Vec::new();
    let mut contact = None;
    let mut rests = Vec::new();
    for mut link in object.objects("externalReferences") {
        let kind = link.text("type").unwrap_or_default();
        if let Some(url) = link.text("url") {
            if kind == "rfc-9116" {
                let plain = url.strip_prefix("mailto:").unwrap_or(&url).to_owned();
                contact.get_or_insert(plain);
            } else {
                references.push(reference(&kind, url));
            }
        }
        rests.push(link);
    }
    object.rests("externalReferences", rests);
    for (kind, url) in said.below("waybill:reference:") {
        references.push(reference(&kind, url));
    }
    references.sort();
    references.dedup();
    (references, contact)
}

fn reference(kind: &str, url: String) -> Reference {
    let kind = match kind {
        "website" => ReferenceKind::Website,
        "vcs" => ReferenceKind::Vcs,
        "distribution" | "distribution-intake" => ReferenceKind::Distribution,
        "documentation" => ReferenceKind::Documentation,
        "model-card" => ReferenceKind::ModelCard,
        "license" => ReferenceKind::Licence,
        "bom" => ReferenceKind::Bill,
        "rfc-9116" | "security-contact" => ReferenceKind::SecurityContact,
        _ => ReferenceKind::Other,
    };
    Reference { kind, url }
}
