//! Hosted models and services as components, and what the catalogue knows of them.

use waybill_domain::inventory::{
    Component, ComponentId, DataFlow, Field, FlowDirection, HostedFacts, Occurrence, Pin,
    RelationKind, Role, ServiceFacts, Standing, SupplierId, SupplierKind,
};
use waybill_knowledge::usage::{KnownSupplier, catalogue, hosts};

use super::{hub, named, pin, place::Place, resolve::Known, site::Site};
use crate::draft::Draft;

/// Who alone runs models of that name.
pub(crate) fn supplier_of_name(name: &str) -> Option<&'static KnownSupplier> {
    let first = catalogue().named(name).next();
    first
        .and_then(|known| hosts().supplier(&known.supplier))
        .or_else(|| hosts().of_model(name))
}

/// True for a text that may name a hosted model.
pub(crate) fn is_model_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 160
        && !text.contains("://")
        && !text.starts_with(['.', '/', '<'])
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b'@' | b'~')
        })
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !is_placeholder(text)
}

/// `default` and `dummy-model`: what is passed where a name is asked for and none is needed.
fn is_placeholder(text: &str) -> bool {
    let lower = text.to_lowercase();
    let plain = lower.trim_end_matches(|letter: char| letter.is_ascii_digit());
    const WHOLE: [&str; 21] = [
        "default",
        "ignore",
        "ignored",
        "none",
        "null",
        "any",
        "unused",
        "empty",
        "placeholder",
        "model",
        "model-name",
        "model_name",
        "local-model",
        "local_model",
        "local",
        "self",
        "auto",
        "unknown",
        "undefined",
        "foo",
        "test",
    ];
    const PARTS: [&str; 7] = [
        "dummy",
        "fake",
        "mock",
        "example",
        "placeholder",
        "your",
        "foobar",
    ];
    WHOLE.contains(&plain)
        || ["fakemodel", "testmodel", "mymodel"].contains(&plain)
        || lower
            .split(['-', '_', '/', '.', ':'])
            .any(|part| PARTS.contains(&part))
}

/// Adds a hosted model with its service. A model on the system's own server is one that is in the
/// inventory already, or one that only this server knows.
pub(crate) fn model(
    occurrence: &Occurrence,
    draft: &mut Draft,
    place: &Place,
    name: &str,
    constant: Option<Occurrence>,
) -> Option<ComponentId> {
    if !is_model_name(name) {
        return None;
    }
    let named_supplier;
    let place = if place.host.is_none() && place.supplier.is_none() {
        match supplier_of_name(name) {
            Some(supplier) => {
                named_supplier = Place::of(supplier, place.region.clone());
                &named_supplier
            }
            None => place,
        }
    } else {
        place
    };
    let service = place
        .host
        .is_some()
        .then(|| service(occurrence.clone(), draft, place))
        .flatten();
    if place.is_own()
        && let Some(id) = own_model(occurrence, draft, place, name)
    {
        if let Some(service) = &service {
            relate_served(draft, &id, service, occurrence);
        }
        return Some(id);
    }
    let slug = match (&place.supplier, &place.host) {
        (Some(supplier), _) => supplier.slug.clone(),
        (None, Some(host)) => host.clone(),
        (None, None) => "unknown".to_owned(),
    };
    let mut component = Component::new(
        ComponentId(format!("hosted-model:{slug}/{name}")),
        Role::HostedModel,
        name,
    );
    component.direct = Some(true);
    component.supplier = place
        .supplier
        .map(|supplier| supplier_id(draft, supplier, occurrence));
    judge(&mut component, place, name);
    if let Some(hosted) = component.hosted.as_mut() {
        hosted.service.clone_from(&service);
    }
    let id = hub::used(draft, component, occurrence.clone(), constant);
    if let Some(service) = &service {
        relate_served(draft, &id, service, occurrence);
    }
    Some(id)
}

pub(super) fn relate_served(
    draft: &mut Draft,
    model: &ComponentId,
    service: &ComponentId,
    at: &Occurrence,
) {
    draft.relate(
        model,
        RelationKind::ServedBy,
        service,
        Standing::Observed,
        Some(at.clone()),
    );
}

/// A model that the system's own server answers for.
pub(super) fn own_model(
    occurrence: &Occurrence,
    draft: &mut Draft,
    place: &Place,
    name: &str,
) -> Option<ComponentId> {
    if place
        .host
        .as_deref()
        .is_some_and(|host| host.ends_with(":11434"))
    {
        let component = named::ollama_model(name)?;
        return Some(hub::used(draft, component, occurrence.clone(), None));
    }
    let there = draft
        .components()
        .find(|component| {
            matches!(component.role, Role::Model | Role::Adapter) && component.full_name() == name
        })
        .map(|component| component.id.clone())?;
    if let Some(component) = draft.get_mut(&there) {
        component.seen(occurrence.clone());
    }
    Some(there)
}

