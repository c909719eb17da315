use serde_json::Value;
use waybill_domain::inventory::{
    Component, ComponentId, Metric, ModelFacts, RelationKind, Role, Standing,
};

use super::{data, properties::Said};
use crate::bill::{
    gathering::{Found, Target, conventional},
    taking::Taking,
};

type Link = (RelationKind, Target, Standing);

/// The model card; what is said of data sets becomes relations.
pub(super) fn model_card(card: &mut Taking, links: &mut Vec<Link>) -> ModelFacts {
    let mut facts = ModelFacts::default();
    card.drop("bom-ref");
    if let Some(mut parameters) = card.object("modelParameters") {
        if let Some(mut approach) = parameters.object("approach") {
            facts.approach = approach.text("type");
            parameters.rest("approach", approach);
        }
        facts.task = parameters.text("task");
        facts.family = parameters.text("architectureFamily");
        facts.architecture = parameters.text("modelArchitecture");
        facts.inputs = formats(&mut parameters, "inputs");
        facts.outputs = formats(&mut parameters, "outputs");
        datasets(&mut parameters, links);
        card.rest("modelParameters", parameters);
    }
    if let Some(mut analysis) = card.object("quantitativeAnalysis") {
        let mut rests = Vec::new();
        for mut measured in analysis.objects("performanceMetrics") {
            facts.metrics.push(metric(&mut measured));
            rests.push(measured);
        }
        analysis.rests("performanceMetrics", rests);
        card.rest("quantitativeAnalysis", analysis);
    }
    if let Some(mut considerations) = card.object("considerations") {
        self::considerations(&mut considerations, &mut facts);
        card.rest("considerations", considerations);
    }
    let mut said = Said::take(card);
    properties(&mut said, &mut facts);
    for (name, value) in said.rest() {
        facts.hyperparameters.entry(name).or_insert(value);
    }
    facts
}

fn formats(parameters: &mut Taking, key: &str) -> Vec<String> {
    let mut formats = Vec::new();
    let mut rests = Vec::new();
    for mut one in parameters.objects(key) {
        formats.extend(one.text("format"));
        rests.push(one);
    }
    parameters.rests(key, rests);
    formats
}

fn datasets(parameters: &mut Taking, links: &mut Vec<Link>) {
    let mut rests = Vec::new();
    for mut dataset in parameters.objects("datasets") {
        let target = match dataset.text("ref") {
            Some(reference) => Some(Target::Reference(reference)),
            None => described(&mut dataset).map(|found| Target::Described(Box::new(found))),
        };
        if let Some(target) = target {
            links.push((RelationKind::TrainedOn, target, Standing::Claimed));
        }
        rests.push(dataset);
    }
    parameters.rests("datasets", rests);
}

/// A data set that is described within the card.
fn described(dataset: &mut Taking) -> Option<Found> {
    let reference = dataset.text("bom-ref");
    let name = dataset.text("name").or_else(|| reference.clone())?;
    let mut component = Component::new(ComponentId::subject(), Role::Dataset, name);
    data::data(dataset, &mut component);
    component.id = conventional(&component);
    Some(Found::new(reference, component))
}

fn metric(measured: &mut Taking) -> Metric {
    let mut metric = Metric {
        name: measured.text("type").unwrap_or_default(),
        value: measured.scalar("value").unwrap_or_default(),
        ..Metric::default()
    };
    let Some(slice) = measured.text("slice") else {
        return metric;
    };
    for part in slice.split("; ") {
        match part.split_once(": ") {
            Some(("task", task)) => metric.task = Some(task.to_owned()),
            Some(("dataset", dataset)) => metric.dataset = Some(dataset.to_owned()),
            Some(("slice", inner)) => metric.slice = Some(inner.to_owned()),
            _ => {
                metric.slice = Some(slice.clone());
            }
        }
    }
    metric
}

fn considerations(considerations: &mut Taking, facts: &mut ModelFacts) {
    facts.users = considerations.texts("users");
    facts.intended_uses = considerations.texts("useCases");
    facts.limitations = considerations.texts("technicalLimitations");
    facts
        .limitations
        .extend(considerations.texts("performanceTradeoffs"));
    let mut rests = Vec::new();
    for mut ethical in considerations.objects("ethicalConsiderations") {
        facts.ethical_considerations.extend(ethical.text("name"));
        rests.push(ethical);
    }
    considerations.rests("ethicalConsiderations", rests);
    if let Some(mut environment) = considerations.object("environmentalConsiderations") {
        let mut said = Said::take(&mut environment);
        facts.emissions_kg = said.one("waybill:emissions-kg");
        facts.energy_kwh = said.one("waybill:energy-kwh");
        facts.hardware = said.one("waybill:hardware");
        energy(&mut environment, facts);
        considerations.rest("environmentalConsiderations", environment);
    }
}

/// Of measured consumptions only the sums have a place.
fn energy(environment: &mut Taking, facts: &mut ModelFacts) {
    let mut consumptions = environment.objects("energyConsumptions");
    if let [only] = consumptions.as_mut_slice()
        && only.0.get("activity").and_then(Value::as_str) == Some("training")
    {
        if let Some(mut cost) = only.object("activityEnergyCost") {
            facts.energy_kwh = facts.energy_kwh.take().or_else(|| cost.scalar("value"));
            cost.drop("unit");
            only.rest("activityEnergyCost", cost);
        }
        if let Some(mut cost) = only.object("co2CostEquivalent")
            && let Some(tonnes) = cost.0.get("value").and_then(Value::as_f64)
        {
            facts.emissions_kg = Some(format!("{}", tonnes * 1000.0));
            cost.drop("value");
            cost.drop("unit");
            only.rest("co2CostEquivalent", cost);
        }
        only.drop("activity");
    }
    environment.rests("energyConsumptions", consumptions);
}

fn properties(said: &mut Said, facts: &mut ModelFacts) {
    let mut one = |name: &str| said.one(&format!("waybill:model:{name}"));
    facts.format = one("format");
    facts.library = one("library");
    facts.written_by = one("written-by");
    facts.quantisation = one("quantisation");
    facts.tokenizer = one("tokenizer");
    facts.training = one("training");
    facts.preprocessing = one("preprocessing");
    facts.approach = facts.approach.take().or_else(|| one("approach"));
    facts.parameter_count = said.number("waybill:model:parameter-count");
    facts.vocabulary_size = said.number("waybill:model:vocabulary-size");
    facts.context_length = said.number("waybill:model:context-length");
    for (name, count) in said.below("waybill:model:element-type:") {
        if let Ok(count) = count.parse() {
            facts.element_types.insert(name, count);
        }
    }
    facts
        .hyperparameters
        .extend(said.below("waybill:model:hyperparameter:"));
    facts.languages = said.all("waybill:model:language");
    facts.out_of_scope_uses = said.all("waybill:model:out-of-scope-use");
    facts.custom_code = said.all("waybill:model:custom-code");
}
