//! Cards: what they claim about models and data sets.

mod claims;
mod dataset;
mod front;

pub(super) use dataset::{describe as describe_dataset, schema};

use waybill_domain::inventory::{
    Component, ComponentId, Field, LicenceSource, Metric, Occurrence, Reference, ReferenceKind,
    Standing,
};
use waybill_source::{
    card::{CardFacts, Section},
    document::Node,
};

use super::{
    disagreement::{self, Observed},
    first,
    sections::{Topic, topics},
    state,
};
use crate::{draft::Draft, licences};

/// True for the front matter of a hub's card rather than of a web page.
pub(super) fn is_hub_front_matter(front: &Node) -> bool {
    const KEYS: [&str; 15] = [
        "library_name",
        "pipeline_tag",
        "base_model",
        "model-index",
        "task_categories",
        "task_ids",
        "dataset_info",
        "size_categories",
        "annotations_creators",
        "source_datasets",
        "license_name",
        "model_name",
        "co2_eq_emissions",
        "quantized_by",
        "inference",
    ];
    let has = |key: &str| front.get(key).is_some();
    KEYS.into_iter().any(has)
        || (has("license")
            && (has("tags")
                || has("language")
                || has("datasets")
                || has("metrics")
                || has("configs")))
}

/// True for the card of a data set.
pub(super) fn is_dataset_card(front: &Node) -> bool {
    const KEYS: [&str; 7] = [
        "task_categories",
        "task_ids",
        "dataset_info",
        "size_categories",
        "annotations_creators",
        "source_datasets",
        "language_creators",
    ];
    let model = ["library_name", "base_model", "model-index", "pipeline_tag"];
    let configured = front.get("configs").is_some_and(|configs| {
        configs
            .items()
            .iter()
            .any(|config| config.get("data_files").is_some())
    });
    (KEYS.into_iter().any(|key| front.get(key).is_some()) || configured)
        && !model.into_iter().any(|key| front.get(key).is_some())
}

/// Adds what a card claims about a model.
pub(super) fn describe_model(
    draft: &mut Draft,
    id: &ComponentId,
    path: &str,
    card: &CardFacts,
    observed: &Observed,
) {
    let claims = claims::read(path, card);
    disagreement::compare(draft, id, path, &claims, observed);
    for base in &claims.bases {
        disagreement::relate(draft, id, &observed.folder, base);
    }
    if let Some(front) = card.front_matter() {
        front::relations(draft, id, path, front);
    }
    let Some(component) = draft.get_mut(id) else {
        return;
    };
    component.seen(Occurrence::at(path, card.title().map(|title| title.line)));
    if let Some(front) = card.front_matter() {
        front::apply(component, path, front);
    }
    for (topic, section) in topics(&card.sections) {
        pairs(component, path, section);
        written(component, path, topic, section);
    }
    if let Some((parameters, line)) = claims.parameters {
        let at = Occurrence::at(path, Some(line));
        state(
            component,
            Field::ParameterCount,
            parameters.to_string(),
            Standing::Claimed,
            &at,
        );
        // A number out of prose is a claim, and not precise enough to be the fact.
    }
}

/// Puts a section where its topic belongs.
fn written(component: &mut Component, path: &str, topic: Topic, section: &Section) {
    let at = Occurrence::at(path, Some(section.line));
    if topic == Topic::Evaluation {
        tables(component, &at, section);
    }
    if topic == Topic::Hyperparameters {
        hyperparameters(component, &at, section);
    }
    let text = section.text.as_str();
    if text.is_empty() {
        return;
    }
    let excerpt: String = text.chars().take(200).collect();
    let field = match topic {
        Topic::IntendedUse | Topic::OutOfScope | Topic::Users => Field::IntendedUse,
        Topic::Limitations | Topic::Ethics | Topic::LimitationsAndEthics | Topic::SocialImpact => {
            Field::Limitations
        }
        Topic::Training | Topic::Hyperparameters | Topic::Preprocessing => Field::Training,
        Topic::Environment => Field::Environment,
        Topic::Evaluation => Field::Metrics,
        Topic::Description => Field::Description,
        _ => return,
    };
    state(component, field, excerpt, Standing::Claimed, &at);
    let text = text.to_owned();
    let model = component.model_mut();
    match topic {
        Topic::IntendedUse => model.intended_uses.push(text),
        Topic::OutOfScope => model.out_of_scope_uses.push(text),
        Topic::Users => model.users.push(text),
        Topic::Limitations => model.limitations.push(text),
        Topic::Ethics | Topic::SocialImpact => model.ethical_considerations.push(text),
        Topic::LimitationsAndEthics => {
            model.limitations.push(text.clone());
            model.ethical_considerations.push(text);
        }
        Topic::Training => join(&mut model.training, text),
        Topic::Preprocessing => join(&mut model.preprocessing, text),
        Topic::Description => first(&mut component.description, paragraph(&text)),
        _ => {}
    }
}

/// Adds a paragraph, up to a length.
pub(super) fn join(into: &mut Option<String>, text: String) {
    match into {
        None => *into = Some(text),
        Some(there) if there.len() < 2000 && !there.contains(&text) => {
            there.push_str("\n\n");
            there.push_str(&text);
        }
        Some(_) => {}
    }
}

