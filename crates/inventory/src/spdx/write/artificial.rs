//! The fields of models and data sets.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use waybill_domain::inventory::{Component, Metric};

use crate::bill::{moment, object::Object};

/// The fields of `ai_AIPackage`.
pub(super) fn model(component: &Component, object: &mut Object) {
    let Some(facts) = component.model.as_deref() else {
        return;
    };
    let kinds = [&facts.architecture, &facts.family];
    object.list("ai_typeOfModel", distinct(kinds.into_iter().flatten()));
    object.list("ai_domain", distinct(facts.task.iter()));
    let hyperparameters = facts.hyperparameters.iter();
    object.list(
        "ai_hyperparameter",
        hyperparameters
            .map(|(name, value)| entry(name, value))
            .collect(),
    );
    object.list("ai_metric", facts.metrics.iter().map(metric).collect());
    object.text("ai_informationAboutTraining", facts.training.as_deref());
    let application = facts.intended_uses.join("\n");
    object.text("ai_informationAboutApplication", Some(&application));
    object.text("ai_limitation", Some(&facts.limitations.join("\n")));
    object.list(
        "ai_modelDataPreprocessing",
        distinct(facts.preprocessing.iter()),
    );
    if let Some(energy) = facts.energy_kwh.as_deref().filter(|text| is_decimal(text)) {
        let description = json!({
            "type": "ai_EnergyConsumptionDescription",
            "ai_energyQuantity": energy,
            "ai_energyUnit": "kilowattHour",
        });
        let consumption = json!({
            "type": "ai_EnergyConsumption",
            "ai_trainingEnergyConsumption": [description],
        });
        object.put("ai_energyConsumption", consumption);
    }
}

fn entry(key: &str, value: &str) -> Value {
    json!({"type": "DictionaryEntry", "key": key, "value": value})
}

/// A result, with what it was measured on in its name.
fn metric(metric: &Metric) -> Value {
    let on: Vec<&str> = [&metric.task, &metric.dataset, &metric.slice]
        .into_iter()
        .filter_map(|part| part.as_deref())
        .collect();
    if on.is_empty() {
        entry(&metric.name, &metric.value)
    } else {
        entry(
            &format!("{} ({})", metric.name, on.join(", ")),
            &metric.value,
        )
    }
}

/// True for digits with at most one point: what XML Schema calls a decimal.
fn is_decimal(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| {
        !text.is_empty() && text.len() < 16 && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    digits(whole) && digits(part)
}

/// The fields of `dataset_DatasetPackage`.
pub(super) fn dataset(component: &Component, object: &mut Object) {
    let kinds = kinds(component);
    if kinds.is_empty() {
        // The field is demanded; this is SPDX's word for not knowing.
        object.put("dataset_datasetType", json!(["noAssertion"]));
    } else {
        object.put("dataset_datasetType", json!(kinds));
    }
    object.maybe("builtTime", built(component));
    let Some(facts) = component.dataset.as_deref() else {
        return;
    };
    object.list(
        "dataset_anonymizationMethodUsed",
        distinct(facts.anonymisation.iter()),
    );
    object.text("dataset_dataCollectionProcess", facts.collection.as_deref());
    object.list(
        "dataset_dataPreprocessing",
        distinct(facts.preprocessing.iter()),
    );
    let availability = match facts.availability.as_deref() {
        Some("direct-download") => Some("directDownload"),
        Some(word @ ("query" | "registration" | "clickthrough")) => Some(word),
        _ => None,
    };
    object.text("dataset_datasetAvailability", availability);
    object.maybe("dataset_datasetSize", facts.size_bytes);
    object.text(
        "dataset_datasetUpdateMechanism",
        facts.maintenance.as_deref(),
    );
    object.text("dataset_intendedUse", facts.intended_use.as_deref());
    object.list("dataset_knownBias", distinct(facts.biases.iter()));
}

/// What a data set holds, in SPDX's words; empty if nobody says.
pub(super) fn kinds(component: &Component) -> BTreeSet<&'static str> {
    let facts = component.dataset.as_deref();
    let kinds = facts.into_iter().flat_map(|facts| &facts.kinds);
    kinds
        .map(|kind| match kind.to_lowercase().as_str() {
            "text" => "text",
            "image" => "image",
            "audio" => "audio",
            "video" => "video",
            "timeseries" | "time-series" => "timeseries",
            "tabular" | "structured" => "structured",
            "graph" => "graph",
            "categorical" => "categorical",
            "numeric" => "numeric",
            "sensor" => "sensor",
            _ => "other",
        })
        .collect()
}

/// When a data set was made.
pub(super) fn built(component: &Component) -> Option<String> {
    moment::utc(component.dataset.as_ref()?.built.as_deref()?)
}

fn distinct<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    texts
        .filter(|text| !text.is_empty() && seen.insert(*text))
        .map(|text| Value::from(text.as_str()))
        .collect()
}
