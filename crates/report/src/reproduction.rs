use std::fmt::Write as _;

use serde_json::{Map, Value};
use waybill_domain::{Recipe, Reproduction, ReproductionOutcome};

use crate::Options;
use crate::neutral::{neutral, neutral_ends};
use crate::signing::is_key;

const SCHEMA_ID: &str = "https://waybill.example/schemas/reproduction-1.json";

/// What came of making something again, as text: how it was made, what went in, what came out.
#[must_use]
pub fn reproduction(reproduction: &Reproduction, options: &Options) -> String {
    let width = options.width.max(40);
    let mut text = String::new();
    let _ = writeln!(text, "made     {}", recipe(&reproduction.recipe));
    for (name, value) in &reproduction.recipe.environment {
        let _ = writeln!(text, "         with {}={}", neutral(name), neutral(value));
    }
    if let Some(who) = &reproduction.signed_by {
        let what = if is_key(who) { "the key " } else { "" };
        let _ = writeln!(text, "signed   by {what}{}", neutral(who));
    }
    for input in &reproduction.inputs {
        let here = match &input.path {
            Some(path) => format!("is here: {}", neutral_ends(path, width)),
            None => "is not here".to_owned(),
        };
        let name = neutral_ends(&input.name, width);
        let _ = writeln!(
            text,
            "from     {name}, sha256:{}\n         {here}",
            neutral(&input.sha256)
        );
    }
    for product in &reproduction.products {
        let name = neutral_ends(&product.name, width);
        let _ = writeln!(text, "product  {name}, sha256:{}", neutral(&product.sha256));
        if let Some(now) = product
            .sha256_now
            .as_ref()
            .filter(|now| **now != product.sha256)
        {
            let _ = writeln!(text, "         now sha256:{now}");
        }
        if let Some(difference) = &product.difference {
            let what = neutral(&difference.what);
            let _ = writeln!(text, "         {}: {what}", difference.kind.words());
        }
    }
    text.push_str(match reproduction.outcome {
        ReproductionOutcome::Equal => "result   equal, byte for byte\n",
        ReproductionOutcome::Different => "result   different\n",
        ReproductionOutcome::NotRun => {
            "result   not run: `--run` runs the command, if the statement is signed by whom you trust\n"
        }
    });
    for note in &reproduction.notes {
        let _ = writeln!(text, "note     {}", neutral(note));
    }
    text
}

/// A command as it could be typed, or a verb.
fn recipe(recipe: &Recipe) -> String {
    let Some(verb) = &recipe.verb else {
        let words: Vec<String> = recipe.command.iter().map(|word| quoted(word)).collect();
        return words.join(" ");
    };
    match &recipe.version {
        Some(version) => format!(
            "by `waybill {}`, version {}",
            neutral(verb),
            neutral(version)
        ),
        None => format!("by `waybill {}`", neutral(verb)),
    }
}

/// A word as shells take it.
fn quoted(word: &str) -> String {
    let plain = |one: char| one.is_ascii_alphanumeric() || "-_./=:,@%+".contains(one);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => neutral(&format!("'{}'", word.replace('\'', "'\\''"))).into_owned(),
    }
}

/// The JSON Schema (2020-12) of reproductions, made from the types.
#[must_use]
pub fn reproduction_schema() -> Value {
    let generated = schemars::schema_for!(Reproduction).to_value();
    let mut schema = Map::new();
    let dialect = generated.get("$schema").cloned().unwrap_or_default();
    schema.insert("$schema".into(), dialect);
    schema.insert("$id".into(), SCHEMA_ID.into());
    schema.insert("title".into(), "Waybill reproduction, version 1".into());
    if let Value::Object(rest) = generated {
        for (key, value) in rest {
            schema.entry(key).or_insert(value);
        }
    }
    Value::Object(schema)
}
