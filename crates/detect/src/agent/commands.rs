//! Commands in the settings of agents: servers of the Model Context Protocol, hooks, permissions.

use waybill_domain::Severity;
use waybill_source::document::{Document, DocumentLimits, Node, Scalar, json, toml, yaml};

use super::{editors, line};
use crate::examine::{Noted, NotedKind};
use crate::python::places;
use crate::rule::quoted;

/// Programs that fetch a package and run it.
const FETCHING: [&str; 9] = [
    "npx", "uvx", "bunx", "pipx", "pnpm", "yarn", "docker", "podman", "deno",
];
/// Keys under which servers stand.
const SERVERS: [&str; 6] = [
    "mcpServers",
    "mcp_servers",
    "servers",
    "context_servers",
    "extensions",
    "mcp",
];

/// The commands of one settings file.
pub(crate) fn commands(name: &str, text: &str) -> Vec<Noted> {
    let name = name.replace('\\', "/").to_ascii_lowercase();
    let last = name.rsplit('/').next().unwrap_or(&name);
    if name.contains(".idea/") && last.ends_with(".xml") {
        return editors::of_attributes(text);
    }
    let extension = last.rsplit('.').next().unwrap_or_default();
    if !matches!(
        extension,
        "json" | "jsonc" | "json5" | "toml" | "yaml" | "yml"
    ) {
        return Vec::new();
    }
    let json_like = extension.starts_with("json");
    let servers = ["mcpServers", "mcp_servers", "context_servers"]
        .into_iter()
        .any(|key| text.contains(key))
        || matches!(last, "mcp.json" | ".mcp.json")
        || name.contains("goose/") && text.contains("extensions");
    let agent = is_agent(&name, last)
        || json_like && text.contains("\"hooks\"") && matches!(last, "hooks.json" | "plugin.json");
    let editor = editors::Editor::of(&name, last, text).filter(|_| json_like);
    if !(servers || agent || editor.is_some() || last == "package.json") {
        return Vec::new();
    }
    let document = read(extension, text);
    let Some(root) = document.root() else {
        return Vec::new();
    };
    let mut noted = Vec::new();
    if last == "package.json" {
        of_scripts(root, &mut noted);
    }
    if servers {
        of_servers(root, 0, &mut noted);
    }
    if agent {
        of_agent(root, &mut noted);
    }
    if let Some(editor) = editor {
        editor.commands(root, &mut noted);
    }
    noted
}

fn read(extension: &str, text: &str) -> Document {
    let limits = DocumentLimits {
        depth: 64,
        values: 100_000,
    };
    match extension {
        "toml" => toml(text, &limits),
        "yaml" | "yml" => yaml(text, &limits),
        _ => json(text, &limits),
    }
}

fn is_agent(name: &str, last: &str) -> bool {
    const FOLDERS: [&str; 9] = [
        ".claude/",
        ".cursor/",
        ".gemini/",
        ".codex/",
        ".windsurf/",
        ".kiro/",
        ".qwen/",
        ".opencode/",
        ".factory/",
    ];
    matches!(last, "opencode.json" | ".claude.json")
        || FOLDERS.into_iter().any(|folder| name.contains(folder))
            && matches!(
                last,
                "settings.json"
                    | "settings.local.json"
                    | "hooks.json"
                    | "config.json"
                    | "config.toml"
                    | "permissions.json"
                    | "cli.json"
            )
}

/// Servers wherever they stand, by name in a table or in a list of tables with names.
fn of_servers(node: &Node, depth: usize, noted: &mut Vec<Noted>) {
    if depth > 6 {
        return;
    }
    for (key, _, value) in node.entries() {
        if !SERVERS.contains(&key.as_str()) {
            of_servers(value, depth.saturating_add(1), noted);
            continue;
        }
        for (server, line, value) in value.entries() {
            of_server(server, *line, value, noted);
        }
        for value in value.items() {
            let server = value.get("name").and_then(|name| name.text());
            of_server(server.unwrap_or("?"), value.line(), value, noted);
        }
        if key == "mcp" {
            of_servers(value, depth.saturating_add(1), noted);
        }
    }
}

fn of_server(server: &str, line: u32, value: &Node, noted: &mut Vec<Noted>) {
    let command = line_of(value);
    if !command.is_empty() {
        noted.push(server_note(server, line, &command));
    }
    for variables in ["env", "envs", "environment"] {
        for (name, line, value) in value.get(variables).map(Node::entries).unwrap_or_default() {
            let setting = format!("{name}={}", words(value).join(" "));
            if line::preloads(&setting) {
                let what = format!("has other code loaded into the server {}", quoted(server));
                noted.push(note(*line, Severity::High, &what, &setting));
            }
        }
    }
    let address = ["url", "serverUrl", "httpUrl", "uri", "endpoint"]
        .into_iter()
        .find_map(|key| value.get(key).and_then(Node::text));
    if let Some(address) = address {
        of_address(server, line, address, noted);
    }
}

/// A server elsewhere: what it says, the agent reads; what the agent hands it, it has.
fn of_address(server: &str, line: u32, address: &str, noted: &mut Vec<Noted>) {
    let (severity, what) = if places::telling_host(address).is_some() {
        (
            Severity::High,
            "is behind a host that anybody can stand for",
        )
    } else if places::numbered_host(address).is_some() {
        (Severity::Medium, "is at an address that is a number")
    } else {
        return;
    };
    let what = format!("the server {} {what}", quoted(server));
    noted.push(note(line, severity, &what, address));
}

