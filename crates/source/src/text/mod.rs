//! What a text is, by its content.
//!
//! The name is a hint that can make a text *code* (`.py` is read as Python whatever it
//! holds), or decide between shapes that fit alike; it never makes code harmless. Formats
//! with a signature of their own, text pickles among them, are to be recognised before.
//!
//! The heuristics count lines: a class needs a mark that nothing else has, and most lines
//! have to fit. A vocabulary with the words `import` and `eval`, or a README with fenced
//! Python, is prose; a `.txt` whose lines are statements is source code.

mod code;
mod decoding;
mod json_shape;
mod language;
mod lines;
mod markup;
mod pointer;
mod settings;
mod template_shape;

pub use decoding::{Decoded, Encoding, decode};
pub use language::Language;

/// Bytes of the head that are looked at.
pub const HEAD_BYTES: usize = 65_536;

/// What a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextClass {
    /// Bytes that are no text.
    NotText,
    /// Nothing, or white space only.
    Empty,
    /// Text for readers, lists of words, tables: nothing of the below.
    Prose,
    /// One JSON document; comments are tolerated.
    Json,
    /// JSON documents, one a line.
    JsonLines,
    /// A Jupyter notebook.
    Notebook,
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
    /// Sections with `key = value`.
    Ini,
    /// XML of no kind below.
    Xml,
    /// HTML.
    Html,
    /// SVG.
    Svg,
    /// XML whose root is `PMML`.
    PmmlXml,
    /// Source code or a script.
    SourceCode(Language),
    /// A Jinja template.
    JinjaTemplate,
    /// A pointer of Git LFS in place of the content.
    GitLfsPointer {
        /// SHA-256 of the content, in hexadecimal.
        oid: String,
        /// Bytes of the content.
        size_bytes: u64,
    },
    /// A LightGBM model.
    LightGbmText,
    /// Protocol Buffers text format.
    Pbtxt,
}

/// Extensions of texts that people read.
const PROSE: [&str; 8] = ["txt", "text", "md", "markdown", "rst", "log", "adoc", "tsv"];

/// Tells what the text that starts with `head` is; `name_hint` is its file name.
#[must_use]
pub fn classify(head: &[u8], name_hint: Option<&str>) -> TextClass {
    let cut = head.len() > HEAD_BYTES;
    let head = head.get(..HEAD_BYTES).unwrap_or(head);
    let Some(decoded) = decode(head) else {
        return TextClass::NotText;
    };
    let text = decoded.text.as_ref();
    if text.trim().is_empty() {
        return TextClass::Empty;
    }
    let text = if cut { whole_lines(text) } else { text };
    let name = Name::new(name_hint.unwrap_or_default());
    recognise(text, &name)
}

fn recognise(text: &str, name: &Name) -> TextClass {
    if let Some(pointer) = pointer::read(text) {
        return pointer;
    }
    if let Some(language) = language::of_interpreter(text).or_else(|| name.language()) {
        return TextClass::SourceCode(language);
    }
    if text.starts_with("tree\n") && text.contains("\nversion=v") {
        return TextClass::LightGbmText;
    }
    json_shape::recognise(text, name)
        .or_else(|| markup::recognise(text, name))
        .or_else(|| template_shape::recognise(text, name))
        .or_else(|| settings::named(text, name))
        // The schema of protocol buffers looks like Java, and nothing runs it.
        .or_else(|| name.is_one_of(&["proto"]).then_some(TextClass::Prose))
        .or_else(|| {
            let language = code::recognise(text);
            // A list under a heading looks like a recipe under a target.
            let listed = language == Some(Language::Makefile) && name.is_one_of(&PROSE);
            language.filter(|_| !listed).map(TextClass::SourceCode)
        })
        .or_else(|| settings::recognise(text))
        .unwrap_or(TextClass::Prose)
}

/// A head that was cut, without its last, broken line.
fn whole_lines(text: &str) -> &str {
    let end = text.rfind('\n').unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

/// A file name, in lower case.
struct Name {
    whole: String,
}

impl Name {
    fn new(hint: &str) -> Self {
        let whole = hint.rsplit(['/', '\\']).next().unwrap_or_default();
        Self {
            whole: whole.to_ascii_lowercase(),
        }
    }

    /// What follows the last dot.
    fn extension(&self) -> &str {
        self.whole
            .rsplit_once('.')
            .map_or("", |(_, extension)| extension)
    }

    fn is_one_of(&self, extensions: &[&str]) -> bool {
        extensions.contains(&self.extension())
    }

    fn language(&self) -> Option<Language> {
        language::of_name(&self.whole, self.extension())
    }
}

/// Lines that say something: neither blank nor comments.
fn telling_lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim_end);
    lines.filter(|line| {
        let start = line.trim_start();
        !start.is_empty() && !start.starts_with('#') && !start.starts_with(';')
    })
}

#[cfg(test)]
mod tests;
