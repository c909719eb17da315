//! Jupyter notebooks: JSON with cells of code (nbformat 3 and 4).

mod parts;
#[cfg(test)]
mod tests;

pub use parts::{NotebookParts, Shown, ShownKind, Written, notebook_parts};

use super::{CodeFacts, EmbeddedCommand, Everything, Unread, Wants, python};
use crate::document::{self, DocumentLimits, Node};

/// Most reasons that one notebook is given.
const REASONS: usize = 50;

/// Reads the code cells of a notebook as one program.
///
/// Lines are those of the notebook's own text. Cells of a shell are commands; a cell that cannot
/// be read, or of another language, is noted in `unread`, and the others are read.
#[must_use]
pub fn notebook(text: &str) -> CodeFacts {
    notebook_for(text, &Everything)
}

/// The same, but only what is wanted.
#[must_use]
pub fn notebook_for(text: &str, wants: &dyn Wants) -> CodeFacts {
    let document = document::json(text, &DocumentLimits::default());
    let mut facts = CodeFacts {
        unread: document.unread.clone(),
        ..CodeFacts::default()
    };
    let Some(root) = document.root().filter(|root| root.is_map()) else {
        unread(&mut facts, None, "a notebook that is no JSON object");
        return facts;
    };
    if let Some(language) = language(root).filter(|language| !is_python(language)) {
        let language: String = language.chars().take(50).collect();
        let reason = format!("a notebook in the language `{language}`");
        unread(&mut facts, None, &reason);
        return facts;
    }
    let mut source = Source::default();
    let mut found = false;
    for cell in cells(root) {
        found = true;
        source.cell(cell, &mut facts);
    }
    if !found && !is_empty(root) {
        unread(&mut facts, None, "a notebook without cells");
    }
    let mut shell = std::mem::take(&mut facts.commands);
    python::cells(&source.cells, &source.lines, wants, &mut facts);
    facts.commands.append(&mut shell);
    facts.commands.sort_by_key(|command| command.line);
    facts
}

/// The cells, wherever this version of the format keeps them.
fn cells(root: &Node) -> impl Iterator<Item = &Node> {
    let sheets = root.get("worksheets").map(Node::items).unwrap_or_default();
    let nested = sheets.iter().filter_map(|sheet| sheet.get("cells"));
    root.get("cells")
        .into_iter()
        .chain(nested)
        .flat_map(Node::items)
        .map(std::ops::Deref::deref)
}

/// True if there is a list for cells, with none in it.
fn is_empty(root: &Node) -> bool {
    matches!(root.get("cells"), Some(Node::List { .. }))
}

fn unread(facts: &mut CodeFacts, line: Option<u32>, reason: &str) {
    if facts.unread.len() < REASONS {
        facts.unread.push(Unread {
            line,
            reason: reason.to_owned(),
        });
    }
}

/// The language of the kernel.
fn language(root: &Node) -> Option<&str> {
    let metadata = root.get("metadata")?;
    [
        ["kernelspec", "language"],
        ["language_info", "name"],
        ["kernelspec", "name"],
    ]
    .iter()
    .find_map(|path| metadata.at(path).and_then(Node::text))
    .filter(|language| !language.is_empty())
}

fn is_python(language: &str) -> bool {
    let language = language.to_ascii_lowercase();
    // Kernels are named after environments, too; only the other well-known languages are refused.
    let others = [
        "r",
        "ir",
        "julia",
        "scala",
        "javascript",
        "typescript",
        "java",
        "ruby",
        "go",
        "rust",
        "c++",
        "cpp",
        "c#",
        ".net-csharp",
        "f#",
        "matlab",
        "octave",
        "bash",
        "sql",
        "haskell",
        "kotlin",
        "perl",
        "php",
        "lua",
        "sas",
        "stata",
        "ocaml",
        "powershell",
        "deno",
        "csharp",
        "fsharp",
    ];
    !others.contains(&language.as_str()) && !language.starts_with("julia-")
}

/// The code of all cells, and the line in the notebook of each of its lines.
#[derive(Default)]
struct Source {
    cells: Vec<String>,
    lines: Vec<u32>,
    /// Cells that are handed to something else by their first line: its name, the rest of the line,
    /// the text below and its line.
    handed: Vec<Handed>,
}

/// A cell that begins with `%%name rest`.
struct Handed {
    name: String,
    rest: String,
    text: String,
    line: u32,
}

