//! The front matter of a model's card, in the words of the hub.

use waybill_domain::inventory::{
    Component, ComponentId, Field, LicenceSource, Metric, Occurrence, ReferenceKind, RelationKind,
    Role, Standing,
};
use waybill_source::document::Node;

use super::refer;
use crate::{
    draft::Draft,
    licences,
    local::{first, hub, state},
};

pub(super) fn at(path: &str, front: &Node, key: &str) -> Occurrence {
    Occurrence {
        symbol: Some(key.to_owned()),
        ..Occurrence::at(path, front.get(key).map(Node::line))
    }
}

pub(super) fn apply(component: &mut Component, path: &str, front: &Node) {
    licence(component, path, front);
    let text = |key: &str| {
        front
            .get(key)
            .and_then(|node| node.written())
            .map(ToOwned::to_owned)
    };
    if let Some(task) = text("pipeline_tag") {
        state(
            component,
            Field::Task,
            task.clone(),
            Standing::Claimed,
            &at(path, front, "pipeline_tag"),
        );
        first(&mut component.model_mut().task, Some(task));
    }
    first(&mut component.model_mut().library, text("library_name"));
    for language in front.get("language").map(Node::texts).unwrap_or_default() {
        let languages = &mut component.model_mut().languages;
        if !languages.iter().any(|known| known == language) {
            languages.push(language.to_owned());
        }
    }
    let tags = front.get("tags").map(Node::texts).unwrap_or_default();
    if !tags.is_empty() {
        component
            .properties
            .insert("card.tags".to_owned(), tags.join(", "));
        for tag in tags {
            if let Some(paper) = tag.strip_prefix("arxiv:") {
                refer(
                    component,
                    ReferenceKind::Documentation,
                    format!("https://arxiv.org/abs/{paper}"),
                );
            }
        }
    }
    if let Some(by) = text("quantized_by") {
        component
            .properties
            .insert("card.quantised-by".to_owned(), by);
    }
    emissions(component, path, front);
    results(component, path, front);
    let own = text("model_id").or_else(|| text("model_name"));
    if let Some(own) = own {
        name(component, &own, &at(path, front, "model_name"));
    }
}

/// The model's own name, where its folder's says nothing.
fn name(component: &mut Component, own: &str, at: &Occurrence) {
    state(component, Field::Name, own, Standing::Claimed, at);
    let short = own.rsplit('/').next().unwrap_or(own);
    let last = component.name.rsplit('/').next().unwrap_or_default();
    if crate::local::config::is_generic(last) && !short.is_empty() {
        component.name = short.to_owned();
        if let Some((namespace, _)) = own.split_once('/') {
            component.namespace = Some(namespace.to_owned());
        }
    }
}

pub(super) fn licence(component: &mut Component, path: &str, front: &Node) {
    let at = at(path, front, "license");
    let name = front.get("license_name").and_then(Node::text);
    for written in front.get("license").map(Node::texts).unwrap_or_default() {
        // `other` only says that the name stands elsewhere.
        let written = match (written, name) {
            ("other", Some(name)) => name,
            _ => written,
        };
        licences::claim(
            component,
            written,
            LicenceSource::Card,
            Standing::Claimed,
            at.clone(),
        );
    }
    if let Some(url) = front
        .get("license_link")
        .and_then(Node::text)
        .and_then(super::link)
    {
        refer(component, ReferenceKind::Licence, url);
    }
}

fn emissions(component: &mut Component, path: &str, front: &Node) {
    let Some(node) = front.get("co2_eq_emissions") else {
        return;
    };
    let grams = node
        .written()
        .or_else(|| node.get("emissions").and_then(Node::written));
    if let Some(grams) = grams.and_then(|grams| grams.parse::<f64>().ok()) {
        let value = format!("{}", grams / 1000.0);
        state(
            component,
            Field::Environment,
            format!("{value} kg CO2 equivalent"),
            Standing::Claimed,
            &at(path, front, "co2_eq_emissions"),
        );
        first(&mut component.model_mut().emissions_kg, Some(value));
    }
    let hardware = node.get("hardware_used").and_then(Node::written);
    first(
        &mut component.model_mut().hardware,
        hardware.map(ToOwned::to_owned),
    );
}

/// `model-index`: results by task and data set.
fn results(component: &mut Component, path: &str, front: &Node) {
    let at = at(path, front, "model-index");
    for model in front
        .get("model-index")
        .map(Node::items)
        .unwrap_or_default()
    {
        if let Some(own) = model.get("name").and_then(Node::written) {
            name(component, own, &at);
        }
        for result in model
            .get("results")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .take(500)
        {
            let text = |keys: &[&str]| {
                result
                    .at(keys)
                    .and_then(Node::written)
                    .map(ToOwned::to_owned)
            };
            let task = text(&["task", "type"]).or_else(|| text(&["task", "name"]));
            let dataset = text(&["dataset", "type"]).or_else(|| text(&["dataset", "name"]));
            let slice = [text(&["dataset", "config"]), text(&["dataset", "split"])];
            let slice: Vec<String> = slice.into_iter().flatten().collect();
            for metric in result.get("metrics").map(Node::items).unwrap_or_default() {
                let plain = |key: &str| {
                    metric
                        .get(key)
                        .and_then(Node::written)
                        .map(ToOwned::to_owned)
                };
                let (Some(name), Some(value)) =
                    (plain("type").or_else(|| plain("name")), plain("value"))
                else {
                    continue;
                };
                let said = format!("{name} {value}");
                component.model_mut().metrics.push(Metric {
                    name,
                    value,
                    dataset: dataset.clone(),
                    slice: (!slice.is_empty()).then(|| slice.join(", ")),
                    task: task.clone(),
                });
                state(component, Field::Metrics, said, Standing::Claimed, &at);
            }
        }
    }
}

/// Edges to data sets.
pub(super) fn relations(draft: &mut Draft, id: &ComponentId, path: &str, front: &Node) {
    let place = at(path, front, "datasets");
    for written in front.get("datasets").map(Node::texts).unwrap_or_default() {
        if let Some(to) = hub::dataset(draft, written, None, Role::Dataset, place.clone()) {
            draft.relate(
                id,
                RelationKind::TrainedOn,
                &to,
                Standing::Claimed,
                Some(place.clone()),
            );
        }
        if let Some(component) = draft.get_mut(id) {
            state(
                component,
                Field::Datasets,
                format!("trained on {written}"),
                Standing::Claimed,
                &place,
            );
        }
    }
    let place = at(path, front, "model-index");
    for model in front
        .get("model-index")
        .map(Node::items)
        .unwrap_or_default()
    {
        for result in model
            .get("results")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .take(500)
        {
            let dataset = result.get("dataset");
            let text = |key: &str| {
                dataset
                    .and_then(|dataset| dataset.get(key))
                    .and_then(Node::text)
            };
            let Some(written) = text("type") else {
                continue;
            };
            let to = hub::dataset(
                draft,
                written,
                text("revision"),
                Role::EvaluationSet,
                place.clone(),
            );
            if let Some(to) = to {
                draft.relate(
                    id,
                    RelationKind::EvaluatedOn,
                    &to,
                    Standing::Claimed,
                    Some(place.clone()),
                );
            }
        }
    }
}
