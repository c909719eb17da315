//! POSIX and bash text to commands, without running them.
//!
//! The grammar followed is that of the Shell Command Language (POSIX.1-2024, chapter 2) with the
//! arrays, `[[`, `$'...'` and `<(...)` of bash. The text is read once from left to right; loops over
//! constants are gone through, functions are followed where they are called, and both branches of a
//! condition count. Steps and bytes are bounded by the length of the text.

mod control;
mod emit;
mod expand;
mod flow;
mod lexer;
mod run;
mod scope;
mod word;

#[cfg(test)]
mod tests;

pub(super) use scope::Constants;

use super::{CommandFacts, Unread};
use run::{DEEPEST, Run};
use scope::Scope;

/// Reads a shell script.
#[must_use]
pub fn shell(text: &str) -> CommandFacts {
    let mut facts = CommandFacts::default();
    read(&mut facts, text, &Constants::new(), &Setting::at(1));
    facts.commands.sort_by_key(|command| command.line);
    facts
}

/// Where a shell text stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Setting {
    /// Line of its first line.
    pub(super) line: u32,
    pub(super) context: Option<String>,
    pub(super) image: Option<String>,
}

impl Setting {
    pub(super) fn at(line: u32) -> Self {
        Self {
            line,
            ..Self::default()
        }
    }
}

/// Reads shell text that stands somewhere in a file and adds what it says.
pub(super) fn read(facts: &mut CommandFacts, text: &str, constants: &Constants, setting: &Setting) {
    let mut reader = Reader::new(facts, text.len(), constants, setting);
    Run::new(&mut reader, text, setting.line, 0).read();
    if reader.stopped {
        facts.unread.push(Unread {
            line: Some(setting.line),
            reason: "the script unfolds to more than is read".to_owned(),
        });
    }
}

/// Adds a command that is given as a list of words; `entry_point_of` as in [`Command`].
pub(super) fn exec(
    facts: &mut CommandFacts,
    words: &[String],
    entry_point_of: bool,
    constants: &Constants,
    setting: &Setting,
) {
    if words.is_empty() {
        return;
    }
    let length = words.iter().map(String::len).sum();
    let at = facts.commands.len();
    let mut reader = Reader::new(facts, length, constants, setting);
    Run::new(&mut reader, "", setting.line, 0).exec(words, setting.line);
    if let Some(command) = facts.commands.get_mut(at) {
        command.entry_point_of = entry_point_of;
    }
}

/// A text with its variables replaced, as within double quotes; unknown ones stay as `${NAME}`.
pub(super) fn resolve(text: &str, constants: &Constants) -> String {
    if !text.contains('$') {
        return text.to_owned();
    }
    let mut unused = CommandFacts::default();
    let mut reader = Reader::new(&mut unused, text.len(), constants, &Setting::at(1));
    let word = lexer::Lexer::new(text, 1).quoted();
    Run::new(&mut reader, "", 1, DEEPEST).joined(&word, 0)
}

/// A text with its variables replaced, once for each alternative that they have.
pub(super) fn resolve_each(text: &str, constants: &Constants) -> Vec<String> {
    if !text.contains('$') {
        return vec![text.to_owned()];
    }
    let mut unused = CommandFacts::default();
    let mut reader = Reader::new(&mut unused, text.len(), constants, &Setting::at(1));
    let word = lexer::Lexer::new(text, 1).quoted();
    let mut run = Run::new(&mut reader, "", 1, DEEPEST);
    let picks = run.alternatives(std::iter::once(&word));
    let mut texts: Vec<String> = Vec::new();
    for pick in 0..picks {
        let text = run.joined(&word, pick);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// The words of a text, quotes removed and variables replaced, blanks in values kept.
pub(super) fn words(text: &str, constants: &Constants) -> Vec<String> {
    let mut unused = CommandFacts::default();
    let mut reader = Reader::new(&mut unused, text.len(), constants, &Setting::at(1));
    let mut run = Run::new(&mut reader, "", 1, DEEPEST);
    let (tokens, _) = lexer::lex(text, 1);
    let mut words = Vec::new();
    for token in &tokens {
        if let lexer::Kind::Word(word) = &token.kind {
            words.push(run.joined(word, 0));
        }
    }
    words
}

/// What is shared by a text and the texts within it.
struct Reader<'c> {
    facts: &'c mut CommandFacts,
    scope: Scope<'c>,
    steps: usize,
    bytes: usize,
    stopped: bool,
    context: Option<String>,
    image: Option<String>,
}

impl<'c> Reader<'c> {
    fn new(
        facts: &'c mut CommandFacts,
        length: usize,
        constants: &'c Constants,
        setting: &Setting,
    ) -> Self {
        Self {
            facts,
            scope: Scope::new(constants),
            steps: length.saturating_mul(4).saturating_add(4096),
            bytes: length.saturating_mul(16).saturating_add(64 * 1024),
            stopped: false,
            context: setting.context.clone(),
            image: setting.image.clone(),
        }
    }

    /// Takes one step; false if there are none left.
    fn step(&mut self) -> bool {
        if self.steps == 0 || self.bytes == 0 {
            self.stopped = true;
            return false;
        }
        self.steps = self.steps.saturating_sub(1);
        true
    }

    fn spend(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}
