use serde_json::Value;
use waybill_domain::inventory::{
    Component, ComponentId, Hash, HostedFacts, Occurrence, RelationKind, Role, Scope, ServiceFacts,
    Standing, SupplierKind,
};

use super::{
    data,
    licences::licences,
    model_card::model_card,
    parties,
    properties::{Said, word},
    service,
    statements::said_of,
};
use crate::bill::{
    gathering::{Found, Party, Target, conventional, pin},
    taking::Taking,
};

/// Adds a component, and that the one before it in which it stands contains it.
pub(super) fn nested(found: &mut Vec<(Found, Option<usize>)>, made: Found, parent: Option<usize>) {
    let mut made = made;
    made.shrink();
    found.push((made, parent));
}

/// A component with those within it, outermost first.
pub(super) fn component(
    mut object: Taking,
    found: &mut Vec<(Found, Option<usize>)>,
    parent: Option<usize>,
    left: &mut dyn FnMut(Taking),
) {
    let inner = object.objects("components");
    let made = single(&mut object);
    left(object);
    let at = found.len();
    nested(found, made, parent);
    for other in inner {
        component(other, found, Some(at), left);
    }
}

/// A component without those within it.
pub(super) fn single(object: &mut Taking) -> Found {
    let mut said = Said::take(object);
    let kind = object.text("type").unwrap_or_default();
    let name = object.text("name").unwrap_or_default();
    let purl = object
        .text("purl")
        .or_else(|| said.one("waybill:purl-that-does-not-parse"));
    let written = said.one("waybill:role").and_then(|text| word(&text));
    let role = written.unwrap_or_else(|| role(&kind, purl.as_deref(), object));
    let mut component = Component::new(ComponentId::subject(), role, name);
    component.purl = purl;
    if written.is_none() && !says_all(&kind) {
        component.properties.insert("bill.type".to_owned(), kind);
    }
    let reference = object.text("bom-ref");
    component.namespace = object.text("group");
    component.version = object
        .text("version")
        .or_else(|| said.one("waybill:version"));
    component.description = object.text("description");
    component.copyright = object.text("copyright");
    component.hashes = hashes(object, &mut said);
    let mut links = Vec::new();
    component.licences = licences(object, &mut said, &mut links);
    let (references, contact) = parties::references(object, &mut said);
    component.references = references;
    component.references.extend(links);
    component.references.sort();
    component.authors = parties::people(object, "authors");
    component.authors.extend(object.text("author"));
    component.scope = object.text("scope").map(|text| match text.as_str() {
        "required" => Scope::Runtime,
        "optional" => Scope::Optional,
        _ => Scope::Development,
    });
    component.requirement = object.text("versionRange");
    if object.truth("isExternal") == Some(false) {
        object.0.insert("isExternal".to_owned(), Value::Bool(false));
    }
    said.one("waybill:external");
    evidence(object, &mut component, written.is_some());
    let mut supplier = party(object);
    if let Some(party) = supplier.as_mut() {
        parties::particulars(party, &mut said);
        party.security_contact = contact;
    }
    let mut made = Found::new(reference, component);
    made.supplier = supplier;
    made.own = written.is_some();
    facts(object, &mut said, &mut made);
    pedigree(object, &mut made, written.is_some());
    particulars(&mut made, said);
    made
}

/// Who supplies a component: the supplier, else the manufacturer, else whoever published it.
fn party(object: &mut Taking) -> Option<Party> {
    if let Some(party) = parties::organisation(object, "supplier") {
        return Some(party);
    }
    if let Some(party) = parties::organisation(object, "manufacturer") {
        return Some(party);
    }
    let name = object.text("publisher")?;
    Some(Party::named(name, SupplierKind::Organisation))
}

/// Facts of the kind of thing that the component is.
fn facts(object: &mut Taking, said: &mut Said, made: &mut Found) {
    if let Some(mut card) = object.object("modelCard") {
        let facts = model_card(&mut card, &mut made.links);
        object.rest("modelCard", card);
        if facts != waybill_domain::inventory::ModelFacts::default() {
            made.component.model = Some(Box::new(facts));
        }
    }
    let mut rests = Vec::new();
    for (index, mut entry) in object.objects("data").into_iter().enumerate() {
        if index == 0 {
            data::data(&mut entry, &mut made.component);
        }
        rests.push(entry);
    }
    object.rests("data", rests);
    let mut local = ServiceFacts::default();
    service::own(said, &mut local);
    if local != ServiceFacts::default() {
        made.component.service = Some(Box::new(local));
    }
}

