//! What reaches a model besides the files that it takes for instructions: descriptions of tools,
//! roles of agents, comments in pages that a model reads and a person does not see.

use waybill_domain::Severity;
use waybill_source::document::{DocumentLimits, Node, Scalar, json, yaml};

use super::phrases::phrases;
use crate::examine::Noted;

/// Texts of one file that are judged.
const MOST: usize = 400;

/// Descriptions of tools, prompts and resources in a JSON or YAML document; empty where the document
/// has nothing of the kind.
pub(crate) fn tools(name: &str, text: &str, is_yaml: bool) -> Vec<Noted> {
    let last = name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or(name)
        .to_ascii_lowercase();
    let has = |keys: &[&str]| keys.iter().any(|key| text.contains(key));
    let wanted = if is_yaml {
        has(&[
            "role:",
            "instructions:",
            "system_prompt:",
            "backstory:",
            "tools:",
        ]) && has(&["goal:", "backstory:", "prompt:", "agents:", "instructions:"])
    } else {
        has(&["\"description\""])
            && has(&[
                "\"inputSchema\"",
                "\"input_schema\"",
                "\"tools\"",
                "\"skills\"",
                "\"functions\"",
            ])
            || has(&[
                "\"description_for_model\"",
                "\"system_prompt\"",
                "\"systemPrompt\"",
            ])
            || matches!(
                last.as_str(),
                "agent.json" | "agent-card.json" | "ai-plugin.json" | "plugin.json" | "server.json"
            )
    };
    if !wanted {
        return Vec::new();
    }
    let limits = DocumentLimits {
        depth: 64,
        values: 200_000,
    };
    let document = if is_yaml {
        yaml(text, &limits)
    } else {
        json(text, &limits)
    };
    let mut noted = Vec::new();
    if let Some(root) = document.root() {
        described_in(root, 0, &mut noted);
    }
    noted
}

fn described_in(node: &Node, depth: usize, noted: &mut Vec<Noted>) {
    if depth > 16 || noted.len() > 50 {
        return;
    }
    for (key, line, value) in node.entries() {
        if let Node::Scalar {
            value: Scalar::Text(text),
            ..
        } = value.as_ref()
        {
            if is_read(key) {
                noted.extend(phrases(text, *line));
            }
        } else {
            described_in(value, depth.saturating_add(1), noted);
        }
    }
    for item in node.items() {
        described_in(item, depth.saturating_add(1), noted);
    }
}

/// Keys whose texts a model reads.
fn is_read(key: &str) -> bool {
    matches!(
        key,
        "description"
            | "title"
            | "summary"
            | "instructions"
            | "instruction"
            | "prompt"
            | "system_prompt"
            | "systemPrompt"
            | "description_for_model"
            | "role"
            | "goal"
            | "backstory"
            | "expected_output"
            | "content"
            | "template"
    )
}

/// Comments and hidden parts of a page: a model reads them, a person does not see them. Only what
/// turns a model against its user counts.
pub(crate) fn comments(text: &str) -> Vec<Noted> {
    let mut noted = Vec::new();
    let mut from = 0_usize;
    for _ in 0..MOST {
        let Some(at) = text.get(from..).and_then(|rest| rest.find("<!--")) else {
            break;
        };
        let start = from.saturating_add(at).saturating_add(4);
        let rest = text.get(start..).unwrap_or_default();
        let end = rest.find("-->").unwrap_or(rest.len());
        let comment = rest.get(..end).unwrap_or_default();
        let before = text.get(..start).unwrap_or_default();
        let line = u32::try_from(before.matches('\n').count().saturating_add(1)).unwrap_or(1);
        noted.extend(grave(phrases(comment, line)));
        from = start.saturating_add(end);
    }
    noted
}

/// What a program hands to a model as the description of a tool: the texts of its functions.
pub(crate) fn docstrings(text: &str) -> Vec<Noted> {
    let tools = [
        "mcp",
        "@tool",
        "BaseTool",
        "FunctionTool",
        "StructuredTool",
        "function_tool",
    ]
    .into_iter()
    .any(|word| text.contains(word));
    if !tools {
        return Vec::new();
    }
    let mut noted = Vec::new();
    let mut from = 0_usize;
    for _ in 0..MOST {
        let rest = text.get(from..).unwrap_or_default();
        let Some((at, mark)) = ["\"\"\"", "'''"]
            .into_iter()
            .filter_map(|mark| rest.find(mark).map(|at| (at, mark)))
            .min()
        else {
            break;
        };
        let start = from.saturating_add(at).saturating_add(3);
        let rest = text.get(start..).unwrap_or_default();
        let Some(end) = rest.find(mark) else { break };
        let written = rest.get(..end).unwrap_or_default();
        let before = text.get(..start).unwrap_or_default();
        let line = u32::try_from(before.matches('\n').count().saturating_add(1)).unwrap_or(1);
        noted.extend(grave(phrases(written, line)));
        from = start.saturating_add(end).saturating_add(3);
    }
    noted
}

/// Where a text is no instruction by its place, only what is so by its words counts.
fn grave(noted: Vec<Noted>) -> impl Iterator<Item = Noted> {
    noted
        .into_iter()
        .filter(|noted| noted.severity >= Severity::High)
}
