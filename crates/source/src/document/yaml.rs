use std::{collections::HashMap, sync::Arc};

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::{
    json::note_twice,
    node::{Document, DocumentLimits, Node, Scalar},
};
use crate::code::Unread;

/// Reads all documents of a YAML text; merge keys (`<<`) are resolved.
///
/// What stands before an error is returned together with it.
#[must_use]
pub fn yaml(text: &str, limits: &DocumentLimits) -> Document {
    let mut builder = Builder {
        open: Vec::new(),
        anchors: HashMap::new(),
        document: Document::default(),
        values: 0,
        limits,
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                builder.stop(line_of(error.marker().line()), error.info().to_owned());
                break;
            }
        };
        let line = line_of(span.start.line());
        if let Err(reason) = builder.take(event, line) {
            builder.stop(line, reason);
            break;
        }
    }
    builder.document
}

fn line_of(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// A list or map that is still open.
struct Open {
    anchor: usize,
    line: u32,
    content: Content,
}

enum Content {
    List(Vec<Arc<Node>>),
    Map {
        entries: Vec<(String, u32, Arc<Node>)>,
        key: Option<(String, u32)>,
    },
}

struct Builder<'a> {
    open: Vec<Open>,
    anchors: HashMap<usize, Arc<Node>>,
    document: Document,
    values: usize,
    limits: &'a DocumentLimits,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, line: u32) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                self.count(1)?;
                let value = scalar(&text, style);
                self.put(Arc::new(Node::Scalar { value, line }), anchor);
            }
            Event::Alias(anchor) => {
                self.count(1)?;
                let node = self.anchors.get(&anchor).cloned();
                let missing = || {
                    Arc::new(Node::Scalar {
                        value: Scalar::Null,
                        line,
                    })
                };
                self.put(node.unwrap_or_else(missing), 0);
            }
            Event::SequenceStart(anchor, _) => {
                self.enter(anchor, line, Content::List(Vec::new()))?;
            }
            Event::MappingStart(anchor, _) => {
                let entries = Vec::new();
                self.enter(anchor, line, Content::Map { entries, key: None })?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.leave()?,
            Event::DocumentEnd => self.anchors.clear(),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
        Ok(())
    }

    fn count(&mut self, values: usize) -> Result<(), String> {
        self.values = self.values.saturating_add(values);
        if self.values > self.limits.values {
            return Err(format!("more than {} values", self.limits.values));
        }
        Ok(())
    }

    fn enter(&mut self, anchor: usize, line: u32, content: Content) -> Result<(), String> {
        self.count(1)?;
        if self.open.len() >= self.limits.depth {
            return Err(format!("nested deeper than {}", self.limits.depth));
        }
        self.open.push(Open {
            anchor,
            line,
            content,
        });
        Ok(())
    }

    fn leave(&mut self) -> Result<(), String> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let (node, anchor) = self.close(open)?;
        self.put(node, anchor);
        Ok(())
    }

    fn close(&mut self, open: Open) -> Result<(Arc<Node>, usize), String> {
        let line = open.line;
        let node = match open.content {
            Content::List(items) => Node::List { items, line },
            Content::Map { entries, .. } => {
                note_twice(&entries, &mut self.document.unread);
                let entries = self.merge(entries)?;
                Node::Map { entries, line }
            }
        };
        Ok((Arc::new(node), open.anchor))
    }

    /// Resolves merge keys: what is merged comes first, so that the map's own entries win.
    fn merge(
        &mut self,
        entries: Vec<(String, u32, Arc<Node>)>,
    ) -> Result<Vec<(String, u32, Arc<Node>)>, String> {
        if entries.iter().all(|(key, _, _)| key != "<<") {
            return Ok(entries);
        }
        let (merges, own): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|(key, _, _)| key == "<<");
        let mut all = Vec::new();
        for (_, _, node) in &merges {
            let sources = if node.is_map() {
                std::slice::from_ref(node)
            } else {
                node.items()
            };
            // The first of several wins, so it comes last.
            for source in sources.iter().rev() {
                self.count(source.entries().len())?;
                all.extend(source.entries().iter().cloned());
            }
        }
        all.extend(own);
        Ok(all)
    }

    fn put(&mut self, node: Arc<Node>, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, Arc::clone(&node));
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.document.roots.push(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map { entries, key }) => match key.take() {
                Some((name, line)) => entries.push((name, line, node)),
                None => {
                    let name = node.written().map_or_else(String::new, ToOwned::to_owned);
                    *key = Some((name, node.line()));
                }
            },
        }
    }

    /// Keeps what was read so far, and says where it ended.
    fn stop(&mut self, line: u32, reason: String) {
        while !self.open.is_empty() {
            if self.leave().is_err() {
                break;
            }
        }
        let line = Some(line);
        self.document.cut = true;
        self.document.unread.push(Unread { line, reason });
    }
}

/// A plain scalar by the core schema of YAML 1.2; quoted and block scalars are texts.
fn scalar(text: &str, style: ScalarStyle) -> Scalar {
    if style != ScalarStyle::Plain {
        return Scalar::Text(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" => Scalar::Bool(true),
        "false" | "False" | "FALSE" => Scalar::Bool(false),
        _ if is_number(text) => Scalar::Number(text.to_owned()),
        _ => Scalar::Text(text.to_owned()),
    }
}

fn is_number(text: &str) -> bool {
    let starts = text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
    starts && text.bytes().any(|byte| byte.is_ascii_digit()) && text.parse::<f64>().is_ok()
}
