//! Texts: JSON with templates in it, templates, and what a person reads.

use waybill_formats::gguf::{GgufFacts, Value};
use waybill_formats::{Bytes, pickle};
use waybill_source::text::{Encoding, decode};
use waybill_source::{json, template};

use super::{Facts, Format, Place, Walk, archive};

/// Names under which programs look for templates.
const TEMPLATE_EXTENSIONS: [&str; 5] = [".jinja", ".jinja2", ".j2", ".template", ".tmpl"];
/// Bytes of a script that are read.
const SCRIPT_BYTES: usize = 1 << 20;
/// What a text of settings holds that asks for objects, whatever it is named: the tag by its short handle,
/// written out, or by a handle of the text's own.
const PYTHON_TAGS: [&str; 4] = [
    "!!python/",
    "tag:yaml.org,2002:python",
    "!<tag:yaml.org,2002:",
    "\n%TAG ",
];

/// True if a text may be a document of YAML that names classes.
fn asks_for_objects(text: &str) -> bool {
    text.starts_with("%TAG ") || PYTHON_TAGS.iter().any(|tag| text.contains(tag))
}

impl Walk<'_> {
    /// A text whole, as far as the limit goes; that it was reached is a finding.
    pub(super) fn whole_text(
        &mut self,
        bytes: &Bytes,
        format: Format,
        place: &Place<'_>,
    ) -> String {
        let cap = self.context.limits.text_bytes;
        if bytes.len() > cap {
            self.judge(place, format, bytes.len(), Facts::Limit("text_bytes"));
        }
        let length = usize::try_from(bytes.len().min(cap)).unwrap_or(usize::MAX);
        let raw = bytes.bytes_at(0, length).unwrap_or_default();
        let text =
            decode(&raw).map_or_else(|| String::from_utf8_lossy(&raw), |decoded| decoded.text);
        text.into_owned()
    }

    pub(super) fn text(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        let cap = self.context.limits.text_bytes;
        if bytes.len() > cap && format != Format::TEXT {
            self.judge(place, format, bytes.len(), Facts::Limit("text_bytes"));
        }
        let length = usize::try_from(bytes.len().min(cap)).unwrap_or(usize::MAX);
        let raw = bytes.bytes_at(0, length).unwrap_or_default();
        if format == Format::JSON {
            let raw = match decode(&raw) {
                Some(decoded) if decoded.encoding != Encoding::Utf8 => {
                    decoded.text.into_owned().into_bytes()
                }
                _ => raw,
            };
            let facts = json::strings_of_interest(
                &raw,
                &json::Limits {
                    template_bytes: raw.len(),
                    ..json::Limits::default()
                },
            );
            self.judge(place, format, bytes.len(), Facts::Json(&facts));
            self.targets(&facts, &raw, format, place);
            self.model_json(&raw, place);
            for found in &facts.templates {
                self.template(&found.text, &found.path, place);
            }
            for payload in &facts.payloads {
                let Some(content) = decoded(&raw, payload) else {
                    continue;
                };
                self.constant(content, payload.offset as u64, place);
            }
            self.keras_json(&raw, place);
            self.exported(&raw, place);
            self.package_json(&raw, format, place);
            if !facts.limits_reached.is_empty() {
                self.judge(
                    place,
                    format,
                    bytes.len(),
                    Facts::Limit("depth or number of facts of JSON"),
                );
            }
            return;
        }
        let text =
            decode(&raw).map_or_else(|| String::from_utf8_lossy(&raw), |decoded| decoded.text);
        let named = TEMPLATE_EXTENSIONS
            .iter()
            .any(|extension| place.name.to_ascii_lowercase().ends_with(extension));
        let format = if named && (text.contains("{{") || text.contains("{%")) {
            Format::JINJA
        } else {
            format
        };
        self.judge(place, format, bytes.len(), Facts::Text(&text));
        if format == Format::YAML || asks_for_objects(&text) {
            self.yaml(&text, format, place);
        }
        self.commands_of_settings(&text, format, place);
        if place.name.to_ascii_lowercase().ends_with(".pth") {
            self.path_file(&text, format, place);
        }
        if format == Format::JINJA {
            let facts = template::parse(&text);
            self.judge(
                place,
                format,
                bytes.len(),
                Facts::Template {
                    facts: &facts,
                    text: &text,
                },
            );
        }
        self.search(bytes, place, 0);
    }

    /// Source code and scripts, as far as a rule reads them yet.
    pub(super) fn script(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        let raw = bytes.bytes_at(0, SCRIPT_BYTES).unwrap_or_default();
        if let Ok(text) = std::str::from_utf8(&raw) {
            self.judge(place, format, bytes.len(), Facts::Script(text));
        }
    }

    /// A template that stands in something else.
    pub(super) fn template(&mut self, text: &str, name: &str, place: &Place<'_>) {
        let member = archive::path(place.member, name);
        let inner = Place {
            name,
            member: Some(&member),
            depth: place.depth.saturating_add(1),
            polyglot: false,
        };
        let facts = template::parse(text);
        self.judge(
            &inner,
            Format::JINJA,
            text.len() as u64,
            Facts::Template {
                facts: &facts,
                text,
            },
        );
        self.judge(&inner, Format::JINJA, text.len() as u64, Facts::Text(text));
    }

    /// Texts that stand beside the tensors: templates by their key, the others for what they hide.
    pub(super) fn metadata_texts(
        &mut self,
        metadata: &[(String, String)],
        format: Format,
        place: &Place<'_>,
    ) {
        for (key, text) in metadata {
            if key.contains("chat_template") {
                self.template(text, key, place);
                continue;
            }
            if text.len() >= 16
                && text.starts_with("gA")
                && let Some(content) = pickle::base64(text.as_bytes())
            {
                self.constant(content, 8, place);
            }
            let member = archive::path(place.member, key);
            let inner = Place {
                name: key,
                member: Some(&member),
                depth: place.depth,
                polyglot: false,
            };
            self.judge(&inner, format, text.len() as u64, Facts::Text(text));
        }
    }

    pub(super) fn gguf_texts(&mut self, facts: &GgufFacts, place: &Place<'_>) {
        for pair in &facts.pairs {
            match &pair.value {
                Value::String(text) if pair.key.contains("chat_template") => {
                    self.template(text, &pair.key, place)
                }
                Value::String(text) => {
                    let member = archive::path(place.member, &pair.key);
                    let inner = Place {
                        name: &pair.key,
                        member: Some(&member),
                        depth: place.depth,
                        polyglot: false,
                    };
                    self.judge(&inner, Format::GGUF, text.len() as u64, Facts::Text(text));
                }
                Value::Array(array) if pair.key.contains("chat_template") => {
                    for value in &array.preview {
                        if let Some(text) = value.as_text() {
                            self.template(text, &pair.key, place);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// The bytes that a string of a JSON document encodes.
fn decoded(raw: &[u8], payload: &json::Payload) -> Option<Vec<u8>> {
    let from = raw.get(payload.offset..)?;
    let from = from.strip_prefix(b"\"").unwrap_or(from);
    let text = from.get(..payload.encoded_bytes.min(from.len()))?;
    let text = text.split(|byte| *byte == b'"').next()?;
    match payload.encoding {
        json::Encoding::Base64 => pickle::base64(&unslashed(text)),
        json::Encoding::Hexadecimal => pickle::unhex(text),
        json::Encoding::Latin1 => characters(text),
    }
}

/// JSON writers may escape the slash of base64.
fn unslashed(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|byte| *byte != b'\\').collect()
}

/// A string in which every character stands for one byte, JSON escapes undone.
fn characters(text: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(text);
    let mut out = Vec::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let code = match letter {
            '\\' => match letters.next()? {
                'u' => {
                    u32::from_str_radix(&letters.by_ref().take(4).collect::<String>(), 16).ok()?
                }
                'n' => 10,
                'r' => 13,
                't' => 9,
                'b' => 8,
                'f' => 12,
                other => u32::from(other),
            },
            other => u32::from(other),
        };
        out.push(u8::try_from(code).ok()?);
    }
    Some(out)
}
