use waybill_domain::inventory::{ComponentId, Pin, RelationKind, Role};
use waybill_source::{
    code::{CodeFacts, NamedText},
    document::{self, DocumentLimits},
};

use crate::{
    draft::Draft,
    reading::{FileFacts, Reading},
    tree::Tree,
};

fn with(path: &str, reading: Reading) -> FileFacts {
    FileFacts {
        path: path.to_owned(),
        readings: vec![reading],
        ..FileFacts::default()
    }
}

fn draft(files: Vec<FileFacts>) -> Draft {
    let mut draft = Draft::default();
    super::add(&Tree::new(files), &mut draft);
    draft
}

fn ids(draft: &Draft) -> Vec<&str> {
    draft
        .components()
        .map(|component| component.id.as_str())
        .collect()
}

#[test]
fn servers_come_with_their_packages_and_without_their_secrets() {
    let text = r#"{"mcpServers": {
        "files": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@2025.1.14", "/srv"]},
        "git": {"command": "uvx", "args": ["mcp-server-git"], "env": {"GIT_TOKEN": "hunter2hunter2"}},
        "fetch": {"command": "docker", "args": ["run", "-i", "--rm", "-e", "KEY=abc", "mcp/fetch:1.2"]},
        "search": {"type": "sse", "url": "https://user:pw@mcp.example.org/sse?key=abc"},
        "odd": {"command": "tool", "args": ["--api-key", "sk-abcdefghijklmnop"]}
    }}"#;
    let file = with(
        ".mcp.json",
        Reading::Document(document::json(text, &DocumentLimits::default())),
    );
    let draft = draft(vec![file]);
    assert_eq!(
        ids(&draft),
        [
            "agent-tool:fetch",
            "agent-tool:files",
            "agent-tool:git",
            "agent-tool:odd",
            "agent-tool:search",
            "pkg:docker/mcp/fetch@1.2",
            "pkg:npm/%40modelcontextprotocol/server-filesystem@2025.1.14",
            "pkg:pypi/mcp-server-git",
            "service:mcp.example.org",
        ]
    );
    let pins: Vec<_> = draft
        .components()
        .filter_map(|component| component.pin)
        .collect();
    assert_eq!(pins, [Pin::Name, Pin::Name, Pin::Floating]);
    let command = |id: &str| {
        let component = draft.get(&ComponentId(id.to_owned())).unwrap();
        component
            .service
            .as_ref()
            .unwrap()
            .command
            .clone()
            .unwrap_or_default()
    };
    assert_eq!(command("agent-tool:odd"), "tool --api-key ***");
    assert_eq!(
        command("agent-tool:fetch"),
        "docker run -i --rm -e KEY=*** mcp/fetch:1.2"
    );
    let all = format!("{:?}", draft.components().collect::<Vec<_>>());
    for secret in ["hunter2", "abcdefghijkl", "user:pw", "key=abc"] {
        assert!(!all.contains(secret), "{secret}");
    }
    let needs = draft
        .relations()
        .filter(|relation| relation.kind == RelationKind::DependsOn)
        .count();
    assert_eq!(needs, 3);
}

#[test]
fn prompts_and_instructions_are_told_by_name() {
    let text = |path: &str| {
        with(
            path,
            Reading::Text("You are a helpful assistant.".to_owned()),
        )
    };
    let files = [
        "CLAUDE.md",
        ".cursor/rules/style.mdc",
        ".github/copilot-instructions.md",
        "skills/review/SKILL.md",
        "app/prompts/answer.txt",
        "app/prompts/README.md",
        "system_prompt.txt",
        "ask.prompty",
        "docs/notes.txt",
        "requirements.txt",
    ];
    let draft = draft(files.iter().map(|path| text(path)).collect());
    let found: Vec<_> = draft
        .components()
        .map(|component| (component.role, component.path.clone().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            (
                Role::AgentInstructions,
                ".cursor/rules/style.mdc".to_owned()
            ),
            (
                Role::AgentInstructions,
                ".github/copilot-instructions.md".to_owned()
            ),
            (Role::AgentInstructions, "CLAUDE.md".to_owned()),
            (Role::AgentInstructions, "skills/review/SKILL.md".to_owned()),
            (Role::Prompt, "app/prompts/answer.txt".to_owned()),
            (Role::Prompt, "ask.prompty".to_owned()),
            (Role::Prompt, "system_prompt.txt".to_owned()),
        ]
    );
    assert!(
        draft
            .components()
            .all(|component| component.hashes.len() == 1)
    );
}

