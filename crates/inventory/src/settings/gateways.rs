//! Gateways in front of models, guardrails, tests of prompts, frameworks that are told by settings.

use waybill_domain::inventory::{Component, ComponentId, Role};
use waybill_source::document::Node;

use super::named::{Teller, either, text};

pub(super) fn read(teller: &mut Teller<'_>, name: &str, root: &Node) {
    lite_llm(teller, root);
    rails(teller, root);
    prompt_tests(teller, name, root);
    libre_chat(teller, root);
    if name.starts_with("application") {
        let mut open = vec![(String::new(), root, 0)];
        while let Some((key, node, depth)) = open.pop() {
            if let Some(value) = node.text() {
                property(teller, &key, value, node.line());
            }
            if depth < 12 {
                for (inner, _, value) in node.entries() {
                    let key = format!("{key}.{inner}");
                    open.push((key, value, depth + 1));
                }
            }
        }
    }
}

/// `model_list` of the LiteLLM proxy and router.
fn lite_llm(teller: &mut Teller<'_>, root: &Node) {
    for item in root.get("model_list").map(Node::items).unwrap_or_default() {
        let Some(given) = item.get("litellm_params") else {
            continue;
        };
        let Some((model, line, _)) = either(given, &["model"]) else {
            continue;
        };
        let word = text(given, "custom_llm_provider");
        // With a supplier's word before the name the address is that of the account.
        teller.hosted(
            word,
            model,
            text(given, "api_base").filter(|_| !model.contains('/')),
            line,
            "litellm_params.model",
        );
    }
}

/// `config.yml` of NeMo Guardrails.
fn rails(teller: &mut Teller<'_>, root: &Node) {
    let models = root.get("models").map(Node::items).unwrap_or_default();
    let engines = models.iter().any(|item| item.get("engine").is_some());
    let flows = root.get("rails").filter(|rails| {
        let kinds = ["input", "output", "dialog", "retrieval", "execution"];
        kinds.iter().any(|kind| rails.get(kind).is_some())
    });
    if let Some(rails) = flows
        && (engines
            || ["input", "output"]
                .iter()
                .any(|kind| rails.at(&[kind, "flows"]).is_some()))
    {
        guardrail(teller, rails);
    }
    for item in root.get("models").map(Node::items).unwrap_or_default() {
        let (Some(engine), Some(_)) = (text(item, "engine"), item.get("type")) else {
            continue;
        };
        let parameters = item.get("parameters");
        let found = either(item, &["model"]).or_else(|| {
            parameters.and_then(|node| either(node, &["model", "model_name", "deployment_name"]))
        });
        let Some((model, line, _)) = found else {
            continue;
        };
        let address = parameters.and_then(|node| either(node, &["base_url", "azure_endpoint"]));
        let engine = if engine == "nim" { "nvidia" } else { engine };
        teller.hosted(
            Some(engine),
            model,
            address.map(|(address, ..)| address),
            line,
            "models.model",
        );
    }
}

/// The guardrail itself, under the id that code which loads this configuration gives it.
fn guardrail(teller: &mut Teller<'_>, rails: &Node) {
    let flows: Vec<&str> = rails
        .entries()
        .iter()
        .filter_map(|(_, _, rail)| rail.get("flows"))
        .flat_map(Node::texts)
        .take(50)
        .collect();
    let id = ComponentId("guardrail:nemo-guardrails".to_owned());
    let mut component = Component::new(id, Role::Guardrail, "NeMo Guardrails");
    component.direct = Some(true);
    if !flows.is_empty() {
        let key = "guardrail.rules".to_owned();
        component.properties.insert(key, flows.join(", "));
    }
    teller.used(component, rails.line(), "rails");
}

