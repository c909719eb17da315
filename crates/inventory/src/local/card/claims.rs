//! What a card claims that bytes can contradict.

use waybill_domain::inventory::{Occurrence, RelationKind, Standing};
use waybill_source::{
    card::{CardFacts, Section},
    document::Node,
};

use super::front::at;
use crate::local::{
    disagreement::{Base, Claims},
    sections::{Topic, topics},
};

pub(super) fn read(path: &str, card: &CardFacts) -> Claims {
    let mut claims = Claims::default();
    if let Some(front) = card.front_matter() {
        bases(path, front, &mut claims);
        if let Some(node) = front.get("license") {
            claims.licence = node
                .texts()
                .first()
                .map(|text| ((*text).to_owned(), node.line()));
        }
    }
    for (topic, section) in topics(&card.sections) {
        let rows = section.tables.iter().flat_map(|table| {
            std::iter::once(&table.header)
                .chain(&table.rows)
                .filter_map(|row| match row.as_slice() {
                    [name, value] => Some((name.as_str(), value.as_str())),
                    _ => None,
                })
        });
        let listed = section
            .pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in listed.chain(rows) {
            pair(path, name, value, section, &mut claims);
        }
        if topic == Topic::Description && claims.parameters.is_none() {
            claims.parameters = in_prose(&section.text).map(|count| (count, section.line));
        }
    }
    claims
}

fn bases(path: &str, front: &Node, claims: &mut Claims) {
    let Some(node) = front.get("base_model") else {
        return;
    };
    let relation = front
        .get("base_model_relation")
        .and_then(|node| node.text());
    let tags = front.get("tags").map(Node::texts).unwrap_or_default();
    let library = front.get("library_name").and_then(|node| node.text());
    let written = node.texts();
    let kind = match relation {
        Some("adapter") => RelationKind::AdapterOf,
        Some("quantized") => RelationKind::QuantisedFrom,
        Some("merge") => RelationKind::MergedFrom,
        Some("finetune") => RelationKind::FineTunedFrom,
        _ if tags.contains(&"merge") || tags.contains(&"mergekit") => RelationKind::MergedFrom,
        _ if library == Some("peft") || tags.contains(&"lora") => RelationKind::AdapterOf,
        _ if front.get("quantized_by").is_some() || tags.contains(&"gguf") => {
            RelationKind::QuantisedFrom
        }
        _ if written.len() > 1 => RelationKind::MergedFrom,
        _ => RelationKind::FineTunedFrom,
    };
    claims.bases = written
        .into_iter()
        .map(|written| Base {
            written: written.to_owned(),
            revision: None,
            kind,
            standing: Standing::Claimed,
            at: at(path, front, "base_model"),
        })
        .collect();
}

fn pair(path: &str, name: &str, value: &str, section: &Section, claims: &mut Claims) {
    let line = section.line;
    let name = name.to_lowercase();
    let value = super::plain(value);
    let short = value.len() <= 60;
    match name.as_str() {
        "parameters"
        | "number of parameters"
        | "params"
        | "model size"
        | "parameter count"
        | "total parameters"
        | "size"
            if claims.parameters.is_none() =>
        {
            claims.parameters = number(&value, &name).map(|count| (count, line));
        }
        "context length"
        | "context window"
        | "context size"
        | "max sequence length"
        | "maximum sequence length"
        | "sequence length"
        | "max position embeddings"
        | "context"
            if claims.context.is_none() =>
        {
            claims.context = tokens(&value).map(|length| (length, line));
        }
        "tensor type" | "precision" | "dtype" | "data type" | "weights dtype" | "torch dtype"
            if short =>
        {
            claims.element_type.get_or_insert((value, line));
        }
        "quantization" | "quantisation" | "quantization type" | "quant" if short => {
            claims.quantisation.get_or_insert((value, line));
        }
        "architecture" | "model architecture" if short => {
            claims.architecture.get_or_insert((value, line));
        }
        "format" | "file format" | "weights format" if short => {
            let lower = value.to_lowercase();
            let known = ["safetensors", "gguf", "onnx", "pytorch", "keras", "tflite"];
            if let Some(format) = known.into_iter().find(|format| lower.contains(format)) {
                claims.format.get_or_insert((format.to_owned(), line));
            }
        }
        "finetuned from model"
        | "finetuned from model [optional]"
        | "fine-tuned from"
        | "base model"
        | "finetuned from"
        | "fine-tuned from model"
            if claims.bases.is_empty() && short && !value.contains(' ') =>
        {
            claims.bases.push(Base {
                written: value,
                revision: None,
                kind: RelationKind::FineTunedFrom,
                standing: Standing::Claimed,
                at: Occurrence::at(path, Some(line)),
            });
        }
        "license" | "licence" if short && claims.licence.is_none() => {
            claims.licence = Some((value, line))
        }
        _ => {}
    }
}

