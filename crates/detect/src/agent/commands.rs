//! Commands in the settings of agents and editors.

use waybill_domain::Severity;
use waybill_source::document::{DocumentLimits, Node, Scalar, json};

use crate::examine::{Noted, NotedKind};
use crate::python::places;
use crate::rule::quoted;

/// Programs that fetch a package and run it.
const FETCHING: [&str; 9] = [
    "npx", "uvx", "bunx", "pipx", "pnpm", "yarn", "docker", "podman", "deno",
];

/// The commands of one settings file.
pub(crate) fn commands(name: &str, text: &str) -> Vec<Noted> {
    let name = name.replace('\\', "/").to_ascii_lowercase();
    let last = name.rsplit('/').next().unwrap_or(&name);
    if !(last.ends_with(".json") || last.ends_with(".jsonc") || last == "config.toml") {
        return Vec::new();
    }
    let servers = ["\"mcpServers\"", "\"mcp_servers\"", "\"context_servers\""]
        .into_iter()
        .any(|key| text.contains(key))
        || matches!(last, "mcp.json" | ".mcp.json");
    let agent = [
        ".claude/",
        ".cursor/",
        ".gemini/",
        ".codex/",
        ".windsurf/",
        ".kiro/",
    ]
    .into_iter()
    .any(|folder| name.contains(folder))
        && matches!(
            last,
            "settings.json" | "settings.local.json" | "hooks.json" | "config.json"
        );
    let tasks = name.ends_with(".vscode/tasks.json") || text.contains("\"folderOpen\"");
    let container = matches!(last, "devcontainer.json" | ".devcontainer.json");
    if !(servers || agent || tasks || container) {
        return Vec::new();
    }
    let limits = DocumentLimits {
        depth: 64,
        values: 100_000,
    };
    let document = json(text, &limits);
    let Some(root) = document.root() else {
        return Vec::new();
    };
    let mut noted = Vec::new();
    if servers {
        of_servers(root, 0, &mut noted);
    }
    if agent {
        of_hooks(root, &mut noted);
    }
    if tasks {
        of_tasks(root, &mut noted);
    }
    if container {
        of_container(root, &mut noted);
    }
    noted
}

/// `mcpServers` wherever it stands, and `servers` of VS Code.
fn of_servers(node: &Node, depth: usize, noted: &mut Vec<Noted>) {
    if depth > 6 {
        return;
    }
    for (key, _, value) in node.entries() {
        if matches!(
            key.as_str(),
            "mcpServers" | "mcp_servers" | "servers" | "context_servers"
        ) {
            for (server, line, value) in value.entries() {
                let command = line_of(value);
                if !command.is_empty() {
                    noted.push(server_note(server, *line, &command));
                }
            }
        } else {
            of_servers(value, depth.saturating_add(1), noted);
        }
    }
}

/// A command with its arguments, as one line.
fn line_of(node: &Node) -> String {
    let Some(command) = node.get("command") else {
        return String::new();
    };
    let mut words = words(command);
    if let Some(arguments) = node.get("args") {
        words.extend(self::words(arguments));
    }
    words.join(" ")
}

fn words(node: &Node) -> Vec<String> {
    match node {
        Node::Scalar {
            value: Scalar::Text(text),
            ..
        } => vec![text.clone()],
        // Of a command with a path and arguments of its own.
        Node::Map { .. } => {
            let path = node.get("path").map(words).unwrap_or_default();
            let arguments = node.get("args").map(words).unwrap_or_default();
            path.into_iter().chain(arguments).collect()
        }
        _ => node.items().iter().flat_map(|item| words(item)).collect(),
    }
}

fn server_note(server: &str, line: u32, command: &str) -> Noted {
    let first = command.split_whitespace().next().unwrap_or_default();
    let program = first.rsplit('/').next().unwrap_or(first);
    let (severity, what) = if places::fetches_and_runs(command) {
        (Severity::Critical, "fetches something and runs it")
    } else if places::telling_host(command).is_some() {
        (
            Severity::High,
            "leads to a host that takes in whatever is sent",
        )
    } else if FETCHING.contains(&program) {
        if is_pinned(command) {
            (Severity::Low, "runs a package at its version")
        } else {
            (Severity::Medium, "runs a package at no version")
        }
    } else {
        (Severity::Medium, "starts a program")
    };
    note(
        line,
        severity,
        &format!(
            "the server {} {what} when an agent opens this folder",
            quoted(server)
        ),
        command,
    )
}

