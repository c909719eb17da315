//! The headers of statements.

use super::ast::{Expr, Kind, Step};
use super::blocks::{BlockKind, OnClose};
use super::branches::OpenBranch;
use super::cursor::{Cursor, Parsed};
use super::document::Document;
use super::facts::{Branch, Comparison, Located, Loop};
use super::token::TokenKind;
use super::value::Value;

impl<'t> Document<'t> {
    /// Reads the header of a block; `None` if it opens none (`{% set x = 1 %}`).
    pub(super) fn header(
        &mut self,
        kind: BlockKind,
        offset: usize,
        cursor: &mut Cursor<'_, 't>,
    ) -> Parsed<Option<OnClose>> {
        let on_close = match kind {
            BlockKind::For => self.for_header(offset, cursor)?,
            BlockKind::If => self.branch(offset, Branch::If, Vec::new(), cursor)?,
            BlockKind::Set => return self.set_header(offset, cursor),
            BlockKind::Macro => self.macro_header(cursor)?,
            BlockKind::Call => self.call_header(cursor)?,
            BlockKind::Filter => self.filter_header(offset, cursor)?,
            BlockKind::With | BlockKind::Trans => self.with_header(cursor)?,
            BlockKind::Autoescape => {
                let expr = cursor.expression()?;
                self.examiner.visit(&expr);
                OnClose::Nothing
            }
            BlockKind::Block => {
                self.names_until_end(cursor)?;
                OnClose::Nothing
            }
            BlockKind::Generation => OnClose::Nothing,
        };
        Ok(Some(on_close))
    }

    fn for_header(&mut self, offset: usize, cursor: &mut Cursor<'_, 't>) -> Parsed<OnClose> {
        let names = self.target(cursor)?;
        cursor.expect_word("in")?;
        let iterable = cursor.tuple(false)?;
        let seen = self.examiner.visit(&iterable);
        let items = seen.value.as_ref().and_then(Value::items);
        let rounds = items
            .as_ref()
            .and_then(|items| u128::try_from(items.len()).ok());
        self.bind_loop(&names, items.unwrap_or_default(), offset);
        if seen.ranges {
            for name in &names {
                self.examiner.scope.mark_number(name);
            }
        }
        let on_close = if cursor.take_name("if") {
            self.branch(offset, Branch::LoopFilter, Vec::new(), cursor)?
        } else {
            OnClose::Nothing
        };
        let recursive = cursor.take_name("recursive");
        let length = self.examiner.facts.loops.len();
        if self.examiner.room(length, offset) {
            self.examiner.facts.loops.push(Loop {
                offset,
                depth: self.blocks.loops().saturating_add(1),
                rounds: seen.rounds.or(rounds),
                recursive,
            });
        }
        Ok(on_close)
    }

    /// Loop variables may hold any item of a constant list.
    fn bind_loop(&mut self, names: &[String], items: Vec<Value>, offset: usize) {
        for (index, name) in names.iter().enumerate() {
            self.examiner.bind(name, offset);
            let part = |item: &Value| match item {
                Value::Sequence(parts) if names.len() > 1 => parts.get(index).cloned(),
                whole => Some(whole.clone()),
            };
            let values = items.iter().filter_map(part);
            self.examiner.scope.assign_any(name, values);
        }
        self.examiner.bind("loop", offset);
    }

    /// Opens a branch on the condition that follows.
    fn branch(
        &mut self,
        offset: usize,
        branch: Branch,
        prior: Vec<Comparison>,
        cursor: &mut Cursor<'_, 't>,
    ) -> Parsed<OnClose> {
        let condition = if branch == Branch::LoopFilter {
            cursor.plain_expression()?
        } else {
            cursor.tuple(true)?
        };
        let comparisons = self.examiner.condition(&condition);
        self.examiner.captures.open();
        let open = OpenBranch {
            offset,
            branch,
            condition_text: self.examiner.source(condition.offset, condition.end),
            comparisons,
        };
        Ok(OnClose::Branch(open, prior))
    }

    /// Ends the branch on top; returns the comparisons of it and those before it.
    fn end_branch(&mut self) -> Vec<Comparison> {
        let Some(block) = self.blocks.top_mut() else {
            return Vec::new();
        };
        match std::mem::replace(&mut block.on_close, OnClose::Nothing) {
            OnClose::Branch(open, mut prior) => {
                let room = 32_usize.saturating_sub(prior.len());
                prior.extend(self.examiner.close_branch(open).into_iter().take(room));
                prior
            }
            other => {
                self.run(other);
                Vec::new()
            }
        }
    }

    pub(super) fn else_if(&mut self, offset: usize, cursor: &mut Cursor<'_, 't>) -> Parsed<()> {
        if self.blocks.top().map(|block| block.kind) != Some(BlockKind::If) {
            self.examiner
                .error(offset, "`elif` outside an `if`".to_owned());
        }
        let prior = self.end_branch();
        let on_close = self.branch(offset, Branch::ElseIf, prior, cursor)?;
        self.replace_top(on_close);
        Ok(())
    }

