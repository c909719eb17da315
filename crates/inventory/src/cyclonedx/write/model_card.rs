use serde_json::{Value, json};
use waybill_domain::inventory::{Component, Metric, ModelFacts, RelationKind};

use super::document::Bill;
use crate::bill::object::{Object, Properties};

const APPROACHES: [&str; 5] = [
    "supervised",
    "unsupervised",
    "reinforcement-learning",
    "semi-supervised",
    "self-supervised",
];

/// The model card of a model; empty if nothing is known that belongs there.
pub(super) fn model_card(bill: &Bill<'_>, component: &Component) -> Object {
    let nothing = ModelFacts::default();
    let facts = component.model.as_deref().unwrap_or(&nothing);
    let mut card = Object::default();
    card.object("modelParameters", parameters(bill, component, facts));
    if !facts.metrics.is_empty() {
        let metrics: Vec<Value> = facts.metrics.iter().map(metric).collect();
        card.put(
            "quantitativeAnalysis",
            json!({ "performanceMetrics": metrics }),
        );
    }
    card.object("considerations", considerations(facts));
    card.list("properties", properties(facts));
    card
}

fn parameters(bill: &Bill<'_>, component: &Component, facts: &ModelFacts) -> Object {
    let mut object = Object::default();
    if let Some(approach) = facts.approach.as_deref()
        && APPROACHES.contains(&approach)
    {
        object.put("approach", json!({ "type": approach }));
    }
    object.text("task", facts.task.as_deref());
    object.text("architectureFamily", facts.family.as_deref());
    object.text("modelArchitecture", facts.architecture.as_deref());
    let datasets = bill.relations_of(&component.id).iter();
    let datasets = datasets
        .filter(|relation| relation.kind == RelationKind::TrainedOn)
        .filter_map(|relation| bill.refs.of(&relation.to))
        .map(|name| json!({ "ref": name }))
        .collect();
    object.list("datasets", datasets);
    let formats = |list: &[String]| list.iter().map(|one| json!({ "format": one })).collect();
    object.list("inputs", formats(&facts.inputs));
    object.list("outputs", formats(&facts.outputs));
    object
}

fn metric(metric: &Metric) -> Value {
    let mut object = Object::default();
    object.put("type", metric.name.as_str());
    object.put("value", metric.value.as_str());
    let parts = [
        ("task", &metric.task),
        ("dataset", &metric.dataset),
        ("slice", &metric.slice),
    ];
    let slice: Vec<String> = parts
        .into_iter()
        .filter_map(|(name, text)| Some(format!("{name}: {}", text.as_ref()?)))
        .collect();
    object.text("slice", Some(&slice.join("; ")));
    object.into_value()
}

fn considerations(facts: &ModelFacts) -> Object {
    let mut object = Object::default();
    object.texts("users", &facts.users);
    object.texts("useCases", &facts.intended_uses);
    object.texts("technicalLimitations", &facts.limitations);
    let ethical = facts.ethical_considerations.iter();
    object.list(
        "ethicalConsiderations",
        ethical.map(|name| json!({ "name": name })).collect(),
    );
    // A measured consumption needs an activity, an energy provider and an amount; cards do not
    // name the provider, so what they say stands beside it.
    let mut environment = Properties::default();
    environment.maybe("waybill:emissions-kg", facts.emissions_kg.as_deref());
    environment.maybe("waybill:energy-kwh", facts.energy_kwh.as_deref());
    environment.maybe("waybill:hardware", facts.hardware.as_deref());
    let mut environmental = Object::default();
    environmental.list("properties", environment.into_list());
    object.object("environmentalConsiderations", environmental);
    object
}

fn properties(facts: &ModelFacts) -> Vec<Value> {
    let mut list = Properties::default();
    list.maybe("waybill:model:format", facts.format.as_deref());
    list.maybe("waybill:model:library", facts.library.as_deref());
    list.maybe("waybill:model:written-by", facts.written_by.as_deref());
    list.maybe("waybill:model:parameter-count", facts.parameter_count);
    for (name, count) in &facts.element_types {
        list.say(&format!("waybill:model:element-type:{name}"), count);
    }
    list.maybe("waybill:model:quantisation", facts.quantisation.as_deref());
    list.maybe("waybill:model:tokenizer", facts.tokenizer.as_deref());
    list.maybe("waybill:model:vocabulary-size", facts.vocabulary_size);
    list.maybe("waybill:model:context-length", facts.context_length);
    if let Some(approach) = facts.approach.as_deref()
        && !APPROACHES.contains(&approach)
    {
        list.say("waybill:model:approach", approach);
    }
    for (name, value) in &facts.hyperparameters {
        list.say(&format!("waybill:model:hyperparameter:{name}"), value);
    }
    list.each("waybill:model:language", &facts.languages);
    list.each("waybill:model:out-of-scope-use", &facts.out_of_scope_uses);
    list.maybe("waybill:model:training", facts.training.as_deref());
    list.maybe(
        "waybill:model:preprocessing",
        facts.preprocessing.as_deref(),
    );
    list.each("waybill:model:custom-code", &facts.custom_code);
    list.into_list()
}
