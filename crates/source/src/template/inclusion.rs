//! Statements that load another template.

use super::cursor::{Cursor, Parsed};
use super::document::Document;
use super::facts::{Inclusion, InclusionKind};
use super::value::Value;

impl<'t> Document<'t> {
    pub(super) fn inclusion(
        &mut self,
        tag: &str,
        offset: usize,
        cursor: &mut Cursor<'_, 't>,
    ) -> Parsed<()> {
        let kind = match tag {
            "include" => InclusionKind::Include,
            "import" => InclusionKind::Import,
            "from" => InclusionKind::FromImport,
            _ => InclusionKind::Extends,
        };
        let expr = cursor.expression()?;
        let seen = self.examiner.visit(&expr);
        let mut targets: Vec<Option<String>> = match seen.value {
            Some(Value::Sequence(items)) => items.iter().map(Value::display).collect(),
            value => vec![value.as_ref().and_then(Value::display)],
        };
        if targets.is_empty() {
            targets.push(None);
        }
        for target in targets {
            let length = self.examiner.facts.inclusions.len();
            if self.examiner.room(length, offset) {
                self.examiner.facts.inclusions.push(Inclusion {
                    offset,
                    kind,
                    target,
                });
            }
        }
        self.imported_names(cursor)
    }

    /// `as x`, `import a as b, c`, `ignore missing`, `with context`: the last name binds.
    fn imported_names(&mut self, cursor: &mut Cursor<'_, 't>) -> Parsed<()> {
        let mut last = None;
        while !cursor.at_end() {
            let offset = cursor.current.offset;
            if cursor.take_symbol(",") {
                continue;
            }
            match cursor.expect_name()? {
                "as" | "import" | "ignore" | "missing" | "with" | "without" | "context" => {}
                name => last = Some((name.to_owned(), offset)),
            }
            if let Some((name, offset)) = last.take() {
                self.examiner.bind(&name, offset);
                self.examiner.scope.assign(&name, None, &[]);
            }
        }
        Ok(())
    }
}
