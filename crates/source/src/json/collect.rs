//! One pass over a document, gathering facts.

use super::facts::{DuplicateKey, JsonFacts, Limit, Limits, NamedCode, Payload, TemplateText};
use super::path::Path;
use super::reader::{Event, Reader, Stop};
use super::templates::OpenTemplates;
use super::{interest, payload, strings, templates};

/// Parts of a pipeline that are kept.
const COMPONENTS: usize = 256;

pub(super) fn read(text: &[u8], limits: &Limits) -> JsonFacts {
    let mut reader = Reader::new(text, limits.depth);
    let mut collector = Collector {
        limits: *limits,
        facts: JsonFacts::default(),
        path: Path::default(),
        open: None,
        pipeline: false,
        components: Vec::new(),
        template_bytes: limits.template_bytes,
    };
    loop {
        match reader.next() {
            Ok(Some((offset, event))) => {
                collector.event(offset, event);
                collector.facts.depth = collector.facts.depth.max(reader.depth());
            }
            Ok(None) => break,
            Err(Stop::Syntax(error)) => {
                collector.facts.error = Some(error);
                break;
            }
            Err(Stop::Limit(limit)) => {
                collector.limit(limit);
                break;
            }
        }
    }
    if reader.is_done() {
        reader.skip_blank();
        let offset = reader.position();
        collector.facts.trailing_offset = (offset < text.len()).then_some(offset);
    }
    collector.finish()
}

struct Collector {
    limits: Limits,
    facts: JsonFacts,
    path: Path,
    open: Option<OpenTemplates>,
    /// The document describes a pipeline of Diffusers, and what could be parts of it.
    pipeline: bool,
    components: Vec<NamedCode>,
    /// Bytes of templates that may still be kept.
    template_bytes: usize,
}

impl Collector {
    fn event(&mut self, offset: usize, event: Event<'_>) {
        match event {
            Event::ObjectStart => {
                self.facts.object_count = self.facts.object_count.saturating_add(1);
                self.open_templates(offset);
                self.path.open_object();
            }
            Event::ArrayStart => {
                self.open_templates(offset);
                self.path.open_array();
            }
            Event::End => {
                self.path.close();
                self.close_templates();
                self.path.count_item();
            }
            Event::Key(raw) => self.key(offset, &strings::decode(raw)),
            Event::Text(raw) => {
                self.facts.string_count = self.facts.string_count.saturating_add(1);
                self.text(offset, &strings::decode(raw));
                self.path.count_item();
            }
            Event::Scalar(raw) => {
                // Numbers are ids of words in a vocabulary.
                if matches!(raw, b"true" | b"false") {
                    self.named_code(offset, &String::from_utf8_lossy(raw));
                }
                self.path.count_item();
            }
        }
    }

    fn key(&mut self, offset: usize, key: &str) {
        if self.path.enter(key) && self.room(self.facts.duplicate_keys.len()) {
            let path = self.path.render(self.limits.excerpt_bytes);
            self.facts
                .duplicate_keys
                .push(DuplicateKey { offset, path });
        }
    }

    fn text(&mut self, offset: usize, text: &str) {
        let template =
            self.open.is_some() || self.path.key().is_some_and(templates::is_template_key);
        if template {
            self.template(offset, text);
        }
        self.named_code(offset, text);
        self.component(offset, text);
        if let Some((encoding, format)) = payload::recognise(text)
            && self.room(self.facts.payloads.len())
        {
            self.facts.payloads.push(Payload {
                offset,
                path: self.path.render(self.limits.excerpt_bytes),
                encoding,
                format,
                encoded_bytes: text.len(),
            });
        }
        if !template && interest::is_expression(text) && self.room(self.facts.expressions.len()) {
            let expression = self.named(offset, "", text);
            self.facts.expressions.push(expression);
        }
    }

    fn named_code(&mut self, offset: usize, value: &str) {
        let dotted = self.path.key() == Some("type") && interest::is_dotted(value);
        let Some(key) = self.path.interest().or(dotted.then_some("type")) else {
            return;
        };
        let inside = key == interest::SHARDS && !interest::leaves_directory(value);
        if !inside && self.room(self.facts.named_code.len()) {
            let named = self.named(offset, key, value);
            self.facts.named_code.push(named);
        }
    }

    /// `"unet": ["library", "Class"]` of a pipeline, known as such by its `_class_name`.
    fn component(&mut self, offset: usize, text: &str) {
        if self.path.is_root_key("_class_name") {
            self.pipeline = true;
        }
        if self.path.is_listed_at_root() && self.components.len() < COMPONENTS {
            let component = self.named(offset, "component", text);
            self.components.push(component);
        }
    }

    fn named(&self, offset: usize, key: &str, value: &str) -> NamedCode {
        let end = value.floor_char_boundary(self.limits.excerpt_bytes);
        NamedCode {
            offset,
            path: self.path.render(self.limits.excerpt_bytes),
            key: key.to_owned(),
            value: value.get(..end).unwrap_or(value).to_owned(),
        }
    }

    fn open_templates(&mut self, offset: usize) {
        let at_key = self.path.key().is_some_and(templates::is_template_key);
        if self.open.is_none() && at_key {
            let bytes = self.limits.excerpt_bytes;
            self.open = Some(OpenTemplates::new(&self.path, offset, bytes));
        }
    }

    fn close_templates(&mut self) {
        let Some(open) = &mut self.open else {
            return;
        };
        let (complete, done) = open.close(&self.path);
        if done {
            self.open = None;
        }
        for template in complete {
            self.push_template(template);
        }
    }

    fn template(&mut self, offset: usize, text: &str) {
        let end = text.floor_char_boundary(self.template_bytes);
        if end < text.len() {
            self.limit(Limit::TemplateBytes);
        }
        let text = text.get(..end).unwrap_or(text).to_owned();
        self.template_bytes = self.template_bytes.saturating_sub(text.len());
        let bytes = self.limits.excerpt_bytes;
        match &mut self.open {
            Some(open) => open.text(&self.path, offset, text, bytes),
            None => {
                let path = self.path.render(bytes);
                self.push_template(TemplateText {
                    offset,
                    path,
                    name: None,
                    text,
                });
            }
        }
    }

    fn push_template(&mut self, template: TemplateText) {
        if self.room(self.facts.templates.len()) {
            self.facts.templates.push(template);
        }
    }

    fn room(&mut self, length: usize) -> bool {
        let room = length < self.limits.facts;
        if !room {
            self.limit(Limit::Facts);
        }
        room
    }

    fn limit(&mut self, limit: Limit) {
        if !self.facts.limits_reached.contains(&limit) {
            self.facts.limits_reached.push(limit);
        }
    }

    /// A document that was cut off keeps the templates read so far.
    fn finish(mut self) -> JsonFacts {
        self.path = Path::default();
        self.close_templates();
        if self.pipeline {
            self.facts.named_code.append(&mut self.components);
        }
        self.facts
    }
}
