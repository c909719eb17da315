//! What a YAML text asks its reader to make: objects by tags, calls by keys that name code.
//!
//! YAML 1.2.2, chapters 3.2.1.2 (tags), 7.1 (aliases). Nothing is made, and no alias is followed: how
//! far the text would unfold is counted.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, Tag};

use crate::code::Unread;

/// What a YAML text asks its reader to make.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YamlObjects {
    /// Tags that are not those of plain values.
    pub tags: Vec<Tagged>,
    /// Texts under keys by which programs find code to call.
    pub named: Vec<NamedCode>,
    /// `${resolver:argument}`, one entry each.
    pub interpolations: Vec<Interpolation>,
    /// Texts that look like encoded bytes, and those tagged `!!binary`.
    pub encoded: Vec<PlacedText>,
    /// Texts with the marks of a template under a key that says so.
    pub templates: Vec<PlacedText>,
    /// Values as they stand.
    pub values: u64,
    /// Values after every alias is replaced by what it names; saturating.
    pub unfolded: u64,
    /// Where reading stopped, if it did before the end.
    pub stopped: Option<Unread>,
    /// What was found beyond the listed.
    pub left_out: u64,
}

/// A tag with what it is set on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// The whole tag, handle resolved and escapes undone: `tag:yaml.org,2002:python/name:os.system`.
    pub tag: String,
    /// The first plain values of what it is set on.
    pub sample: Vec<String>,
    /// Line from 1.
    pub line: u32,
}

/// A text that names code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedCode {
    /// Path of keys, `$.model._target_`.
    pub path: String,
    /// The key.
    pub key: String,
    /// What stands there.
    pub value: String,
    /// Line from 1.
    pub line: u32,
}

/// One interpolation with a resolver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpolation {
    /// What resolves it: `oc.env`, `eval`.
    pub resolver: String,
    /// What is handed to it, to the closing brace.
    pub argument: String,
    /// Path of keys.
    pub path: String,
    /// Line from 1.
    pub line: u32,
}

/// A text with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedText {
    /// Path of keys.
    pub path: String,
    /// The text.
    pub text: String,
    /// Line from 1.
    pub line: u32,
}

/// Entries of one list that are kept.
const LISTED: usize = 1000;
/// Characters of a name, a path or a sample that are kept.
const KEPT_CHARACTERS: usize = 300;
/// Nesting beyond which no reader follows.
const DEPTH: usize = 1000;
/// Levels of a path that are written out.
const PATH_LEVELS: usize = 16;
/// Values beyond which reading stops.
const VALUES: u64 = 20_000_000;
/// Values of a tagged list or map that are kept as its sample; tags inside tags that have one.
const SAMPLED: usize = 4;
/// Texts shorter than this hide no program.
const ENCODED_CHARACTERS: usize = 24;

/// Keys whose text names code: Hydra, jsonargparse, torchtune, MLflow, and those of their kind.
const KEYS: [&str; 12] = [
    "_target_",
    "__target__",
    "_component_",
    "_call_",
    "_factory_",
    "class_path",
    "loader_module",
    "python_model",
    "init_function",
    "factory",
    "callable",
    "target",
];

