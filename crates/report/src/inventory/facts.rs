//! What is known about a component beyond its row, as labelled lines.

use waybill_domain::inventory::{
    Component, DatasetFacts, HostedFacts, Metric, ModelFacts, ServiceFacts,
};

use super::say::{rounded, thousands};
use crate::neutral::{neutral_ends, neutral_start};
use crate::words::{LONGEST_NAME, LONGEST_TEXT, size};

/// Lines of one fact before the rest is summed up.
const LINES_SHOWN: usize = 24;

/// A fact with its lines, which are neutral.
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) lines: Vec<String>,
}

/// Everything that is known, in the order in which people ask for it.
pub(super) fn facts(component: &Component) -> Vec<Fact> {
    let mut facts = Facts(Vec::new());
    facts.one("Description", component.description.as_deref());
    if let Some(model) = &component.model {
        model_facts(model, &mut facts);
    }
    if let Some(hosted) = &component.hosted {
        hosted_facts(hosted, &mut facts);
    }
    if let Some(dataset) = &component.dataset {
        dataset_facts(dataset, &mut facts);
    }
    if let Some(service) = &component.service {
        service_facts(service, &mut facts);
    }
    facts.many("Authors", &component.authors);
    facts.one("Copyright", component.copyright.as_deref());
    facts.one("Released", component.released.as_deref());
    facts.one("Package URL", component.purl.as_deref());
    // The row says it already.
    let occurrences = &component.occurrences;
    let path = component.path.as_ref().filter(|path| {
        !occurrences.is_empty() && occurrences.iter().all(|seen| seen.path != **path)
    });
    facts.one("Path", path.map(String::as_str));
    let hashes = component.hashes.iter();
    let hashes = hashes.map(|hash| {
        let standing = hash.standing.as_str();
        format!("{} {} ({standing})", hash.algorithm, hash.value)
    });
    facts.many("Digests", &hashes.collect::<Vec<_>>());
    let links = component.references.iter();
    facts.many(
        "Links",
        &links.map(|link| link.url.clone()).collect::<Vec<_>>(),
    );
    let others = component.properties.iter();
    let others = others.map(|(name, value)| format!("{name}: {value}"));
    facts.many("Further", &others.collect::<Vec<_>>());
    facts.0
}

struct Facts(Vec<Fact>);

impl Facts {
    fn one(&mut self, label: &'static str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            let lines = vec![neutral_start(value.trim(), LONGEST_TEXT)];
            self.0.push(Fact { label, lines });
        }
    }

    fn many(&mut self, label: &'static str, values: &[String]) {
        let mut lines: Vec<String> = values
            .iter()
            .filter(|value| !value.trim().is_empty())
            .take(LINES_SHOWN)
            .map(|value| neutral_start(value.trim(), LONGEST_TEXT))
            .collect();
        let rest = values.len().saturating_sub(LINES_SHOWN);
        if rest > 0 {
            lines.push(format!("and {rest} more"));
        }
        if !lines.is_empty() {
            self.0.push(Fact { label, lines });
        }
    }

    /// Short values, on one line.
    fn row(&mut self, label: &'static str, values: &[String]) {
        let mut shown: Vec<String> = values
            .iter()
            .take(LINES_SHOWN)
            .map(|value| neutral_ends(value, LONGEST_NAME))
            .collect();
        let rest = values.len().saturating_sub(LINES_SHOWN);
        if rest > 0 {
            shown.push(format!("and {rest} more"));
        }
        if !shown.is_empty() {
            let lines = vec![shown.join(", ")];
            self.0.push(Fact { label, lines });
        }
    }
}

