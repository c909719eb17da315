//! Commands in the settings of editors and of development containers.

use waybill_domain::Severity;
use waybill_source::document::{Node, Scalar};

use super::commands::{line_of, note, started, words};
use super::line;
use crate::examine::Noted;
use crate::rule::quoted;

/// Most values of one file that are looked at.
const VALUES: usize = 2_000;

/// Which settings a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Editor {
    Tasks,
    Container,
    /// `settings.json`, `launch.json`, `*.code-workspace`: nothing runs before somebody asks.
    Settings,
}

impl Editor {
    pub(super) fn of(name: &str, last: &str, text: &str) -> Option<Self> {
        if name.ends_with(".vscode/tasks.json") || text.contains("\"folderOpen\"") {
            return Some(Self::Tasks);
        }
        if matches!(last, "devcontainer.json" | ".devcontainer.json") {
            return Some(Self::Container);
        }
        let folder = [".vscode/", ".zed/", ".fleet/", ".theia/"]
            .into_iter()
            .any(|folder| name.contains(folder));
        folder.then_some(Self::Settings)
    }

    pub(super) fn commands(self, root: &Node, noted: &mut Vec<Noted>) {
        match self {
            Self::Tasks => of_tasks(root, noted),
            Self::Container => of_container(root, noted),
            Self::Settings => of_settings(root, noted),
        }
    }
}

/// Tasks of VS Code that run when the folder is opened.
fn of_tasks(root: &Node, noted: &mut Vec<Noted>) {
    let tasks = root.get("tasks").map(Node::items).unwrap_or_default();
    for task in tasks {
        let opens = task
            .at(&["runOptions", "runOn"])
            .is_some_and(|run| words(run).iter().any(|run| run == "folderOpen"));
        let command = line_of(task);
        if opens {
            noted.push(started(
                task.line(),
                &command,
                Severity::High,
                "when the folder is opened",
            ));
        } else if let Some((_, what)) = line::judged(&command) {
            let what = format!("a task {what} when somebody starts it");
            noted.push(note(task.line(), Severity::Medium, &what, &command));
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

/// Settings that take away a question, and commands that somebody will start.
fn of_settings(root: &Node, noted: &mut Vec<Noted>) {
    for (key, line, value) in root.entries() {
        let on = matches!(
            value.as_ref(),
            Node::Scalar {
                value: Scalar::Bool(true),
                ..
            }
        ) || value.text() == Some("on");
        let found = match key.as_str() {
            "chat.tools.autoApprove" | "chat.tools.global.autoApprove" if on => {
                Some((Severity::High, "lets an agent do everything without asking"))
            }
            "task.allowAutomaticTasks" if on => Some((
                Severity::Medium,
                "has tasks run when the folder is opened, without asking",
            )),
            "security.workspace.trust.enabled" if !on => {
                Some((Severity::Medium, "has folders trusted without asking"))
            }
            _ => None,
        };
        if let Some((severity, what)) = found {
            noted.push(note(*line, severity, what, key));
        }
    }
    let mut left = VALUES;
    below(root, "", 0, &mut left, noted);
}

fn below(node: &Node, key: &str, depth: usize, left: &mut usize, noted: &mut Vec<Noted>) {
    if depth > 8 || *left == 0 {
        return;
    }
    *left = left.saturating_sub(1);
    let deeper = depth.saturating_add(1);
    // The parts of a command stand beside each other: as one line.
    let whole = [line_of(node), words(node).join(" ")];
    for command in whole.iter().filter(|command| command.len() > 8) {
        if let Some((severity, what)) = line::judged(command) {
            // Nothing runs before somebody starts it.
            let severity = severity.min(Severity::High);
            let what = format!("the setting {} {what}", quoted(key));
            return noted.push(note(node.line(), severity, &what, command));
        }
    }
    for (key, _, value) in node.entries() {
        below(value, key, deeper, left, noted);
    }
    for item in node.items() {
        below(item, key, deeper, left, noted);
    }
}

/// Commands in attributes of XML: run configurations of `.idea`.
pub(super) fn of_attributes(text: &str) -> Vec<Noted> {
    let mut noted = Vec::new();
    for (number, written) in text.lines().enumerate().take(20_000) {
        for value in written.split('"').skip(1).step_by(2) {
            let value = value
                .replace("&quot;", "\"")
                .replace("&amp;", "&")
                .replace("&gt;", ">")
                .replace("&lt;", "<")
                .replace("&#10;", "\n");
            if let Some((severity, what)) = line::judged(&value) {
                let line = u32::try_from(number.saturating_add(1)).unwrap_or(u32::MAX);
                let what = format!("a run configuration {what}");
                noted.push(note(line, severity.min(Severity::High), &what, &value));
            }
        }
        if noted.len() > 20 {
            break;
        }
    }
    noted
}
