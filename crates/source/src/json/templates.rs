//! Chat templates: a string, a list of `{name, template}`, a list of lines, or a mapping.

use super::facts::TemplateText;
use super::path::Path;

/// The value under a `chat_template` key, while it is read.
#[derive(Debug)]
pub(super) struct OpenTemplates {
    /// Frames that were open at the key.
    depth: usize,
    offset: usize,
    path: String,
    /// Strings of the list itself.
    lines: Vec<String>,
    /// The name in the innermost object, and the templates there.
    name: Option<String>,
    unnamed: Vec<TemplateText>,
}

/// Whether the value of `key` is a template.
pub(super) fn is_template_key(key: &str) -> bool {
    key.ends_with("chat_template") || key == "chat_templates"
}

impl OpenTemplates {
    pub(super) fn new(path: &Path, offset: usize, bytes: usize) -> Self {
        Self {
            depth: path.frames.len(),
            offset,
            path: path.render(bytes),
            lines: Vec::new(),
            name: None,
            unnamed: Vec::new(),
        }
    }

    /// A string below the key.
    pub(super) fn text(&mut self, path: &Path, offset: usize, text: String, bytes: usize) {
        let Some(key) = path.key() else {
            self.lines.push(text);
            return;
        };
        let inside = path.frames.len().saturating_sub(self.depth);
        if key == "name" && inside > 1 {
            self.name = Some(text);
            return;
        }
        let name = (inside == 1 && key != "template").then(|| key.to_owned());
        if key == "template" || inside == 1 {
            self.unnamed.push(TemplateText {
                offset,
                path: path.render(bytes),
                name,
                text,
            });
        }
    }

    /// An object or array below the key has ended; returns the templates that are complete,
    /// and whether the value is.
    pub(super) fn close(&mut self, path: &Path) -> (Vec<TemplateText>, bool) {
        let name = self.name.take();
        let mut complete: Vec<TemplateText> = self.unnamed.drain(..).collect();
        for template in &mut complete {
            template.name = template.name.take().or_else(|| name.clone());
        }
        let done = path.frames.len() <= self.depth;
        if done && !self.lines.is_empty() {
            complete.push(TemplateText {
                offset: self.offset,
                path: self.path.clone(),
                name: None,
                text: self.lines.join("\n"),
            });
        }
        (complete, done)
    }
}
