//! XML and HTML: what a reader of them would fetch, expand or run.
//!
//! <https://www.w3.org/TR/xml/>. Nothing is expanded, fetched or resolved: entities are declarations
//! with a place. Elements are events, so that depth costs nothing; texts and attributes are kept
//! only if they hold more than names and numbers.

mod doctype;
mod element;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use quick_xml::{Reader, events::Event};

pub use doctype::{DocumentType, Entity};

/// What a document in XML or HTML holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct XmlFacts {
    /// Name of the first element, without its prefix.
    pub root: String,
    /// Number of elements.
    pub elements: u64,
    /// The document type, if one is declared.
    pub document_type: Option<DocumentType>,
    /// Processing instructions: target and content.
    pub instructions: Vec<Told>,
    /// Scripts: elements, handlers of events, and addresses that are scripts.
    pub scripts: Vec<Told>,
    /// Other documents and files that are named to be loaded: element and attribute, address.
    pub references: Vec<Told>,
    /// Texts and attributes that hold more than names and numbers.
    pub texts: Vec<Told>,
    /// Layers by type and operator set, each with the offset of its first use; of OpenVINO.
    pub layers: BTreeMap<(String, String), usize>,
    /// Constants that lie in the file beside a model; of OpenVINO.
    pub constants: Vec<Constant>,
    /// Where and why the document could not be read on.
    pub broken: Option<(usize, String)>,
    /// The limit that was reached.
    pub limit: Option<&'static str>,
}

/// A text with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Element and attribute.
    pub name: String,
    /// Offset in the document.
    pub offset: usize,
    /// The text, cut at 4096 characters.
    pub text: String,
}

/// A constant of a model that lies in the file beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constant {
    /// Name of its layer.
    pub name: String,
    /// Type of its numbers, as written.
    pub element: String,
    /// Offset in the other file.
    pub start: u64,
    /// Length in bytes.
    pub length: u64,
}

/// Bytes of one text that are kept.
const TEXT_BYTES: usize = 4096;
/// Texts of one sort that are kept.
const KEPT: usize = 65_536;
/// Elements that may stand in each other.
const DEPTH: usize = 4096;

/// Reads a document. `lenient` for HTML, in which elements need not end.
#[must_use]
pub fn parse(text: &str, lenient: bool) -> XmlFacts {
    let mut facts = XmlFacts::default();
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = !lenient;
    config.allow_unmatched_ends = lenient;
    config.allow_dangling_amp = lenient;
    let mut open: Vec<String> = Vec::new();
    let mut layer = String::new();
    loop {
        let offset = place(reader.buffer_position());
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                let name = facts.element(&start, offset, &mut layer);
                if open.len() < DEPTH {
                    open.push(name);
                } else if !lenient {
                    facts.limit = Some("depth");
                    break;
                }
            }
            Ok(Event::Empty(start)) => {
                facts.element(&start, offset, &mut layer);
            }
            Ok(Event::End(_)) => {
                open.pop();
            }
            Ok(Event::Text(content)) => facts.text(open.last(), content.as_ref(), offset),
            Ok(Event::CData(content)) => facts.text(open.last(), content.as_ref(), offset),
            Ok(Event::DocType(content)) => {
                let read = doctype::read(content.as_ref(), offset);
                facts.document_type = Some(match facts.document_type.take() {
                    Some(first) => first.and(read),
                    None => read,
                });
            }
            Ok(Event::PI(content)) => {
                let content: &str = content.as_ref();
                let (target, rest) = content
                    .split_once(char::is_whitespace)
                    .unwrap_or((content, ""));
                push(&mut facts.instructions, target, offset, rest);
            }
            Ok(Event::Eof) => {
                if !open.is_empty() && !lenient {
                    facts.broken = Some((offset, "the document ends within an element".to_owned()));
                }
                break;
            }
            Ok(_) => {}
            Err(error) => {
                facts.broken = Some((place(reader.error_position()), error.to_string()));
                break;
            }
        }
    }
    facts
}

fn place(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

impl XmlFacts {
    fn text(&mut self, element: Option<&String>, text: &str, offset: usize) {
        let name = element.map_or("", String::as_str);
        let text = text.trim();
        if name == "script" && !text.is_empty() {
            push(&mut self.scripts, "script", offset, text);
        }
        if says_something(text) {
            push(&mut self.texts, name, offset, text);
        }
    }
}

/// True if a text is more than names, numbers and separators.
fn says_something(text: &str) -> bool {
    text.len() >= 6
        && text
            .bytes()
            .any(|byte| matches!(byte, b'(' | b'/' | b'\\' | b'!' | b'|' | b'{' | b'`' | b'$'))
        || text.len() > 40 && text.contains(' ')
}

fn push(told: &mut Vec<Told>, name: &str, offset: usize, text: &str) {
    if told.len() < KEPT {
        told.push(Told {
            name: name.to_owned(),
            offset,
            text: cut(text),
        });
    }
}

fn cut(text: &str) -> String {
    let mut end = text.len().min(TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default().to_owned()
}
