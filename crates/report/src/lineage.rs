use std::fmt::Write as _;

use serde_json::Value;
use waybill_domain::{
    KnownModel, LineageClaim, ModelIndex, ModelRelation, TracedMatrix, TracedOrigin, Tracing,
};

use crate::Options;
use crate::comparison::word;
use crate::neutral::{neutral, neutral_ends};
use crate::paint::{FAINT, Paint};
use crate::words::plural;

/// Known models that are told of without --verbose.
const SHOWN: usize = 3;

/// Which known models another one has something of, as text: the nearest first, each with why.
#[must_use]
pub fn tracing(tracing: &Tracing, options: &Options) -> String {
    let paint = Paint {
        colour: options.colour,
    };
    let mut text = String::new();
    let model = &tracing.model;
    let details = format!(
        "{}, {}, {} bytes, sha256:{}",
        model.format,
        plural(model.tensors, "tensor"),
        model.size_bytes,
        model.sha256.as_str()
    );
    let _ = writeln!(
        text,
        "model   {}\n        {}",
        neutral_ends(&model.path, options.width.max(40)),
        paint.with(FAINT, &neutral(&details))
    );
    let related = |origin: &&TracedOrigin| origin.relation != ModelRelation::Unrelated;
    if tracing.origins.iter().filter(related).count() == 0 {
        let _ = writeln!(
            text,
            "result  comes from none of {}, as far as can be told",
            plural(tracing.known, "known model")
        );
    }
    match (tracing.claim, &tracing.claimed) {
        (Some(LineageClaim::Holds), Some(claimed)) => {
            let _ = writeln!(text, "claim   holds: it comes from {}", neutral(claimed));
        }
        (Some(LineageClaim::Fails), Some(claimed)) => {
            let _ = writeln!(
                text,
                "claim   fails: that it comes from {} is not borne out",
                neutral(claimed)
            );
        }
        _ => {}
    }
    let shown = match options.verbose {
        true => tracing.origins.len(),
        false => SHOWN,
    };
    for origin in tracing.origins.iter().take(shown) {
        told(&mut text, origin, options, paint);
    }
    let more = tracing.origins.len().saturating_sub(shown);
    if more > 0 {
        let _ = writeln!(text, "        and {more} more (--verbose lists all)");
    }
    text
}

fn told(text: &mut String, origin: &TracedOrigin, options: &Options, paint: Paint) {
    let _ = writeln!(
        text,
        "origin  {}: {} ({} confidence)",
        neutral_ends(&origin.name, 80),
        origin.relation.words(),
        origin.confidence.as_str()
    );
    let about = [
        ("revision", &origin.revision),
        ("by", &origin.supplier),
        ("licence", &origin.licence),
    ];
    let mut about: Vec<String> = about
        .into_iter()
        .filter_map(|(word, told)| Some(format!("{word} {}", neutral_ends(told.as_ref()?, 60))))
        .collect();
    about.push(format!("in {}", neutral_ends(&origin.index, 60)));
    let _ = writeln!(text, "        {}", paint.with(FAINT, &about.join(", ")));
    for reason in &origin.reasons {
        let _ = writeln!(text, "        {}", neutral(reason));
    }
    if let Some(cosine) = origin.cosine {
        let _ = writeln!(text, "        mean cosine about {cosine:.4}");
    }
    if options.verbose {
        for matrix in &origin.matrices {
            let _ = writeln!(text, "{}", line(matrix));
        }
        for name in &origin.missing {
            let _ = writeln!(text, "matrix  {}: not found", neutral_ends(name, 80));
        }
    }
}

fn line(matrix: &TracedMatrix) -> String {
    let mut line = format!("matrix  {}", neutral_ends(&matrix.name, 80));
    if let Some(name) = &matrix.name_in_model {
        line.push_str(&format!(" -> {}", neutral_ends(name, 80)));
    }
    line.push_str(&format!(": {}", word(matrix.change)));
    if let Some(detail) = &matrix.detail {
        line.push_str(&format!(" ({})", neutral(detail)));
    }
    if let Some(cosine) = matrix.cosine {
        line.push_str(&format!(", cosine about {cosine:.4}"));
    }
    if let Some(difference) = matrix.relative_difference {
        line.push_str(&format!(", difference about {difference:.1e}"));
    }
    line
}

/// A model that was added to an index.
#[must_use]
pub fn known_model(model: &KnownModel) -> String {
    format!(
        "added   {}: {}, fingerprints kept of {}\n        root sha256:{}\n",
        neutral_ends(&model.name, 80),
        plural(model.tensors, "tensor"),
        model.matrices.len(),
        model.root.as_str()
    )
}

/// The JSON Schema (2020-12) of tracings, made from the types.
#[must_use]
pub fn tracing_schema() -> Value {
    crate::json::schema_of(
        schemars::schema_for!(Tracing).to_value(),
        "https://waybill.example/schemas/tracing-1.json",
        "Which known models another one comes from, version 1",
    )
}

/// The JSON Schema (2020-12) of indexes of known models, made from the types.
#[must_use]
pub fn model_index_schema() -> Value {
    crate::json::schema_of(
        schemars::schema_for!(ModelIndex).to_value(),
        "https://waybill.example/schemas/model-index-1.json",
        "Index of known models, version 1",
    )
}