fn model_facts(model: &ModelFacts, facts: &mut Facts) {
    facts.one("Format", model.format.as_deref());
    facts.one("Architecture", model.architecture.as_deref());
    facts.one("Family", model.family.as_deref());
    facts.one("Task", model.task.as_deref());
    let parameters = model.parameter_count.map(|number| {
        let (short, exact) = (rounded(number), thousands(number));
        match short == exact {
            true => exact,
            false => format!("{short} ({exact})"),
        }
    });
    facts.one("Parameters", parameters.as_deref());
    let types = model.element_types.iter();
    let types = types.map(|(name, number)| format!("{name}: {}", rounded(*number)));
    facts.row("Element types", &types.collect::<Vec<_>>());
    facts.one("Quantisation", model.quantisation.as_deref());
    let context = model
        .context_length
        .map(|number| format!("{} tokens", thousands(number)));
    facts.one("Longest input", context.as_deref());
    facts.one("Tokenizer", model.tokenizer.as_deref());
    facts.one(
        "Vocabulary",
        model.vocabulary_size.map(thousands).as_deref(),
    );
    facts.row("Takes in", &model.inputs);
    facts.row("Gives out", &model.outputs);
    facts.row("Languages", &model.languages);
    facts.one("Loaded by", model.library.as_deref());
    facts.one("Written by", model.written_by.as_deref());
    facts.many("Code that comes with it", &model.custom_code);
    facts.many("Meant for", &model.intended_uses);
    facts.many("Meant to be used by", &model.users);
    facts.many("Not meant for", &model.out_of_scope_uses);
    facts.many("Limits", &model.limitations);
    facts.many("Risks and biases", &model.ethical_considerations);
    facts.one("Approach", model.approach.as_deref());
    facts.one("Training", model.training.as_deref());
    facts.one("Preprocessing", model.preprocessing.as_deref());
    let parameters = model.hyperparameters.iter();
    let parameters = parameters.map(|(name, value)| format!("{name} = {value}"));
    facts.row("Hyper-parameters", &parameters.collect::<Vec<_>>());
    let metrics: Vec<_> = model.metrics.iter().map(metric).collect();
    facts.many("Results", &metrics);
    let emissions = model
        .emissions_kg
        .as_ref()
        .map(|kg| format!("{kg} kg CO2 equivalent"));
    facts.one("Emissions of training", emissions.as_deref());
    let energy = model.energy_kwh.as_ref().map(|kwh| format!("{kwh} kWh"));
    facts.one("Energy of training", energy.as_deref());
    facts.one("Hardware of training", model.hardware.as_deref());
}

/// `accuracy 0.93 on acme/set, test`
fn metric(metric: &Metric) -> String {
    let on = metric.dataset.as_ref().map(|set| format!(" on {set}"));
    let slice = metric.slice.as_ref().map(|slice| format!(", {slice}"));
    let task = metric.task.as_ref().map(|task| format!(" ({task})"));
    format!(
        "{} {}{}{}{}",
        metric.name,
        metric.value,
        on.unwrap_or_default(),
        slice.unwrap_or_default(),
        task.unwrap_or_default(),
    )
}

fn hosted_facts(hosted: &HostedFacts, facts: &mut Facts) {
    facts.one("Host", hosted.host.as_deref());
    facts.one("Region", hosted.region.as_deref());
    facts.one("Name in the catalogue", hosted.catalogue_name.as_deref());
    facts.one("Retires", hosted.retires.as_deref());
    facts.one("Replaced by", hosted.replacement.as_deref());
    facts.one("Catalogue of", hosted.catalogue_date.as_deref());
}

fn dataset_facts(dataset: &DatasetFacts, facts: &mut Facts) {
    facts.row("Formats", &dataset.formats);
    facts.row("Content", &dataset.kinds);
    facts.one("Records", dataset.records.map(thousands).as_deref());
    facts.one("Size", dataset.size_bytes.map(size).as_deref());
    facts.row("Fields", &dataset.fields);
    facts.row("Splits", &dataset.splits);
    facts.row("Languages", &dataset.languages);
    facts.row("Tasks", &dataset.tasks);
    facts.one("Meant for", dataset.intended_use.as_deref());
    facts.one("Collected", dataset.collection.as_deref());
    facts.one("Annotated", dataset.annotation.as_deref());
    facts.one("Preprocessing", dataset.preprocessing.as_deref());
    facts.one(
        "Personal or sensitive content",
        dataset.sensitive.as_deref(),
    );
    facts.one("Anonymised", dataset.anonymisation.as_deref());
    facts.one("Biases", dataset.biases.as_deref());
    facts.one("Limits", dataset.limitations.as_deref());
    facts.one("Effects on society", dataset.social_impact.as_deref());
    facts.one("Kept up to date", dataset.maintenance.as_deref());
    facts.one("Can be had by", dataset.availability.as_deref());
    facts.one("Made", dataset.built.as_deref());
    facts.many("Terms", &dataset.conditions);
}

fn service_facts(service: &ServiceFacts, facts: &mut Facts) {
    facts.many("Endpoints", &service.endpoints);
    facts.one("Host", service.host.as_deref());
    facts.one("Region", service.region.as_deref());
    facts.one("Started by", service.command.as_deref());
}
