//! Stores of embeddings, guardrails and evaluation sets.

use waybill_domain::inventory::{Component, ComponentId, Role, ServiceFacts};
use waybill_knowledge::usage::{KnownCall, hosts};

use super::{
    hub, local,
    place::{Place, is_own_host},
    resolve::Known,
    served::supplier_id,
    site::Site,
};
use crate::{draft::Draft, tree::file_name};

/// Words of the name of a store in its id.
fn slug(name: &str) -> String {
    name.to_lowercase().replace([' ', '.'], "-")
}

/// True if a method is in a list of the table.
fn lists(call: &KnownCall, key: &str, method: &str) -> bool {
    call.get(key).is_some_and(|words| {
        words
            .split('|')
            .any(|word| word == method || word.rsplit('.').next() == Some(method))
    })
}

/// A call of the library of a store: the client, a collection, an index file.
pub(crate) fn store(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let name = call.get("store").unwrap_or_default();
    if site.method().starts_with(char::is_lowercase) && !is_telling(site, call) {
        return;
    }
    let hosted = call.get("supplier").and_then(|slug| hosts().supplier(slug));
    let place = host(site, call);
    let mut component = Component::new(
        ComponentId(format!("vector-store:{}", slug(name))),
        Role::VectorStore,
        name,
    );
    component.direct = Some(true);
    let reached = place
        .as_ref()
        .map(|place| place.host.clone().unwrap_or_default());
    if let Some(place) = &place {
        let in_cloud = place.supplier.is_some();
        component.supplier = place
            .supplier
            .map(|supplier| supplier_id(draft, supplier, &site.occurrence()));
        component.service = Some(Box::new(ServiceFacts {
            endpoints: place.endpoint.clone().into_iter().collect(),
            host: place.host.clone(),
            region: site
                .text(call.get("region"))
                .map(|known| known.text)
                .or_else(|| place.region.clone()),
            authenticated: in_cloud.then_some(true),
            external: Some(!place.host.as_deref().is_some_and(is_own_host)),
            ..ServiceFacts::default()
        }));
    } else if call.get("default_host").is_some() {
        component.supplier =
            hosted.map(|supplier| supplier_id(draft, supplier, &site.occurrence()));
        component.service = Some(Box::new(ServiceFacts {
            host: call.get("default_host").map(ToOwned::to_owned),
            region: site.text(call.get("region")).map(|known| known.text),
            authenticated: Some(true),
            external: Some(true),
            ..ServiceFacts::default()
        }));
    }
    let embedded = site
        .text(call.get("embedded"))
        .filter(|known| reached.is_none() && !known.text.contains("://"));
    if let Some(known) = embedded {
        if let Some(path) = site.resolver.local(site.file, &known.text) {
            component.properties.insert("store.path".to_owned(), path);
        }
        component
            .properties
            .insert("store.embedded".to_owned(), "true".to_owned());
    }
    for known in collections(site, call) {
        let names = component
            .properties
            .entry("store.collections".to_owned())
            .or_default();
        add_word(names, &known.text);
    }
    let found = component.properties.get("store.collections").cloned();
    let id = hub::used(draft, component, site.occurrence(), None);
    if let (Some(found), Some(component)) = (found, draft.get_mut(&id)) {
        let names = component
            .properties
            .entry("store.collections".to_owned())
            .or_default();
        for name in found.split(", ") {
            add_word(names, name);
        }
    }
}

fn add_word(words: &mut String, word: &str) {
    if word.is_empty()
        || word.len() > 120
        || words.split(", ").any(|known| known == word)
        || words.len() > 2000
    {
        return;
    }
    if !words.is_empty() {
        words.push_str(", ");
    }
    words.push_str(word);
}

/// A call in lowercase counts if it makes or asks something, not if it only converts.
fn is_telling(site: &Site<'_>, call: &KnownCall) -> bool {
    let method = site.method();
    !site.makers.is_empty()
        || lists(call, "in_method", method)
        || lists(call, "local", method)
        || lists(call, "at", method)
        || method.starts_with("from")
        || method.starts_with("connect")
        || matches!(
            method,
            "read_index" | "write_index" | "index_factory" | "default"
        )
}

