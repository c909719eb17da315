use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};
use waybill_domain::{DisarmedTensor, Disarming};

use crate::Options;
use crate::conversion::files;
use crate::neutral::{neutral, neutral_ends};
use crate::words::{plural, size};
use crate::wrap::wrap;

const SCHEMA_ID: &str = "https://waybill.example/schemas/disarming-1.json";
/// Tensors and removed things that are shown one by one.
const SHOWN: usize = 12;

/// What was disarmed, as text: what changed and by how much, what went, and what did not.
#[must_use]
pub fn disarming(disarming: &Disarming, options: &Options) -> String {
    let mut text = files(&disarming.source, &disarming.output, 9, options);
    let _ = writeln!(
        text,
        "cleared  {} bits of numbers, {} that hold nothing of the source now",
        disarming.bits_cleared,
        size(disarming.bits_cleared / 8)
    );
    for line in kinds(&disarming.tensors) {
        let _ = writeln!(text, "         {line}");
    }
    text.push_str(&tensors(disarming, options));
    text.push_str(&removed(disarming, options));
    let _ = writeln!(text, "still there may be");
    for sentence in &disarming.not_removed {
        for (index, line) in wrap(&neutral(sentence), options.width.max(40) - 11)
            .iter()
            .enumerate()
        {
            let start = if index == 0 {
                "         - "
            } else {
                "           "
            };
            let _ = writeln!(text, "{start}{line}");
        }
    }
    text
}

/// What was done, by type.
fn kinds(tensors: &[DisarmedTensor]) -> Vec<String> {
    let mut kinds: BTreeMap<(&str, &str, u32), u64> = BTreeMap::new();
    for tensor in tensors {
        let into = tensor.dtype_in_output.as_ref().unwrap_or(&tensor.dtype);
        *kinds.entry((&tensor.dtype, into, tensor.bits)).or_default() += 1;
    }
    let line = |((dtype, into, bits), count): ((&str, &str, u32), u64)| {
        let tensors = plural(count, "tensor");
        let rounded = match dtype == into {
            true => String::new(),
            false => format!(", rounded to {}", neutral(into)),
        };
        let renewed = match (bits, dtype == into) {
            (0, true) => ": low bits left as they are".to_owned(),
            (0, false) => String::new(),
            (bits, _) => format!(
                ": low {} of each number made anew",
                plural(bits.into(), "bit")
            ),
        };
        format!("{tensors} of {}{rounded}{renewed}", neutral(dtype))
    };
    kinds.into_iter().map(line).collect()
}

/// Those that changed most, or all.
fn tensors(disarming: &Disarming, options: &Options) -> String {
    let mut text = String::new();
    let mut changed: Vec<&DisarmedTensor> = disarming
        .tensors
        .iter()
        .filter(|tensor| options.verbose || tensor.changed > 0)
        .collect();
    let shown = match options.verbose {
        true => changed.len(),
        false => {
            changed.sort_by(|one, other| other.largest_change.total_cmp(&one.largest_change));
            SHOWN
        }
    };
    for tensor in changed.iter().take(shown) {
        let _ = write!(
            text,
            "tensor   {} {:?}: changed by at most {:.2e}, bound {:.2e}",
            neutral_ends(&tensor.name, 80),
            tensor.shape,
            tensor.largest_change,
            tensor.bound
        );
        if tensor.zeroed > 0 {
            let _ = write!(text, ", {} set to zero", tensor.zeroed);
        }
        text.push('\n');
    }
    let more = changed.len().saturating_sub(shown);
    if more > 0 {
        let _ = writeln!(
            text,
            "         and {more} that changed less (--verbose lists them)"
        );
    }
    text
}

fn removed(disarming: &Disarming, options: &Options) -> String {
    let mut text = String::new();
    if disarming.removed.is_empty() {
        text.push_str("removed  nothing beside the tensors\n");
        return text;
    }
    let shown = match options.verbose {
        true => disarming.removed.len(),
        false => SHOWN,
    };
    for (index, left) in disarming.removed.iter().take(shown).enumerate() {
        let word = if index == 0 { "removed" } else { "" };
        let place = match left.path.as_str() {
            "" => String::new(),
            path => format!("{}: ", neutral_ends(path, 60)),
        };
        let _ = writeln!(text, "{word:<8} {place}{}", neutral(&left.what));
    }
    let more = disarming.removed.len().saturating_sub(shown);
    if more > 0 {
        let _ = writeln!(text, "         and {more} more (--verbose lists them)");
    }
    text
}

/// The JSON Schema (2020-12) of disarmings, made from the types.
#[must_use]
pub fn disarming_schema() -> Value {
    let generated = schemars::schema_for!(Disarming).to_value();
    let mut schema = Map::new();
    let dialect = generated.get("$schema").cloned().unwrap_or_default();
    schema.insert("$schema".into(), dialect);
    schema.insert("$id".into(), SCHEMA_ID.into());
    schema.insert("title".into(), "Waybill disarming, version 1".into());
    if let Value::Object(rest) = generated {
        for (key, value) in rest {
            schema.entry(key).or_insert(value);
        }
    }
    Value::Object(schema)
}