    pub(super) fn otherwise(&mut self, offset: usize) -> Parsed<()> {
        let kind = self.blocks.top().map(|block| block.kind);
        if !matches!(kind, Some(BlockKind::If | BlockKind::For)) {
            self.examiner
                .error(offset, "`else` outside an `if` or `for`".to_owned());
            return Ok(());
        }
        let comparisons = self.end_branch();
        self.examiner.captures.open();
        let open = OpenBranch {
            offset,
            branch: Branch::Else,
            condition_text: String::new(),
            comparisons,
        };
        self.replace_top(OnClose::Branch(open, Vec::new()));
        Ok(())
    }

    fn replace_top(&mut self, on_close: OnClose) {
        match self.blocks.top_mut() {
            Some(block) => block.on_close = on_close,
            None => self.run(on_close),
        }
    }

    fn set_header(
        &mut self,
        offset: usize,
        cursor: &mut Cursor<'_, 't>,
    ) -> Parsed<Option<OnClose>> {
        let names = self.target(cursor)?;
        for name in names.iter().filter(|name| !name.contains('.')) {
            self.examiner.bind(name, offset);
        }
        if cursor.take_symbol("=") {
            let expr = cursor.tuple(true)?;
            self.assign(&names, &expr);
            return Ok(None);
        }
        let filtered = cursor.at_symbol("|");
        self.filters(offset, cursor)?;
        self.examiner.captures.open();
        Ok(Some(OnClose::Assign { names, filtered }))
    }

    fn macro_header(&mut self, cursor: &mut Cursor<'_, 't>) -> Parsed<OnClose> {
        let offset = cursor.current.offset;
        let name = cursor.expect_name()?.to_owned();
        self.examiner.bind(&name, offset);
        let length = self.examiner.facts.macros.len();
        if self.examiner.room(length, offset) {
            let text = super::examiner::excerpt(&name, 256).to_owned();
            self.examiner.facts.macros.push(Located { offset, text });
        }
        cursor.expect_symbol("(")?;
        self.parameters(cursor)?;
        Ok(OnClose::Nothing)
    }

    fn call_header(&mut self, cursor: &mut Cursor<'_, 't>) -> Parsed<OnClose> {
        if cursor.take_symbol("(") {
            self.parameters(cursor)?;
        }
        let expr = cursor.expression()?;
        self.examiner.visit(&expr);
        Ok(OnClose::Nothing)
    }

    /// `a, b=1)`
    fn parameters(&mut self, cursor: &mut Cursor<'_, 't>) -> Parsed<()> {
        while !cursor.at_symbol(")") {
            let offset = cursor.current.offset;
            let name = cursor.expect_name()?.to_owned();
            self.examiner.bind(&name, offset);
            let default = if cursor.take_symbol("=") {
                let expr = cursor.expression()?;
                self.examiner.visit(&expr).value
            } else {
                None
            };
            self.examiner.scope.assign_any(&name, default.into_iter());
            if !cursor.take_symbol(",") {
                break;
            }
        }
        cursor.expect_symbol(")")
    }

    fn filter_header(&mut self, offset: usize, cursor: &mut Cursor<'_, 't>) -> Parsed<OnClose> {
        let kind = cursor.filter()?;
        self.apply_steps(offset, vec![Step { offset, kind }]);
        self.filters(offset, cursor)?;
        Ok(OnClose::Nothing)
    }

    /// `|a|b(c)` applied to a block.
    fn filters(&mut self, offset: usize, cursor: &mut Cursor<'_, 't>) -> Parsed<()> {
        let mut steps = Vec::new();
        while cursor.at_symbol("|") {
            let offset = cursor.current.offset;
            cursor.advance();
            let kind = cursor.filter()?;
            steps.push(Step { offset, kind });
        }
        self.apply_steps(offset, steps);
        Ok(())
    }

    fn apply_steps(&mut self, offset: usize, steps: Vec<Step>) {
        let block = Expr {
            offset,
            end: offset,
            kind: Kind::None,
        };
        self.examiner.steps(&block, &steps);
    }

    /// `{% with a=1, b=2 %}`, `{% trans count=n, name %}`
    fn with_header(&mut self, cursor: &mut Cursor<'_, 't>) -> Parsed<OnClose> {
        while !cursor.at_end() {
            if matches!(cursor.current.kind, TokenKind::Text(_)) {
                cursor.advance();
                continue;
            }
            let names = self.target(cursor)?;
            for name in &names {
                self.examiner.bind(name, cursor.last_end);
            }
            if cursor.take_symbol("=") {
                let expr = cursor.expression()?;
                self.assign(&names, &expr);
            }
            let continues = matches!(cursor.current.kind, TokenKind::Name(_) | TokenKind::Text(_));
            if !cursor.take_symbol(",") && !continues {
                break;
            }
        }
        Ok(OnClose::Nothing)
    }

    pub(super) fn names_until_end(&mut self, cursor: &mut Cursor<'_, 't>) -> Parsed<()> {
        while !cursor.at_end() {
            cursor.expect_name()?;
        }
        Ok(())
    }
}