/// True if a package is named with a version or a digest.
fn is_pinned(command: &str) -> bool {
    command.split_whitespace().skip(1).any(|word| {
        word.contains("@sha256:")
            || word
                .rsplit_once(['@', ':'])
                .or_else(|| word.split_once("=="))
                .is_some_and(|(name, version)| {
                    !name.is_empty()
                        && version
                            .trim_start_matches(['=', 'v'])
                            .starts_with(|first: char| first.is_ascii_digit())
                })
    })
}

/// Hooks of an agent: events with lists of commands.
fn of_hooks(root: &Node, noted: &mut Vec<Noted>) {
    if let Some(hooks) = root.get("hooks") {
        for (event, line, value) in hooks.entries() {
            let mut found = Vec::new();
            commands_below(value, *line, 0, &mut found);
            for (line, command) in found {
                noted.push(started(
                    line,
                    &command,
                    Severity::Medium,
                    &format!("on {}", quoted(event)),
                ));
            }
        }
    }
    for (key, line, value) in root.entries() {
        let truth = matches!(
            value.as_ref(),
            Node::Scalar {
                value: Scalar::Bool(true),
                ..
            }
        );
        if key == "enableAllProjectMcpServers" && truth {
            noted.push(note(
                *line,
                Severity::Medium,
                "has every server of this folder started without asking",
                key,
            ));
        }
        if matches!(
            key.as_str(),
            "apiKeyHelper" | "statusLine" | "awsAuthRefresh" | "otelHeadersHelper"
        ) {
            let command = match value.get("command") {
                Some(command) => words(command).join(" "),
                None => words(value).join(" "),
            };
            noted.push(started(
                *line,
                &command,
                Severity::Medium,
                &format!("as {}", quoted(key)),
            ));
        }
    }
    let mode = root.at(&["permissions", "defaultMode"]);
    if let Some(mode) = mode
        && words(mode).iter().any(|mode| mode == "bypassPermissions")
    {
        noted.push(note(
            mode.line(),
            Severity::High,
            "lets an agent do everything without asking",
            "bypassPermissions",
        ));
    }
}

fn commands_below(node: &Node, line: u32, depth: usize, found: &mut Vec<(u32, String)>) {
    if depth > 6 || found.len() > 50 {
        return;
    }
    if node.get("command").is_some() {
        found.push((node.line().max(line), line_of(node)));
    }
    for item in node.items() {
        commands_below(item, item.line(), depth.saturating_add(1), found);
    }
    for (_, line, value) in node.entries() {
        commands_below(value, *line, depth.saturating_add(1), found);
    }
}

/// Tasks of VS Code that run when the folder is opened.
fn of_tasks(root: &Node, noted: &mut Vec<Noted>) {
    let tasks = root.get("tasks").map(Node::items).unwrap_or_default();
    for task in tasks {
        let opens = task
            .at(&["runOptions", "runOn"])
            .is_some_and(|run| words(run).iter().any(|run| run == "folderOpen"));
        if opens {
            let command = line_of(task);
            noted.push(started(
                task.line(),
                &command,
                Severity::High,
                "when the folder is opened",
            ));
        }
    }
}

/// Commands of a development container: one runs on the machine itself, the others inside.
fn of_container(root: &Node, noted: &mut Vec<Noted>) {
    const KEYS: [(&str, Severity); 6] = [
        ("initializeCommand", Severity::Medium),
        ("onCreateCommand", Severity::Low),
        ("updateContentCommand", Severity::Low),
        ("postCreateCommand", Severity::Low),
        ("postStartCommand", Severity::Low),
        ("postAttachCommand", Severity::Low),
    ];
    for (key, severity) in KEYS {
        let Some(value) = root.get(key) else { continue };
        let mut all = words(value);
        for (_, _, value) in value.entries() {
            all.extend(words(value));
        }
        let command = all.join(" ");
        noted.push(started(
            value.line(),
            &command,
            severity,
            &format!("by {}", quoted(key)),
        ));
    }
}

fn started(line: u32, command: &str, severity: Severity, when: &str) -> Noted {
    let (severity, what) = if places::fetches_and_runs(command) {
        (Severity::Critical, "fetches something and runs it")
    } else {
        (severity, "starts a program")
    };
    note(line, severity, &format!("{what} {when}"), command)
}

fn note(line: u32, severity: Severity, what: &str, command: &str) -> Noted {
    Noted {
        kind: NotedKind::Command,
        line,
        severity,
        message: format!("{what}: {}", quoted(command)),
    }
}
