//! Elements and their attributes.

use quick_xml::events::BytesStart;

use super::{Constant, XmlFacts, cut, push, says_something};

impl XmlFacts {
    /// Notes an element; gives its name without its prefix, in lower case.
    /// `layer` is the name of the last layer.
    pub(super) fn element(
        &mut self,
        start: &BytesStart<'_>,
        offset: usize,
        layer: &mut String,
    ) -> String {
        let name = local(start.name().as_ref()).to_owned();
        if self.elements == 0 {
            self.root.clone_from(&name);
        }
        self.elements = self.elements.saturating_add(1);
        let name = name.to_ascii_lowercase();
        let (mut kind, mut version) = (String::new(), String::new());
        let mut constant = Constant::default();
        let (mut from, mut length) = (None, None);
        for attribute in start.attributes().with_checks(false).flatten() {
            let key = local(attribute.key.as_ref()).to_ascii_lowercase();
            let value: &str = attribute.value.as_ref();
            let value = unescaped(value);
            match key.as_str() {
                "type" => kind.clone_from(&value),
                "version" => version.clone_from(&value),
                "name" if name == "layer" => layer.clone_from(&value),
                "element_type" | "precision" => constant.element.clone_from(&value),
                "offset" => from = value.parse().ok(),
                "size" => length = value.parse().ok(),
                _ => {}
            }
            self.attribute(&name, &key, &value, offset);
        }
        // `data` of a constant; before the tenth version of the format each kind of weights.
        if matches!(name.as_str(), "data" | "weights" | "biases" | "custom")
            && let (Some(start), Some(length)) = (from, length)
            && self.constants.len() < super::KEPT
        {
            self.constants.push(Constant {
                name: cut(layer),
                start,
                length,
                ..constant
            });
        }
        if name == "layer" && self.layers.len() < super::KEPT {
            self.layers.entry((kind, version)).or_insert(offset);
        }
        name
    }

    fn attribute(&mut self, element: &str, key: &str, value: &str, offset: usize) {
        let label = format!("{element}.{key}");
        let compact: String = value
            .chars()
            .filter(|letter| !letter.is_whitespace() && !letter.is_control())
            .take(64)
            .collect();
        let compact = compact.to_ascii_lowercase();
        let script = compact.starts_with("javascript:")
            || compact.starts_with("vbscript:")
            || compact.starts_with("data:text/html")
            || element == "script" && matches!(key, "src" | "href");
        if script || is_handler(key, value) {
            push(&mut self.scripts, &label, offset, value);
            return;
        }
        let loads = match element {
            // XInclude, XSLT and XML Schema.
            "include" | "import" | "redefine" | "stylesheet" => {
                matches!(key, "href" | "schemalocation")
            }
            "iframe" | "object" | "embed" | "foreignobject" => matches!(key, "src" | "data"),
            _ => is_library(&compact) || matches!(key, "library" | "plugin" | "script"),
        };
        if loads && !value.is_empty() {
            push(&mut self.references, &label, offset, value);
        }
        if says_something(value) {
            push(&mut self.texts, &label, offset, value);
        }
    }
}

/// True for `onload` and its like with something to run.
fn is_handler(key: &str, value: &str) -> bool {
    let named = key.strip_prefix("on").is_some_and(|event| {
        event.len() >= 3 && event.bytes().all(|byte| byte.is_ascii_lowercase())
    });
    named && value.contains(['(', '=', '`'])
}

/// True for a name of native code.
fn is_library(value: &str) -> bool {
    [".so", ".dll", ".dylib"]
        .iter()
        .any(|ending| value.ends_with(ending))
        || value.contains(".so.")
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The value with the five entities of XML replaced, and numbers of characters; others stay.
fn unescaped(value: &str) -> String {
    if !value.contains('&') {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let Some((name, behind)) = after.split_once(';').filter(|(name, _)| name.len() <= 10)
        else {
            out.push('&');
            rest = after;
            continue;
        };
        match letter(name) {
            Some(letter) => out.push(letter),
            None => {
                out.push('&');
                out.push_str(name);
                out.push(';');
            }
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn letter(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(number)
        }
    }
}
