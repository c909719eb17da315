//! A notebook as what somebody runs and sees: its code, and what it keeps of earlier runs.

use super::super::{CodeFacts, Everything, Unread, behaviour, python};
use super::{DocumentLimits, Node, Source, cells, document, is_python, joined, language};
use crate::code::EmbeddedCommand;

/// Outputs of one notebook that are kept.
const MOST_SHOWN: usize = 2000;

/// What a notebook holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NotebookParts {
    /// What the Python of its cells would do, as one program; lines are those of the notebook.
    pub python: behaviour::Behaviour,
    /// What its lines and cells hand to a shell.
    pub commands: Vec<EmbeddedCommand>,
    /// What a browser shows: outputs, cells of HTML and JavaScript, cells of text.
    pub shown: Vec<Shown>,
    /// Files that cells write as they stand (`%%writefile`).
    pub written: Vec<Written>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// Something that a browser shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// How it is written.
    pub kind: ShownKind,
    /// True if it is kept from an earlier run, and so shown without running anything.
    pub is_output: bool,
    /// Its text.
    pub text: String,
    /// Line from 1.
    pub line: u32,
}

/// How something is written that a browser shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownKind {
    /// HTML or SVG.
    Html,
    /// JavaScript.
    JavaScript,
    /// Markdown, in which HTML may stand.
    Markdown,
}

/// A file that a cell writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Where to.
    pub path: String,
    /// What.
    pub text: String,
    /// Line from 1.
    pub line: u32,
}

/// Reads a notebook whole.
#[must_use]
pub fn notebook_parts(text: &str) -> NotebookParts {
    let document = document::json(text, &DocumentLimits::default());
    let mut facts = CodeFacts {
        unread: document.unread.clone(),
        ..CodeFacts::default()
    };
    let mut parts = NotebookParts::default();
    let Some(root) = document.root().filter(|root| root.is_map()) else {
        super::unread(&mut facts, None, "a notebook that is no JSON object");
        parts.unread = facts.unread;
        return parts;
    };
    let foreign = language(root).filter(|language| !is_python(language));
    if let Some(language) = foreign {
        let language: String = language.chars().take(50).collect();
        let reason = format!("a notebook in the language `{language}`");
        super::unread(&mut facts, None, &reason);
    }
    let mut source = Source::default();
    for cell in cells(root) {
        parts.markdown(cell);
        parts.outputs(cell);
        if foreign.is_none() {
            source.cell(cell, &mut facts);
        }
    }
    for handed in std::mem::take(&mut source.handed) {
        let kind = match handed.name.as_str() {
            "html" | "HTML" | "svg" | "SVG" => ShownKind::Html,
            "javascript" | "js" => ShownKind::JavaScript,
            "markdown" | "latex" => ShownKind::Markdown,
            "writefile" | "file" => {
                let mut words = handed.rest.split_whitespace();
                let path = words.rfind(|word| !word.starts_with('-'));
                parts.written.push(Written {
                    path: path
                        .unwrap_or_default()
                        .trim_matches(['"', '\''])
                        .to_owned(),
                    text: handed.text,
                    line: handed.line,
                });
                continue;
            }
            _ => continue,
        };
        parts.show(kind, false, handed.text, handed.line);
    }
    parts.commands = std::mem::take(&mut facts.commands);
    parts.python = behaviour::notebook_behaviour(&source.cells, &source.lines);
    let unread = std::mem::take(&mut parts.python.unread);
    // What the lines of cells hand to a shell.
    let mut escaped = CodeFacts::default();
    python::cells(&source.cells, &source.lines, &Everything, &mut escaped);
    parts.commands.append(&mut escaped.commands);
    parts.commands.sort_by_key(|command| command.line);
    parts.unread = facts.unread;
    parts.unread.extend(unread);
    parts
}

impl NotebookParts {
    fn show(&mut self, kind: ShownKind, is_output: bool, text: String, line: u32) {
        if self.shown.len() < MOST_SHOWN && !text.trim().is_empty() {
            self.shown.push(Shown {
                kind,
                is_output,
                text,
                line,
            });
        }
    }

    fn markdown(&mut self, cell: &Node) {
        let kind = cell.get("cell_type").and_then(Node::text);
        if kind != Some("markdown") {
            return;
        }
        if let Some((text, lines)) = cell.get("source").and_then(joined)
            && text.contains('<')
        {
            let line = lines.first().copied().unwrap_or(1);
            self.show(ShownKind::Markdown, false, text, line);
        }
    }

    fn outputs(&mut self, cell: &Node) {
        let outputs = cell.get("outputs").map(Node::items).unwrap_or_default();
        for output in outputs.iter().take(MOST_SHOWN) {
            // Version 3 keeps the kinds beside each other, later ones below `data`.
            for (key, line, value) in output.get("data").unwrap_or(output).entries() {
                let kind = match key.as_str() {
                    "text/html" | "image/svg+xml" | "html" | "svg" => ShownKind::Html,
                    "application/javascript" | "text/javascript" | "javascript" => {
                        ShownKind::JavaScript
                    }
                    "text/markdown" => ShownKind::Markdown,
                    _ => continue,
                };
                if let Some((text, lines)) = joined(value) {
                    let first = lines.first().copied().unwrap_or(*line);
                    self.show(kind, true, text, first);
                }
            }
        }
    }
}
