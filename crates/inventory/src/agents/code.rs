//! MCP servers, tools and pulled prompts in code.

use waybill_domain::inventory::{Component, ComponentId, Pin, Role};

use waybill_domain::inventory::Occurrence;
use waybill_source::code::{CodeFacts, Value};

use super::{prompts, used, wording};
use crate::{
    draft::Draft,
    usage::{Resolver, Site},
};

/// Decorators that make a function a tool.
const DECORATORS: [&str; 26] = [
    "langchain_core.tools.tool",
    "langchain_core.tools.base.tool",
    "langchain_core.tools.convert.tool",
    "langchain.tools.tool",
    "langchain.tools.base.tool",
    "langchain.agents.tool",
    "langchain.agents.tools.tool",
    "langchain_community.tools.tool",
    "smolagents.tool",
    "smolagents.tools.tool",
    "transformers.tool",
    "agents.function_tool",
    "agents.tool.function_tool",
    "crewai.tools.tool",
    "crewai_tools.tool",
    "strands.tool",
    "strands.tools.tool",
    "anthropic.beta_tool",
    "anthropic.beta_async_tool",
    "claude_agent_sdk.tool",
    "agent_framework.ai_function",
    "semantic_kernel.functions.kernel_function",
    "semantic_kernel.functions.kernel_function_decorator.kernel_function",
    "haystack.tools.tool",
    "griptape.utils.decorators.activity",
    "chainlit.tool",
];
/// Methods that register the function below them as a tool, by what made the object.
const REGISTERS: [(&str, &[&str]); 6] = [
    ("FastMCP", &["tool"]),
    ("MCPServer", &["tool"]),
    ("pydantic_ai.Agent", &["tool", "tool_plain"]),
    ("pydantic_ai.agent.Agent", &["tool", "tool_plain"]),
    ("FunctionToolset", &["tool"]),
    ("autogen", &["register_for_llm"]),
];

/// Classes whose subclasses are tools, under the name that they give themselves.
const INHERITED: [&str; 12] = [
    "langchain_core.tools.BaseTool",
    "langchain_core.tools.base.BaseTool",
    "langchain.tools.BaseTool",
    "langchain.tools.base.BaseTool",
    "crewai.tools.BaseTool",
    "crewai.tools.base_tool.BaseTool",
    "crewai_tools.BaseTool",
    "smolagents.Tool",
    "smolagents.tools.Tool",
    "transformers.Tool",
    "transformers.agents.Tool",
    "qwen_agent.tools.base.BaseTool",
];

/// The packages of everything above.
pub(crate) fn packages() -> impl Iterator<Item = &'static str> {
    let registers = REGISTERS.iter().map(|(maker, _)| *maker);
    DECORATORS
        .into_iter()
        .chain(INHERITED)
        .chain(registers)
        .filter_map(|path| path.split('.').next())
}

fn is_decorator(path: &str) -> bool {
    if DECORATORS.contains(&path) {
        return true;
    }
    let Some((object, method)) = path.rsplit_once('.') else {
        return false;
    };
    REGISTERS
        .iter()
        .any(|(maker, methods)| methods.contains(&method) && object.contains(maker))
}

/// Functions that a decorator makes tools: under their own name, unless the decorator has one.
fn decorated(resolver: &Resolver<'_>, path: &str, facts: &CodeFacts, draft: &mut Draft) {
    for decoration in &facts.decorations {
        let site = Site::new(resolver, path, &decoration.call);
        if INHERITED.contains(&site.path.as_str()) {
            named(&site, draft, Some("name"), "function");
        }
        if !is_decorator(&site.path) {
            continue;
        }
        let slot = Some("name|name_override|0");
        if site
            .text(slot)
            .is_some_and(|known| !known.text.contains(' '))
        {
            named(&site, draft, slot, "function");
        } else {
            tool(&site, draft, &decoration.function, "function");
        }
    }
}