fn hashes(object: &mut Taking, said: &mut Said) -> Vec<Hash> {
    let mut hashes = Vec::new();
    let mut rests = Vec::new();
    for mut hash in object.objects("hashes") {
        if let (Some(algorithm), Some(value)) = (hash.text("alg"), hash.text("content")) {
            hashes.push(Hash {
                algorithm: algorithm.to_ascii_lowercase(),
                value: value.to_ascii_lowercase(),
                standing: Standing::Claimed,
            });
        }
        rests.push(hash);
    }
    object.rests("hashes", rests);
    for (algorithm, value) in said.below("waybill:hash:") {
        hashes.push(Hash {
            algorithm,
            value,
            standing: Standing::Claimed,
        });
    }
    hashes
}

fn evidence(object: &mut Taking, component: &mut Component, own: bool) {
    let Some(mut evidence) = object.object("evidence") else {
        return;
    };
    if own {
        // Follows from the places.
        evidence.drop("identity");
    }
    let mut rests = Vec::new();
    for mut place in evidence.objects("occurrences") {
        place.drop("bom-ref");
        if let Some(path) = place.text("location") {
            let context = place.text("additionalContext");
            let column = context
                .as_deref()
                .and_then(|text| text.strip_prefix("column ")?.parse().ok());
            if let (None, Some(context)) = (column, context) {
                place
                    .0
                    .insert("additionalContext".to_owned(), context.into());
            }
            component.seen(Occurrence {
                path,
                line: place
                    .whole("line")
                    .and_then(|line| u32::try_from(line).ok()),
                column,
                symbol: place.text("symbol"),
            });
        }
        rests.push(place);
    }
    evidence.rests("occurrences", rests);
    object.rest("evidence", evidence);
}

/// Ancestors. Our own bills describe them again and say how they relate elsewhere.
fn pedigree(object: &mut Taking, made: &mut Found, own: bool) {
    let Some(mut pedigree) = object.object("pedigree") else {
        return;
    };
    if own {
        return;
    }
    let mut rests = Vec::new();
    for mut ancestor in pedigree.objects("ancestors") {
        let found = single(&mut ancestor);
        made.links.push((
            RelationKind::DerivedFrom,
            Target::Described(Box::new(found)),
            Standing::Claimed,
        ));
        rests.push(ancestor);
    }
    pedigree.rests("ancestors", rests);
    object.rest("pedigree", pedigree);
}

/// What our own bills say in properties, then everything else that stands there.
pub(super) fn particulars(made: &mut Found, mut said: Said) {
    let component = &mut made.component;
    if let Some(role) = said.one("waybill:role").and_then(|text| word(&text)) {
        component.role = role;
        made.own = true;
    }
    let written = said.one("waybill:pin");
    component.requirement = said
        .one("waybill:requirement")
        .or_else(|| component.requirement.take());
    component.path = said.one("waybill:path");
    component.direct = said.truth("waybill:direct");
    if let Some(scope) = said.one("waybill:scope").and_then(|text| word(&text)) {
        component.scope = Some(scope);
    }
    component.remote_code = said.truth("waybill:remote-code");
    component.released = said.one("waybill:released");
    hosted(component, &mut said);
    for (kind, target) in said.below("waybill:relation:") {
        if let Some(kind) = word(&kind) {
            made.links
                .push((kind, Target::Reference(target), Standing::Claimed));
        }
    }
    standings(component, &mut said);
    for (name, value) in said.rest() {
        let name = match name.strip_prefix("waybill:") {
            Some(own) if !own.contains(':') => own.to_owned(),
            _ => name,
        };
        // Of a name that is said twice, all values stay.
        component
            .properties
            .entry(name)
            .and_modify(|known| {
                known.push('\n');
                known.push_str(&value);
            })
            .or_insert(value);
    }
    component.pin = match written {
        Some(written) => word(&written),
        None if made.own => None,
        None => pin(component),
    };
    component.id = match &made.reference {
        Some(reference) if said_by_us(component, reference) => ComponentId(reference.clone()),
        _ => conventional(component),
    };
}

