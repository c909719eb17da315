//! Calls that ask models that somebody else runs.

use waybill_domain::inventory::Occurrence;
use waybill_knowledge::usage::{KnownCall, hosts};
use waybill_source::code::Value;

use super::{
    hub, named,
    place::{Place, place, region},
    resolve::Known,
    served::{is_model_name, model, service, supplier_of_name},
    site::Site,
};
use crate::draft::Draft;

/// Constructors that do nothing but reach a service.
const CLIENTS: [&str; 30] = [
    "OpenAI",
    "AsyncOpenAI",
    "AzureOpenAI",
    "AsyncAzureOpenAI",
    "Anthropic",
    "AsyncAnthropic",
    "AnthropicBedrock",
    "AnthropicVertex",
    "Client",
    "AsyncClient",
    "ClientV2",
    "AsyncClientV2",
    "Mistral",
    "MistralClient",
    "CohereClient",
    "CohereClientV2",
    "Groq",
    "AsyncGroq",
    "Together",
    "AsyncTogether",
    "GoogleGenAI",
    "GoogleGenerativeAI",
    "BedrockRuntimeClient",
    "InferenceClient",
    "AsyncInferenceClient",
    "HfInference",
    "Replicate",
    "OpenAIClient",
    "ChatCompletionsClient",
    "default",
];

/// A call that asks a hosted model, or makes the client for it.
pub(crate) fn hosted(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    guardrail_of_bedrock(site, call, draft);
    let mut names = site.texts(call.get("name"));
    if names.is_empty() && hub::takes_first(site, call) {
        names = site.texts(Some("0"));
    }
    if call.get("supplier").is_none() {
        return by_name_alone(site, draft, names);
    }
    let place = place(site, call);
    let strict = call.get("strict").is_some();
    let names: Vec<Known> = names
        .into_iter()
        .filter(|known| is_model_name(&known.text) && (!strict || hub::is_owned(&known.text)))
        .collect();
    if names.is_empty() {
        if is_client(site) && place.host.is_some() {
            service(site.occurrence(), draft, &place);
        }
        return;
    }
    let deployment = site.text(call.get("deployment")).map(|known| known.text);
    for known in names {
        let id = model(&site.occurrence(), draft, &place, &known.text, known.place);
        if let Some((id, deployment)) = id.zip(deployment.as_ref())
            && let Some(component) = draft.get_mut(&id)
        {
            component
                .properties
                .insert("deployment".to_owned(), deployment.clone());
        }
    }
}

fn is_client(site: &Site<'_>) -> bool {
    site.makers.is_empty() && CLIENTS.contains(&site.method())
}

/// A call on an object that is not known: the model's name alone says whose it is.
fn by_name_alone(site: &Site<'_>, draft: &mut Draft, names: Vec<Known>) {
    for known in names {
        let Some(supplier) = supplier_of_name(&known.text) else {
            continue;
        };
        let place = Place::of(supplier, None);
        model(&site.occurrence(), draft, &place, &known.text, known.place);
    }
}

/// A client without a model.
pub(crate) fn client(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let urls = site.texts(call.get("url"));
    if call.get("url").is_some() && urls.is_empty() {
        return;
    }
    let place = place(site, call);
    if place.host.is_some() {
        service(site.occurrence(), draft, &place);
    }
}

/// A client or call of the AWS library: only Bedrock is meant.
pub(crate) fn bedrock(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let service_name = site
        .text(call.get("service"))
        .filter(|known| known.text.starts_with("bedrock"))
        .or_else(|| {
            let (file, value) = site.maker_argument(call.get("service"))?;
            site.resolver
                .texts(file, value)
                .into_iter()
                .find(|known| known.text.starts_with("bedrock"))
        });
    let Some(supplier) = hosts()
        .supplier("aws-bedrock")
        .filter(|_| service_name.is_some())
    else {
        return;
    };
    guardrail_of_bedrock(site, call, draft);
    let region = region(site, call, "aws-bedrock");
    let names = site.texts(call.get("name"));
    let place = Place::of(supplier, region);
    if names.is_empty() && site.method().ends_with("client") {
        service(site.occurrence(), draft, &place);
    }
    for known in names {
        let (name, region) = of_arn(&known.text);
        let place = match region {
            Some(region) => Place::of(supplier, Some(region)),
            None => Place::of(supplier, place.region.clone()),
        };
        model(&site.occurrence(), draft, &place, name, known.place);
    }
}

/// `arn:aws:bedrock:REGION:ACCOUNT:inference-profile/NAME`: name and region.
fn of_arn(text: &str) -> (&str, Option<String>) {
    if !text.starts_with("arn:") {
        return (text, None);
    }
    let region = text.split(':').nth(3).filter(|region| !region.is_empty());
    let name = text.rsplit('/').next().unwrap_or(text);
    (name, region.map(ToOwned::to_owned))
}

fn guardrail_of_bedrock(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let slot = call.get("guardrail");
    if slot.is_none() {
        return;
    }
    let mut ids = site.texts(slot);
    if ids.is_empty() {
        ids = site.texts(Some("guardrailConfig.guardrailIdentifier"));
    }
    for known in ids {
        super::stores::guard(site, draft, "Amazon Bedrock Guardrails", Some(&known.text));
    }
}

