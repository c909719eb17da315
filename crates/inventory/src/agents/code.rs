//! MCP servers, tools and pulled prompts in code.

use waybill_domain::inventory::{Component, ComponentId, Pin, Role};

use waybill_domain::inventory::Occurrence;
use waybill_source::code::Value;

use super::{prompts, used};
use crate::{
    draft::Draft,
    usage::{Resolver, Site},
};

/// Decorators that make a function a tool, by the end of their path.
const DECORATORS: [&str; 6] = [
    "langchain_core.tools.tool",
    "langchain.tools.tool",
    "langchain.agents.tool",
    "smolagents.tool",
    "agents.function_tool",
    "crewai.tools.tool",
];

pub(super) fn add(resolver: &Resolver<'_>, draft: &mut Draft) {
    for (file, facts) in resolver.tree.code() {
        for call in &facts.calls {
            let site = Site::new(resolver, &file.path, call);
            if DECORATORS.contains(&site.path.as_str()) {
                named(&site, draft, Some("name|0"), "function");
                continue;
            }
            let Some(known) = site.known() else {
                continue;
            };
            if matches!(
                known.means.as_str(),
                "hosted" | "prefixed" | "bedrock" | "message"
            ) {
                instructed(&site, draft);
            }
            match known.means.as_str() {
                "mcp-server" if site.makers.is_empty() => {
                    named(&site, draft, known.get("name"), "mcp-server")
                }
                "tool" | "mcp-tool" => named(&site, draft, known.get("name"), "function"),
                "prompt-hub" => pulled(&site, draft, known.get("name")),
                _ => {}
            }
        }
    }
}

fn named(site: &Site<'_>, draft: &mut Draft, slot: Option<&str>, kind: &str) {
    for known in site.texts(slot) {
        let plain = !known.text.is_empty()
            && known.text.len() <= 100
            && !known.text.contains(['\n', '{', '<']);
        if !plain {
            continue;
        }
        let id = ComponentId(format!("agent-tool:{}", known.text));
        let mut component = Component::new(id, Role::AgentTool, &known.text);
        component
            .properties
            .insert("tool.kind".to_owned(), kind.to_owned());
        if kind == "mcp-server" {
            component.path = Some(site.file.to_owned());
        }
        used(draft, component, site.occurrence());
    }
}

/// `hub.pull("owner/name:commit")`.
fn pulled(site: &Site<'_>, draft: &mut Draft, slot: Option<&str>) {
    for known in site.texts(slot) {
        let (path, commit) = match known.text.split_once(':') {
            Some((path, commit)) => (path, Some(commit)),
            None => (known.text.as_str(), None),
        };
        let (owner, name) = match path.split_once('/') {
            Some((owner, name)) => (Some(owner), name),
            None => (None, path),
        };
        if name.is_empty() || path.contains([' ', '{']) {
            continue;
        }
        let id = ComponentId(format!("prompt:langsmith/{path}"));
        let mut component = Component::new(id, Role::Prompt, name);
        component.namespace = owner.map(ToOwned::to_owned);
        component.version = commit.map(ToOwned::to_owned);
        component.pin = Some(match commit {
            Some(commit) if commit.len() >= 40 => Pin::Digest,
            Some("latest") | None => Pin::Floating,
            Some(_) => Pin::Name,
        });
        used(draft, component, site.occurrence());
    }
}

/// Arguments that instruct a model.
const SYSTEM: [&str; 6] = [
    "system",
    "instructions",
    "system_instruction",
    "systemInstruction",
    "system_prompt",
    "systemPrompt",
];

/// What a call tells the model to be: `system=`, a message of the role `system`, a template.
fn instructed(site: &Site<'_>, draft: &mut Draft) {
    let mut texts: Vec<(&str, Value)> = Vec::new();
    for name in SYSTEM {
        if let Some(value) = site.argument(Some(name)) {
            texts.push((name, value.clone()));
        }
    }
    if let Some(messages) = site.argument(Some("messages|input|0")) {
        for followed in site.resolver.follow(site.file, messages) {
            let Value::List(items) = followed.value else {
                continue;
            };
            texts.extend(
                items
                    .iter()
                    .take(32)
                    .filter_map(of_system)
                    .map(|value| ("system", value)),
            );
        }
    }
    if site.path.ends_with("SystemMessage")
        || site.method() == "from_template"
        || site.method() == "fromTemplate"
    {
        let value = site.argument(Some("content|template|0")).cloned();
        texts.extend(value.map(|value| ("template", value)));
    }
    for (name, value) in texts {
        let Some(text) = written(&value) else {
            continue;
        };
        let mut place: Occurrence = site.occurrence();
        place.symbol = Some(name.to_owned());
        prompts::instruct(draft, site.file, name, &text, place);
    }
}

/// The content of a message of the role `system`: a map, or a pair of role and text.
fn of_system(item: &Value) -> Option<Value> {
    let is_system = |value: &Value| matches!(value, Value::Text(text) if text == "system" || text == "developer");
    match item {
        Value::Map(entries) => {
            let get = |name: &str| {
                entries
                    .iter()
                    .find(|(key, _)| key == name)
                    .map(|(_, value)| value)
            };
            get("role").filter(|role| is_system(role))?;
            get("content").cloned()
        }
        Value::List(pair) => match pair.as_slice() {
            [role, text] if is_system(role) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// A text with `{}` for what is not known.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Parts(parts) => Some(
            parts
                .iter()
                .map(|part| match part {
                    Value::Text(text) => text.as_str(),
                    _ => "{}",
                })
                .collect(),
        ),
        _ => None,
    }
}
