//! Templates and tags: text with code in it.

use super::{Guard, Kind, Last};

impl Guard<'_> {
    pub(super) fn template(&mut self) {
        match self.peek(0) {
            b'\\' => self.step(2),
            b'`' => {
                self.close();
                self.step(1);
                self.operand();
            }
            b'$' if self.peek(1) == b'{' => {
                self.step(2);
                self.open(Kind::Bracket);
                self.last = Last::Operator;
            }
            _ => self.step(1),
        }
    }

    pub(super) fn tag(&mut self) {
        match self.peek(0) {
            quote @ (b'"' | b'\'') => {
                let rest = self
                    .bytes
                    .get(self.at.saturating_add(1)..)
                    .unwrap_or_default();
                let end = rest.iter().position(|&byte| byte == quote);
                self.step(end.unwrap_or(0).saturating_add(2));
            }
            b'{' => {
                self.step(1);
                self.open(Kind::Bracket);
                self.last = Last::Operator;
            }
            b'/' if self.peek(1) == b'>' => {
                self.close();
                self.step(2);
                self.operand();
            }
            b'>' => {
                self.step(1);
                if let Some(level) = self.levels.last_mut() {
                    level.kind = Kind::Children;
                }
            }
            b'<' => {
                self.step(1);
                self.open(Kind::Tag);
            }
            // No tag: a comparison or a type parameter.
            b',' | b';' | b'(' | b')' | b'&' | b'|' => {
                self.close();
                self.chain();
                self.last = Last::Operator;
            }
            _ if self.is_bound() => {
                self.close();
                self.chain();
                self.last = Last::Operator;
            }
            _ => self.step(1),
        }
    }

    fn is_bound(&self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        rest.starts_with(b" extends ")
    }

    pub(super) fn children(&mut self) {
        match self.peek(0) {
            b'<' if self.peek(1) == b'/' => {
                // What is left of the closing tag is skipped as a text is.
                self.step(2);
                while matches!(self.peek(0), b'.' | b'-' | b'_' | b'$' | b':' | b' ')
                    || self.peek(0).is_ascii_alphanumeric()
                {
                    self.step(1);
                }
                if self.peek(0) == b'>' {
                    self.step(1);
                }
                self.close();
                self.operand();
            }
            b'<' => {
                self.step(1);
                self.open(Kind::Tag);
            }
            b'{' => {
                self.step(1);
                self.open(Kind::Bracket);
                self.last = Last::Operator;
            }
            _ => self.step(1),
        }
    }
}
