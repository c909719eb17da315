//! Notebooks and JavaScript: read as code, and judged by what they do when they are run or opened.

use std::sync::Arc;

use waybill_formats::Bytes;
use waybill_source::code::notebook_parts;
use waybill_source::commands::shell;

use super::{Facts, Format, Place, Walk, archive};
use crate::python::judged::JudgedPython;
use crate::python::moment::Role;
use crate::script::judged::{JudgedCommands, Moment};
use crate::script::shown::shown;

impl Walk<'_> {
    pub(super) fn notebook(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        let text = self.whole_text(bytes, format, place);
        let parts = notebook_parts(&text);
        let mut python = JudgedPython::of(&parts.python, Role::Notebook);
        python.unread.extend(
            parts
                .unread
                .iter()
                .map(|unread| (unread.line, unread.reason.clone())),
        );
        self.judged_python(&python, format, place, bytes.len());
        // One text, in which a file that is fetched by one line may be run by another.
        let mut commands = String::new();
        let mut lines = Vec::new();
        for command in &parts.commands {
            for line in command.text.lines() {
                commands.push_str(line);
                commands.push('\n');
                lines.push(command.line);
            }
        }
        let mut facts = shell(&commands);
        let places = facts.commands.iter_mut().map(|command| &mut command.line);
        let scripts = facts.scripts.iter_mut().map(|script| &mut script.line);
        for line in places.chain(scripts) {
            let index = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
            *line = lines.get(index).copied().unwrap_or(1);
        }
        facts.unread.clear();
        self.commands(&facts, Moment::Notebook, format, place);
        let judged = shown(&parts.shown);
        self.judge(place, format, bytes.len(), Facts::Commands(&judged));
        for written in parts.written.iter().take(200) {
            let member = archive::path(
                place.member,
                &format!(
                    "(cell at line {}, written to {})",
                    written.line, written.path
                ),
            );
            let inner = Place {
                name: &written.path,
                member: Some(&member),
                depth: place.depth.saturating_add(1),
                polyglot: false,
            };
            let content: Bytes = Arc::new(written.text.clone().into_bytes());
            self.quietly(&content, &inner);
        }
        self.judge(place, format, bytes.len(), Facts::Text(&text));
    }

    pub(super) fn javascript(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        let text = self.whole_text(bytes, format, place);
        let judged = JudgedCommands::of_javascript(&text, place.name, Moment::Program);
        self.judge(place, format, bytes.len(), Facts::Commands(&judged));
        self.judge(place, format, bytes.len(), Facts::Text(&text));
        self.search(bytes, place, 0);
    }
}