/// True if a reference is an id by our own convention.
fn said_by_us(component: &Component, reference: &str) -> bool {
    component.purl.as_deref() == Some(reference)
        || reference
            .strip_prefix(component.role.as_str())
            .is_some_and(|rest| rest.starts_with(':'))
}

fn hosted(component: &mut Component, said: &mut Said) {
    let mut one = |name: &str| said.one(&format!("waybill:hosted:{name}"));
    let facts = HostedFacts {
        service: one("service").map(ComponentId),
        host: one("host"),
        region: one("region"),
        catalogue_name: one("catalogue-name"),
        retires: one("retires"),
        replacement: one("replacement"),
        catalogue_date: one("catalogue-date"),
    };
    if facts != HostedFacts::default() {
        component.hosted = Some(Box::new(facts));
    }
}

/// `standing by source`, and `value (standing by source)` where sources differ.
fn standings(component: &mut Component, said: &mut Said) {
    for (field, text) in said.below("waybill:standing:") {
        if let (Some(field), Some((standing, by))) = (word(&field), text.split_once(" by "))
            && let Some(standing) = word(standing)
        {
            let known = !matches!(standing, Standing::Unknown | Standing::Withheld);
            let value = if known {
                said_of(component, field)
            } else {
                String::new()
            };
            component.state(field, value, standing, by, None);
        }
    }
    for (field, text) in said.below("waybill:statement:") {
        let parsed = text
            .strip_suffix(')')
            .and_then(|text| text.rsplit_once(" ("))
            .and_then(|(value, rest)| Some((value, rest.split_once(" by ")?)));
        if let (Some(field), Some((value, (standing, by)))) = (word(&field), parsed)
            && let Some(standing) = word(standing)
        {
            component.state(field, value, standing, by, None);
        }
    }
}

/// A place as one line of text: `path:line:column symbol`.
pub(super) fn place(text: &str) -> Occurrence {
    let (place, symbol) = match text.split_once(' ') {
        Some((place, symbol)) => (place, Some(symbol.to_owned())),
        None => (text, None),
    };
    let mut parts = place.splitn(3, ':');
    Occurrence {
        path: parts.next().unwrap_or_default().to_owned(),
        line: parts.next().and_then(|line| line.parse().ok()),
        column: parts.next().and_then(|column| column.parse().ok()),
        symbol,
    }
}

/// True for the types that a role keeps apart.
fn says_all(kind: &str) -> bool {
    matches!(
        kind,
        "application"
            | "library"
            | "container"
            | "operating-system"
            | "device"
            | "file"
            | "machine-learning-model"
            | "data"
    )
}

/// The role of a component of a bill that does not name it.
fn role(kind: &str, purl: Option<&str>, object: &Taking) -> Role {
    let package = purl
        .and_then(|purl| purl.strip_prefix("pkg:")?.split('/').next())
        .unwrap_or_default();
    let dataset = purl.is_some_and(|purl| purl.starts_with("pkg:huggingface/datasets/"));
    match (kind, package) {
        _ if dataset => Role::Dataset,
        ("machine-learning-model", _) => {
            if object.0.get("isExternal") == Some(&Value::Bool(true)) {
                Role::HostedModel
            } else {
                Role::Model
            }
        }
        ("data", _) => match data_kind(object) {
            Some("configuration" | "definition" | "source-code") => Role::File,
            _ => Role::Dataset,
        },
        (_, "huggingface" | "mlflow") => Role::Model,
        (_, "deb" | "rpm" | "apk" | "alpm") => Role::SystemPackage,
        (_, "docker" | "oci") | ("container", _) => Role::Container,
        (_, "githubactions") => Role::WorkflowAction,
        (_, "terraform") => Role::InfrastructurePlugin,
        ("library" | "framework", _) => Role::Library,
        ("operating-system", _) => Role::OperatingSystem,
        ("device", _) => Role::Machine,
        ("device-driver", _) => Role::SystemPackage,
        ("file" | "cryptographic-asset", _) => Role::File,
        _ => Role::Application,
    }
}

fn data_kind(object: &Taking) -> Option<&str> {
    object.0.get("data")?.get(0)?.get("type")?.as_str()
}