/// Arguments that describe functions to a model.
const SCHEMAS: &str = "tools|functions|function_declarations|tool_schemas|toolConfig.tools";
/// Most tools that one call is handed.
const TOOLS: usize = 128;

/// Methods that hand tools to a model, and a class that does.
pub(crate) const BINDS: [&str; 4] = [
    "bind_tools",
    "bindTools",
    "bind_functions",
    "GenerativeModel",
];

/// Whether a call may describe functions to a model: asking one, or binding tools to one.
fn described(site: &Site<'_>) -> bool {
    BINDS.contains(&site.method())
        || site.known().is_some_and(|known| {
            matches!(
                known.means.as_str(),
                "hosted" | "prefixed" | "bedrock" | "message" | "client"
            )
        })
}

/// `{"type": "function", "function": {"name": ...}}`, and how other services write it.
fn schemas(site: &Site<'_>, draft: &mut Draft) {
    let bound = matches!(site.method(), "bind_tools" | "bindTools" | "bind_functions");
    let slot = if bound { "tools|functions|0" } else { SCHEMAS };
    let Some(value) = site.argument(Some(slot)) else {
        return;
    };
    for followed in site.resolver.follow(site.file, value) {
        let items = match followed.value {
            Value::List(items) => items,
            // Tools by name: `tools: { weather: tool({ ... }) }`.
            Value::Map(entries) if site.file.ends_with(['s', 'x']) => {
                for (name, _) in entries.iter().take(TOOLS) {
                    tool(site, draft, name, "function");
                }
                continue;
            }
            _ => continue,
        };
        for item in items.iter().take(TOOLS) {
            for inner in site.resolver.follow(&followed.file, item) {
                for name in names_of_schema(&inner.value) {
                    for known in site.resolver.texts(&inner.file, name) {
                        tool(site, draft, &known.text, "function");
                    }
                }
            }
        }
    }
}

fn entry<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Map(entries) => entries
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value),
        _ => None,
    }
}

/// The names in what describes functions: its own, or those of the functions in it.
fn names_of_schema(value: &Value) -> Vec<&Value> {
    let inner = ["function", "toolSpec"]
        .iter()
        .find_map(|key| entry(value, key));
    if let Some(name) = inner.and_then(|inner| entry(inner, "name")) {
        return vec![name];
    }
    let several = ["function_declarations", "functionDeclarations"];
    if let Some(Value::List(items)) = several.iter().find_map(|key| entry(value, key)) {
        return items
            .iter()
            .filter_map(|item| entry(item, "name"))
            .collect();
    }
    let described = ["parameters", "input_schema", "description", "inputSchema"];
    if described.iter().any(|key| entry(value, key).is_some()) {
        return entry(value, "name").into_iter().collect();
    }
    Vec::new()
}

pub(super) fn add(resolver: &Resolver<'_>, draft: &mut Draft) {
    for (file, facts) in resolver.tree.code() {
        // Tools of tests do nothing for the system.
        if wording::is_test(&file.path) {
            continue;
        }
        decorated(resolver, &file.path, facts, draft);
        for call in &facts.calls {
            let site = Site::new(resolver, &file.path, call);
            if is_decorator(&site.path) {
                continue;
            }
            if described(&site) {
                schemas(&site, draft);
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
        tool(site, draft, &known.text, kind);
    }
}

fn tool(site: &Site<'_>, draft: &mut Draft, name: &str, kind: &str) {
    let plain = !name.is_empty() && name.len() <= 100 && !name.contains(['\n', '{', '<']);
    if !plain {
        return;
    }
    let id = ComponentId(format!("agent-tool:{name}"));
    let mut component = Component::new(id, Role::AgentTool, name);
    component
        .properties
        .insert("tool.kind".to_owned(), kind.to_owned());
    if kind == "mcp-server" {
        component.path = Some(site.file.to_owned());
    }
    used(draft, component, site.occurrence());
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
