//! XML as a tree of elements. No document type, so no entities but the five that XML names.

use std::{
    cell::Cell,
    io::{self, BufReader, Read},
    rc::Rc,
};

use quick_xml::{
    XmlVersion,
    events::{BytesRef, BytesStart, Event},
    name::ResolveResult,
    reader::NsReader,
};

use crate::bill::{BillError, BillLimits};

/// An element of the namespace of its document; elements of others are left out.
#[derive(Debug, Default)]
pub(crate) struct Element {
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

/// Takes the items of big lists as soon as each is complete.
pub(super) trait Items {
    /// True if the items of an element below the root are wanted.
    fn wants(&mut self, namespace: &str, root: &str, list: &str) -> Result<bool, BillError>;
    /// Takes one that was so many bytes long.
    fn item(&mut self, item: Element, bytes: u64) -> Result<(), BillError>;
}

const CHUNK_BYTES: usize = 1 << 20;

/// Parses a document. What is wanted item by item is not in the tree.
pub(super) fn parse(
    reader: &mut dyn Read,
    limits: &BillLimits,
    items: &mut dyn Items,
) -> Result<Tree, BillError> {
    let allowance = Allowance::new(limits);
    let reader = BufReader::with_capacity(CHUNK_BYTES, allowance.over(reader));
    let mut reader = NsReader::from_reader(reader);
    reader.config_mut().expand_empty_elements = true;
    let mut building = Building {
        depth: limits.depth,
        open: Vec::new(),
        done: None,
        namespace: None,
        foreign: Vec::new(),
        skipping: 0,
        wanted: false,
    };
    let mut buffer = Vec::new();
    let mut begun = 0;
    loop {
        buffer.clear();
        let offset = reader.buffer_position();
        let (resolved, event) = match reader.read_resolved_event_into(&mut buffer) {
            Ok(read) => read,
            Err(quick_xml::Error::Io(error)) => return Err(allowance.failure(offset, &error)),
            Err(error) => return Err(malformed(offset, error.to_string())),
        };
        match event {
            Event::Start(start) => {
                let namespace = match resolved {
                    ResolveResult::Bound(namespace) => namespace.0,
                    ResolveResult::Unbound => Default::default(),
                    ResolveResult::Unknown(prefix) => {
                        let reason = format!("the prefix `{prefix}` is not declared");
                        return Err(malformed(offset, reason));
                    }
                };
                building.start(&start, namespace.as_ref(), offset)?;
                if building.is_list() {
                    building.wanted = building.list(items)?;
                } else if building.is_item() {
                    begun = offset;
                }
            }
            Event::End(_) => {
                if let Some(item) = building.end() {
                    let bytes = reader.buffer_position().saturating_sub(begun);
                    items.item(item, bytes)?;
                    allowance.free(bytes);
                }
            }
            Event::Text(text) => building.text(&text.xml10_content()),
            Event::CData(text) => building.text(&text.xml10_content()),
            Event::GeneralRef(reference) => building.reference(&reference, offset)?,
            Event::DocType(_) => {
                let reason = "a document type is not accepted";
                return Err(malformed(offset, reason.to_owned()));
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
        _ => Err(malformed(
            reader.buffer_position(),
            "the document ends too early".to_owned(),
        )),
    }
}

const fn malformed(offset: u64, reason: String) -> BillError {
    BillError::Malformed { offset, reason }
}

struct Building {
    depth: usize,
    open: Vec<Element>,
    done: Option<Element>,
    namespace: Option<String>,
    foreign: Vec<String>,
    /// Levels below an element of another namespace.
    skipping: usize,
    /// True within a list whose items are wanted.
    wanted: bool,
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

    /// True if the element that was opened last may be a list that is wanted item by item.
    fn is_list(&self) -> bool {
        self.skipping == 0 && self.open.len() == 2
    }

    /// True if the element that was opened last is an item of such a list.
    fn is_item(&self) -> bool {
        self.skipping == 0 && self.open.len() == 3 && self.wanted
    }

    /// True if the items of the list that was opened are wanted.
    fn list(&self, items: &mut dyn Items) -> Result<bool, BillError> {
        let [root, list] = self.open.as_slice() else {
            return Ok(false);
        };
        let namespace = self.namespace.as_deref().unwrap_or_default();
        items.wants(namespace, &root.name, &list.name)
    }

    /// Closes an element; gives it back if it is wanted by itself.
    fn end(&mut self) -> Option<Element> {
        if self.skipping > 0 {
            self.skipping = self.skipping.saturating_sub(1);
            return None;
        }
        let is_item = self.is_item();
        let element = self.open.pop()?;
        if is_item {
            return Some(element);
        }
        if self.open.len() == 1 {
            self.wanted = false;
        }
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.done = Some(element),
        }
        None
    }

    /// Takes a character by its number or its name.
    fn reference(&mut self, reference: &BytesRef<'_>, offset: u64) -> Result<(), BillError> {
        let character = reference
            .resolve_char_ref()
            .map_err(|error| malformed(offset, error.to_string()))?;
        if let Some(character) = character {
            self.text(character.encode_utf8(&mut [0; 4]));
            return Ok(());
        }
        let name = reference.to_string();
        let value = match name.as_str() {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "'",
            _ => {
                let reason = format!("the entity `{name}` is not expanded");
                return Err(malformed(offset, reason));
            }
        };
        self.text(value);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.skipping == 0
            && let Some(element) = self.open.last_mut()
        {
            element.text.push_str(text);
        }
    }
}

/// How many bytes may be read: as many as may be in memory beyond what was handed on.
struct Allowance {
    bytes: Rc<Cell<u64>>,
    exceeded: Rc<Cell<bool>>,
    limits: BillLimits,
}

impl Allowance {
    fn new(limits: &BillLimits) -> Self {
        Self {
            bytes: Rc::new(Cell::new(limits.xml_bytes.min(limits.bytes))),
            exceeded: Rc::default(),
            limits: *limits,
        }
    }

    fn over<'r>(&self, inner: &'r mut dyn Read) -> Allowed<'r> {
        Allowed {
            inner,
            read: 0,
            bytes: Rc::clone(&self.bytes),
            exceeded: Rc::clone(&self.exceeded),
        }
    }

    /// Allows for bytes in the place of some that are no longer in memory.
    fn free(&self, bytes: u64) {
        let all = self.bytes.get().saturating_add(bytes);
        self.bytes.set(all.min(self.limits.bytes));
    }

    fn failure(&self, offset: u64, error: &io::Error) -> BillError {
        if !self.exceeded.get() {
            return BillError::Unreadable(io::Error::new(error.kind(), error.to_string()));
        }
        let whole = self.bytes.get() >= self.limits.bytes;
        BillError::Limit {
            offset,
            limit: if whole {
                self.limits.bytes
            } else {
                self.limits.xml_bytes
            },
            unit: if whole {
                "bytes"
            } else {
                "bytes of XML at a time"
            },
        }
    }
}

/// A reader with an allowance.
struct Allowed<'r> {
    inner: &'r mut dyn Read,
    read: u64,
    bytes: Rc<Cell<u64>>,
    exceeded: Rc<Cell<bool>>,
}

impl Read for Allowed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read = self.read.saturating_add(count as u64);
        // What is read ahead is no part of any element yet.
        let ahead = CHUNK_BYTES as u64;
        if self.read > self.bytes.get().saturating_add(ahead) {
            self.exceeded.set(true);
            return Err(io::Error::other("the allowance is spent"));
        }
        Ok(count)
    }
}