/// Reads all documents of a YAML text.
#[must_use]
pub fn yaml_objects(text: &str) -> YamlObjects {
    let mut walk = Walk {
        found: YamlObjects::default(),
        open: Vec::new(),
        anchors: HashMap::new(),
        sampling: Vec::new(),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for event in Parser::new_from_str(text) {
        let (line, taken) = match event {
            Ok((event, span)) => (
                number(span.start.line()),
                walk.take(event, span.start.line()),
            ),
            Err(error) => (number(error.marker().line()), Err(error.info().to_owned())),
        };
        if let Err(reason) = taken {
            let line = Some(line);
            walk.found.stopped = Some(Unread { line, reason });
            break;
        }
    }
    walk.found
}

fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// A list or map that is open.
struct Open {
    anchor: usize,
    /// `None` in a list.
    key: Option<Option<String>>,
    /// Elements of a list so far.
    index: u64,
    unfolded: u64,
    /// How many of the samples were open before it.
    samples: usize,
}

struct Walk {
    found: YamlObjects,
    open: Vec<Open>,
    anchors: HashMap<usize, u64>,
    /// Tags whose content is being read, by index.
    sampling: Vec<usize>,
}

impl Walk {
    fn take(&mut self, event: Event<'_>, line: usize) -> Result<(), String> {
        let line = number(line);
        match event {
            Event::Scalar(text, _, anchor, tag) => {
                self.count()?;
                let before = self.sampling.len();
                let binary = self.tag(tag.as_deref(), line);
                self.scalar(&text, binary, line);
                self.sampling.truncate(before);
                self.ended(anchor, 1, Some(&text));
            }
            Event::Alias(anchor) => {
                self.count()?;
                let unfolded = self.anchors.get(&anchor).copied().unwrap_or(1);
                self.ended(0, unfolded, None);
            }
            Event::SequenceStart(anchor, tag) => self.enter(anchor, tag.as_deref(), None, line)?,
            Event::MappingStart(anchor, tag) => {
                self.enter(anchor, tag.as_deref(), Some(None), line)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    self.sampling.truncate(open.samples);
                    self.ended(open.anchor, open.unfolded.saturating_add(1), None);
                }
            }
            Event::DocumentEnd => self.anchors.clear(),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), String> {
        self.found.values = self.found.values.saturating_add(1);
        if self.found.values > VALUES {
            return Err(format!("more than {VALUES} values"));
        }
        Ok(())
    }

    fn enter(
        &mut self,
        anchor: usize,
        tag: Option<&Tag>,
        key: Option<Option<String>>,
        line: u32,
    ) -> Result<(), String> {
        self.count()?;
        if self.open.len() >= DEPTH {
            return Err(format!("nested deeper than {DEPTH}"));
        }
        let samples = self.sampling.len();
        self.tag(tag, line);
        self.open.push(Open {
            anchor,
            key,
            index: 0,
            unfolded: 0,
            samples,
        });
        Ok(())
    }

    /// Notes a tag; true if it says that the text is encoded bytes.
    fn tag(&mut self, tag: Option<&Tag>, line: u32) -> bool {
        let Some(tag) = tag else {
            return false;
        };
        let whole = unescaped(&format!("{}{}", tag.handle, tag.suffix));
        let plain = whole.strip_prefix("tag:yaml.org,2002:").unwrap_or(&whole);
        if PLAIN_TAGS.contains(&plain) {
            return plain == "binary";
        }
        if self.found.tags.len() < LISTED {
            if self.sampling.len() < SAMPLED {
                self.sampling.push(self.found.tags.len());
            }
            self.found.tags.push(Tagged {
                tag: cut(&whole),
                sample: Vec::new(),
                line,
            });
        } else {
            self.found.left_out = self.found.left_out.saturating_add(1);
        }
        false
    }

    fn scalar(&mut self, text: &str, binary: bool, line: u32) {
        for index in &self.sampling {
            if let Some(tagged) = self.found.tags.get_mut(*index)
                && tagged.sample.len() < SAMPLED
            {
                tagged.sample.push(cut(text));
            }
        }
        let Some(key) = self.key().map(ToOwned::to_owned) else {
            return;
        };
        if KEYS.contains(&key.as_str()) && !text.is_empty() {
            let named = NamedCode {
                path: self.path(),
                key: key.clone(),
                value: cut(text),
                line,
            };
            keep(named, &mut self.found.named, &mut self.found.left_out);
        }
        if text.contains("${") {
            self.interpolations(text, line);
        }
        let template = ["template", "prompt", "jinja"]
            .iter()
            .any(|word| key.to_ascii_lowercase().contains(word));
        if template && (text.contains("{{") || text.contains("{%")) {
            let found = self.placed(text, line);
            keep(found, &mut self.found.templates, &mut self.found.left_out);
        }
        if binary || looks_encoded(text) {
            let found = self.placed(text, line);
            keep(found, &mut self.found.encoded, &mut self.found.left_out);
        }
    }

    fn placed(&self, text: &str, line: u32) -> PlacedText {
        PlacedText {
            path: self.path(),
            text: text.to_owned(),
            line,
        }
    }

    fn interpolations(&mut self, text: &str, line: u32) {
        let path = self.path();
        for (start, _) in text.match_indices("${").take(LISTED) {
            let inner = text.get(start.saturating_add(2)..).unwrap_or_default();
            let Some((resolver, rest)) = inner.split_once(':') else {
                continue;
            };
            let resolver = resolver.trim();
            let word = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
            if resolver.is_empty() || !resolver.chars().all(word) {
                continue;
            }
            let found = Interpolation {
                resolver: cut(resolver),
                argument: cut(closed(rest)),
                path: path.clone(),
                line,
            };
            keep(
                found,
                &mut self.found.interpolations,
                &mut self.found.left_out,
            );
        }
    }

    /// The key under which the next value stands, `""` for an element of a list; `None` if the next
    /// value is itself a key.
    fn key(&self) -> Option<&str> {
        match self.open.last() {
            None => Some(""),
            Some(Open { key: None, .. }) => {
                // A list under a key: `_target_: [a.b]` is no use of the key.
                Some("")
            }
            Some(Open { key: Some(key), .. }) => key.as_deref(),
        }
    }

    fn path(&self) -> String {
        let mut out = "$".to_owned();
        for open in self.open.iter().take(PATH_LEVELS) {
            match &open.key {
                None => out.push_str(&format!("[{}]", open.index)),
                Some(key) => {
                    out.push('.');
                    out.push_str(&cut(key.as_deref().unwrap_or("?")));
                }
            }
        }
        out
    }

    /// A value ended: it is a key, the value of one, an element, or a document.
    fn ended(&mut self, anchor: usize, unfolded: u64, text: Option<&str>) {
        if anchor != 0 {
            self.anchors.insert(anchor, unfolded);
        }
        let Some(open) = self.open.last_mut() else {
            self.found.unfolded = self.found.unfolded.saturating_add(unfolded);
            return;
        };
        open.unfolded = open.unfolded.saturating_add(unfolded);
        open.index = open.index.saturating_add(1);
        if let Some(key) = &mut open.key {
            *key = match key {
                None => Some(cut(text.unwrap_or("?"))),
                Some(_) => None,
            };
        }
    }
}

/// Tags of plain values, by the specification and by YAML 1.1.
const PLAIN_TAGS: [&str; 30] = [
    "!",
    "str",
    "int",
    "float",
    "bool",
    "null",
    "seq",
    "map",
    "set",
    "omap",
    "pairs",
    "binary",
    "timestamp",
    "merge",
    "value",
    "yaml",
    "",
    "python/none",
    "python/bool",
    "python/bytes",
    "python/str",
    "python/unicode",
    "python/int",
    "python/long",
    "python/float",
    "python/complex",
    "python/list",
    "python/tuple",
    "python/dict",
    "python/set",
];

fn keep<T>(found: T, list: &mut Vec<T>, left_out: &mut u64) {
    if list.len() < LISTED {
        list.push(found);
    } else {
        *left_out = left_out.saturating_add(1);
    }
}

fn cut(text: &str) -> String {
    text.chars().take(KEPT_CHARACTERS).collect()
}

/// Up to the brace that closes what the text begins inside.
fn closed(text: &str) -> &str {
    let mut depth = 1_u32;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth = depth.saturating_add(1),
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return text.get(..at).unwrap_or(text);
        }
    }
    text
}

/// `%2f` and its like undone: readers do so before they look a tag up.
fn unescaped(tag: &str) -> String {
    if !tag.contains('%') {
        return tag.to_owned();
    }
    let mut out = Vec::with_capacity(tag.len());
    let mut bytes = tag.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let pair = (byte == b'%')
            .then(|| Some([ahead.next()?, ahead.next()?]))
            .flatten()
            .and_then(|pair| u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok());
        match pair {
            Some(value) => {
                out.push(value);
                bytes = ahead;
            }
            None => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Base64 whose first bytes are those of a pickle, a program or an archive.
fn looks_encoded(text: &str) -> bool {
    const STARTS: [&str; 9] = [
        "gAJ", "gAN", "gAS", "gAW", "f0VMR", "TVqQ", "TVoA", "UEsDB", "H4sI",
    ];
    text.len() >= ENCODED_CHARACTERS && STARTS.iter().any(|start| text.starts_with(start))
}
