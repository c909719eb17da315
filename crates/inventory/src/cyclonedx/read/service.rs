use waybill_domain::inventory::{
    Component, ComponentId, DataFlow, FlowDirection, Role, ServiceFacts,
};

use super::{
    component::{nested, particulars},
    licences::licences,
    parties,
    properties::{Said, word},
};
use crate::bill::{gathering::Found, taking::Taking};

/// A service with those within it, outermost first.
pub(super) fn service(
    mut object: Taking,
    found: &mut Vec<(Found, Option<usize>)>,
    parent: Option<usize>,
    left: &mut dyn FnMut(Taking),
) {
    let inner = object.objects("services");
    let name = object.text("name").unwrap_or_default();
    let mut component = Component::new(ComponentId::subject(), Role::Service, name);
    let reference = object.text("bom-ref");
    let mut said = Said::take(&mut object);
    component.namespace = object.text("group");
    component.version = object.text("version");
    component.description = object.text("description");
    let mut facts = ServiceFacts {
        endpoints: object.texts("endpoints"),
        authenticated: object.truth("authenticated"),
        external: object.truth("x-trust-boundary"),
        ..ServiceFacts::default()
    };
    own(&mut said, &mut facts);
    flows(&mut object, &mut facts);
    let mut links = Vec::new();
    component.licences = licences(&mut object, &mut said, &mut links);
    let (references, contact) = parties::references(&mut object, &mut said);
    component.references = references;
    component.references.extend(links);
    let mut supplier = parties::organisation(&mut object, "provider");
    if let Some(party) = supplier.as_mut() {
        parties::particulars(party, &mut said);
        party.security_contact = contact;
    }
    component.purl = said.one("waybill:purl");
    for place in said.all("waybill:occurrence") {
        component.seen(super::component::place(&place));
    }
    if facts != ServiceFacts::default() {
        component.service = Some(Box::new(facts));
    }
    let mut made = Found::new(reference, component);
    made.supplier = supplier;
    made.service = true;
    particulars(&mut made, said);
    left(object);
    let at = found.len();
    nested(found, made, parent);
    for other in inner {
        service(other, found, Some(at), left);
    }
}

/// What our own bills say of a service beside what CycloneDX has words for.
pub(super) fn own(said: &mut Said, facts: &mut ServiceFacts) {
    facts.endpoints.extend(said.all("waybill:service:endpoint"));
    facts.host = said.one("waybill:service:host");
    facts.region = said.one("waybill:service:region");
    facts.command = said.one("waybill:service:command");
    facts.authenticated = facts
        .authenticated
        .or_else(|| said.truth("waybill:service:authenticated"));
    facts.external = facts
        .external
        .or_else(|| said.truth("waybill:service:external"));
    for flow in said.all("waybill:service:flow") {
        if let Some(flow) = written_flow(&flow) {
            facts.flows.push(flow);
        }
    }
}

/// `direction what (classification)`.
fn written_flow(text: &str) -> Option<DataFlow> {
    let (direction, rest) = text.split_once(' ')?;
    let (what, classification) = rest.strip_suffix(')')?.rsplit_once(" (")?;
    Some(DataFlow {
        direction: word(direction)?,
        what: what.to_owned(),
        classification: classification.to_owned(),
    })
}

fn flows(object: &mut Taking, facts: &mut ServiceFacts) {
    let own = !facts.flows.is_empty();
    let mut rests = Vec::new();
    for mut data in object.objects("data") {
        let direction = data.text("flow").and_then(|text| word(&text));
        let classification = data.text("classification");
        if !own {
            facts.flows.push(DataFlow {
                direction: direction.unwrap_or(FlowDirection::Unknown),
                what: data
                    .text("name")
                    .or_else(|| data.text("description"))
                    .unwrap_or_else(|| "data".to_owned()),
                classification: classification.unwrap_or_default(),
            });
        }
        rests.push(data);
    }
    object.rests("data", rests);
}
