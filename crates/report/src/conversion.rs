use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};
use waybill_domain::{Conversion, ConvertedFile};

use crate::Options;
use crate::neutral::{neutral, neutral_ends};
use crate::paint::{FAINT, Paint};
use crate::words::plural;

const SCHEMA_ID: &str = "https://waybill.example/schemas/conversion-1.json";
/// Things left behind that are shown one by one.
const SHOWN: usize = 12;

/// What was read and what was written, as text: a word, the path behind `indent` columns, and the facts of
/// the file below it.
pub(crate) fn files(
    source: &ConvertedFile,
    output: &ConvertedFile,
    indent: usize,
    options: &Options,
) -> String {
    let paint = Paint {
        colour: options.colour,
    };
    let mut text = String::new();
    for (word, file) in [("read", source), ("wrote", output)] {
        let details = format!(
            "{}, {} bytes, sha256:{}",
            file.format,
            file.size_bytes,
            file.sha256.as_str()
        );
        let _ = writeln!(
            text,
            "{word:<indent$}{}\n{:indent$}{}",
            neutral_ends(&file.path, options.width.max(40)),
            "",
            paint.with(FAINT, &neutral(&details))
        );
    }
    text
}

/// What was converted, as text: what came over, then what did not.
#[must_use]
pub fn conversion(conversion: &Conversion, options: &Options) -> String {
    let mut text = files(&conversion.source, &conversion.output, 7, options);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for tensor in &conversion.tensors {
        *kinds.entry(tensor.dtype.as_str()).or_default() += 1;
    }
    let kinds: Vec<String> = kinds
        .iter()
        .map(|(dtype, count)| format!("{count} {dtype}"))
        .collect();
    let tensors = plural(conversion.tensors.len() as u64, "tensor");
    let _ = writeln!(
        text,
        "equal  {tensors}, each bit for bit ({})",
        kinds.join(", ")
    );
    let shared = conversion
        .tensors
        .iter()
        .filter(|tensor| tensor.shared_with.is_some())
        .count();
    if shared > 0 {
        let shared = plural(shared as u64, "tensor");
        let _ = writeln!(
            text,
            "       {shared} shared elements with another one and stand by themselves now"
        );
    }
    if options.verbose {
        for tensor in &conversion.tensors {
            let name = neutral(&tensor.name);
            let _ = writeln!(
                text,
                "       {name} {} {:?} sha256:{}",
                tensor.dtype,
                tensor.shape,
                tensor.sha256.as_str()
            );
        }
    }
    text.push_str(&left_behind(conversion, options));
    text
}

/// What did not come over.
fn left_behind(conversion: &Conversion, options: &Options) -> String {
    let mut text = String::new();
    if conversion.left_behind.is_empty() {
        let _ = writeln!(text, "left   nothing behind");
        return text;
    }
    let shown = match options.verbose {
        true => conversion.left_behind.len(),
        false => SHOWN,
    };
    let _ = writeln!(
        text,
        "left   {} behind:",
        plural(conversion.left_behind.len() as u64, "thing")
    );
    for left in conversion.left_behind.iter().take(shown) {
        let path = match left.path.as_str() {
            "" => "(the whole)",
            path => path,
        };
        let _ = writeln!(
            text,
            "       {}: {}",
            neutral_ends(path, 60),
            neutral(&left.what)
        );
    }
    let more = conversion.left_behind.len().saturating_sub(shown);
    if more > 0 {
        let _ = writeln!(text, "       and {more} more (--verbose lists them)");
    }
    text
}

/// The JSON Schema (2020-12) of conversions, made from the types.
#[must_use]
pub fn conversion_schema() -> Value {
    let generated = schemars::schema_for!(Conversion).to_value();
    let mut schema = Map::new();
    let dialect = generated.get("$schema").cloned().unwrap_or_default();
    schema.insert("$schema".into(), dialect);
    schema.insert("$id".into(), SCHEMA_ID.into());
    schema.insert("title".into(), "Waybill conversion, version 1".into());
    if let Value::Object(rest) = generated {
        for (key, value) in rest {
            schema.entry(key).or_insert(value);
        }
    }
    Value::Object(schema)
}