impl Source {
    fn cell(&mut self, cell: &Node, facts: &mut CodeFacts) {
        if !cell.is_map() {
            return unread(facts, Some(cell.line()), "a cell that is no JSON object");
        }
        match cell.get("cell_type").and_then(Node::text) {
            Some("code") => {}
            Some(_) => return,
            None => return unread(facts, Some(cell.line()), "a cell without a type"),
        }
        let written = cell
            .at(&["metadata", "vscode", "languageId"])
            .or_else(|| cell.get("language"));
        if let Some(language) = written
            .and_then(Node::text)
            .filter(|language| !is_python(language) && *language != "bash")
        {
            let language: String = language.chars().take(50).collect();
            let reason = format!("a cell in the language `{language}`");
            return unread(facts, Some(cell.line()), &reason);
        }
        let Some(source) = cell.get("source").or_else(|| cell.get("input")) else {
            return unread(facts, Some(cell.line()), "a code cell without source");
        };
        let Some((text, lines)) = joined(source) else {
            return unread(facts, Some(source.line()), "a source that is no text");
        };
        self.code(text, lines, facts);
    }

    fn code(&mut self, text: String, lines: Vec<u32>, facts: &mut CodeFacts) {
        let blank = text
            .lines()
            .take_while(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
            .count();
        let Some(magic) = text
            .lines()
            .nth(blank)
            .and_then(|line| line.trim_start().strip_prefix("%%"))
        else {
            return self.push(text, lines);
        };
        let (name, rest) = magic.split_once(char::is_whitespace).unwrap_or((magic, ""));
        let body = || {
            let lines = text.split('\n').skip(blank.saturating_add(1));
            lines.collect::<Vec<_>>().join("\n")
        };
        let shell = matches!(
            name,
            "bash" | "sh" | "zsh" | "shell" | "cmd" | "system" | "sx" | "!"
        ) || (name == "script" && ["bash", "sh", "zsh"].contains(&rest.trim()));
        if shell {
            let first = lines.get(blank.saturating_add(1)).or(lines.last());
            facts.commands.push(EmbeddedCommand {
                text: body(),
                line: first.copied().unwrap_or(1),
            });
            return;
        }
        match name {
            // These run the cell as Python.
            "time" | "timeit" | "capture" | "prun" | "debug" | "skip" | "python" | "python3"
            | "pypy" | "memit" | "mprun" | "wandb" | "ipytest" | "px" => {
                let kept = text.split('\n').enumerate().map(
                    |(index, line)| {
                        if index == blank { "" } else { line }
                    },
                );
                let kept = kept.collect::<Vec<_>>().join("\n");
                self.push(kept, lines);
            }
            "pip" | "conda" => facts.commands.push(EmbeddedCommand {
                text: format!("{name} {rest}"),
                line: lines.get(blank).copied().unwrap_or(1),
            }),
            "R" | "julia" | "ruby" | "perl" | "cython" => {
                let reason = format!("a cell in the language `{name}`");
                unread(facts, lines.get(blank).copied(), &reason);
            }
            // Text for something else: `%%writefile`, `%%html`, `%%sql`.
            _ => self.handed.push(Handed {
                name: name.to_owned(),
                rest: rest.to_owned(),
                text: body(),
                line: lines
                    .get(blank.saturating_add(1))
                    .or(lines.last())
                    .copied()
                    .unwrap_or(1),
            }),
        }
    }

    fn push(&mut self, text: String, lines: Vec<u32>) {
        // What carriage returns alone would part is one line to the notebook.
        let text = text.replace('\r', " ");
        self.lines.extend(lines);
        self.cells.push(text);
    }
}

/// The text of a source, and the line of each of its lines.
fn joined(source: &Node) -> Option<(String, Vec<u32>)> {
    let mut text = String::new();
    let mut lines = vec![source.line()];
    let mut add = |part: &str, line: u32| {
        // A part that begins a line gives it its number.
        if (text.is_empty() || text.ends_with('\n'))
            && let Some(last) = lines.last_mut()
        {
            *last = line;
        }
        text.push_str(part);
        let breaks = part.bytes().filter(|byte| *byte == b'\n').count();
        lines.extend(std::iter::repeat_n(line, breaks));
    };
    match source {
        Node::List { items, .. } => {
            for item in items {
                add(item.text().unwrap_or_default(), item.line());
            }
        }
        _ => add(source.text()?, source.line()),
    }
    Some((text, lines))
}
