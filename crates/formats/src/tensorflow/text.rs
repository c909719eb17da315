//! The same messages as text, `.pbtxt`.
//!
//! Format: <https://protobuf.dev/reference/protobuf/textformat-spec/>. Nodes are told by the names of their fields,
//! wherever they stand; there is no recursion.

use super::{Node, TensorFlowFacts, Text};
use crate::protobuf::Broken;
use crate::{Limits, ReadAt};

/// Messages that may stand in each other.
const MOST_DEPTH: usize = 1000;
/// Texts of one node, and inputs of one node, that are kept.
const MOST_TEXTS: usize = 64;

/// Reads a message as text. Never `None` for a text: what is no node is passed over.
#[must_use]
pub fn parse_text(source: &dyn ReadAt, limits: &Limits) -> TensorFlowFacts {
    let length = source.len().min(limits.text_bytes);
    let bytes = source.bytes_at(0, usize::try_from(length).unwrap_or(0));
    let bytes = bytes.unwrap_or_default();
    let mut reader = Reader {
        bytes: &bytes,
        at: 0,
        facts: TensorFlowFacts::default(),
        open: Vec::new(),
        most_nodes: limits.members,
    };
    if let Err(broken) = reader.messages() {
        reader.facts.broken = Some(broken);
    }
    while reader.close() {}
    if source.len() > length && reader.facts.broken.is_none() {
        reader.facts.broken = Some(Broken::Limit {
            offset: length,
            limit: "text_bytes",
        });
    }
    reader.facts
}

/// A message that has begun and not ended.
struct Open {
    field: String,
    /// The node, for a message that is one.
    node: Option<Node>,
    /// The key, for an entry of a map.
    key: String,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    facts: TensorFlowFacts,
    open: Vec<Open>,
    most_nodes: u64,
}

/// A piece of the text.
enum Token {
    Word(String),
    Text(String),
    Mark(u8),
}

