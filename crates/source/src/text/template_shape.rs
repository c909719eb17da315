//! Whether a text is a Jinja template.

use super::{Name, TextClass};
use crate::template;

/// Of a hundred bytes, so many are tags in a template without a telling name.
const TAG_PERCENT: usize = 20;

pub(super) fn recognise(text: &str, name: &Name) -> Option<TextClass> {
    if !text.contains("{{") && !text.contains("{%") {
        return None;
    }
    let named = name.is_one_of(&["jinja", "jinja2", "j2", "template", "tmpl", "tpl"]);
    let start = text.trim_start();
    let starts = ["{{", "{%", "{#"].iter().any(|tag| start.starts_with(tag));
    let facts = template::parse(text);
    let says_something =
        !facts.names.is_empty() || !facts.tags.is_empty() || !facts.strings.is_empty();
    let outside = facts.literal_text.len();
    let inside = text.len().saturating_sub(outside);
    let dense = inside.saturating_mul(100) >= text.len().saturating_mul(TAG_PERCENT);
    // The head may end inside a block or tag.
    let broken = facts.errors.iter().any(|error| {
        !error.message.ends_with("is missing") && !error.message.ends_with("never closed")
    });
    let reads = says_something && !broken && facts.unknown_tags.is_empty();
    let template = (named && says_something) || (reads && (starts || dense));
    template.then_some(TextClass::JinjaTemplate)
}
