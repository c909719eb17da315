use std::collections::BTreeSet;

use serde_json::{Value, json};
use waybill_domain::inventory::{Component, RelationKind};

use super::document::Bill;
use crate::bill::{
    fit,
    object::{Object, Properties},
};

/// True if something is known about the making of a model.
fn was_trained(bill: &Bill<'_>, component: &Component) -> bool {
    let parameters = component
        .model
        .as_ref()
        .is_some_and(|facts| !facts.hyperparameters.is_empty());
    let relations = bill.relations_of(&component.id);
    let trained = relations
        .iter()
        .any(|relation| relation.kind == RelationKind::TrainedOn);
    parameters || trained
}

/// True if the making of any model is known.
pub(super) fn is_known(bill: &Bill<'_>) -> bool {
    let mut components = bill.inventory.components.iter();
    components.any(|component| was_trained(bill, component))
}

/// The training runs that are known of: data sets, starting model and hyper-parameters in, the
/// model out.
pub(super) fn formulation(bill: &Bill<'_>) -> Value {
    let components = bill.inventory.components.iter().enumerate();
    let workflows: Vec<Value> = components
        .filter(|(place, _)| is_first(bill, *place))
        .filter(|(_, component)| was_trained(bill, component))
        .map(|(place, component)| workflow(bill, place, component))
        .collect();
    json!([{ "workflows": workflows }])
}

/// False for a component whose id another one before it has.
fn is_first(bill: &Bill<'_>, place: usize) -> bool {
    let component = bill.inventory.components.get(place);
    component.is_some_and(|component| bill.refs.place(&component.id) == Some(place))
}

fn workflow(bill: &Bill<'_>, place: usize, component: &Component) -> Value {
    let name = bill.refs.at(place);
    let uid = fit::uuid(&format!("training of {name}"));
    let mut inputs: Vec<Value> = Vec::new();
    let mut seen = BTreeSet::new();
    for relation in bill.relations_of(&component.id) {
        let goes_in = matches!(
            relation.kind,
            RelationKind::TrainedOn
                | RelationKind::FineTunedFrom
                | RelationKind::AdapterOf
                | RelationKind::MergedFrom
        );
        let Some(source) = bill.refs.of(&relation.to).filter(|_| goes_in) else {
            continue;
        };
        if seen.insert(source) {
            inputs.push(json!({"resource": {"ref": source}}));
        }
    }
    let mut properties = Properties::default();
    if let Some(facts) = component.model.as_deref() {
        let parameters = facts.hyperparameters.iter();
        let parameters: Vec<Value> = parameters
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        if !parameters.is_empty() {
            inputs.push(json!({ "parameters": parameters }));
        }
        properties.maybe("waybill:model:hardware", facts.hardware.as_deref());
        properties.maybe("waybill:emissions-kg", facts.emissions_kg.as_deref());
        properties.maybe("waybill:energy-kwh", facts.energy_kwh.as_deref());
    }
    let mut object = Object::default();
    object.put("bom-ref", bill.refs.free(format!("training:{uid}")));
    object.put("uid", uid.to_string());
    object.put("name", format!("training of {}", component.full_name()));
    object.put("taskTypes", json!(["build"]));
    object.list("inputs", inputs);
    object.put(
        "outputs",
        json!([{"type": "artifact", "resource": {"ref": name}}]),
    );
    object.list("properties", properties.into_list());
    object.into_value()
}