/// `7B`, `1.1 billion`, `22,713,216`; a plain number only if the name says that it counts.
fn number(value: &str, name: &str) -> Option<u64> {
    let value = value.trim().trim_start_matches(['~', '≈']).trim();
    let end = value
        .find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, '.' | ','))
        .unwrap_or(value.len());
    let digits = value.get(..end)?.replace(',', "");
    let rest = value.get(end..)?.trim().to_lowercase();
    let unit: f64 = match rest.split(|letter: char| !letter.is_alphabetic()).next()? {
        "b" | "bn" | "billion" => 1e9,
        "m" | "million" => 1e6,
        "k" | "thousand" => 1e3,
        "" | "parameters" | "params" if name != "size" && name != "model size" => 1.0,
        _ => return None,
    };
    natural(digits.parse::<f64>().ok()? * unit)
}

/// A whole number out of a floating one that is one.
fn natural(value: f64) -> Option<u64> {
    let rounded = value.round();
    if !(1.0..1e16).contains(&rounded) {
        return None;
    }
    format!("{rounded:.0}").parse().ok()
}

/// `4096`, `8,192 tokens`, `128k`.
fn tokens(value: &str) -> Option<u64> {
    let value = value.trim();
    let end = value
        .find(|letter: char| !letter.is_ascii_digit() && letter != ',')
        .unwrap_or(value.len());
    let digits: u64 = value.get(..end)?.replace(',', "").parse().ok()?;
    let rest = value.get(end..)?.trim().to_lowercase();
    if rest.starts_with('k') {
        // What `k` stands for is not said; powers of two are what models have.
        return digits.checked_mul(1024);
    }
    (rest.is_empty() || rest.starts_with("token")).then_some(digits)
}

/// The first number of parameters in a description, unless it is about another model.
fn in_prose(text: &str) -> Option<u64> {
    let lower = text.to_lowercase();
    let at = lower.find("parameter")?;
    let before = lower.get(..at)?.trim_end_matches([' ', '-', '\n']);
    let sentence = before.rsplit(['.', '\n']).next().unwrap_or(before);
    let full = before
        .get(before.len().saturating_sub(160)..)
        .unwrap_or(before);
    const OTHERS: [&str; 9] = [
        "from", "than", "distil", "teacher", "based on", "of the", "compared", "larger", "smaller",
    ];
    if OTHERS
        .iter()
        .any(|word| sentence.contains(word) || full.contains(&format!("{word} a")))
    {
        return None;
    }
    let mut words =
        before.rsplit(|letter: char| letter.is_whitespace() || letter == '-' || letter == '(');
    let last = words.next()?.trim_end_matches("m ");
    match last {
        "billion" | "million" => number(&format!("{} {last}", words.next()?), "prose"),
        _ => {
            let unit = last.ends_with(['b', 'm', 'k']);
            let digits = last.starts_with(|letter: char| letter.is_ascii_digit() || letter == '~');
            (unit && digits).then(|| number(last, "prose"))?
        }
    }
}