#[test]
fn texts_of_code_are_prompts_only_if_they_are() {
    let named = |name: &str, text: &str, line| NamedText {
        name: name.to_owned(),
        text: text.to_owned(),
        line,
    };
    let facts = CodeFacts {
        texts: vec![
            named("SYSTEM_PROMPT", "You answer questions about trains.", 1),
            named("systemPrompt", "You answer questions about ships.", 2),
            named("QUERY", "SELECT name FROM trains WHERE late", 3),
            named("PROMPT_PATH", "some folder with many words in it", 4),
            named(
                "PAGE_TEMPLATE",
                "<html><body>{}</body></html> one two three four",
                5,
            ),
            named(
                "RAG_TEMPLATE",
                "Answer from this context only: {context}",
                6,
            ),
            named("description", "A long text that describes a command", 7),
            named(
                "content",
                "You translate English into French, word by word.",
                8,
            ),
            named("content", "What is the weather like today in Bern?", 9),
        ],
        ..CodeFacts::default()
    };
    let draft = draft(vec![with("app.py", Reading::Code(Box::new(facts)))]);
    assert_eq!(
        ids(&draft),
        [
            "prompt:app.py#RAG_TEMPLATE",
            "prompt:app.py#SYSTEM_PROMPT",
            "prompt:app.py#content",
            "prompt:app.py#systemPrompt",
        ]
    );
}

#[test]
fn functions_and_classes_become_tools_under_their_names() {
    let text = r#"
from langchain_core.tools import tool, BaseTool
from mcp.server.fastmcp import FastMCP
from openai import OpenAI
server = FastMCP("tides")
@tool
def high_water(): ...
@tool("low_water")
def other(): ...
@server.tool()
def tide_table(): ...
class Draught(BaseTool):
    name: str = "draught_check"
SCHEMAS = [{"type": "function", "function": {"name": "find_berth", "parameters": {}}}]
OpenAI().chat.completions.create(model="gpt-4o", messages=[], tools=SCHEMAS)
@cached
def no_tool(): ...
"#;
    let facts = waybill_source::code::python(text);
    let draft = draft(vec![with("app.py", Reading::Code(Box::new(facts)))]);
    assert_eq!(
        ids(&draft),
        [
            "agent-tool:draught_check",
            "agent-tool:find_berth",
            "agent-tool:high_water",
            "agent-tool:low_water",
            "agent-tool:tide_table",
            "agent-tool:tides",
        ]
    );
}

#[test]
fn agents_and_tasks_of_a_crew_are_prompts() {
    let yaml = |path: &str, text: &str| {
        let document = document::yaml(text, &DocumentLimits::default());
        with(path, Reading::Document(document))
    };
    let draft = draft(vec![
        yaml(
            "crew/config/agents.yaml",
            "clerk:\n  role: Clerk\n  goal: answer\n  backstory: you know the harbour\n",
        ),
        yaml(
            "crew/config/tasks.yaml",
            "look:\n  description: Look it up\n  expected_output: a list\n  agent: clerk\n",
        ),
        yaml("k8s/role.yaml", "role: {role: a, goal: b}\n"),
    ]);
    assert_eq!(
        ids(&draft),
        [
            "prompt:crew/config/agents.yaml",
            "prompt:crew/config/tasks.yaml"
        ]
    );
}
