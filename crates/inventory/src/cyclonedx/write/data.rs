use serde_json::Value;
use waybill_domain::inventory::{Component, DatasetFacts, ReferenceKind, Role};

use crate::bill::{
    fit,
    object::{Object, Properties},
};

/// What a component of type `data` holds.
pub(super) fn data(component: &Component) -> Value {
    let nothing = DatasetFacts::default();
    let facts = component.dataset.as_deref().unwrap_or(&nothing);
    let mut object = Object::default();
    let kind = match component.role {
        Role::Dataset | Role::EvaluationSet => "dataset",
        _ => "configuration",
    };
    object.put("type", kind);
    object.put("name", component.full_name());
    let mut contents = Object::default();
    let url = component
        .references
        .iter()
        .filter(|reference| reference.kind == ReferenceKind::Distribution)
        .find_map(|reference| fit::link(&reference.url));
    contents.maybe("url", url);
    contents.list("properties", content(facts));
    object.object("contents", contents);
    let sensitive: Vec<String> = facts.sensitive.iter().cloned().collect();
    object.texts("sensitiveData", &sensitive);
    object.text("description", component.description.as_deref());
    object.into_value()
}

fn content(facts: &DatasetFacts) -> Vec<Value> {
    let mut list = Properties::default();
    list.each("waybill:dataset:format", &facts.formats);
    list.each("waybill:dataset:kind", &facts.kinds);
    list.maybe("waybill:dataset:records", facts.records);
    list.maybe("waybill:dataset:size-bytes", facts.size_bytes);
    list.each("waybill:dataset:field", &facts.fields);
    list.each("waybill:dataset:split", &facts.splits);
    list.each("waybill:dataset:language", &facts.languages);
    list.each("waybill:dataset:task", &facts.tasks);
    let texts = [
        ("intended-use", &facts.intended_use),
        ("collection", &facts.collection),
        ("annotation", &facts.annotation),
        ("preprocessing", &facts.preprocessing),
        ("biases", &facts.biases),
        ("limitations", &facts.limitations),
        ("social-impact", &facts.social_impact),
        ("maintenance", &facts.maintenance),
        ("anonymisation", &facts.anonymisation),
        ("availability", &facts.availability),
        ("built", &facts.built),
    ];
    for (name, text) in texts {
        list.maybe(&format!("waybill:dataset:{name}"), text.as_deref());
    }
    list.each("waybill:dataset:condition", &facts.conditions);
    list.into_list()
}
