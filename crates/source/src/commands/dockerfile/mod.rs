//! Dockerfiles (the reference of Docker's "Dockerfile" format, here-documents included) to facts.

mod instruction;
mod lines;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::{
    CommandFacts, ImageUse,
    shell::{self, Constants, Setting},
};
use lines::{Instruction, instructions};

/// Reads a Dockerfile or Containerfile.
#[must_use]
pub fn dockerfile(text: &str) -> CommandFacts {
    let mut reader = Reader::default();
    for instruction in instructions(text) {
        reader.take(&instruction);
    }
    reader.end_stage();
    reader.facts.commands.sort_by_key(|command| command.line);
    reader.facts
}

/// What a stage leaves to a stage that builds on it.
#[derive(Clone, Debug, Default)]
struct Stage {
    /// The image at the bottom.
    image: Option<String>,
    constants: Constants,
    entry_point: Option<Start>,
}

/// `ENTRYPOINT` or `CMD`.
#[derive(Clone, Debug, Default)]
struct Start {
    words: Vec<String>,
    /// The text, in the shell form.
    shell: Option<String>,
    line: u32,
}

#[derive(Default)]
struct Reader {
    facts: CommandFacts,
    /// Arguments before the first stage.
    arguments: Constants,
    stages: BTreeMap<String, Stage>,
    count: usize,
    name: Option<String>,
    stage: Stage,
    command: Option<Start>,
    /// The entry point was set in this stage, not in the one it builds on.
    own_entry_point: bool,
}

/// Most variables that a stage hands on to another.
const MOST_HANDED_ON: usize = 1000;

impl Reader {
    fn setting(&self, line: u32) -> Setting {
        Setting {
            line,
            context: self.name.clone(),
            image: self.stage.image.clone(),
        }
    }

    fn begin_stage(&mut self, instruction: &Instruction) {
        self.end_stage();
        let words = shell::words(&instruction.flat(), &self.arguments);
        let mut words = words.iter().filter(|word| !word.starts_with("--"));
        let Some(reference) = words.next() else {
            return;
        };
        let named = words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("as"));
        let name = named.then(|| words.next().cloned()).flatten();
        self.name = Some(name.unwrap_or_else(|| self.count.to_string()));
        self.count = self.count.saturating_add(1);
        if let Some(stage) = self.stages.get(&reference.to_lowercase()) {
            self.stage = stage.clone();
        } else if reference != "scratch" {
            self.stage.image = Some(reference.clone());
            self.facts.images.push(ImageUse {
                reference: reference.clone(),
                base: true,
                context: self.name.clone(),
                line: instruction.line,
            });
        }
    }

    /// Writes down what the stage starts, and keeps the stage for those that build on it.
    fn end_stage(&mut self) {
        let command = self.command.take();
        self.start(command);
        let mut stage = std::mem::take(&mut self.stage);
        self.own_entry_point = false;
        let Some(name) = self.name.take() else {
            return;
        };
        if stage.constants.len() > MOST_HANDED_ON {
            stage.constants.clear();
        }
        let number = self.count.saturating_sub(1).to_string();
        if number != name {
            self.stages.insert(number, stage.clone());
        }
        self.stages.insert(name.to_lowercase(), stage);
    }

    fn start(&mut self, command: Option<Start>) {
        let entry_point = self.stage.entry_point.clone();
        if command.is_none() && !self.own_entry_point {
            return;
        }
        let entered = entry_point.is_some();
        let line = entry_point
            .as_ref()
            .filter(|_| self.own_entry_point)
            .or(command.as_ref())
            .map_or(1, |start| start.line);
        let setting = self.setting(line);
        let shell_text = match (&entry_point, &command) {
            (Some(entry), _) if entry.shell.is_some() => entry.shell.clone(),
            (None, Some(command)) => command.shell.clone(),
            _ => None,
        };
        if let Some(text) = shell_text {
            shell::read(&mut self.facts, &text, &self.stage.constants, &setting);
            return;
        }
        let mut words = entry_point.map(|start| start.words).unwrap_or_default();
        if let Some(command) = command {
            match command.shell {
                Some(text) => words.extend(["/bin/sh".to_owned(), "-c".to_owned(), text]),
                None => words.extend(command.words),
            }
        }
        let words: Vec<String> = words
            .iter()
            .map(|word| shell::resolve(word, &self.stage.constants))
            .collect();
        let own = !entered && self.stage.image.is_some();
        shell::exec(
            &mut self.facts,
            &words,
            own,
            &self.stage.constants,
            &setting,
        );
    }

    /// True if a name in `--from=` is a stage of this file.
    fn is_stage(&self, name: &str) -> bool {
        self.stages.contains_key(&name.to_lowercase())
            || name.bytes().all(|byte| byte.is_ascii_digit())
    }
}
