use serde_json::{Value, json};
use waybill_domain::inventory::{Component, ComponentId, Hash, RelationKind, Role, Scope};

use super::{
    citations::cite, data::data, document::Bill, evidence::evidence, licences::licences,
    model_card::model_card, parties, ranges, service,
};
use crate::bill::{
    fit,
    object::{Object, Properties},
};

/// The longest version that the schema allows, in characters.
const VERSION_LIMIT: usize = 1024;

/// The type of component that a role is for CycloneDX.
pub(super) const fn kind(role: Role) -> &'static str {
    match role {
        Role::Model | Role::Adapter | Role::HostedModel => "machine-learning-model",
        Role::Dataset
        | Role::EvaluationSet
        | Role::Prompt
        | Role::ChatTemplate
        | Role::AgentInstructions => "data",
        Role::Library | Role::SystemPackage => "library",
        Role::Application
        | Role::WorkflowAction
        | Role::InfrastructurePlugin
        | Role::Service
        | Role::VectorStore
        | Role::AgentTool
        | Role::Guardrail => "application",
        Role::OperatingSystem => "operating-system",
        Role::Container => "container",
        Role::File => "file",
        Role::Machine => "device",
    }
}

/// Type, group, name, version and purl: what a component is known by.
fn identity(bill: &Bill<'_>, component: &Component, properties: &mut Properties) -> Object {
    let mut object = Object::default();
    object.put("type", kind(component.role));
    named(component, &mut object);
    let version = component.version.as_deref().filter(|text| !text.is_empty());
    match version {
        Some(version) if version.chars().count() <= VERSION_LIMIT => object.put("version", version),
        Some(version) => properties.say("waybill:version", version),
        None => {}
    }
    let hosted = component.role == Role::HostedModel;
    let range = ranges::range(component).filter(|_| version.is_none() && bill.is_1_7());
    if bill.is_1_7() && (hosted || range.is_some()) {
        object.put("isExternal", true);
    } else if hosted {
        properties.say("waybill:external", true);
    }
    object.maybe("versionRange", range);
    object
}

/// Group and name; what has no name is called by its id.
pub(super) fn named(component: &Component, object: &mut Object) {
    object.text("group", component.namespace.as_deref());
    let name = if component.name.is_empty() {
        component.id.as_str()
    } else {
        component.name.as_str()
    };
    object.put("name", name);
}

/// A component that is no service.
pub(super) fn component(
    bill: &Bill<'_>,
    place: usize,
    index: usize,
    component: &Component,
) -> Value {
    let mut properties = Properties::default();
    let mut object = identity(bill, component, &mut properties);
    object.put("bom-ref", bill.refs.at(place));
    let supplier = bill.supplier(component.supplier.as_ref());
    object.maybe("supplier", supplier.map(parties::organisation));
    let authors = component.authors.iter();
    object.list(
        "authors",
        authors.map(|name| json!({ "name": name })).collect(),
    );
    object.text("description", component.description.as_deref());
    object.maybe("scope", component.scope.map(scope));
    object.list("hashes", hashes(&component.hashes, &mut properties));
    let licences = licences(&component.licences, &mut properties);
    object.list("licenses", licences);
    object.text("copyright", component.copyright.as_deref());
    if let Some(purl) = component.purl.as_deref() {
        match fit::purl(purl) {
            Some(purl) => object.put("purl", purl),
            None => properties.say("waybill:purl-that-does-not-parse", purl),
        }
    }
    object.object("pedigree", pedigree(bill, component));
    let references = parties::references(&component.references, supplier, &mut properties);
    object.list("externalReferences", references);
    object.object("evidence", evidence(bill, component));
    match kind(component.role) {
        "machine-learning-model" => object.object("modelCard", model_card(bill, component)),
        "data" => object.list("data", vec![data(component)]),
        _ => {}
    }
    if let Some(facts) = component.service.as_deref() {
        service::local_properties(facts, &mut properties);
    }
    particulars(bill, component, &mut properties);
    let mut built = object.into_value();
    let pointer = format!("/components/{index}");
    cite(bill, component, &built, &pointer, &mut properties);
    if let Value::Object(map) = &mut built {
        map.insert("properties".to_owned(), properties.into_list().into());
    }
    built
}

