//! Prompts and standing instructions: files by name, texts of code by the name that they have.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use waybill_domain::inventory::{Component, ComponentId, Hash, Occurrence, Role, Standing};
use waybill_source::{
    code::{CodeFacts, NamedText},
    document::Node,
};

use super::{used, wording};
use crate::{
    draft::Draft,
    reading::{FileFacts, Reading},
    tree::{Tree, file_name, parent},
};

/// Folders whose texts are prompts.
const FOLDERS: [&str; 7] = [
    "prompts",
    "prompt",
    "prompt_templates",
    "prompt-templates",
    "system_prompts",
    "system-prompts",
    "promptlib",
];
/// Files that instruct agents, by name in lowercase.
const INSTRUCTIONS: [&str; 15] = [
    "claude.md",
    "claude.local.md",
    "agents.md",
    "agent.md",
    "gemini.md",
    "qwen.md",
    "skill.md",
    ".cursorrules",
    ".windsurfrules",
    ".clinerules",
    ".goosehints",
    ".roorules",
    "copilot-instructions.md",
    "agents.override.md",
    ".rules",
];
/// Folders whose files instruct agents.
const INSTRUCTION_FOLDERS: [&str; 14] = [
    ".cursor/rules",
    ".windsurf/rules",
    ".clinerules",
    ".roo/rules",
    ".kiro/steering",
    ".amazonq/rules",
    ".continue/rules",
    ".github/instructions",
    ".github/agents",
    ".github/chatmodes",
    ".claude/agents",
    ".claude/commands",
    ".claude/rules",
    ".junie",
];

/// What a file is to an agent, by its path alone.
fn role_of(path: &str) -> Option<Role> {
    let name = file_name(path).to_lowercase();
    let folder = parent(path);
    if INSTRUCTIONS.contains(&name.as_str()) {
        // `docs/models/gemini.md` is a page about Gemini: those that instruct are written large.
        let is_page = !name.starts_with('.') && file_name(path) == name && is_documentation(folder);
        return (!is_page).then_some(Role::AgentInstructions);
    }
    let text = matches!(name.rsplit('.').next(), Some("md" | "mdc" | "txt" | "mdx"));
    let below = |known: &str| {
        folder == known
            || folder.ends_with(&format!("/{known}"))
            || folder.starts_with(&format!("{known}/"))
            || folder.contains(&format!("/{known}/"))
    };
    if text && name != "readme.md" && INSTRUCTION_FOLDERS.iter().any(|known| below(known)) {
        return Some(Role::AgentInstructions);
    }
    is_prompt(folder, &name).then_some(Role::Prompt)
}

fn is_documentation(folder: &str) -> bool {
    folder.split('/').any(|part| {
        matches!(
            part.to_lowercase().as_str(),
            "docs" | "doc" | "documentation" | "content" | "website" | "site" | "pages"
        )
    })
}

fn is_prompt(folder: &str, name: &str) -> bool {
    if name.starts_with("readme")
        || name.starts_with("chat_template")
        || name.starts_with("license")
    {
        return false;
    }
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    match ending {
        "prompt" | "prompty" => true,
        "md" if stem.ends_with(".prompt") => true,
        "txt" | "md" | "jinja" | "jinja2" | "j2" | "mustache" | "hbs" | "yaml" | "yml" | "json" => {
            let inside = folder
                .split('/')
                .any(|part| FOLDERS.contains(&part.to_lowercase().as_str()));
            let named = matches!(
                ending,
                "txt" | "md" | "jinja" | "jinja2" | "j2" | "mustache"
            ) && stem
                .split(['_', '-', '.', ' '])
                .any(|word| word == "prompt" || word == "prompts")
                && !is_documentation(folder);
            inside || (named && ending != "md") || (named && stem.contains("system"))
        }
        _ => false,
    }
}

/// True if the text of the file at `path` is to be kept for this part.
pub(crate) fn wants_text(path: &str) -> bool {
    role_of(path).is_some()
}

/// Prompts and instructions of the whole tree.
pub(super) fn add(tree: &Tree, draft: &mut Draft) {
    for file in tree.files() {
        if let Some(role) = role_of(&file.path) {
            whole(file, role, draft);
        }
    }
    for (file, document) in tree.documents() {
        for root in &document.roots {
            crew(draft, file, root);
        }
    }
    for (file, facts) in tree.code() {
        if !wording::speaks_to_people(&file.path) {
            texts(&file.path, facts, draft);
        }
    }
}