impl Reader<'_> {
    fn messages(&mut self) -> Result<(), Broken> {
        let mut field = String::new();
        // True between a field's colon and its value.
        let mut valued = false;
        while let Some((at, token)) = self.token()? {
            match token {
                Token::Mark(b':') => valued = true,
                Token::Mark(b'[' | b',' | b';' | b']') => {}
                Token::Mark(b'{' | b'<') => {
                    self.begin(std::mem::take(&mut field), at)?;
                    valued = false;
                }
                Token::Mark(_) => {
                    if !self.close() {
                        return Err(self.wrong(at));
                    }
                }
                // Texts beside each other, and those of a list, have one field.
                Token::Text(text) => {
                    self.value(&field, text, at);
                    valued = false;
                }
                Token::Word(_) if valued => valued = false,
                Token::Word(word) => field = word,
            }
        }
        match self.open.is_empty() {
            true => Ok(()),
            false => Err(Broken::TooLong {
                offset: self.at as u64,
            }),
        }
    }

    fn begin(&mut self, field: String, at: usize) -> Result<(), Broken> {
        if self.open.len() >= MOST_DEPTH {
            return Err(Broken::Limit {
                offset: at as u64,
                limit: "depth",
            });
        }
        let node = matches!(field.as_str(), "node" | "node_def").then(|| Node {
            offset: at as u64,
            ..Node::default()
        });
        self.open.push(Open {
            field,
            node,
            key: String::new(),
        });
        Ok(())
    }

    /// Ends the innermost message; false if there is none.
    fn close(&mut self) -> bool {
        let Some(open) = self.open.pop() else {
            return false;
        };
        let Some(node) = open.node.filter(|node| !node.operator.is_empty()) else {
            return true;
        };
        let used = self
            .facts
            .operators
            .entry(node.operator.clone())
            .or_default();
        if used.count == 0 {
            used.offset = node.offset;
        }
        used.count = used.count.saturating_add(1);
        if (self.facts.nodes.len() as u64) < self.most_nodes {
            self.facts.nodes.push(node);
        }
        true
    }

    fn value(&mut self, field: &str, text: String, at: usize) {
        let depth = self.open.len();
        let inside = self.open.iter().rposition(|open| open.node.is_some());
        if let Some(open) = self.open.last_mut() {
            if field == "key" {
                open.key.clone_from(&text);
            }
            // The name of a function stands in its signature.
            if open.field == "signature" && field == "name" {
                self.facts.functions.push(text);
                return;
            }
        }
        let key = self.open.iter().rev().find(|open| !open.key.is_empty());
        let key = key.map_or_else(|| field.to_owned(), |open| open.key.clone());
        let owner = inside
            .and_then(|index| self.open.get_mut(index))
            .and_then(|open| open.node.as_mut());
        let direct = inside.is_some_and(|index| index.saturating_add(1) == depth);
        let mut name = key.clone();
        if let Some(node) = owner {
            match (direct, field) {
                (true, "op") => node.operator.clone_from(&text),
                (true, "name") => node.name.clone_from(&text),
                (true, "input") if node.inputs.len() < MOST_TEXTS => node.inputs.push(text.clone()),
                (false, "s" | "string_val") if node.texts.len() < MOST_TEXTS => {
                    node.texts.push((key.clone(), text.clone()));
                }
                _ => {}
            }
            name = format!("{}.{key}", node.name);
        }
        if text.len() >= 6 {
            self.facts.texts.push(Text {
                name,
                offset: at as u64,
                text,
            });
        }
    }

    fn token(&mut self) -> Result<Option<(usize, Token)>, Broken> {
        loop {
            let Some(byte) = self.bytes.get(self.at).copied() else {
                return Ok(None);
            };
            let at = self.at;
            match byte {
                b'#' => {
                    let rest = self.bytes.get(at..).unwrap_or_default();
                    let line = rest.iter().position(|byte| *byte == b'\n');
                    self.at = at.saturating_add(line.unwrap_or(rest.len()));
                }
                byte if byte.is_ascii_whitespace() => self.at = at.saturating_add(1),
                b'"' | b'\'' => {
                    let text = self.quoted(byte)?;
                    return Ok(Some((at, Token::Text(text))));
                }
                b'{' | b'}' | b'<' | b'>' | b':' | b'[' | b']' | b',' | b';' => {
                    self.at = at.saturating_add(1);
                    return Ok(Some((at, Token::Mark(byte))));
                }
                byte if is_word(byte) => {
                    let rest = self.bytes.get(at..).unwrap_or_default();
                    let end = rest.iter().position(|byte| !is_word(*byte));
                    let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
                    self.at = at.saturating_add(word.len());
                    let word = String::from_utf8_lossy(word).into_owned();
                    return Ok(Some((at, Token::Word(word))));
                }
                _ => return Err(self.wrong(at)),
            }
        }
    }

    /// A text between quotes, its escapes undone, cut at 4096 bytes.
    fn quoted(&mut self, quote: u8) -> Result<String, Broken> {
        let start = self.at;
        let mut out = Vec::new();
        self.at = start.saturating_add(1);
        while let Some(byte) = self.next_byte() {
            let byte = match byte {
                byte if byte == quote => {
                    out.truncate(4096);
                    return Ok(String::from_utf8_lossy(&out).into_owned());
                }
                b'\\' => self.escaped().ok_or_else(|| self.wrong(start))?,
                b'\n' => return Err(self.wrong(start)),
                byte => byte,
            };
            out.push(byte);
        }
        Err(Broken::TooLong {
            offset: start as u64,
        })
    }

    fn next_byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied()?;
        self.at = self.at.saturating_add(1);
        Some(byte)
    }

    fn escaped(&mut self) -> Option<u8> {
        let first = self.next_byte()?;
        Some(match first {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'0'..=b'7' => self.digits(first, 8, 2),
            b'x' | b'X' => self.digits(b'0', 16, 2),
            other => other,
        })
    }

    fn digits(&mut self, first: u8, radix: u32, most: usize) -> u8 {
        let mut value = char::from(first).to_digit(radix).unwrap_or(0);
        for _ in 0..most {
            let digit = self
                .bytes
                .get(self.at)
                .and_then(|byte| char::from(*byte).to_digit(radix));
            let Some(digit) = digit else { break };
            value = value.saturating_mul(radix).saturating_add(digit);
            self.at = self.at.saturating_add(1);
        }
        u8::try_from(value & 0xff).unwrap_or(0)
    }

    fn wrong(&self, at: usize) -> Broken {
        Broken::NoField { offset: at as u64 }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.' | b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> TensorFlowFacts {
        parse_text(&text.as_bytes().to_vec(), &Limits::default())
    }

    #[test]
    fn nodes_are_found_wherever_they_stand() {
        let facts = read(
            "saved_model_schema_version: 1 # comment\nmeta_graphs { graph_def { node { name: \"path\" op: \"Const\" attr { key: \"value\" value { tensor { dtype: DT_STRING string_val: \"/etc/\\160asswd\" } } } }\n library { function { signature { name: \"f\" } node_def < name: 'r' op: 'ReadFile' input: [\"path\", \"^x\"] > } } } }",
        );
        assert_eq!(facts.broken, None);
        let operators: Vec<&str> = facts.operators.keys().map(String::as_str).collect();
        assert_eq!(operators, ["Const", "ReadFile"]);
        assert_eq!(facts.functions, ["f"]);
        assert_eq!(
            facts.nodes[0].texts,
            [("value".to_owned(), "/etc/passwd".to_owned())]
        );
        assert_eq!(facts.nodes[1].inputs, ["path", "^x"]);
    }

    #[test]
    fn values_of_every_kind_are_passed_over() {
        let facts = read(
            "a: 1 b: -2.5e+3 c: DT_FLOAT d: true e { f: [1, 2] g: [{h: 1}, {h: 2}] } i: \"x\" \"y\"\n",
        );
        assert_eq!(facts.broken, None);
    }

    #[test]
    fn damage_is_told() {
        assert!(read("a { b: 1").broken.is_some());
        assert!(read("a } b").broken.is_some());
        assert!(read("a: \"x").broken.is_some());
        assert!(read(&"a {".repeat(2000)).broken.is_some());
    }
}
