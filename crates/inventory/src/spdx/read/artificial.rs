//! Fields of the AI and Dataset profiles.

use waybill_domain::inventory::{Component, DatasetFacts, Metric, ModelFacts, Role};

use crate::bill::taking::Taking;

/// Takes the fields of a model or a data set.
pub(super) fn facts(object: &mut Taking, component: &mut Component) {
    match component.role {
        Role::Model => {
            let facts = model(object);
            if facts != ModelFacts::default() {
                component.model = Some(Box::new(facts));
            }
        }
        Role::Dataset => {
            let facts = dataset(object);
            if facts != DatasetFacts::default() {
                component.dataset = Some(Box::new(facts));
            }
        }
        _ => {}
    }
    if let Some(built) = object.text("builtTime") {
        match component.dataset.as_mut() {
            Some(facts) => facts.built = Some(built),
            None => {
                component.properties.insert("built".to_owned(), built);
            }
        }
    }
}

fn model(object: &mut Taking) -> ModelFacts {
    let mut facts = ModelFacts::default();
    let mut kinds = object.texts("ai_typeOfModel").into_iter();
    facts.architecture = kinds.next();
    facts.family = kinds.next();
    let domains = object.texts("ai_domain");
    if !domains.is_empty() {
        facts.task = Some(domains.join(", "));
    }
    for (name, value) in entries(object, "ai_hyperparameter") {
        facts.hyperparameters.insert(name, value);
    }
    for (name, value) in entries(object, "ai_metric") {
        facts.metrics.push(Metric {
            name,
            value,
            ..Metric::default()
        });
    }
    facts.training = object.text("ai_informationAboutTraining");
    facts.intended_uses = object
        .text("ai_informationAboutApplication")
        .into_iter()
        .collect();
    facts.limitations = object.text("ai_limitation").into_iter().collect();
    let preprocessing = object.texts("ai_modelDataPreprocessing");
    if !preprocessing.is_empty() {
        facts.preprocessing = Some(preprocessing.join("\n"));
    }
    if let Some(mut energy) = object.object("ai_energyConsumption") {
        energy.drop("type");
        let mut rests = Vec::new();
        for mut training in energy.objects("ai_trainingEnergyConsumption") {
            if training
                .0
                .get("ai_energyUnit")
                .and_then(serde_json::Value::as_str)
                == Some("kilowattHour")
            {
                facts.energy_kwh = training.scalar("ai_energyQuantity");
                training.drop("ai_energyUnit");
                training.drop("type");
            }
            rests.push(training);
        }
        energy.rests("ai_trainingEnergyConsumption", rests);
        object.rest("ai_energyConsumption", energy);
    }
    facts
}

fn dataset(object: &mut Taking) -> DatasetFacts {
    let joined = |texts: Vec<String>| (!texts.is_empty()).then(|| texts.join("\n"));
    let mut facts = DatasetFacts {
        kinds: object.texts("dataset_datasetType"),
        ..DatasetFacts::default()
    };
    facts.kinds.retain(|kind| kind != "noAssertion");
    facts.collection = object.text("dataset_dataCollectionProcess");
    facts.preprocessing = joined(object.texts("dataset_dataPreprocessing"));
    facts.anonymisation = joined(object.texts("dataset_anonymizationMethodUsed"));
    facts.biases = joined(object.texts("dataset_knownBias"));
    facts.maintenance = object.text("dataset_datasetUpdateMechanism");
    facts.intended_use = object.text("dataset_intendedUse");
    facts.size_bytes = object.whole("dataset_datasetSize");
    facts.availability =
        object
            .text("dataset_datasetAvailability")
            .map(|word| match word.as_str() {
                "directDownload" => "direct-download".to_owned(),
                _ => word,
            });
    facts.sensitive = match object
        .text("dataset_hasSensitivePersonalInformation")
        .as_deref()
    {
        Some("yes") => Some("sensitive personal information".to_owned()),
        Some("no") => Some("no sensitive personal information".to_owned()),
        _ => None,
    };
    facts
}

/// Entries of a dictionary.
fn entries(object: &mut Taking, key: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rests = Vec::new();
    for mut entry in object.objects(key) {
        entry.drop("type");
        if let Some(name) = entry.text("key") {
            found.push((name, entry.text("value").unwrap_or_default()));
        }
        rests.push(entry);
    }
    object.rests(key, rests);
    found
}
