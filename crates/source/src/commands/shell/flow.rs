//! How commands are tied to each other and to files.

use super::{
    lexer::Body,
    run::{DEEPEST, Frame, Run},
    word::{Word, bare},
};
use crate::commands::{Assignment, Flow, Redirection, Taker, credentials::kept};

/// Most variables of unknown value that are kept.
const MOST_ASSIGNMENTS: usize = 1000;

impl Run<'_, '_> {
    pub(super) fn open_group(&mut self) {
        let start = self.reader.facts.commands.len();
        if self.groups.len() < 1000 {
            self.groups.push(start);
        }
    }

    pub(super) fn close_group(&mut self) {
        self.closed = self.groups.pop();
    }

    /// Redirections behind a group are those of all of its commands.
    pub(super) fn redirect_group(&mut self, redirections: &[(String, Word)]) {
        if redirections.is_empty() {
            return;
        }
        let Some(start) = self.closed else {
            return;
        };
        let flow = self.flow(redirections, None);
        for command in self.reader.facts.commands.iter_mut().skip(start).take(50) {
            let made = flow.redirections.iter().cloned();
            command.flow.redirections.extend(made);
        }
    }

    /// What is known of a command's input and output beside pipes.
    pub(super) fn flow(&mut self, redirections: &[(String, Word)], body: Option<&Body>) -> Flow {
        let mut flow = Flow {
            input: body.map(|body| body.text.clone()),
            ..Flow::default()
        };
        for (sign, word) in redirections {
            let target = self.joined(word, 0);
            if sign == "<<<" {
                flow.input = Some(target);
            } else {
                flow.redirections.push(Redirection {
                    sign: sign.clone(),
                    target,
                });
            }
        }
        flow
    }

    /// Ties the commands from `start` on to what they are part of.
    pub(super) fn tie(&mut self, start: usize, pipeline: Option<usize>, taker: Option<&Taker>) {
        let number = |start: usize| u32::try_from(start).unwrap_or(u32::MAX);
        for command in self.reader.facts.commands.iter_mut().skip(start) {
            if command.flow.taken_by.is_some() {
                continue;
            }
            if let Some(pipeline) = pipeline {
                command.flow.pipeline = Some(number(pipeline));
            }
            if let Some(taker) = taker {
                command.flow.taken_by = Some(taker.clone());
            }
        }
    }

    /// A value where the shell does not split, written down where it is not known.
    pub(super) fn assigned(&mut self, name: &str, word: &Word) -> Option<Vec<String>> {
        let start = self.reader.facts.commands.len();
        let text = self.joined(word, 0);
        self.tie(start, None, Some(&Taker::Variable(name.to_owned())));
        let unknown = ["${", "$(", "{{"].iter().any(|sign| text.contains(sign));
        if !unknown {
            return Some(vec![text]);
        }
        if self.reader.facts.assignments.len() < MOST_ASSIGNMENTS {
            self.reader.facts.assignments.push(Assignment {
                name: name.to_owned(),
                text: kept(name, &text),
                line: self.line,
            });
        }
        None
    }

    /// `NAME=(...)`.
    pub(super) fn array(&mut self, name: &str, append: bool, words: &[Word]) {
        let mut fields = Vec::new();
        if append
            && let Some(before) = self
                .reader
                .scope
                .get(name)
                .and_then(|binding| binding.first())
        {
            fields.clone_from(before);
        }
        for word in words {
            let more = self.expand(word, 0);
            fields.extend(more);
        }
        self.reader.scope.set(name, Some(fields));
    }

    /// Calls a function of this text.
    pub(super) fn call(&mut self, words: &[Word]) -> bool {
        let Some(name) = words.first().and_then(bare) else {
            return false;
        };
        let Some((body, called)) = self.functions.get_mut(name) else {
            return false;
        };
        *called = true;
        let body = body.clone();
        if self.ends.len() >= DEEPEST {
            return true;
        }
        let mut arguments = Vec::new();
        for word in words.get(1..).unwrap_or_default() {
            arguments.extend(self.expand(word, 0));
        }
        let mut saved = Vec::new();
        for index in 1..=9_usize {
            let name = index.to_string();
            let value = arguments.get(index.saturating_sub(1));
            saved.push((name.clone(), self.reader.scope.take(&name)));
            if let Some(value) =
                value.filter(|value| !value.contains("${") && !value.contains("$("))
            {
                self.reader.scope.bind(&name, vec![vec![value.clone()]]);
            }
        }
        saved.push(("@".to_owned(), self.reader.scope.take("@")));
        self.reader.scope.bind("@", vec![arguments]);
        self.ends.push(body.end);
        self.frames.push(Frame::Call {
            back: self.at,
            pipeline: self.pipeline.take(),
            first: self.reader.facts.commands.len(),
            saved,
        });
        self.at = body.start;
        true
    }
}
