//! MCP servers, tools and pulled prompts in code.

use waybill_domain::inventory::{Component, ComponentId, Pin, Role};

use super::used;
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
