//! GGUF: the pairs that describe a model, and its tensor table.

use waybill_formats::{
    Limits, ReadAt,
    gguf::{self, GgufFacts, Value},
};

use super::{ArtifactFacts, Named, Nature, put};

pub(super) fn read(bytes: &dyn ReadAt, limits: &Limits) -> Option<ArtifactFacts> {
    let header = gguf::parse(bytes, limits)?;
    let mut facts = ArtifactFacts {
        format: "gguf".to_owned(),
        tensor_count: header.tensors.len() as u64,
        name: text(&header, "general.name").or_else(|| text(&header, "general.basename")),
        version: text(&header, "general.version"),
        description: text(&header, "general.description"),
        licence: text(&header, "general.license"),
        bases: named(&header, "general.base_model"),
        datasets: named(&header, "general.dataset"),
        ..ArtifactFacts::default()
    };
    for key in ["general.author", "general.organization"] {
        facts.authors.extend(text(&header, key));
    }
    if text(&header, "general.type").as_deref() == Some("adapter") {
        facts.nature = Nature::AdapterWeights;
    }
    facts.chat_template = header
        .pairs
        .iter()
        .any(|pair| pair.key.starts_with("tokenizer.chat_template"));
    model(&header, &mut facts);
    count(&header, &mut facts);
    put(
        &mut facts.properties,
        "format.version",
        header.version.to_string(),
    );
    for (name, key) in [
        ("gguf.size-label", "general.size_label"),
        ("gguf.finetune", "general.finetune"),
        ("gguf.quantised-by", "general.quantized_by"),
        ("gguf.licence-name", "general.license.name"),
        ("gguf.repository", "general.repo_url"),
        ("gguf.source-repository", "general.source.repo_url"),
        (
            "gguf.source-repository",
            "general.source.huggingface.repository",
        ),
        ("gguf.imatrix-dataset", "quantize.imatrix.dataset"),
    ] {
        if let Some(value) = text(&header, key) {
            put(&mut facts.properties, name, value);
        }
    }
    Some(facts)
}

fn value<'a>(header: &'a GgufFacts, key: &str) -> Option<&'a Value> {
    header
        .pairs
        .iter()
        .find(|pair| pair.key == key)
        .map(|pair| &pair.value)
}

fn text(header: &GgufFacts, key: &str) -> Option<String> {
    let text = value(header, key)?.as_text()?.trim();
    (!text.is_empty()).then(|| text.chars().take(2000).collect())
}

fn number(header: &GgufFacts, key: &str) -> Option<u64> {
    match value(header, key)? {
        Value::U8(number) => Some(u64::from(*number)),
        Value::U16(number) => Some(u64::from(*number)),
        Value::U32(number) => Some(u64::from(*number)),
        Value::U64(number) => Some(*number),
        Value::I32(number) => u64::try_from(*number).ok(),
        Value::I64(number) => u64::try_from(*number).ok(),
        _ => None,
    }
}

/// `general.base_model.0.name` and its kin.
fn named(header: &GgufFacts, prefix: &str) -> Vec<Named> {
    let count = number(header, &format!("{prefix}.count"))
        .unwrap_or(0)
        .min(32);
    (0..count)
        .map(|index| {
            let key = |name: &str| format!("{prefix}.{index}.{name}");
            Named {
                name: text(header, &key("name")),
                organisation: text(header, &key("organization")),
                repository: text(header, &key("repo_url")).or_else(|| text(header, &key("url"))),
            }
        })
        .filter(|named| *named != Named::default())
        .collect()
}

fn model(header: &GgufFacts, facts: &mut ArtifactFacts) {
    let model = &mut facts.model;
    model.format = Some("gguf".to_owned());
    model.family = text(header, "general.architecture");
    if let Some(family) = &model.family {
        model.context_length = number(header, &format!("{family}.context_length"));
        model.vocabulary_size = number(header, &format!("{family}.vocab_size"));
        if let Some(rank) = number(header, "adapter.lora.rank") {
            model
                .hyperparameters
                .insert("r".to_owned(), rank.to_string());
        }
    }
    if let Some(Value::F32(alpha)) = value(header, "adapter.lora.alpha") {
        model
            .hyperparameters
            .insert("lora_alpha".to_owned(), alpha.to_string());
    }
    model.tokenizer = text(header, "tokenizer.ggml.model");
    if let Some(Value::Array(tokens)) = value(header, "tokenizer.ggml.tokens") {
        model.vocabulary_size = model.vocabulary_size.or(Some(tokens.count));
    }
    if let Some(Value::Array(languages)) = value(header, "general.languages") {
        let texts = languages.preview.iter().filter_map(Value::as_text);
        model.languages = texts.map(ToOwned::to_owned).collect();
    }
    model.quantisation = number(header, "general.file_type")
        .and_then(file_type)
        .map(ToOwned::to_owned);
}

fn count(header: &GgufFacts, facts: &mut ArtifactFacts) {
    let mut most: Option<(u64, &'static str)> = None;
    for tensor in &header.tensors {
        let elements = tensor
            .dims
            .iter()
            .try_fold(1_u64, |product, size| product.checked_mul(*size));
        if let (Some(name), Some(elements)) = (tensor.type_name, elements) {
            let sum = facts
                .model
                .element_types
                .entry(name.to_owned())
                .or_default();
            *sum = sum.saturating_add(elements);
            if most.is_none_or(|(least, _)| *sum > least) {
                most = Some((*sum, name));
            }
        }
    }
    // A table that broke off counts too little.
    if header.tensors.len() as u64 == header.tensor_count && !header.tensors.is_empty() {
        let sum = facts
            .model
            .element_types
            .values()
            .fold(0_u64, |sum, count| sum.saturating_add(*count));
        facts.model.parameter_count = Some(sum);
    }
    if facts.model.quantisation.is_none() {
        facts.model.quantisation = most.map(|(_, name)| name.to_owned());
    }
}

/// Names of `general.file_type`, which are those of llama.cpp's `llama_ftype`.
const fn file_type(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "F32",
        1 => "F16",
        2 => "Q4_0",
        3 => "Q4_1",
        7 => "Q8_0",
        8 => "Q5_0",
        9 => "Q5_1",
        10 => "Q2_K",
        11 => "Q3_K_S",
        12 => "Q3_K_M",
        13 => "Q3_K_L",
        14 => "Q4_K_S",
        15 => "Q4_K_M",
        16 => "Q5_K_S",
        17 => "Q5_K_M",
        18 => "Q6_K",
        19 => "IQ2_XXS",
        20 => "IQ2_XS",
        21 => "Q2_K_S",
        22 => "IQ3_XS",
        23 => "IQ3_XXS",
        24 => "IQ1_S",
        25 => "IQ4_NL",
        26 => "IQ3_S",
        27 => "IQ3_M",
        28 => "IQ2_S",
        29 => "IQ2_M",
        30 => "IQ4_XS",
        31 => "IQ1_M",
        32 => "BF16",
        36 => "TQ1_0",
        37 => "TQ2_0",
        38 => "MXFP4",
        39 => "NVFP4",
        _ => return None,
    })
}