/// Agents or tasks of a crew, as CrewAI has them in YAML: role, goal and backstory of an agent,
/// description and expected output of a task go into what the model is told. One file is one prompt.
fn crew(draft: &mut Draft, file: &FileFacts, root: &Node) {
    if !file.path.ends_with(".yaml") && !file.path.ends_with(".yml") {
        return;
    }
    const AGENT: [&str; 3] = ["role", "goal", "backstory"];
    const TASK: [&str; 2] = ["description", "expected_output"];
    let mut names: Vec<&str> = Vec::new();
    let mut texts = String::new();
    for (name, _, node) in root.entries() {
        let text = |keys: &[&str]| -> Option<String> {
            let texts: Option<Vec<&str>> = keys.iter().map(|key| node.get(key)?.text()).collect();
            Some(texts?.join("\n"))
        };
        if let Some(text) = text(&AGENT).or_else(|| text(&TASK)) {
            names.push(name);
            texts.push_str(&text);
            texts.push('\n');
        }
    }
    if names.is_empty() {
        return;
    }
    let id = ComponentId(format!("prompt:{}", file.path));
    let mut component = Component::new(id, Role::Prompt, file_name(&file.path));
    component.path = Some(file.path.clone());
    component.hashes.clone_from(&file.hashes);
    if component.hashes.is_empty() {
        component.hashes.push(digest(&texts));
    }
    let names = names.join(", ");
    component
        .properties
        .insert("prompt.of".to_owned(), names.chars().take(500).collect());
    used(draft, component, Occurrence::at(&file.path, None));
}

