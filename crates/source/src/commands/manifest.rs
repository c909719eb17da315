//! What YAML files that run something share: places of scripts, lists of words, variables.

use super::{
    CommandFacts, ImageUse, Script, Unread, Variable,
    credentials::{kept, without_user},
    shell::{self, Constants, Setting},
};
use crate::document::{self, Document, DocumentLimits, Node};

/// A YAML text with what is made of it.
pub(super) struct Manifest<'t> {
    pub(super) document: Document,
    pub(super) facts: CommandFacts,
    lines: Vec<&'t str>,
    /// Bytes that may still be read. Aliases share nodes, so one script may be met often.
    left: usize,
}

impl<'t> Manifest<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut document = document::yaml(text, &DocumentLimits::default());
        let unread = std::mem::take(&mut document.unread);
        Self {
            document,
            facts: CommandFacts {
                unread,
                ..CommandFacts::default()
            },
            lines: text.lines().collect(),
            left: text.len().saturating_mul(8).saturating_add(64 * 1024),
        }
    }

    pub(super) fn finish(mut self) -> CommandFacts {
        self.facts.commands.sort_by_key(|command| command.line);
        self.facts
    }

    /// Takes from what may be read; false if nothing is left.
    pub(super) fn spend(&mut self, bytes: usize) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left = self.left.saturating_sub(bytes.saturating_add(1));
        if self.left == 0 {
            self.facts.unread.push(Unread {
                line: None,
                reason: "aliases repeat more than is read".to_owned(),
            });
        }
        self.left > 0
    }

    /// The line of the first line of a text: a block scalar begins below its indicator.
    pub(super) fn first_line(&self, node: &Node) -> u32 {
        let line = node.line();
        let index = usize::try_from(line)
            .unwrap_or(usize::MAX)
            .saturating_sub(1);
        let written = self.lines.get(index).copied().unwrap_or_default();
        let written = written.split(" #").next().unwrap_or_default().trim_end();
        let sign = written
            .trim_end_matches(|last: char| last.is_ascii_digit() || matches!(last, '+' | '-'));
        if sign.ends_with([' ', ':', '-']) || !sign.ends_with(['|', '>']) {
            return line;
        }
        line.saturating_add(1)
    }

    pub(super) fn image(&mut self, reference: &str, context: Option<&str>, line: u32) {
        let reference = reference.trim();
        let reference = reference.strip_prefix("docker://").unwrap_or(reference);
        if reference.is_empty() || reference.contains(char::is_whitespace) {
            return;
        }
        self.facts.images.push(ImageUse {
            reference: without_user(reference),
            base: false,
            context: context.map(ToOwned::to_owned),
            line,
        });
    }

    pub(super) fn variable(&mut self, name: &str, value: &str, context: Option<&str>, line: u32) {
        self.facts.environment.push(Variable {
            name: name.to_owned(),
            value: kept(name, value),
            context: context.map(ToOwned::to_owned),
            line,
        });
    }

    /// Reads shell text, or remembers Python.
    pub(super) fn script(
        &mut self,
        text: &str,
        interpreter: Option<&str>,
        constants: &Constants,
        setting: &Setting,
    ) {
        if !self.spend(text.len()) {
            return;
        }
        if interpreter.is_some_and(|program| program.starts_with("python")) {
            self.facts.scripts.push(Script {
                language: "python".to_owned(),
                text: text.to_owned(),
                line: setting.line,
            });
            return;
        }
        shell::read(&mut self.facts, text, constants, setting);
    }

    /// Adds a command given as words.
    pub(super) fn exec(
        &mut self,
        words: &[String],
        entry_point_of: bool,
        constants: &Constants,
        setting: &Setting,
    ) {
        if self.spend(words.iter().map(String::len).sum()) {
            shell::exec(&mut self.facts, words, entry_point_of, constants, setting);
        }
    }
}

/// The pairs of `environment:` and the like: a map, or a list of `NAME=value`, or a list of maps
/// with `name` and `value`.
pub(super) fn pairs(node: Option<&Node>) -> Vec<(String, String, u32)> {
    let Some(node) = node else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (name, line, value) in node.entries() {
        if let Some(value) = value.written() {
            found.push((name.clone(), value.to_owned(), *line));
        }
    }
    for item in node.items() {
        if let Some((name, value)) = item.written().and_then(|text| text.split_once('=')) {
            found.push((name.to_owned(), value.to_owned(), item.line()));
        } else if let (Some(name), Some(value)) = (
            item.get("name").and_then(Node::written),
            item.get("value").and_then(Node::written),
        ) {
            found.push((name.to_owned(), value.to_owned(), item.line()));
        }
    }
    found
}

/// Bytes of pairs.
pub(super) fn weight(pairs: &[(String, String, u32)]) -> usize {
    pairs
        .iter()
        .map(|(name, value, _)| name.len().saturating_add(value.len()))
        .sum()
}

/// Adds pairs to constants; what is not fully known or looks secret is left out.
pub(super) fn extend(constants: &mut Constants, pairs: &[(String, String, u32)]) {
    for (name, value, _) in pairs {
        let value = shell::resolve(&kept(name, value), constants);
        if value.is_empty() || value.contains("${") || value.contains("$(") || value.contains("{{")
        {
            constants.remove(name);
        } else {
            constants.insert(name.clone(), vec![vec![value]]);
        }
    }
}