/// Waybill's own facts about a component or service, as properties.
pub(super) fn particulars(bill: &Bill<'_>, component: &Component, properties: &mut Properties) {
    properties.say("waybill:role", component.role.as_str());
    properties.maybe("waybill:pin", component.pin.map(|pin| pin.as_str()));
    properties.maybe("waybill:requirement", component.requirement.as_deref());
    properties.maybe("waybill:path", component.path.as_deref().map(fit::path));
    properties.maybe("waybill:direct", component.direct);
    properties.maybe("waybill:scope", component.scope.map(scope_word));
    properties.maybe("waybill:remote-code", component.remote_code);
    properties.maybe("waybill:released", component.released.as_deref());
    if let Some(supplier) = bill.supplier(component.supplier.as_ref()) {
        parties::supplier_properties(supplier, properties);
    }
    if let Some(hosted) = component.hosted.as_deref() {
        let texts = [
            ("host", &hosted.host),
            ("region", &hosted.region),
            ("catalogue-name", &hosted.catalogue_name),
            ("retires", &hosted.retires),
            ("replacement", &hosted.replacement),
            ("catalogue-date", &hosted.catalogue_date),
        ];
        for (name, text) in texts {
            properties.maybe(&format!("waybill:hosted:{name}"), text.as_deref());
        }
        let service = hosted.service.as_ref().and_then(|id| bill.refs.of(id));
        properties.maybe("waybill:hosted:service", service);
    }
    related(bill, &component.id, properties);
    for (name, value) in &component.properties {
        if name.contains(':') {
            properties.say(name, value);
        } else {
            properties.say(&format!("waybill:{name}"), value);
        }
    }
}

/// The relations for which the graph has one word only, each by its own.
pub(super) fn related(bill: &Bill<'_>, id: &ComponentId, properties: &mut Properties) {
    for relation in bill.relations_of(id) {
        if relation.kind != RelationKind::DependsOn {
            let name = format!("waybill:relation:{}", relation.kind.as_str());
            properties.maybe(&name, bill.refs.of(&relation.to));
        }
    }
}

const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Runtime => "required",
        Scope::Optional => "optional",
        Scope::Development | Scope::Build => "excluded",
    }
}

const fn scope_word(scope: Scope) -> &'static str {
    match scope {
        Scope::Runtime => "runtime",
        Scope::Optional => "optional",
        Scope::Development => "development",
        Scope::Build => "build",
    }
}

/// Digests that the schema has a word for; the others become properties.
fn hashes(hashes: &[Hash], properties: &mut Properties) -> Vec<Value> {
    let mut list: Vec<Value> = Vec::new();
    for hash in hashes {
        let (algorithm, digits) = match hash.algorithm.as_str() {
            "md5" => ("MD5", 32),
            "sha-1" => ("SHA-1", 40),
            "sha-256" => ("SHA-256", 64),
            "sha-384" => ("SHA-384", 96),
            "sha-512" => ("SHA-512", 128),
            "sha3-256" => ("SHA3-256", 64),
            "sha3-384" => ("SHA3-384", 96),
            "sha3-512" => ("SHA3-512", 128),
            "blake2b-256" => ("BLAKE2b-256", 64),
            "blake2b-384" => ("BLAKE2b-384", 96),
            "blake2b-512" => ("BLAKE2b-512", 128),
            "blake3" => ("BLAKE3", 64),
            _ => ("", 0),
        };
        let well_formed = hash.value.len() == digits
            && digits > 0
            && hash.value.bytes().all(|byte| byte.is_ascii_hexdigit());
        if well_formed {
            let value = json!({"alg": algorithm, "content": hash.value.to_ascii_lowercase()});
            if list.last() != Some(&value) {
                list.push(value);
            }
        } else {
            let name = format!("waybill:hash:{}", hash.algorithm);
            properties.say(&name, &hash.value);
        }
    }
    list
}

/// What a model or data set was made from. Ancestors are described again rather than referred to,
/// as the schema has it; they carry no reference of their own, so that each stays unique.
fn pedigree(bill: &Bill<'_>, component: &Component) -> Object {
    let mut ancestors = Vec::new();
    let mut notes = Vec::new();
    for relation in bill.relations_of(&component.id) {
        let made_from = matches!(
            relation.kind,
            RelationKind::FineTunedFrom
                | RelationKind::AdapterOf
                | RelationKind::QuantisedFrom
                | RelationKind::MergedFrom
                | RelationKind::DerivedFrom
        );
        let Some(ancestor) = bill.component(&relation.to).filter(|_| made_from) else {
            continue;
        };
        let mut properties = Properties::default();
        let mut object = identity(bill, ancestor, &mut properties);
        object.maybe("purl", ancestor.purl.as_deref().and_then(fit::purl));
        properties.maybe("waybill:ref", bill.refs.of(&relation.to));
        object.list("properties", properties.into_list());
        ancestors.push(object.into_value());
        notes.push(format!(
            "{} {} ({})",
            relation.kind.as_str(),
            ancestor.full_name(),
            relation.standing.as_str()
        ));
    }
    let mut pedigree = Object::default();
    pedigree.list("ancestors", ancestors);
    pedigree.text("notes", Some(&notes.join("; ")));
    pedigree
}
