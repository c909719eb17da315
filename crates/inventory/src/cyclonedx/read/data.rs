use waybill_domain::inventory::{Component, DatasetFacts, Reference, ReferenceKind, Role};

use super::properties::Said;
use crate::bill::taking::Taking;

/// What a component of type `data` holds. What an inventory has no place for stays.
pub(super) fn data(data: &mut Taking, component: &mut Component) {
    let mut facts = DatasetFacts::default();
    let mut other = Vec::new();
    if let Some(mut contents) = data.object("contents") {
        if let Some(url) = contents.text("url") {
            let link = Reference {
                kind: ReferenceKind::Distribution,
                url,
            };
            let known = component.references.contains(&link);
            if !known {
                component.references.push(link);
                component.references.sort();
            }
        }
        let mut said = Said::take(&mut contents);
        content(&mut said, &mut facts);
        other = said.rest();
        data.rest("contents", contents);
    }
    let mut sensitive = data.texts("sensitiveData");
    sensitive.extend(data.text("classification"));
    if !sensitive.is_empty() {
        facts.sensitive = Some(sensitive.join("; "));
    }
    if let Some(description) = data.text("description") {
        match &component.description {
            None => component.description = Some(description),
            Some(known) if *known == description => {}
            Some(_) => {
                data.0.insert("description".to_owned(), description.into());
            }
        }
    }
    data.drop("type");
    if data
        .0
        .get("name")
        .and_then(serde_json::Value::as_str)
        .is_some_and(|name| name == component.name || name == component.full_name())
    {
        data.drop("name");
    }
    for (name, value) in other {
        component.properties.entry(name).or_insert(value);
    }
    if matches!(component.role, Role::Dataset | Role::EvaluationSet)
        && facts != DatasetFacts::default()
    {
        component.dataset = Some(Box::new(facts));
    }
}

fn content(said: &mut Said, facts: &mut DatasetFacts) {
    let mut all = |name: &str| said.all(&format!("waybill:dataset:{name}"));
    facts.formats = all("format");
    facts.kinds = all("kind");
    facts.fields = all("field");
    facts.splits = all("split");
    facts.languages = all("language");
    facts.tasks = all("task");
    facts.conditions = all("condition");
    facts.records = said.number("waybill:dataset:records");
    facts.size_bytes = said.number("waybill:dataset:size-bytes");
    let mut one = |name: &str| said.one(&format!("waybill:dataset:{name}"));
    facts.intended_use = one("intended-use");
    facts.collection = one("collection");
    facts.annotation = one("annotation");
    facts.preprocessing = one("preprocessing");
    facts.biases = one("biases");
    facts.limitations = one("limitations");
    facts.social_impact = one("social-impact");
    facts.maintenance = one("maintenance");
    facts.anonymisation = one("anonymisation");
    facts.availability = one("availability");
    facts.built = one("built");
}