/// Where the store is reached.
fn host(site: &Site<'_>, call: &KnownCall) -> Option<Place> {
    if call.get("at").is_some() && !lists(call, "at", site.method()) {
        return None;
    }
    let mut addresses = site.texts(call.get("host"));
    if addresses.is_empty() && lists(call, "first", site.method()) {
        addresses = site.texts(Some("0"));
    }
    addresses
        .iter()
        .filter(|known| {
            let text = known.text.as_str();
            text.contains("://")
                || text == "localhost"
                || (text.contains('.') && !text.contains('/'))
        })
        .filter(|known| !known.text.starts_with("./") && !known.text.ends_with(".db"))
        .find_map(|known| Place::at(&known.text))
}

/// Names of collections and indexes.
fn collections(site: &Site<'_>, call: &KnownCall) -> Vec<Known> {
    let slot = call.get("collection");
    let mut names = if slot.is_some_and(|slot| slot.ends_with("|name"))
        && !lists(call, "in_method", site.method())
    {
        let specific = slot.and_then(|slot| slot.strip_suffix("|name"));
        site.texts(specific)
    } else {
        site.texts(slot)
    };
    if names.is_empty() && lists(call, "in_method", site.method()) {
        names = site.texts(Some("0"));
    }
    names
}

/// A guardrail by the name of its software and of what it is told to look for.
pub(crate) fn guardrail(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let name = call.get("guard").unwrap_or_default();
    let member = (call.get("member") == Some("path"))
        .then(|| site.method().to_owned())
        .filter(|member| member.starts_with(char::is_uppercase));
    if call.get("member").is_some() && member.is_none() {
        return;
    }
    let id = guard(site, draft, name, None);
    if let Some(component) = draft.get_mut(&id)
        && let Some(member) = member
    {
        let words = component
            .properties
            .entry("guardrail.rules".to_owned())
            .or_default();
        add_word(words, &member);
    }
    for known in site.texts(call.get("path")) {
        let path = site.resolver.local(site.file, &known.text);
        if let (Some(path), Some(component)) = (path, draft.get_mut(&id)) {
            component.path.get_or_insert(path);
        }
    }
    if call.get("also") == Some("hosted") {
        super::hosted::hosted(site, call, draft);
    }
}

/// Adds a guardrail.
pub(crate) fn guard(
    site: &Site<'_>,
    draft: &mut Draft,
    name: &str,
    which: Option<&str>,
) -> ComponentId {
    let id = match which {
        Some(which) => format!("guardrail:{}/{which}", slug(name)),
        None => format!("guardrail:{}", slug(name)),
    };
    let mut component = Component::new(ComponentId(id), Role::Guardrail, which.unwrap_or(name));
    if which.is_some() {
        component
            .properties
            .insert("software".to_owned(), name.to_owned());
    }
    component.direct = Some(true);
    hub::used(draft, component, site.occurrence(), None)
}

/// Tasks and benchmarks that models are evaluated on.
pub(crate) fn evaluation(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let library = call.get("library").unwrap_or_default();
    let mut names: Vec<Known> = site.list(call.get("tasks"));
    if call.get("member") == Some("path") && site.method().starts_with(char::is_uppercase) {
        names.push(Known {
            text: site.method().to_owned(),
            place: None,
        });
    }
    for known in names {
        if let Some(path) = site.resolver.local(site.file, &known.text) {
            local::relate(site, draft, &path, Role::EvaluationSet);
            continue;
        }
        let name = file_name(&known.text);
        if name.is_empty() || name.len() > 120 || name.contains(['{', ' ', '\n']) {
            continue;
        }
        let id = ComponentId(format!("evaluation-set:{library}/{name}"));
        let mut component = Component::new(id, Role::EvaluationSet, name);
        component.direct = Some(true);
        component
            .properties
            .insert("library".to_owned(), library.to_owned());
        hub::used(draft, component, site.occurrence(), known.place);
    }
}
