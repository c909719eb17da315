//! Messages of rules, with placeholders such as `{finding.rule}`.

use waybill_domain::facts::{Facts, Record, Shape, Value};

/// Characters of a filled message.
const LONGEST: usize = 300;

#[derive(Debug)]
pub(super) struct Message {
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Value(Path),
}

/// A field of the subject or of the whole facts, by positions.
#[derive(Debug)]
struct Path {
    of_subject: bool,
    positions: Vec<usize>,
}

impl Message {
    pub(super) fn read(
        text: &str,
        root: &'static Record,
        subject: Option<&'static Record>,
    ) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (path, after) = after
                .split_once('}')
                .ok_or("a `{` of the message is not closed")?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Value(Path::read(path, root, subject)?));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self { pieces })
    }

    pub(super) fn fill(&self, facts: &dyn Facts, subject: Option<&dyn Facts>) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Value(path) => path.write(facts, subject, &mut text),
            }
        }
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }
}

impl Path {
    fn read(
        text: &str,
        root: &'static Record,
        subject: Option<&'static Record>,
    ) -> Result<Self, String> {
        let mut parts = text.trim().split('.').peekable();
        let subject = subject.filter(|subject| parts.peek() == Some(&subject.name));
        if subject.is_some() {
            parts.next();
        }
        let mut record = Some(subject.unwrap_or(root));
        let mut positions = Vec::new();
        let unknown = || format!("the message names `{{{text}}}`, which there is not");
        for part in parts {
            let known = record.ok_or_else(unknown)?;
            let position = known.fields.iter().position(|field| field.name == part);
            let position = position.ok_or_else(unknown)?;
            positions.push(position);
            record = match known.fields.get(position).map(|field| field.shape) {
                Some(Shape::One(inner)) => Some(inner),
                Some(Shape::Many(_)) => return Err(unknown()),
                _ => None,
            };
        }
        match record {
            None => Ok(Self {
                of_subject: subject.is_some(),
                positions,
            }),
            Some(_) => Err(unknown()),
        }
    }

    fn write(&self, facts: &dyn Facts, subject: Option<&dyn Facts>, text: &mut String) {
        let mut value = match (self.of_subject, subject) {
            (true, Some(subject)) => Some(Value::One(subject)),
            (true, None) => None,
            (false, _) => Some(Value::One(facts)),
        };
        for position in &self.positions {
            value = match value {
                Some(Value::One(record)) => record.field(*position),
                _ => None,
            };
        }
        match value {
            Some(Value::Bool(value)) => text.push_str(if value { "true" } else { "false" }),
            Some(Value::Int(value)) => text.push_str(&value.to_string()),
            Some(Value::Number(value)) => text.push_str(&value.to_string()),
            Some(Value::Text(value)) => push(value, text),
            Some(Value::Texts(values)) => {
                for (index, value) in values.iter().enumerate() {
                    text.push_str(if index == 0 { "" } else { ", " });
                    push(value, text);
                    if text.len() > 4 * LONGEST {
                        break;
                    }
                }
            }
            Some(Value::One(_) | Value::Many(_)) | None => {}
        }
    }
}

/// A text of the facts can be as long as its maker likes.
fn push(value: &str, text: &mut String) {
    text.extend(value.chars().take(LONGEST));
}