/// A file that is a prompt or instructions as a whole.
fn whole(file: &FileFacts, role: Role, draft: &mut Draft) {
    let text = file.readings.iter().find_map(|reading| match reading {
        Reading::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let document = file.readings.iter().find_map(|reading| match reading {
        Reading::Document(document) => document.root(),
        _ => None,
    });
    let is_document = matches!(file.path.rsplit('.').next(), Some("yaml" | "yml" | "json"));
    if is_document {
        const KEYS: [&str; 9] = [
            "template",
            "messages",
            "prompt",
            "prompts",
            "system",
            "system_prompt",
            "user",
            "instructions",
            "input_variables",
        ];
        let speaks = document.is_some_and(|node| {
            node.entries()
                .iter()
                .any(|(key, _, _)| KEYS.contains(&key.as_str()))
        });
        if !speaks {
            return;
        }
    }
    let word = role.as_str();
    let id = ComponentId(format!("{word}:{}", file.path));
    let mut component = Component::new(id, role, file_name(&file.path));
    component.path = Some(file.path.clone());
    component.hashes.clone_from(&file.hashes);
    if let (Some(text), true) = (text, component.hashes.is_empty()) {
        if text.trim().is_empty() {
            return;
        }
        component.hashes.push(digest(text));
    }
    used(draft, component, Occurrence::at(&file.path, None));
}

/// The digest of a text that has no file of its own.
pub(crate) fn digest(text: &str) -> Hash {
    let value = Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Hash {
        algorithm: "sha-256".to_owned(),
        value,
        standing: Standing::Observed,
    }
}

/// Texts of code whose name says that they instruct a model.
fn texts(path: &str, facts: &CodeFacts, draft: &mut Draft) {
    let mut names: Vec<String> = Vec::new();
    let mut known: BTreeMap<&str, ComponentId> = BTreeMap::new();
    for text in &facts.texts {
        if !may_instruct(text) {
            continue;
        }
        // One text that stands several times in a file is one prompt.
        if let Some(component) = known
            .get(text.text.as_str())
            .and_then(|id| draft.get_mut(id))
        {
            let mut place = Occurrence::at(path, Some(text.line));
            place.symbol = Some(text.name.clone());
            component.seen(place);
            continue;
        }
        let shown: String = text.name.chars().take(80).collect();
        let name = if names.contains(&shown) {
            format!("{shown}@{}", text.line)
        } else {
            shown.clone()
        };
        names.push(shown);
        let id = ComponentId(format!("prompt:{path}#{name}"));
        let mut component = Component::new(id, Role::Prompt, &text.name);
        component.hashes.push(digest(&text.text));
        let mut place = Occurrence::at(path, Some(text.line));
        place.symbol = Some(text.name.clone());
        known.insert(&text.text, used(draft, component, place));
    }
}

/// Whether a text of code instructs a model, by its name and its words.
pub(crate) fn may_instruct(text: &NamedText) -> bool {
    is_prompt_name(text) && reads_like_one(&text.text)
}

fn is_prompt_name(text: &NamedText) -> bool {
    let last = text.name.rsplit('.').next().unwrap_or_default();
    let lower = snake(last);
    let words: Vec<&str> = lower.split('_').collect();
    if wording::is_about(&words)
        || (text.name.contains('.') && is_label(&text.name))
        || (!words.contains(&"system") && wording::asks_a_person(&text.text, lower == "prompt"))
    {
        return false;
    }
    let has = |word: &str| words.contains(&word);
    let whole = matches!(
        lower.as_str(),
        "system"
            | "instructions"
            | "instruction"
            | "system_message"
            | "system_msg"
            | "system_instruction"
            | "system_instructions"
            | "persona"
            | "backstory"
            | "sys_msg"
            | "preamble"
    );
    let template = has("template") && wording::is_prose_template(&text.text);
    let bare = matches!(
        lower.as_str(),
        "prompt" | "add_prompt" | "prompts" | "user_prompt"
    );
    if bare && !wording::is_instructive(&text.text) {
        return false;
    }
    whole
        || has("prompt")
        || has("prompts")
        || (has("system") && (has("message") || has("instruction") || has("instructions")))
        || template
        || (lower == "content" && begins_like_instructions(&text.text))
}

/// `dialog.codePrompt`: words of a user interface by their key.
fn is_label(name: &str) -> bool {
    let before = name.rsplit_once('.').map_or("", |(before, _)| before);
    before
        .split('.')
        .any(|part| wording::is_of_interface(&snake(part)))
}

/// `systemPrompt`, `SYSTEM_PROMPT` and `system-prompt` as `system_prompt`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut before_lower = false;
    for letter in name.chars() {
        if letter == '-' || letter == ' ' {
            out.push('_');
        } else {
            if letter.is_uppercase() && before_lower {
                out.push('_');
            }
            out.extend(letter.to_lowercase());
        }
        before_lower = letter.is_lowercase();
    }
    out
}

/// How instructions begin.
pub(crate) const BEGINNINGS: [&str; 11] = [
    "you are ",
    "you're ",
    "you translate",
    "act as ",
    "your task",
    "you will ",
    "as an ai",
    "you must",
    "du bist ",
    "tu es ",
    "you ",
];

/// The content of a message without a known role: only what speaks to a model.
fn begins_like_instructions(text: &str) -> bool {
    let text = text.trim_start().to_lowercase();
    BEGINNINGS.iter().any(|begin| text.starts_with(begin))
}

/// Prose of some words, not a query, page, path or message to a person at a terminal.
fn reads_like_one(text: &str) -> bool {
    let trimmed = text.trim();
    let words = trimmed
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphabetic))
        .count();
    let upper = trimmed.to_uppercase();
    words >= 4
        && !trimmed.starts_with("<!DOCTYPE")
        && !trimmed.starts_with("<html")
        && !["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE TABLE"]
            .iter()
            .any(|begin| upper.starts_with(begin))
        && !trimmed.starts_with("http")
}

/// Adds a text that a call gives to a model as its instructions, unless it is there by a name.
pub(super) fn instruct(draft: &mut Draft, path: &str, name: &str, text: &str, place: Occurrence) {
    if !reads_like_one(text) {
        return;
    }
    let hash = digest(text);
    let there = draft
        .components()
        .any(|component| component.role == Role::Prompt && component.hashes.contains(&hash));
    if there {
        return;
    }
    let line = place.line.unwrap_or_default();
    let id = ComponentId(format!("prompt:{path}#{name}@{line}"));
    let mut component = Component::new(id, Role::Prompt, name);
    component.hashes.push(hash);
    used(draft, component, place);
}
