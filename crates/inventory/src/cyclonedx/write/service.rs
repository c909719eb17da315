use serde_json::{Value, json};
use waybill_domain::inventory::{Component, FlowDirection, ServiceFacts};

use super::{
    citations::cite,
    component::{named, particulars},
    document::Bill,
    evidence::in_words,
    licences::licences,
    parties,
};
use crate::bill::{
    fit,
    object::{Object, Properties},
};

/// A component that answers over the network.
pub(super) fn service(bill: &Bill<'_>, place: usize, index: usize, component: &Component) -> Value {
    let nothing = ServiceFacts::default();
    let facts = component.service.as_deref().unwrap_or(&nothing);
    let mut properties = Properties::default();
    let mut object = Object::default();
    object.put("bom-ref", bill.refs.at(place));
    let supplier = bill.supplier(component.supplier.as_ref());
    object.maybe("provider", supplier.map(parties::organisation));
    named(component, &mut object);
    match component.version.as_deref() {
        Some(version) if version.chars().count() <= 1024 => object.text("version", Some(version)),
        Some(version) => properties.say("waybill:version", version),
        None => {}
    }
    object.text("description", component.description.as_deref());
    let mut endpoints = Vec::new();
    for endpoint in &facts.endpoints {
        match fit::link(endpoint) {
            Some(url) => endpoints.push(url),
            None => properties.say("waybill:service:endpoint", endpoint),
        }
    }
    object.texts("endpoints", &endpoints);
    object.maybe("authenticated", facts.authenticated);
    object.maybe("x-trust-boundary", facts.external);
    // The schema also has a name for what flows, but readers of it do not.
    let flows = facts.flows.iter().map(
        |flow| json!({"flow": direction(flow.direction), "classification": flow.classification}),
    );
    object.list("data", flows.collect());
    let licences = licences(&component.licences, &mut properties);
    object.list("licenses", licences);
    let references = parties::references(&component.references, supplier, &mut properties);
    object.list("externalReferences", references);
    service_properties(facts, &mut properties);
    properties.maybe(
        "waybill:purl",
        component.purl.as_deref().and_then(fit::purl),
    );
    particulars(bill, component, &mut properties);
    for place in &component.occurrences {
        properties.say("waybill:occurrence", in_words(place));
    }
    let mut built = object.into_value();
    let pointer = format!("/services/{index}");
    cite(bill, component, &built, &pointer, &mut properties);
    if let Value::Object(map) = &mut built {
        map.insert("properties".to_owned(), properties.into_list().into());
    }
    built
}

/// What is known about a tool that runs on the machine itself and is written as a component.
pub(super) fn local_properties(facts: &ServiceFacts, properties: &mut Properties) {
    service_properties(facts, properties);
    properties.each("waybill:service:endpoint", &facts.endpoints);
    properties.maybe("waybill:service:authenticated", facts.authenticated);
    properties.maybe("waybill:service:external", facts.external);
}

/// What a service has no place for.
fn service_properties(facts: &ServiceFacts, properties: &mut Properties) {
    properties.maybe("waybill:service:host", facts.host.as_deref());
    properties.maybe("waybill:service:region", facts.region.as_deref());
    properties.maybe("waybill:service:command", facts.command.as_deref());
    for flow in &facts.flows {
        let direction = direction(flow.direction);
        properties.say(
            "waybill:service:flow",
            format!("{direction} {} ({})", flow.what, flow.classification),
        );
    }
}

const fn direction(direction: FlowDirection) -> &'static str {
    match direction {
        FlowDirection::Inbound => "inbound",
        FlowDirection::Outbound => "outbound",
        FlowDirection::BiDirectional => "bi-directional",
        FlowDirection::Unknown => "unknown",
    }
}
