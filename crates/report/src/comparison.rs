use std::fmt::Write as _;

use serde_json::{Map, Value};
use waybill_domain::{ComparedTensor, Comparison, LineageClaim, SingularValues, TensorChange};

use crate::Options;
use crate::neutral::{neutral, neutral_ends};
use crate::paint::{FAINT, Paint};
use crate::words::plural;

const SCHEMA_ID: &str = "https://waybill.example/schemas/comparison-1.json";
/// Changed tensors that are shown one by one.
const SHOWN: usize = 12;

/// What one model is to another, as text: the answer, why, then the tensors that changed most.
#[must_use]
pub fn comparison(comparison: &Comparison, options: &Options) -> String {
    let paint = Paint {
        colour: options.colour,
    };
    let mut text = String::new();
    let (first, second) = (&comparison.first, &comparison.second);
    for (word, file) in [("first", first), ("second", second)] {
        let details = format!(
            "{}, {}, {} bytes, sha256:{}",
            file.format,
            plural(file.tensors, "tensor"),
            file.size_bytes,
            file.sha256.as_str()
        );
        let _ = writeln!(
            text,
            "{word:<7} {}\n        {}",
            neutral_ends(&file.path, options.width.max(40)),
            paint.with(FAINT, &neutral(&details))
        );
    }
    let _ = writeln!(
        text,
        "result  {} ({} confidence)",
        comparison.relation.words(),
        comparison.confidence.as_str()
    );
    match comparison.claim {
        Some(LineageClaim::Holds) => {
            text.push_str("claim   holds: the second comes from the first\n");
        }
        Some(LineageClaim::Fails) => {
            text.push_str("claim   fails: that the second comes from the first is not borne out\n");
        }
        None => {}
    }
    for reason in &comparison.reasons {
        let _ = writeln!(text, "        {}", neutral(reason));
    }
    let mut changed: Vec<&ComparedTensor> = comparison
        .tensors
        .iter()
        .filter(|tensor| options.verbose || tensor.change != TensorChange::Equal)
        .collect();
    let shown = match options.verbose {
        true => changed.len(),
        false => {
            let distance = |tensor: &ComparedTensor| tensor.relative_difference.unwrap_or(0.0);
            changed.sort_by(|one, other| distance(other).total_cmp(&distance(one)));
            SHOWN
        }
    };
    for tensor in changed.iter().take(shown) {
        let _ = writeln!(text, "{}", line(tensor));
        if let Some(values) = tensor.singular_values.as_ref().filter(|_| options.verbose) {
            text.push_str(&singular(values));
        }
    }
    let more = changed.len().saturating_sub(shown);
    if more > 0 {
        let _ = writeln!(text, "        and {more} more (--verbose lists all)");
    }
    text
}

fn line(tensor: &ComparedTensor) -> String {
    let mut line = format!("tensor  {}", neutral_ends(&tensor.name, 80));
    if let Some(name) = &tensor.name_in_second {
        line.push_str(&format!(" -> {}", neutral_ends(name, 80)));
    }
    line.push_str(&format!(" {} {:?}", tensor.dtype, tensor.shape));
    if tensor.dtype_in_second.is_some() || tensor.shape_in_second.is_some() {
        let dtype = tensor.dtype_in_second.as_ref().unwrap_or(&tensor.dtype);
        let shape = tensor.shape_in_second.as_ref().unwrap_or(&tensor.shape);
        line.push_str(&format!(" -> {dtype} {shape:?}"));
    }
    line.push_str(&format!(": {}", word(tensor.change)));
    if let Some(detail) = &tensor.detail {
        line.push_str(&format!(" ({})", neutral(detail)));
    }
    if let Some(cosine) = tensor.cosine {
        line.push_str(&format!(", cosine {cosine:.6}"));
    }
    if let Some(difference) = tensor.relative_difference {
        line.push_str(&format!(", difference {difference:.2e}"));
    }
    if tensor.sampled {
        line.push_str(", sampled rows");
    }
    line
}

/// The largest singular values of a tensor, each row at most as wide as a terminal.
fn singular(values: &SingularValues) -> String {
    let row = |word: &str, values: &[f64]| {
        let values: Vec<String> = values.iter().map(|value| short(*value)).collect();
        format!("        singular values, {word:<10} {}", values.join(" "))
    };
    let rank = match values.difference_rank {
        Some(rank) => format!(" (rank {rank})"),
        None => " (of no low rank)".to_owned(),
    };
    format!(
        "{}\n{}\n{}{rank}\n",
        row("first", &values.first),
        row("second", &values.second),
        row("difference", &values.difference),
    )
}

/// Four digits that count.
fn short(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if !(1e-3..1e5).contains(&size) => format!("{value:.3e}"),
        size if size < 10.0 => format!("{value:.4}"),
        _ => format!("{value:.2}"),
    }
}

pub(crate) const fn word(change: TensorChange) -> &'static str {
    match change {
        TensorChange::Equal => "equal",
        TensorChange::Retyped => "same values, stored otherwise",
        TensorChange::Rounded => "rounded",
        TensorChange::LowBits => "low bits changed",
        TensorChange::Zeroed => "became zero",
        TensorChange::Permuted => "permuted",
        TensorChange::LowRank => "low rank added",
        TensorChange::Moved => "moved",
        TensorChange::Replaced => "another content",
        TensorChange::Reshaped => "another shape",
    }
}

/// The JSON Schema (2020-12) of comparisons, made from the types.
#[must_use]
pub fn comparison_schema() -> Value {
    let generated = schemars::schema_for!(Comparison).to_value();
    let mut schema = Map::new();
    let dialect = generated.get("$schema").cloned().unwrap_or_default();
    schema.insert("$schema".into(), dialect);
    schema.insert("$id".into(), SCHEMA_ID.into());
    schema.insert("title".into(), "Waybill comparison, version 1".into());
    if let Value::Object(rest) = generated {
        for (key, value) in rest {
            schema.entry(key).or_insert(value);
        }
    }
    Value::Object(schema)
}
