//! A template from its first byte to its last: data, output tags, statements.

use super::blocks::{BLOCK_TAGS, BlockKind, Blocks, OnClose, OpenBlock};
use super::cursor::{Cursor, Fault, Parsed};
use super::examiner::Examiner;
use super::facts::{Limit, Located, TemplateFacts};
use super::lexer::{Lexer, Part};
use super::limits::Limits;
use super::value::Value;

pub(super) struct Document<'t> {
    pub(super) examiner: Examiner<'t>,
    pub(super) blocks: Blocks,
}

/// Reads `text` to its end.
pub(super) fn read(text: &str, limits: &Limits) -> TemplateFacts {
    let mut lexer = Lexer::new(text);
    let mut document = Document {
        examiner: Examiner::new(text, *limits),
        blocks: Blocks::default(),
    };
    loop {
        match lexer.next_part() {
            Part::Data {
                text,
                strip_start,
                strip_end,
                ..
            } => document.data(text, strip_start, strip_end),
            Part::Unclosed { offset, what } => {
                let message = format!("{what} is never closed");
                document.examiner.error(offset, message);
            }
            Part::Output { .. } => document.tag(&mut lexer, Document::output),
            Part::Statement { .. } => document.tag(&mut lexer, Document::statement),
            Part::End => break,
        }
    }
    document.end()
}

impl<'t> Document<'t> {
    fn data(&mut self, text: &str, strip_start: bool, strip_end: bool) {
        self.examiner.facts.literal_text.push_str(text);
        let text = if strip_start { text.trim_start() } else { text };
        let text = if strip_end { text.trim_end() } else { text };
        self.examiner.captures.emit(text);
    }

    fn tag(
        &mut self,
        lexer: &mut Lexer<'t>,
        read: fn(&mut Self, &mut Cursor<'_, 't>) -> Parsed<()>,
    ) {
        self.examiner.begin_tag();
        let mut cursor = Cursor::new(lexer, self.examiner.limits.expression_depth);
        let result = read(self, &mut cursor).and_then(|()| {
            if cursor.at_end() {
                return Ok(());
            }
            Err(cursor.unexpected("the end of the tag"))
        });
        let offset = cursor.current.offset;
        let complete = cursor.leave();
        match result {
            Err(fault) => self.fault(fault),
            Ok(()) if !complete => {
                let message = "the tag is never closed".to_owned();
                self.examiner.error(offset, message);
            }
            Ok(()) => {}
        }
    }

    fn fault(&mut self, fault: Fault) {
        if let Some(limit) = fault.limit {
            self.examiner.limit(limit, fault.offset);
        }
        self.examiner.error(fault.offset, fault.message);
    }

    fn output(&mut self, cursor: &mut Cursor<'_, 't>) -> Parsed<()> {
        let expr = cursor.tuple(true)?;
        let seen = self.examiner.visit(&expr);
        match seen.value.as_ref().and_then(Value::display) {
            Some(constant) => self.examiner.captures.emit(&constant),
            None => {
                let own = self.examiner.own_text(&expr);
                self.examiner.captures.emit(&own);
                self.examiner.captures.emit_unknown();
            }
        }
        Ok(())
    }

    fn statement(&mut self, cursor: &mut Cursor<'_, 't>) -> Parsed<()> {
        let offset = cursor.current.offset;
        let tag = cursor.expect_name()?;
        self.examiner.count(|facts| &mut facts.tags, tag, offset);
        if let Some((.., kind)) = BLOCK_TAGS.iter().find(|(_, closer, _)| *closer == tag) {
            self.close_block(*kind, offset);
            if *kind == BlockKind::Block && !cursor.at_end() {
                cursor.expect_name()?;
            }
            return Ok(());
        }
        if let Some((.., kind)) = BLOCK_TAGS.iter().find(|(opener, ..)| *opener == tag) {
            return self.open_block(*kind, offset, cursor);
        }
        match tag {
            "elif" => self.else_if(offset, cursor),
            "else" => self.otherwise(offset),
            "pluralize" => self.names_until_end(cursor),
            "include" | "import" | "from" | "extends" => self.inclusion(tag, offset, cursor),
            "do" | "print" => self.output_like(cursor, tag == "print"),
            "break" | "continue" | "debug" => Ok(()),
            _ => self.unknown_tag(tag, offset, cursor),
        }
    }

    fn output_like(&mut self, cursor: &mut Cursor<'_, 't>, emits: bool) -> Parsed<()> {
        if emits {
            return self.output(cursor);
        }
        let expr = cursor.tuple(true)?;
        self.examiner.visit(&expr);
        Ok(())
    }

    fn unknown_tag(&mut self, tag: &str, offset: usize, cursor: &mut Cursor<'_, 't>) -> Parsed<()> {
        let length = self.examiner.facts.unknown_tags.len();
        if self.examiner.room(length, offset) {
            self.examiner.facts.unknown_tags.push(Located {
                offset,
                text: super::examiner::excerpt(tag, 64).to_owned(),
            });
        }
        while !cursor.at_end() {
            if matches!(cursor.current.kind, super::token::TokenKind::Unexpected(_)) {
                return Err(cursor.unexpected("the end of an unknown tag"));
            }
            cursor.advance();
        }
        Ok(())
    }

    /// Opens a block even if its header cannot be read, so that its end is matched.
    fn open_block(
        &mut self,
        kind: BlockKind,
        offset: usize,
        cursor: &mut Cursor<'_, 't>,
    ) -> Parsed<()> {
        let header = self.header(kind, offset, cursor);
        let (on_close, result) = match header {
            Ok(None) => return Ok(()),
            Ok(Some(on_close)) => (on_close, Ok(())),
            Err(fault) => (OnClose::Nothing, Err(fault)),
        };
        let block = OpenBlock {
            kind,
            offset,
            on_close,
        };
        let bound = self.examiner.limits.block_depth;
        match self.blocks.open(block, bound) {
            Ok(()) => {}
            Err(block) => {
                self.examiner.limit(Limit::BlockDepth, offset);
                self.run(block.on_close);
            }
        }
        result
    }

    fn close_block(&mut self, kind: BlockKind, offset: usize) {
        if self.blocks.close_beyond() {
            return;
        }
        if !self.blocks.holds(kind) {
            let message = format!("`{}` closes nothing", closer_of(kind));
            return self.examiner.error(offset, message);
        }
        while let Some(block) = self.blocks.close() {
            let matches = block.kind == kind;
            if !matches {
                let message = format!("`{}` expected first", closer_of(block.kind));
                self.examiner.error(offset, message);
            }
            self.run(block.on_close);
            if matches {
                return;
            }
        }
    }

    pub(super) fn run(&mut self, on_close: OnClose) {
        match on_close {
            OnClose::Nothing => {}
            OnClose::Branch(open, _) => {
                self.examiner.close_branch(open);
            }
            OnClose::Assign { names, filtered } => self.assign_captured(&names, filtered),
        }
    }

    fn end(mut self) -> TemplateFacts {
        while let Some(block) = self.blocks.close() {
            let message = format!("`{}` is missing", closer_of(block.kind));
            self.examiner.error(block.offset, message);
            self.run(block.on_close);
        }
        self.examiner.finish()
    }
}

fn closer_of(kind: BlockKind) -> &'static str {
    let row = BLOCK_TAGS.iter().find(|(.., this)| *this == kind);
    row.map_or("", |(_, closer, _)| closer)
}
