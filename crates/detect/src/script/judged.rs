//! What commands of a shell would do, judged one by one and by what flows between them.

use std::collections::BTreeMap;

use waybill_domain::Severity;
use waybill_source::commands::{Command, CommandFacts, Taker, shell};

use super::words::{Program, program};

/// Shell text inside shell text that is read.
pub(super) const NESTED: usize = 3;
/// Steps from variable to variable that are followed.
const STEPS: usize = 4;

/// What a command does, and so which rule tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Fetched,
    Decoded,
    RemoteShell,
    Persistence,
    Theft,
    Destruction,
    Tampering,
    NotFollowed,
    /// Runs when a package is installed.
    Install,
    /// Code in what a notebook shows.
    Shown,
}

/// When commands run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// When somebody runs the script.
    Program,
    /// When a package is installed or removed.
    Install,
    /// When an image is built, a target is made, a workflow runs.
    Build,
    /// When a notebook is run.
    Notebook,
}

impl Moment {
    pub(crate) const fn when(self) -> &'static str {
        match self {
            Self::Program => "when it is run",
            Self::Install => "when it is installed",
            Self::Build => "when it is built",
            Self::Notebook => "when the notebook is run",
        }
    }
}

/// One thing that commands would do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Act {
    pub(crate) line: u32,
    pub(crate) kind: Kind,
    pub(crate) severity: Severity,
    pub(crate) does: String,
}

/// Commands that were judged.
#[derive(Debug, Default)]
pub(crate) struct JudgedCommands {
    pub(crate) when: &'static str,
    pub(crate) acts: Vec<Act>,
    /// What could not be read: line and why.
    pub(crate) unread: Vec<(Option<u32>, String)>,
}

impl JudgedCommands {
    pub(crate) fn new(facts: &CommandFacts, moment: Moment) -> Self {
        Self::at(facts, moment, 0)
    }

    /// Commands inside other code, so and so deep.
    pub(super) fn at(facts: &CommandFacts, moment: Moment, depth: usize) -> Self {
        let mut judged = Self {
            when: moment.when(),
            acts: Vec::new(),
            unread: facts
                .unread
                .iter()
                .map(|unread| (unread.line, unread.reason.clone()))
                .collect(),
        };
        Judge::new(facts, moment, depth).all(&mut judged.acts);
        judged.acts.sort();
        judged.acts.dedup();
        judged
    }
}

/// Where a text comes from.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    /// Where it was fetched from.
    pub(super) fetched: Option<String>,
    pub(super) decoded: bool,
    /// What it is that others should not have.
    pub(super) private: Option<String>,
    /// What the machine says about itself.
    pub(super) machine: bool,
    /// Something that is not known takes part.
    pub(super) unknown: bool,
}

impl Source {
    fn take(&mut self, other: Self) {
        self.fetched = self.fetched.take().or(other.fetched);
        self.private = self.private.take().or(other.private);
        self.decoded |= other.decoded;
        self.machine |= other.machine;
        self.unknown |= other.unknown;
    }
}

/// All commands of one text, with what ties them.
pub(super) struct Judge<'a> {
    pub(super) facts: &'a CommandFacts,
    pub(super) moment: Moment,
    pub(super) programs: Vec<Program<'a>>,
    pub(super) depth: usize,
    variables: BTreeMap<&'a str, Vec<usize>>,
    takers: BTreeMap<u32, Vec<usize>>,
    pipelines: BTreeMap<u32, Vec<usize>>,
}

impl<'a> Judge<'a> {
    fn new(facts: &'a CommandFacts, moment: Moment, depth: usize) -> Self {
        let mut judge = Self {
            facts,
            moment,
            programs: facts
                .commands
                .iter()
                .map(|command| program(&command.words))
                .collect(),
            depth,
            variables: BTreeMap::new(),
            takers: BTreeMap::new(),
            pipelines: BTreeMap::new(),
        };
        for (index, command) in facts.commands.iter().enumerate() {
            match &command.flow.taken_by {
                Some(Taker::Variable(name)) => {
                    judge.variables.entry(name).or_default().push(index);
                }
                Some(Taker::Command(number)) => {
                    judge.takers.entry(*number).or_default().push(index);
                }
                None => {}
            }
            if let Some(pipeline) = command.flow.pipeline {
                judge.pipelines.entry(pipeline).or_default().push(index);
            }
        }
        judge
    }

    fn all(&self, acts: &mut Vec<Act>) {
        for (index, command) in self.facts.commands.iter().enumerate() {
            let Some(program) = self.programs.get(index) else {
                continue;
            };
            let one = One {
                judge: self,
                index,
                command,
                program,
            };
            one.runs(acts);
            one.connects(acts);
            one.sends(acts);
            one.stays(acts);
            one.destroys(acts);
            one.tampers(acts);
        }
        self.files(acts);
        self.texts(acts);
    }