/// A command with its arguments, as one line.
pub(super) fn line_of(node: &Node) -> String {
    let command = ["command", "cmd", "runtimeExecutable"]
        .into_iter()
        .find_map(|key| node.get(key));
    let Some(command) = command else {
        return String::new();
    };
    let mut words = words(command);
    for key in ["args", "runtimeArgs"] {
        if let Some(arguments) = node.get(key) {
            words.extend(self::words(arguments));
        }
    }
    words.join(" ")
}

pub(super) fn words(node: &Node) -> Vec<String> {
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
    let (severity, what) = if let Some(judged) = line::judged(command) {
        judged
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

/// Scripts of a package that run while it is installed.
fn of_scripts(root: &Node, noted: &mut Vec<Noted>) {
    const RUN: [&str; 7] = [
        "preinstall",
        "install",
        "postinstall",
        "prepare",
        "preprepare",
        "postprepare",
        "prepublish",
    ];
    let scripts = root.get("scripts").map(Node::entries).unwrap_or_default();
    for (name, line, value) in scripts {
        if !RUN.contains(&name.as_str()) {
            continue;
        }
        let command = words(value).join(" ");
        if let Some((severity, what)) = line::judged(&command) {
            let what = format!("{what} when the package is installed, by {}", quoted(name));
            noted.push(note(*line, severity, &what, &command));
        }
    }
}

/// Hooks of an agent, what it may do without asking, and whom it talks to.
fn of_agent(root: &Node, noted: &mut Vec<Noted>) {
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
        of_setting(key, *line, value, noted);
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
    for item in root
        .at(&["permissions", "allow"])
        .map(Node::items)
        .unwrap_or_default()
    {
        let anything = item.text().is_some_and(|allowed| {
            matches!(
                allowed.trim(),
                "Bash"
                    | "Bash(*)"
                    | "Bash(:*)"
                    | "Bash(*:*)"
                    | "*"
                    | "Bash(bash:*)"
                    | "Bash(sh:*)"
                    | "Bash(curl:*)"
                    | "Shell(*)"
            )
        });
        if anything {
            noted.push(note(
                item.line(),
                Severity::Medium,
                "lets an agent run any command without asking",
                item.text().unwrap_or_default(),
            ));
            break;
        }
    }
    for (name, line, value) in root.get("env").map(Node::entries).unwrap_or_default() {
        of_variable(name, *line, &words(value).join(" "), noted);
    }
}

fn of_variable(name: &str, line: u32, value: &str, noted: &mut Vec<Noted>) {
    let setting = format!("{name}={value}");
    if line::preloads(&setting) {
        let what = "has other code loaded into what an agent starts";
        return noted.push(note(line, Severity::High, what, &setting));
    }
    let turned = (name.ends_with("_BASE_URL")
        || name.ends_with("_ENDPOINT")
        || name.to_ascii_uppercase().ends_with("_PROXY"))
        && value.contains("://")
        && !places::is_local(value);
    if turned {
        let severity =
            if places::numbered_host(value).is_some() || places::telling_host(value).is_some() {
                Severity::High
            } else {
                Severity::Medium
            };
        let what = "has an agent send what it reads, and its key, to another address";
        noted.push(note(line, severity, what, &setting));
    }
}

fn of_setting(key: &str, line: u32, value: &Node, noted: &mut Vec<Noted>) {
    let truth = matches!(
        value,
        Node::Scalar {
            value: Scalar::Bool(true),
            ..
        }
    );
    match key {
        "enableAllProjectMcpServers" if truth => noted.push(note(
            line,
            Severity::Medium,
            "has every server of this folder started without asking",
            key,
        )),
        "dangerouslySkipPermissions" | "autoApprove" | "yolo" | "alwaysAllow" if truth => {
            noted.push(note(
                line,
                Severity::High,
                "lets an agent do everything without asking",
                key,
            ));
        }
        "sandbox_mode" if value.text() == Some("danger-full-access") => noted.push(note(
            line,
            Severity::Medium,
            "takes an agent out of its sandbox",
            "danger-full-access",
        )),
        "approval_policy" if value.text() == Some("never") => noted.push(note(
            line,
            Severity::Medium,
            "lets an agent run commands without asking",
            "never",
        )),
        "apiKeyHelper"
        | "statusLine"
        | "awsAuthRefresh"
        | "awsCredentialExport"
        | "otelHeadersHelper"
        | "notify" => {
            let command = match value.get("command") {
                Some(command) => words(command).join(" "),
                None => words(value).join(" "),
            };
            if !command.is_empty() {
                noted.push(started(
                    line,
                    &command,
                    Severity::Medium,
                    &format!("as {}", quoted(key)),
                ));
            }
        }
        _ => {}
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

pub(super) fn started(line: u32, command: &str, severity: Severity, when: &str) -> Noted {
    let (severity, what) = line::judged(command).unwrap_or((severity, "starts a program"));
    note(line, severity, &format!("{what} {when}"), command)
}

pub(super) fn note(line: u32, severity: Severity, what: &str, command: &str) -> Noted {
    Noted {
        kind: NotedKind::Command,
        line,
        severity,
        message: format!("{what}: {}", quoted(command)),
    }
}
