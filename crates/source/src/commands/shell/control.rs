use super::{
    lexer::{Kind, Operator, is_name},
    run::{Frame, Run},
    word::bare,
};

/// Most times that the body of a loop is read.
const MOST_ROUNDS: usize = 32;

impl Run<'_, '_> {
    /// Passes `[[ ... ]]`, or the line if it is not closed.
    pub(super) fn condition(&mut self) {
        while let Some(kind) = self.kind(self.at) {
            if matches!(kind, Kind::Newline) {
                return;
            }
            self.at = self.at.saturating_add(1);
            if self.is_bare(self.at.saturating_sub(1), "]]") {
                return;
            }
        }
    }

    pub(super) fn begin_case(&mut self) {
        while let Some(kind) = self.kind(self.at) {
            if matches!(kind, Kind::Operator(_)) {
                return;
            }
            self.at = self.at.saturating_add(1);
            if self.is_bare(self.at.saturating_sub(1), "in") {
                self.frames.push(Frame::Branch { pattern: true });
                self.reader.scope.enter_branch();
                return;
            }
        }
    }

    pub(super) fn begin_for(&mut self) {
        let name = match self.kind(self.at) {
            Some(Kind::Word(word)) => bare(word).unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        let mut words = Vec::new();
        let mut listed = false;
        while let Some(kind) = self.kind(self.at) {
            match kind {
                Kind::Word(word) if listed => words.push(word.clone()),
                Kind::Word(word) if bare(word) == Some("in") => listed = true,
                Kind::Word(word) if bare(word) == Some("do") => break,
                Kind::Word(_) => {}
                _ if listed => break,
                _ => {}
            }
            self.at = self.at.saturating_add(1);
        }
        while !self.is_bare(self.at, "do") {
            if !matches!(
                self.kind(self.at),
                Some(Kind::Newline | Kind::Operator(Operator::Next))
            ) {
                break;
            }
            self.at = self.at.saturating_add(1);
        }
        let mut values = Vec::new();
        for word in &words {
            values.extend(self.expand(word, 0));
        }
        let constant = !values.is_empty()
            && is_name(&name)
            && values.iter().all(|value| !value.contains(['$', '*', '{']));
        if !constant {
            self.reader.scope.set(&name, None);
            self.frames.push(Frame::Loop);
            return;
        }
        values.truncate(MOST_ROUNDS);
        let mut values = values.into_iter();
        self.reader
            .scope
            .set(&name, values.next().map(|value| vec![value]));
        let body = self.at;
        self.frames.push(Frame::For { name, values, body });
    }

    pub(super) fn end_loop(&mut self) {
        match self.frames.last_mut() {
            Some(Frame::For { name, values, body }) => match values.next() {
                Some(value) => {
                    self.reader.scope.set(name, Some(vec![value]));
                    self.at = *body;
                }
                None => {
                    self.frames.pop();
                }
            },
            Some(Frame::Loop) => {
                self.frames.pop();
            }
            _ => {}
        }
    }
}
