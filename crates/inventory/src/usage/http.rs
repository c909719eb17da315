//! Requests that code makes by itself: to hosts of the table, and downloads of models and data.

use waybill_domain::inventory::Role;
use waybill_knowledge::usage::{KnownCall, hosts};
use waybill_source::code::Value;

use super::{
    hub, local,
    place::Place,
    resolve::Known,
    served,
    site::{Site, in_call},
};
use crate::draft::Draft;

/// Hosts of the table that also serve what is no model.
const NOT_MODELS: [&str; 8] = [
    "huggingface.co",
    "api.cloudflare.com",
    "api.pinecone.io",
    "api.tavily.com",
    "google.serper.dev",
    "serpapi.com",
    "api.wandb.ai",
    "ollama.com",
];
/// Endings of files that hold weights and nothing else.
const WEIGHTS: [&str; 12] = [
    ".pt",
    ".pth",
    ".safetensors",
    ".gguf",
    ".onnx",
    ".joblib",
    ".keras",
    ".tflite",
    ".ckpt",
    ".h5",
    ".pkl",
    ".bin",
];
/// Endings of files that hold records.
const RECORDS: [&str; 6] = [".csv", ".parquet", ".jsonl", ".tsv", ".arrow", ".ndjson"];

/// One request.
pub(crate) fn request(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let mut addresses = site.texts(call.get("url"));
    if !addresses.iter().any(|known| known.text.contains("://")) {
        addresses = site.texts(call.get("url_second"));
    }
    if addresses.is_empty() {
        addresses = beginnings(site, call);
    }
    for known in addresses {
        if !known.text.contains("://") {
            continue;
        }
        address(site, call, draft, &known);
    }
}

/// `f"https://host/models/{name}"`: what stands before the first part that is not known.
fn beginnings(site: &Site<'_>, call: &KnownCall) -> Vec<Known> {
    let Some(Value::Parts(parts)) = site.argument(call.get("url")) else {
        return Vec::new();
    };
    let mut text = String::new();
    for part in parts {
        let Some(known) = site.resolver.texts(site.file, part).into_iter().next() else {
            break;
        };
        text.push_str(&known.text);
    }
    let whole = text
        .split_once("://")
        .is_some_and(|(_, rest)| rest.contains('/'));
    let cut = text.rfind('/').unwrap_or_default();
    if whole {
        text.truncate(cut);
        return vec![Known { text, place: None }];
    }
    Vec::new()
}

fn address(site: &Site<'_>, call: &KnownCall, draft: &mut Draft, known: &Known) {
    let Some(place) = Place::at(&known.text) else {
        return;
    };
    let host = place.host.clone().unwrap_or_default();
    let is_api = place.supplier.is_some() && !NOT_MODELS.contains(&host.as_str());
    let path = known.text.split(['?', '#']).next().unwrap_or_default();
    let like_openai = [
        "/v1/chat/completions",
        "/v1/completions",
        "/v1/embeddings",
        "/v1/messages",
        "/api/generate",
        "/api/chat",
    ]
    .iter()
    .any(|end| path.ends_with(end));
    if !is_api && !like_openai {
        download(site, draft, known, path);
        return;
    }
    let mut names = body_model(site, call);
    names.extend(in_path(path).map(|text| Known { text, place: None }));
    if names.is_empty() {
        served::service(site.occurrence(), draft, &place);
    }
    for name in names {
        served::model(&site.occurrence(), draft, &place, &name.text, name.place);
    }
}

/// A model or data set that is fetched as a file.
fn download(site: &Site<'_>, draft: &mut Draft, known: &Known, path: &str) {
    let lower = path.to_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    let on_hub = path.starts_with("https://huggingface.co/") && path.contains("/resolve/");
    if ends(&RECORDS) {
        local::at_address(site, draft, known, Role::Dataset);
    } else if ends(&WEIGHTS) || on_hub {
        local::at_address(site, draft, known, Role::Model);
    }
}

/// The model in the body of a request.
fn body_model(site: &Site<'_>, call: &KnownCall) -> Vec<Known> {
    for way in call.get("body").unwrap_or_default().split('|') {
        let Some(value) = in_call(site.call, way) else {
            continue;
        };
        let names = model_in(site, site.file, value, 4);
        if !names.is_empty() {
            return names;
        }
    }
    Vec::new()
}

fn model_in(site: &Site<'_>, file: &str, value: &Value, depth: usize) -> Vec<Known> {
    let mut names = Vec::new();
    let Some(depth) = depth.checked_sub(1) else {
        return names;
    };
    for followed in site.resolver.follow(file, value) {
        match &followed.value {
            Value::Map(entries) => {
                for (key, value) in entries {
                    if matches!(key.as_str(), "model" | "modelId" | "model_id") {
                        names.extend(site.resolver.texts(&followed.file, value));
                    } else if matches!(key.as_str(), "body" | "json" | "data") {
                        names.extend(model_in(site, &followed.file, value, depth));
                    }
                }
            }
            // `JSON.stringify({...})`, `json.dumps({...})`.
            Value::Result(at) => {
                let made = site
                    .resolver
                    .code(&followed.file)
                    .and_then(|facts| facts.calls.get(*at));
                if let Some(made) = made.filter(|made| {
                    made.path.starts_with("JSON.")
                        || made.path.starts_with("json.")
                        || made.path.starts_with("serde_json.")
                }) && let Some(argument) = made.arguments.first()
                {
                    let value = match &argument.name {
                        Some(_) => Value::Map(
                            made.arguments
                                .iter()
                                .filter_map(|argument| {
                                    Some((argument.name.clone()?, argument.value.clone()))
                                })
                                .collect(),
                        ),
                        None => argument.value.clone(),
                    };
                    names.extend(model_in(site, &followed.file, &value, depth));
                }
            }
            _ => {}
        }
    }
    names
}

/// The model in the path of an address: `/models/NAME:generateContent`, `/deployments/NAME/`,
/// `/model/NAME/invoke`, `/models/OWNER/NAME`.
pub(crate) fn in_path(path: &str) -> Option<String> {
    let (_, rest) = path.split_once("://")?;
    let parts: Vec<&str> = rest.split('/').collect();
    let host = parts.first().copied().unwrap_or_default();
    let supplier = hosts().at(host)?.supplier;
    let at = parts
        .iter()
        .position(|part| matches!(*part, "models" | "deployments" | "model"))?;
    let name = parts.get(at + 1)?;
    let next = parts.get(at + 2);
    let name = match (supplier.slug.as_str(), next) {
        ("huggingface" | "replicate", Some(next)) => format!("{name}/{next}"),
        ("aws-bedrock", _) => name.replace("%3A", ":"),
        _ => name.split(':').next().unwrap_or(name).to_owned(),
    };
    let plain = served::is_model_name(&name)
        && (!matches!(supplier.slug.as_str(), "huggingface") || hub::is_owned(&name));
    plain.then_some(name)
}