/// The first paragraph of prose: no pictures, lists or code.
pub(super) fn paragraph(text: &str) -> Option<String> {
    text.split("\n\n")
        .map(str::trim)
        .find(|part| {
            part.starts_with(|letter: char| {
                letter.is_alphanumeric() || matches!(letter, '*' | '`' | '_' | '"')
            }) && !part.starts_with("* ")
                && !part.starts_with("```")
        })
        .map(|part| part.replace('\n', " ").chars().take(600).collect())
}

fn hyperparameters(component: &mut Component, at: &Occurrence, section: &Section) {
    let rows = section.tables.iter().flat_map(|table| &table.rows);
    let rows = rows.filter_map(|row| match row.as_slice() {
        [name, value, ..] => Some((name.clone(), value.clone())),
        _ => None,
    });
    let pairs = section.pairs.iter().cloned().chain(rows);
    let mut any = false;
    for (name, value) in pairs.filter(|(name, value)| !name.is_empty() && !value.is_empty()) {
        component
            .model_mut()
            .hyperparameters
            .entry(name)
            .or_insert(value);
        any = true;
    }
    if any {
        state(
            component,
            Field::Training,
            "hyper-parameters",
            Standing::Claimed,
            at,
        );
    }
}

/// Results out of tables: a column of names and columns of numbers.
fn tables(component: &mut Component, at: &Occurrence, section: &Section) {
    let number = |text: &str| text.trim_end_matches('%').trim().parse::<f64>().is_ok();
    for table in &section.tables {
        for row in table.rows.iter().take(100) {
            let Some((label, cells)) = row.split_first() else {
                continue;
            };
            for (cell, column) in cells.iter().zip(table.header.iter().skip(1)) {
                if !number(cell) || label.is_empty() {
                    continue;
                }
                let lower = column.to_lowercase();
                let plain = matches!(lower.as_str(), "value" | "score" | "result" | "" | "values");
                let metric = if plain {
                    Metric {
                        name: label.clone(),
                        value: cell.clone(),
                        ..Metric::default()
                    }
                } else {
                    Metric {
                        name: column.clone(),
                        value: cell.clone(),
                        slice: Some(label.clone()),
                        ..Metric::default()
                    }
                };
                let metrics = &mut component.model_mut().metrics;
                if metrics.len() < 200 && !metrics.contains(&metric) {
                    let said = format!("{} {}", metric.name, metric.value);
                    metrics.push(metric);
                    state(component, Field::Metrics, said, Standing::Claimed, at);
                }
            }
        }
    }
}

/// The pairs that templates have in their lists.
fn pairs(component: &mut Component, path: &str, section: &Section) {
    for (name, value) in &section.pairs {
        let at = Occurrence::at(path, Some(section.line));
        let name = name.to_lowercase();
        let plain = plain(value);
        match name.as_str() {
            "developed by"
            | "author"
            | "authors"
            | "created by"
            | "shared by"
            | "shared by [optional]"
                if !component.authors.contains(&plain) && plain.len() < 200 =>
            {
                state(
                    component,
                    Field::Supplier,
                    plain.clone(),
                    Standing::Claimed,
                    &at,
                );
                component.authors.push(plain);
            }
            "license" | "licence" => {
                licences::claim(
                    component,
                    &plain,
                    LicenceSource::Card,
                    Standing::Claimed,
                    at,
                );
            }
            "hardware type" | "hardware" => first(&mut component.model_mut().hardware, Some(plain)),
            "carbon emitted" | "emissions" => first(
                &mut component.model_mut().emissions_kg,
                leading_number(&plain),
            ),
            "energy consumed" | "energy" => first(
                &mut component.model_mut().energy_kwh,
                leading_number(&plain),
            ),
            "repository" | "paper" | "paper [optional]" | "demo" | "homepage" | "website" => {
                if let Some(url) = link(value) {
                    let kind = match name.as_str() {
                        "repository" => ReferenceKind::Vcs,
                        "paper" | "paper [optional]" => ReferenceKind::Documentation,
                        _ => ReferenceKind::Website,
                    };
                    refer(component, kind, url);
                }
            }
            _ => {}
        }
    }
}

pub(super) fn refer(component: &mut Component, kind: ReferenceKind, url: String) {
    let reference = Reference { kind, url };
    if let Err(at) = component.references.binary_search(&reference) {
        component.references.insert(at, reference);
    }
}

/// The text of a value without the address of a Markdown link.
fn plain(value: &str) -> String {
    match (value.strip_prefix('['), value.split_once("](")) {
        (Some(_), Some((text, _))) => text.trim_start_matches('[').to_owned(),
        _ => value.to_owned(),
    }
}

/// The address in a value, without user name and password.
pub(super) fn link(value: &str) -> Option<String> {
    let start = value.find("https://").or_else(|| value.find("http://"))?;
    let rest = value.get(start..)?;
    let end = rest.find([')', '>', ' ', '"', ']']).unwrap_or(rest.len());
    let url = rest.get(..end)?;
    let (scheme, after) = url.split_once("://")?;
    let (host, path) = after
        .split_once('/')
        .map_or((after, None), |(host, path)| (host, Some(path)));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    Some(match path {
        // A query may carry a token.
        Some(path) => {
            let path = path.split(['?', '#']).next().unwrap_or_default();
            format!("{scheme}://{host}/{path}")
        }
        None => format!("{scheme}://{host}"),
    })
}

fn leading_number(text: &str) -> Option<String> {
    let end = text
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.' && letter != ',')
        .unwrap_or(text.len());
    let number = text.get(..end)?.replace(',', "");
    number.parse::<f64>().is_ok().then_some(number)
}
