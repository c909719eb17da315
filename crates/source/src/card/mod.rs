//! Cards: Markdown with a front matter in YAML, as hubs show it beside a model or a data set.
//!
//! Front matter: <https://huggingface.co/docs/hub/model-cards#model-card-metadata>; the headings
//! are those of the templates that people copy, in any order and at any level. A place that a
//! template leaves to be filled in says nothing and is left out.

mod section;
#[cfg(test)]
mod tests;

pub use section::{Section, Table};

use crate::document::{Document, DocumentLimits, Node, yaml};

/// What a card says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CardFacts {
    /// The front matter; lines count from the start of the file.
    pub front: Option<Document>,
    /// The sections in the order of the file; what stands before the first heading has no title.
    pub sections: Vec<Section>,
}

impl CardFacts {
    /// The front matter's map.
    #[must_use]
    pub fn front_matter(&self) -> Option<&Node> {
        self.front
            .as_ref()
            .and_then(Document::root)
            .filter(|node| node.is_map())
    }

    /// The first heading that has a title.
    #[must_use]
    pub fn title(&self) -> Option<&Section> {
        self.sections
            .iter()
            .find(|section| !section.title.is_empty())
    }
}

/// Largest front matter that is read, in bytes; hubs refuse far smaller ones.
const FRONT_BYTES: usize = 4 << 20;

/// Reads a card. Any Markdown is one; what is no card has no front matter and other headings.
#[must_use]
pub fn parse(text: &str) -> CardFacts {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (front, body, line) = split(text);
    CardFacts {
        front: front.map(|front| yaml(&front, &DocumentLimits::default())),
        sections: section::read(body, line),
    }
}

/// Front matter (behind a line break in place of its mark, so that lines count from the start of the
/// file), body, and the body's first line.
fn split(text: &str) -> (Option<String>, &str, u32) {
    let opened = text
        .strip_prefix("---\n")
        .or_else(|| text.strip_prefix("---\r\n"));
    let Some(rest) = opened else {
        return (None, text, 1);
    };
    let mut length = 0_usize;
    let mut lines = 2_u32;
    for line in rest.split_inclusive('\n') {
        lines = lines.saturating_add(1);
        if line.trim_end() == "---" {
            let front = format!("\n{}", rest.get(..length).unwrap_or_default());
            let body = length.saturating_add(line.len());
            return (Some(front), rest.get(body..).unwrap_or_default(), lines);
        }
        length = length.saturating_add(line.len());
        if length > FRONT_BYTES {
            break;
        }
    }
    (None, text, 1)
}