/// `promptfooconfig.yaml`.
fn prompt_tests(teller: &mut Teller<'_>, name: &str, root: &Node) {
    let is_test = name.contains("promptfoo")
        || (root.get("providers").is_some() && root.get("prompts").is_some());
    if !is_test {
        return;
    }
    let mut open: Vec<(&Node, usize)> = vec![(root, 0)];
    while let Some((node, depth)) = open.pop() {
        for (key, _, value) in node.entries() {
            if matches!(key.as_str(), "providers" | "provider" | "targets") {
                tested(teller, value);
            }
            if depth < 12 {
                open.push((value, depth + 1));
            }
        }
        if depth < 12 {
            open.extend(node.items().iter().map(|item| (item.as_ref(), depth + 1)));
        }
    }
}

fn tested(teller: &mut Teller<'_>, node: &Node) {
    let id = |node: &Node| either(node, &["id"]).map(|(id, line, _)| (id.to_owned(), line));
    let mut found: Vec<(String, u32)> = super::named::texts(node)
        .into_iter()
        .map(|(text, line)| (text.to_owned(), line))
        .collect();
    found.extend(id(node));
    for item in node.items() {
        found.extend(id(item));
        // A map with the id as its only key.
        if let [(key, line, value)] = item.entries()
            && value.is_map()
        {
            found.push((key.clone(), *line));
        }
    }
    for (id, line) in found {
        const KINDS: [&str; 14] = [
            "chat",
            "completion",
            "embedding",
            "embeddings",
            "messages",
            "responses",
            "realtime",
            "text-generation",
            "text-classification",
            "feature-extraction",
            "assistant",
            "image",
            "moderation",
            "sentence-similarity",
        ];
        let Some((word, rest)) = id.split_once(':') else {
            continue;
        };
        let model = match rest.split_once(':') {
            Some((kind, model)) if KINDS.contains(&kind) => model,
            _ => rest,
        };
        if matches!(
            word,
            "file" | "exec" | "python" | "http" | "https" | "webhook" | "package"
        ) {
            continue;
        }
        teller.hosted(Some(word), model, None, line, "providers");
    }
}

/// `librechat.yaml`.
fn libre_chat(teller: &mut Teller<'_>, root: &Node) {
    let custom = root.at(&["endpoints", "custom"]);
    for item in custom.map(Node::items).unwrap_or_default() {
        let address = either(item, &["baseURL"]).map(|(address, ..)| address);
        let known = address.filter(|address| !address.contains("${"));
        let word = text(item, "name");
        let word = if known.is_some() { None } else { word };
        if let Some(list) = item.at(&["models", "default"]) {
            teller.each(word, list, known, "models.default");
        }
        for key in ["titleModel", "summaryModel"] {
            if let Some((model, line, key)) =
                either(item, &[key]).filter(|(model, ..)| *model != "current_model")
            {
                teller.hosted(word, model, known, line, key);
            }
        }
    }
}

/// `spring.ai.openai.chat.options.model`, `quarkus.langchain4j.openai.chat-model.model-name`,
/// `langchain4j.ollama.chat-model.model-name`.
pub(super) fn property(teller: &mut Teller<'_>, key: &str, value: &str, line: u32) {
    let mut parts = key.trim_start_matches('.').split('.').peekable();
    let family = match (parts.next(), parts.peek().copied()) {
        (Some("spring"), Some("ai")) | (Some("quarkus"), Some("langchain4j")) => {
            parts.next();
            true
        }
        (Some("langchain4j"), _) => true,
        _ => false,
    };
    let last = key.rsplit('.').next().unwrap_or_default();
    if !family || !matches!(last, "model" | "model-name" | "model-id" | "modelName") {
        return;
    }
    // With one named configuration its name stands before the supplier.
    let word = parts
        .take(2)
        .map(|part| if part == "open-ai" { "openai" } else { part })
        .find(|part| {
            part.starts_with("ollama")
                || waybill_knowledge::usage::hosts()
                    .named(&part.replace('-', "_"))
                    .is_some()
                || waybill_knowledge::usage::hosts().named(part).is_some()
        });
    teller.hosted(word, value, None, line, last);
}
