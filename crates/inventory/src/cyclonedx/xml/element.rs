//! XML as a tree of elements. No document type, so no entities but the five that XML names.

use quick_xml::{
    XmlVersion,
    events::{BytesStart, Event},
    name::ResolveResult,
    reader::NsReader,
};

use crate::bill::{BillError, BillLimits};

/// An element of the namespace of its document; elements of others are left out.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: Box<str>,
    pub(super) attributes: Vec<(Box<str>, String)>,
    pub(super) children: Vec<Element>,
    /// All of its own text.
    pub(super) text: String,
}

/// A document.
pub(super) struct Tree {
    pub(super) namespace: String,
    pub(super) root: Element,
    /// Elements of other namespaces that were left out, by namespace and name, as they came.
    pub(super) foreign: Vec<String>,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| &**key == name)
            .map(|(_, value)| value.as_str())
    }
}

const MOST_FOREIGN: usize = 100;

pub(super) fn parse(text: &str, limits: &BillLimits) -> Result<Tree, BillError> {
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut building = Building {
        depth: limits.depth,
        open: Vec::new(),
        done: None,
        namespace: None,
        foreign: Vec::new(),
        skipping: 0,
    };
    loop {
        let offset = reader.buffer_position();
        let malformed = |reason: String| BillError::Malformed { offset, reason };
        let (resolved, event) = reader
            .read_resolved_event()
            .map_err(|error| malformed(error.to_string()))?;
        match event {
            Event::Start(start) => {
                let namespace = match resolved {
                    ResolveResult::Bound(namespace) => namespace.0.to_owned(),
                    ResolveResult::Unbound => Default::default(),
                    ResolveResult::Unknown(prefix) => {
                        return Err(malformed(format!("the prefix `{prefix}` is not declared")));
                    }
                };
                let namespace = AsRef::<str>::as_ref(&namespace).to_owned();
                building.start(&start, &namespace, offset)?;
            }
            Event::End(_) => building.end(),
            Event::Text(text) => building.text(&text.xml10_content()),
            Event::CData(text) => building.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = reference
                    .resolve_char_ref()
                    .map_err(|error| malformed(error.to_string()))?;
                match character {
                    Some(character) => building.text(character.encode_utf8(&mut [0; 4])),
                    None => {
                        let name = reference.to_string();
                        let value = match name.as_str() {
                            "amp" => "&",
                            "lt" => "<",
                            "gt" => ">",
                            "quot" => "\"",
                            "apos" => "'",
                            _ => {
                                return Err(malformed(format!(
                                    "the entity `{name}` is not expanded"
                                )));
                            }
                        };
                        building.text(value);
                    }
                }
            }
            Event::DocType(_) => {
                return Err(malformed("a document type is not accepted".to_owned()));
            }
            Event::Eof => break,
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    match (building.done, building.open.is_empty()) {
        (Some(root), true) => Ok(Tree {
            namespace: building.namespace.unwrap_or_default(),
            root,
            foreign: building.foreign,
        }),
        _ => Err(BillError::Malformed {
            offset: reader.buffer_position(),
            reason: "the document ends too early".to_owned(),
        }),
    }
}

struct Building {
    depth: usize,
    open: Vec<Element>,
    done: Option<Element>,
    namespace: Option<String>,
    foreign: Vec<String>,
    /// Levels below an element of another namespace.
    skipping: usize,
}

impl Building {
    fn start(
        &mut self,
        start: &BytesStart<'_>,
        namespace: &str,
        offset: u64,
    ) -> Result<(), BillError> {
        if self.open.len().saturating_add(self.skipping) >= self.depth {
            return Err(BillError::Limit {
                offset,
                limit: self.depth as u64,
                unit: "levels of nesting",
            });
        }
        if self.done.is_some() {
            return Err(BillError::Malformed {
                offset,
                reason: "a second element follows the root".to_owned(),
            });
        }
        let own = self.namespace.get_or_insert_with(|| namespace.to_owned());
        let name = start.local_name();
        let name: &str = name.as_ref();
        if self.skipping > 0 || own != namespace {
            if self.skipping == 0 && self.foreign.len() < MOST_FOREIGN {
                self.foreign.push(format!("{{{namespace}}}{name}"));
            }
            self.skipping = self.skipping.saturating_add(1);
            return Ok(());
        }
        let mut element = Element {
            name: name.into(),
            ..Element::default()
        };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| BillError::Malformed {
                offset,
                reason: error.to_string(),
            })?;
            let key: &str = attribute.key.as_ref();
            // Attributes of other namespaces, and declarations of namespaces, are no data.
            if key.contains(':') || key == "xmlns" {
                continue;
            }
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| BillError::Malformed {
                    offset,
                    reason: error.to_string(),
                })?;
            element.attributes.push((key.into(), value.into_owned()));
        }
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self) {
        if self.skipping > 0 {
            self.skipping = self.skipping.saturating_sub(1);
            return;
        }
        if let Some(element) = self.open.pop() {
            match self.open.last_mut() {
                Some(parent) => parent.children.push(element),
                None => self.done = Some(element),
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.skipping == 0
            && let Some(element) = self.open.last_mut()
        {
            element.text.push_str(text);
        }
    }
}
