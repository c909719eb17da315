//! XML to a tree with lines: elements, their attributes, and the text in them.

use quick_xml::{Reader, events::Event};

use crate::packages::{PackageFacts, opened::line_number};

/// An element; children are found by index, so that nothing recurses.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) text: String,
    pub(super) children: Vec<usize>,
    pub(super) line: u32,
}

/// All elements; the first is the root.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) elements: Vec<Element>,
}

const DEPTH: usize = 128;

impl Tree {
    /// Reads XML; what stands before an error is kept. Entities other than the five of XML are
    /// left as they are: a document type could unfold them without end.
    pub(super) fn read(content: &str, facts: &mut PackageFacts) -> Self {
        let mut tree = Self::default();
        let mut reader = Reader::from_str(content);
        let mut open: Vec<usize> = Vec::new();
        let mut lines = Lines::default();
        loop {
            let line = lines.at(content, reader.buffer_position());
            match reader.read_event() {
                Ok(Event::Start(start)) => {
                    if open.len() >= DEPTH {
                        facts.refuse(line, format!("nested deeper than {DEPTH}"));
                        break;
                    }
                    let index = tree.push(&start, open.last().copied(), line);
                    open.push(index);
                }
                Ok(Event::Empty(start)) => {
                    tree.push(&start, open.last().copied(), line);
                }
                Ok(Event::End(_)) => {
                    open.pop();
                }
                Ok(Event::Text(text)) => {
                    tree.add_text(open.last(), &text);
                }
                Ok(Event::CData(text)) => {
                    tree.add_text(open.last(), &text);
                }
                Ok(Event::GeneralRef(name)) => {
                    let text = match &*name {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        "apos" => "'",
                        _ => "",
                    };
                    tree.add_text(open.last(), text);
                }
                Ok(Event::Eof) => {
                    if !open.is_empty() {
                        facts.refuse(line, "the text ends within an element");
                    }
                    break;
                }
                Ok(_) => {}
                Err(error) => {
                    let at = lines.at(content, reader.error_position());
                    facts.refuse(at, crate::packages::opened::excerpt(&error.to_string()));
                    break;
                }
            }
        }
        if tree.elements.is_empty() {
            facts.refuse(1, "there is no element in the file");
        }
        tree
    }

    fn push(
        &mut self,
        start: &quick_xml::events::BytesStart<'_>,
        parent: Option<usize>,
        line: u32,
    ) -> usize {
        let index = self.elements.len();
        let attributes = start
            .attributes()
            .flatten()
            .take(100)
            .map(|attribute| {
                let key = attribute.key.local_name().as_ref().to_owned();
                (key, attribute.value.into_owned())
            })
            .collect();
        self.elements.push(Element {
            name: start.local_name().as_ref().to_owned(),
            attributes,
            line,
            ..Element::default()
        });
        if let Some(parent) = parent.and_then(|parent| self.elements.get_mut(parent)) {
            parent.children.push(index);
        }
        index
    }

    fn add_text(&mut self, open: Option<&usize>, text: &str) {
        if let Some(element) = open.and_then(|index| self.elements.get_mut(*index)) {
            element.text.push_str(text);
        }
    }

    pub(super) fn root(&self) -> Option<&Element> {
        self.elements.first()
    }

    /// The children of one name.
    pub(super) fn all<'a>(
        &'a self,
        element: &'a Element,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Element> {
        element
            .children
            .iter()
            .filter_map(|index| self.elements.get(*index))
            .filter(move |child| child.name == name)
    }

    pub(super) fn child<'a>(&'a self, element: &'a Element, name: &'a str) -> Option<&'a Element> {
        self.all(element, name).next()
    }

    pub(super) fn at<'a>(&'a self, element: &'a Element, path: &[&'a str]) -> Option<&'a Element> {
        path.iter()
            .try_fold(element, |element, name| self.child(element, name))
    }

    /// The text of a child, trimmed; nothing if it is empty.
    pub(super) fn text(&self, element: &Element, name: &str) -> Option<String> {
        self.all(element, name)
            .map(|child| child.text.trim().to_owned())
            .find(|text| !text.is_empty())
    }
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Counts lines as reading goes on.
#[derive(Default)]
struct Lines {
    counted: usize,
    breaks: usize,
}

impl Lines {
    fn at(&mut self, content: &str, position: u64) -> u32 {
        let position = usize::try_from(position)
            .unwrap_or(usize::MAX)
            .min(content.len());
        let passed = content
            .as_bytes()
            .get(self.counted..position)
            .unwrap_or_default();
        let breaks = passed.iter().filter(|byte| **byte == b'\n').count();
        self.breaks = self.breaks.saturating_add(breaks);
        self.counted = self.counted.max(position);
        line_number(self.breaks)
    }
}
