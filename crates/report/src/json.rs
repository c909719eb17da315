//! The report as it is. Values are exactly those of [`Report`]; characters that act or hide are
//! written as `\u` escapes, so that the text of the JSON is harmless in a terminal, too.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};
use serde_json::{Map, Serializer, Value};
use waybill_domain::Report;

use crate::neutral::acts_or_hides;
use crate::render::Rendered;

const SCHEMA_ID: &str = "https://waybill.example/schemas/report-1.json";

pub(crate) fn render(report: &Report) -> Rendered {
    pretty(report)
}

/// The JSON Schema (2020-12) of the `json` output, made from the types.
#[must_use]
pub fn json_schema() -> Value {
    let generated = schemars::schema_for!(Report).to_value();
    schema_of(generated, SCHEMA_ID, "Waybill report, version 1")
}

/// A generated schema with its address and title.
pub(crate) fn schema_of(generated: Value, id: &str, title: &str) -> Value {
    let mut schema = Map::new();
    let dialect = generated.get("$schema").cloned().unwrap_or_default();
    schema.insert("$schema".into(), dialect);
    schema.insert("$id".into(), id.into());
    schema.insert("title".into(), title.into());
    if let Value::Object(rest) = generated {
        for (key, value) in rest {
            schema.entry(key).or_insert(value);
        }
    }
    Value::Object(schema)
}

/// Indented JSON of any value of the vocabulary; characters that act or hide are escaped.
///
/// # Errors
/// If the serialiser gives up, which no value of the vocabulary is known to cause.
pub fn pretty_json(value: &impl Serialize) -> Result<String, crate::RenderError> {
    pretty(value).map_err(|source| crate::RenderError::new("json", source))
}

/// Indented JSON with a newline at its end.
pub(crate) fn pretty(value: &impl Serialize) -> Rendered {
    let mut bytes = Vec::new();
    let formatter = Visible(PrettyFormatter::new());
    value.serialize(&mut Serializer::with_formatter(&mut bytes, formatter))?;
    bytes.push(b'\n');
    Ok(String::from_utf8(bytes)?)
}

/// Indents, and escapes what acts or hides.
struct Visible<'indent>(PrettyFormatter<'indent>);

impl Formatter for Visible<'_> {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, hidden)) = rest
            .char_indices()
            .find(|(_, character)| acts_or_hides(*character))
        {
            let (before, after) = rest.split_at(at);
            self.0.write_string_fragment(writer, before)?;
            for unit in hidden.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = after.split_at(hidden.len_utf8()).1;
        }
        self.0.write_string_fragment(writer, rest)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}