/// `openai/gpt-4o`, `anthropic:claude-3-5-sonnet-latest`: the supplier stands before the name.
pub(crate) fn prefixed(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let mut names = site.texts(call.get("name"));
    if names.is_empty() && hub::takes_first(site, call) {
        names = site.texts(Some("0"));
    }
    names.extend(others(site, call.get("others")));
    let given = site
        .text(call.get("supplier_argument"))
        .map(|known| known.text);
    let url = site.text(call.get("url")).map(|known| known.text);
    for known in names {
        let word = given.as_deref();
        with_prefix(
            &site.occurrence(),
            draft,
            &known,
            call,
            word,
            url.as_deref(),
        );
    }
}

/// Most models that one call falls back to.
const OTHERS: usize = 32;

/// Models in a list: by name, or each in a mapping of its own.
fn others(site: &Site<'_>, slot: Option<&str>) -> Vec<Known> {
    let mut names = site.list(slot);
    let Some(value) = site.argument(slot) else {
        return names;
    };
    for followed in site.resolver.follow(site.file, value) {
        let Value::List(items) = &followed.value else {
            continue;
        };
        for item in items.iter().take(OTHERS) {
            let Value::Map(entries) = item else { continue };
            if let Some((_, name)) = entries.iter().find(|(key, _)| key == "model") {
                names.extend(site.resolver.texts(&followed.file, name));
            }
        }
    }
    names
}

/// The same for a text wherever it stands.
pub(crate) fn with_prefix(
    occurrence: &Occurrence,
    draft: &mut Draft,
    known: &Known,
    call: &KnownCall,
    given: Option<&str>,
    url: Option<&str>,
) {
    let text = known.text.as_str();
    if !is_model_name(text) {
        return;
    }
    let separator = call.get("separator").unwrap_or("/");
    let (word, rest) = match text.split_once(separator) {
        Some((word, rest)) => (Some(word), rest),
        None => (None, text),
    };
    let word = given.or(word);
    let rest = if given.is_some() { text } else { rest };
    if word.is_some_and(|word| word.starts_with("ollama")) {
        if let Some(component) = named::ollama_model(rest) {
            hub::used(draft, component, occurrence.clone(), known.place.clone());
        }
        return;
    }
    if let Some(place) = url.and_then(Place::at) {
        model(occurrence, draft, &place, rest, known.place.clone());
        return;
    }
    if let Some(supplier) = call.get("via").and_then(|slug| hosts().supplier(slug)) {
        if word.is_some() {
            model(
                occurrence,
                draft,
                &Place::of(supplier, None),
                text,
                known.place.clone(),
            );
        }
        return;
    }
    let by_word = word.and_then(|word| hosts().named(word));
    let (supplier, name) = match by_word {
        Some(supplier) => (Some(supplier), rest),
        None => (supplier_of_name(text), text),
    };
    let fallback = call
        .get("fallback")
        .filter(|_| word.is_none() && text.contains("gpt"))
        .and_then(|slug| hosts().supplier(slug));
    if let Some(supplier) = supplier.or(fallback) {
        let place = Place::of(supplier, None);
        model(occurrence, draft, &place, name, known.place.clone());
    }
}

/// `llm_config={"config_list": [{"model": "gpt-4o", "base_url": ...}]}`.
pub(crate) fn config_list(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let Some(value) = site.argument(call.get("name")) else {
        return;
    };
    let get = |entries: &[(String, Value)], names: &[&str]| {
        entries
            .iter()
            .find(|(key, _)| names.contains(&key.as_str()))
            .map(|(_, value)| value.clone())
    };
    for followed in site.resolver.follow(site.file, value) {
        let Value::Map(entries) = &followed.value else {
            continue;
        };
        let mut maps = vec![entries.clone()];
        if let Some(list) = get(entries, &["config_list"]) {
            for inner in site.resolver.follow(&followed.file, &list) {
                if let Value::List(items) = inner.value {
                    maps.extend(items.into_iter().filter_map(|item| match item {
                        Value::Map(entries) => Some(entries),
                        _ => None,
                    }));
                }
            }
        }
        for entries in maps {
            let text = |names: &[&str]| {
                let value = get(&entries, names)?;
                site.resolver
                    .texts(&followed.file, &value)
                    .into_iter()
                    .next()
            };
            let Some(known) = text(&["model"]) else {
                continue;
            };
            let url = text(&["base_url", "api_base"]).map(|known| known.text);
            let kind = text(&["api_type"]).map(|known| known.text);
            let supplier = kind
                .and_then(|kind| hosts().named(&kind))
                .or_else(|| supplier_of_name(&known.text))
                .or_else(|| hosts().supplier("openai"));
            let place = url
                .as_deref()
                .and_then(Place::at)
                .or_else(|| supplier.map(|supplier| Place::of(supplier, None)));
            if let Some(place) = place {
                model(&site.occurrence(), draft, &place, &known.text, known.place);
            }
        }
    }
}