    /// Stages of the pipeline before a command.
    pub(super) fn before(&self, index: usize) -> &[usize] {
        let pipeline = self
            .facts
            .commands
            .get(index)
            .and_then(|command| command.flow.pipeline);
        let Some(stages) = pipeline.and_then(|pipeline| self.pipelines.get(&pipeline)) else {
            return &[];
        };
        let until = stages.partition_point(|stage| *stage < index);
        // Of very long pipelines the nearest stages are looked at.
        stages
            .get(until.saturating_sub(20)..until)
            .unwrap_or_default()
    }

    /// True if a command stands in the same pipeline for which `is` holds.
    pub(super) fn beside(&self, index: usize, is: impl Fn(&Program<'_>) -> bool) -> bool {
        let pipeline = self
            .facts
            .commands
            .get(index)
            .and_then(|command| command.flow.pipeline);
        pipeline
            .and_then(|pipeline| self.pipelines.get(&pipeline))
            .is_some_and(|stages| {
                stages
                    .iter()
                    .take(40)
                    .filter(|stage| **stage != index)
                    .filter_map(|stage| self.programs.get(*stage))
                    .any(is)
            })
    }

    /// Where the output of commands comes from.
    pub(super) fn output(&self, commands: &[usize], steps: usize) -> Source {
        let mut source = Source::default();
        for index in commands.iter().take(40) {
            let (Some(program), Some(command)) =
                (self.programs.get(*index), self.facts.commands.get(*index))
            else {
                continue;
            };
            source.fetched = source.fetched.take().or_else(|| program.fetches());
            source.decoded |= program.decodes();
            source.private = source.private.take().or_else(|| program.private());
            source.machine |= program.tells_machine();
            if steps < STEPS {
                for word in program.arguments.iter().take(20) {
                    source.take(self.source(word, command, steps.saturating_add(1)));
                }
                if let Some(input) = &command.flow.input {
                    source.take(self.source(input, command, steps.saturating_add(1)));
                }
            }
        }
        source
    }

    /// Where a word of a command comes from.
    pub(super) fn source(&self, word: &str, command: &Command, steps: usize) -> Source {
        let mut source = Source::default();
        if word.contains("$(...)")
            && let Some(inner) = command
                .flow
                .number
                .and_then(|number| self.takers.get(&number))
        {
            source.take(self.output(inner, steps));
            source.unknown = true;
        }
        for name in names(word).take(8) {
            source.unknown = true;
            if let Some(inner) = self.variables.get(name) {
                source.take(self.output(inner, steps));
            }
            if steps >= STEPS {
                continue;
            }
            let assigned = self.facts.assignments.iter();
            for assigned in assigned.filter(|assigned| assigned.name == name).take(8) {
                source.take(self.source(&assigned.text, command, steps.saturating_add(1)));
            }
        }
        source
    }

    /// Texts that variables hold in part and that are run: judged as they stand.
    fn texts(&self, acts: &mut Vec<Act>) {
        if self.depth >= NESTED {
            return;
        }
        let mut seen: Vec<&str> = Vec::new();
        for (index, command) in self.facts.commands.iter().enumerate() {
            let Some(program) = self.programs.get(index) else {
                continue;
            };
            let Some(name) = program.name.strip_prefix("${") else {
                continue;
            };
            let name = name.strip_suffix('}').unwrap_or(name);
            if seen.contains(&name) || seen.len() > 50 {
                continue;
            }
            seen.push(name);
            let assigned = self.facts.assignments.iter();
            for assigned in assigned.filter(|assigned| assigned.name == name).take(8) {
                if assigned.text.trim_start().starts_with('$') {
                    continue;
                }
                let inner = shell(&assigned.text);
                let mut found = Vec::new();
                Judge::new(&inner, self.moment, self.depth.saturating_add(1)).all(&mut found);
                acts.extend(found.into_iter().map(|act| Act {
                    line: command.line,
                    ..act
                }));
            }
        }
    }
}

/// The variables that a word reads.
pub(super) fn names(word: &str) -> impl Iterator<Item = &str> {
    word.split("${")
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// One command with what is needed to judge it.
pub(super) struct One<'j, 'a> {
    pub(super) judge: &'j Judge<'a>,
    pub(super) index: usize,
    pub(super) command: &'a Command,
    pub(super) program: &'j Program<'a>,
}

impl One<'_, '_> {
    pub(super) fn act(&self, kind: Kind, severity: Severity, does: &str) -> Act {
        let mut shown = String::new();
        for word in &self.command.words {
            if !shown.is_empty() {
                shown.push(' ');
            }
            shown.push_str(word);
            if shown.len() > 200 {
                break;
            }
        }
        for redirection in self.command.flow.redirections.iter().take(3) {
            shown.push_str(&format!(" {} {}", redirection.sign, redirection.target));
        }
        Act {
            line: self.command.line,
            kind,
            severity,
            does: format!("{does}: {}", crate::rule::quoted(&shown)),
        }
    }

    pub(super) fn source(&self, word: &str) -> Source {
        self.judge.source(word, self.command, 0)
    }

    /// What comes through the pipe and as here-document.
    pub(super) fn input(&self) -> Source {
        let mut source = self.judge.output(self.judge.before(self.index), 0);
        if let Some(input) = &self.command.flow.input {
            source.take(self.source(input));
        }
        source
    }
}
