//! Coding agents, crews and prompt files that say which model they ask.

use waybill_source::document::Node;

use super::named::{Teller, either, text};
use crate::tree::parent;

pub(super) fn read(teller: &mut Teller<'_>, name: &str, root: &Node) {
    let folder = parent(teller.path)
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    match (folder.as_str(), name) {
        (".continue" | "assistants" | "models", _) if root.get("models").is_some() => {
            assistants(teller, root);
        }
        _ if name.starts_with(".aider.conf") => {
            plain(teller, root, &["model", "weak-model", "editor-model"]);
        }
        (".codex" | ".gemini" | ".claude", _) => {
            plain(teller, root, &["model", "review_model", "smallFastModel"]);
            let word = text(root, "model_provider");
            if let Some((model, line, key)) =
                root.get("model").and_then(|node| either(node, &["name"]))
            {
                teller.hosted(word, model, None, line, key);
            }
        }
        (_, "opencode.json" | "opencode.jsonc" | "crush.json") => {
            plain(teller, root, &["model", "small_model"]);
        }
        (_, "agents.yaml" | "agents.yml") => {
            for (_, _, agent) in root.entries() {
                if agent.get("role").is_some() && agent.get("goal").is_some() {
                    plain(
                        teller,
                        agent,
                        &["llm", "function_calling_llm", "planning_llm"],
                    );
                }
            }
        }
        _ => {}
    }
}

fn plain(teller: &mut Teller<'_>, node: &Node, keys: &[&'static str]) {
    for key in keys {
        if let Some((model, line, key)) = either(node, &[key]) {
            teller.hosted(None, model, None, line, key);
        }
    }
}

/// Settings of Continue.
fn assistants(teller: &mut Teller<'_>, root: &Node) {
    let lists = root.get("models").map(Node::items).unwrap_or_default();
    let single = ["tabAutocompleteModel", "embeddingsProvider", "reranker"];
    let single = single.iter().filter_map(|key| root.get(key));
    for item in lists.iter().map(AsRef::as_ref).chain(single) {
        let (Some(word), Some((model, line, key))) =
            (text(item, "provider"), either(item, &["model"]))
        else {
            continue;
        };
        let address = either(item, &["apiBase"]).map(|(address, ..)| address);
        teller.hosted(
            Some(word),
            model,
            address.filter(|_| word != "ollama"),
            line,
            key,
        );
    }
}

/// The front matter of a prompt or of an agent's instructions.
pub(super) fn front(teller: &mut Teller<'_>, front: &Node) {
    let Some(model) = front.get("model") else {
        return;
    };
    if let Some((name, line)) = model.text().map(|name| (name, model.line())) {
        teller.hosted(None, name, None, line, "model");
    }
    // Prompty: the service and its model.
    let given = model.get("configuration").unwrap_or(model);
    let kind = text(given, "type").map(|kind| kind.split(['.', '/']).next().unwrap_or(kind));
    if let Some((name, line, key)) = either(given, &["azure_deployment", "model", "name", "id"]) {
        let word = if key == "azure_deployment" {
            Some("azure_openai")
        } else {
            kind
        };
        let name = name.strip_prefix("${env:").map_or(name, |_| "");
        teller.hosted(word, name, None, line, key);
    }
}