/// What the name and the catalogue tell.
pub(super) fn judge(component: &mut Component, place: &Place, name: &str) {
    let slug = place.supplier.map_or("", |supplier| supplier.slug.as_str());
    let bare = ["us.", "eu.", "apac.", "global.", "us-gov.", "jp.", "au."]
        .iter()
        .filter(|_| slug == "aws-bedrock")
        .find_map(|begin| name.strip_prefix(begin))
        .or_else(|| name.strip_prefix("models/"))
        .unwrap_or(name);
    let known = catalogue().find(slug, bare);
    let alias = known.is_some_and(|known| known.alias);
    component.pin = Some(if pin::names_a_snapshot(name) && !alias {
        Pin::Name
    } else {
        Pin::Floating
    });
    if component.pin == Some(Pin::Name) {
        component.version = Some(name.to_owned());
    }
    component.authors.extend(maker(place, bare));
    component.released = known.and_then(|known| known.released.clone());
    component.hosted = Some(Box::new(HostedFacts {
        service: None,
        host: place.host.clone(),
        region: place.region.clone(),
        catalogue_name: known.map(|known| format!("{slug}/{}", known.name)),
        retires: known.and_then(|known| known.retires.clone()),
        replacement: known.and_then(|known| known.replacement.clone()),
        catalogue_date: known.map(|_| catalogue().date.clone()),
    }));
    if let Some(known) = known
        && let Some(retires) = &known.retires
    {
        component.state(
            Field::EndOfLife,
            retires.clone(),
            Standing::Claimed,
            known.source.clone(),
            None,
        );
    }
}

/// Who made the model, if it is not who runs it.
pub(super) fn maker(place: &Place, name: &str) -> Option<String> {
    let supplier = place.supplier?;
    let maker = match name.split_once(['/', '.']) {
        Some((owner, _)) if hosts().named(owner).is_some() => hosts().named(owner),
        _ => hosts().of_model(name),
    }?;
    (maker.name != supplier.name).then(|| maker.name.clone())
}

/// Finds or makes the supplier of the table.
pub(crate) fn supplier_id(
    draft: &mut Draft,
    known: &KnownSupplier,
    occurrence: &Occurrence,
) -> SupplierId {
    let id = draft.supplier(SupplierKind::Organisation, &known.name, Standing::Observed);
    if let Some(supplier) = draft.supplier_mut(&id) {
        if let Some(url) = &known.url
            && !supplier.urls.contains(url)
        {
            supplier.urls.push(url.clone());
            supplier.urls.sort();
        }
        if supplier.country.is_none() {
            supplier.country.clone_from(&known.country);
        }
        if supplier.security_contact.is_none() {
            supplier.security_contact.clone_from(&known.security_txt);
        }
        if let Err(at) = supplier.occurrences.binary_search(occurrence) {
            supplier.occurrences.insert(at, occurrence.clone());
        }
    }
    id
}

/// Adds the service at a host, asked for answers of models.
pub(crate) fn service(
    occurrence: Occurrence,
    draft: &mut Draft,
    place: &Place,
) -> Option<ComponentId> {
    service_for(occurrence, draft, place, "prompts and completions")
}

/// Adds the service at a host.
pub(crate) fn service_for(
    occurrence: Occurrence,
    draft: &mut Draft,
    place: &Place,
    flows: &str,
) -> Option<ComponentId> {
    let host = place.host.clone()?;
    let mut component =
        Component::new(ComponentId(format!("service:{host}")), Role::Service, &host);
    component.direct = Some(true);
    component.supplier = place
        .supplier
        .map(|supplier| supplier_id(draft, supplier, &occurrence));
    let endpoint = place
        .endpoint
        .clone()
        .unwrap_or_else(|| format!("https://{host}"));
    component.state(
        Field::Endpoint,
        endpoint.clone(),
        Standing::Observed,
        occurrence.path.clone(),
        Some(occurrence.clone()),
    );
    component.service = Some(Box::new(ServiceFacts {
        endpoints: vec![endpoint],
        host: Some(host),
        region: place.region.clone(),
        authenticated: place.supplier.map(|_| true),
        external: Some(!place.is_own()),
        command: None,
        flows: vec![DataFlow {
            direction: FlowDirection::BiDirectional,
            what: flows.to_owned(),
            classification: "unclassified by its owner".to_owned(),
        }],
    }));
    Some(hub::used(draft, component, occurrence, None))
}

/// A server of the system's own, or at an address that the code names.
pub(crate) fn server(site: &Site<'_>, draft: &mut Draft, address: &Known, what: &str) {
    let Some(place) = Place::at(&address.text) else {
        return;
    };
    if let Some(id) = service(site.occurrence(), draft, &place)
        && let Some(component) = draft.get_mut(&id)
    {
        component
            .properties
            .entry("software".to_owned())
            .or_insert_with(|| what.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::is_model_name;

    #[test]
    fn what_is_passed_where_no_name_is_needed_is_no_name() {
        for name in [
            "default",
            "ignore3",
            "dummy-model",
            "your-model-name",
            "fakemodel",
            "<model>",
        ] {
            assert!(!is_model_name(name), "{name}");
        }
        for name in [
            "gpt-4o",
            "o3",
            "default-gpt4-deployment",
            "claude-sonnet-4-5",
            "auto-coder-7b",
        ] {
            assert!(is_model_name(name), "{name}");
        }
    }
}
