//! Assignment: which names, and which constants they take.

use super::ast::Expr;
use super::cursor::{Cursor, Parsed};
use super::document::Document;
use super::examiner::Seen;
use super::token::TokenKind;
use super::value::Value;

impl<'t> Document<'t> {
    /// `a`, `ns.a`, `a, b`, `(a, b)`; namespace attributes as `ns.a`.
    pub(super) fn target(&mut self, cursor: &mut Cursor<'_, 't>) -> Parsed<Vec<String>> {
        let mut names: Vec<String> = Vec::new();
        loop {
            match cursor.current.kind {
                TokenKind::Symbol("(" | ")" | "[" | "]") => cursor.advance(),
                TokenKind::Symbol(",") if !names.is_empty() => cursor.advance(),
                TokenKind::Name("in") if !names.is_empty() => break,
                TokenKind::Name(name) => {
                    cursor.advance();
                    let mut path = name.to_owned();
                    while cursor.take_symbol(".") {
                        path.push('.');
                        path.push_str(cursor.expect_name()?);
                    }
                    names.push(path);
                    if matches!(cursor.current.kind, TokenKind::Name(_)) {
                        break;
                    }
                }
                _ => break,
            }
        }
        if names.is_empty() {
            return Err(cursor.unexpected("a name to assign to"));
        }
        Ok(names)
    }

    pub(super) fn assign(&mut self, names: &[String], expr: &Expr) {
        let seen = self.examiner.visit(expr);
        let text = self.examiner.own_text(expr);
        self.examiner.captures.assign(&text);
        let compared = self.examiner.comparisons.clone();
        match names {
            [name] => {
                self.assign_fields(name, &seen);
                self.examiner.scope.assign(name, seen.value, &compared);
                if seen.numeric {
                    self.examiner.scope.mark_number(name);
                }
            }
            several => {
                let parts = seen
                    .value
                    .as_ref()
                    .and_then(Value::items)
                    .unwrap_or_default();
                for (index, name) in several.iter().enumerate() {
                    let part = parts.get(index).cloned();
                    self.examiner.scope.assign(name, part, &compared);
                }
            }
        }
    }

    /// `namespace(a='x')` makes `name.a` a variable.
    fn assign_fields(&mut self, name: &str, seen: &Seen) {
        for (field, value) in &seen.fields {
            let path = [name, ".", field].concat();
            self.examiner.scope.assign(&path, value.clone(), &[]);
            if value.as_ref().and_then(Value::integer).is_some() {
                self.examiner.scope.mark_number(&path);
            }
        }
    }

    /// `{% set x %}...{% endset %}`
    pub(super) fn assign_captured(&mut self, names: &[String], filtered: bool) {
        let capture = self.examiner.captures.close(false);
        self.examiner.captures.assign(&capture.emitted);
        let whole = capture.emitted.len() < self.examiner.limits.excerpt_bytes;
        let constant = whole && !filtered && !capture.mixed;
        let text = capture.emitted.trim().to_owned();
        let value = constant.then_some(Value::Text(text));
        for name in names {
            self.examiner.scope.assign(name, value.clone(), &[]);
        }
    }
}
