//! What the weights of a model say of it.

use std::collections::BTreeMap;

use waybill_domain::inventory::{Component, Field, Occurrence, Pin, Standing};

use super::{artifact::ArtifactFacts, disagreement::Observed, first, hashes, names, state};
use crate::{
    reading::FileFacts,
    tree::{file_name, parent},
};

/// A file of weights and what its header says.
pub(super) type Weights<'a> = (&'a FileFacts, &'a ArtifactFacts);

/// Weights by what they are parts of: shards of one file together.
pub(super) fn grouped<'a>(weights: &[Weights<'a>]) -> BTreeMap<String, Vec<Weights<'a>>> {
    let mut groups: BTreeMap<String, Vec<Weights<'a>>> = BTreeMap::new();
    for (file, facts) in weights {
        let name = file_name(&file.path);
        let shard = names::shard(name).filter(|shard| shard.total.is_some());
        let stem = shard.map_or_else(|| name.to_owned(), |shard| shard.stem);
        let key = format!("{}/{stem}", parent(&file.path));
        groups.entry(key).or_default().push((file, facts));
    }
    groups
}

/// Facts out of the weights: all are listed, one format is counted.
pub(super) fn fill(
    component: &mut Component,
    held: &[Weights<'_>],
    folder: &str,
    observed: &mut Observed,
) {
    let mut size = 0_u64;
    for (file, facts) in held {
        component.seen(Occurrence::at(&file.path, None));
        for hash in hashes(file, Some(facts)) {
            if !component.hashes.contains(&hash) {
                component.hashes.push(hash);
            }
        }
        size += file.size_bytes;
    }
    if held.is_empty() {
        return;
    }
    component.pin = Some(Pin::Digest);
    component.direct = Some(true);
    component
        .properties
        .insert("size.bytes".to_owned(), size.to_string());
    let mut formats: Vec<&str> = held
        .iter()
        .map(|(_, facts)| facts.format.as_str())
        .collect();
    formats.sort_by_key(|format| rank(format));
    formats.dedup();
    component
        .properties
        .insert("format".to_owned(), formats.join(", "));
    let format = formats.first().copied().unwrap_or_default();
    let counted: Vec<Weights<'_>> = held
        .iter()
        .filter(|(_, facts)| facts.format == format)
        .copied()
        .collect();
    // The folder itself counts; the parts below only where it holds no weights (diffusers).
    let own: Vec<Weights<'_>> = counted
        .iter()
        .filter(|(file, _)| parent(&file.path) == folder)
        .copied()
        .collect();
    let chosen = if own.is_empty() { counted } else { own };
    let mut by_folder: BTreeMap<&str, Vec<Weights<'_>>> = BTreeMap::new();
    for group in grouped(&chosen).into_values() {
        let elements = |group: &[Weights<'_>]| -> u64 {
            group
                .iter()
                .filter_map(|(_, facts)| facts.model.parameter_count)
                .sum()
        };
        let place = group.first().map_or("", |(file, _)| parent(&file.path));
        let kept = by_folder.entry(place).or_default();
        if kept.is_empty() || elements(&group) > elements(kept) {
            *kept = group;
        }
    }
    for (file, facts) in by_folder.into_values().flatten() {
        take(component, file, facts, observed);
    }
}

/// Which of several formats of one model is counted.
fn rank(format: &str) -> usize {
    [
        "safetensors",
        "gguf",
        "pytorch",
        "onnx",
        "keras",
        "torchscript",
    ]
    .iter()
    .position(|known| *known == format)
    .unwrap_or(9)
}

fn take(
    component: &mut Component,
    file: &FileFacts,
    facts: &ArtifactFacts,
    observed: &mut Observed,
) {
    let at = Occurrence::at(&file.path, None);
    let model = component.model_mut();
    for (name, count) in &facts.model.element_types {
        let sum = model.element_types.entry(name.clone()).or_default();
        *sum = sum.saturating_add(*count);
    }
    if let Some(count) = facts.model.parameter_count {
        model.parameter_count = Some(model.parameter_count.unwrap_or(0).saturating_add(count));
    }
    let from = &facts.model;
    first(&mut model.format, from.format.clone());
    first(&mut model.family, from.family.clone());
    first(&mut model.architecture, from.architecture.clone());
    first(&mut model.library, from.library.clone());
    first(&mut model.quantisation, from.quantisation.clone());
    first(&mut model.tokenizer, from.tokenizer.clone());
    first(&mut model.vocabulary_size, from.vocabulary_size);
    first(&mut model.context_length, from.context_length);
    first(&mut model.written_by, from.written_by.clone());
    if model.inputs.is_empty() {
        model.inputs.clone_from(&from.inputs);
        model.outputs.clone_from(&from.outputs);
    }
    if model.languages.is_empty() {
        model.languages.clone_from(&from.languages);
    }
    for (name, value) in &from.hyperparameters {
        model
            .hyperparameters
            .entry(name.clone())
            .or_insert_with(|| value.clone());
    }
    first(&mut component.description, facts.description.clone());
    first(&mut component.version, facts.version.clone());
    for author in &facts.authors {
        if !component.authors.contains(author) {
            component.authors.push(author.clone());
        }
    }
    for (name, value) in &facts.properties {
        component
            .properties
            .entry(name.clone())
            .or_insert_with(|| value.clone());
    }
    if let Some(name) = &facts.name {
        component
            .properties
            .entry("header.name".to_owned())
            .or_insert_with(|| name.clone());
    }
    if facts.chat_template {
        component
            .properties
            .insert("chat-template".to_owned(), "in the header".to_owned());
    }
    if let Some(licence) = &facts.licence {
        let source = waybill_domain::inventory::LicenceSource::Metadata;
        crate::licences::claim(component, licence, source, Standing::Claimed, at.clone());
    }
    observed.header(facts, &at);
    say(component, facts, &at);
}

/// What was observed, in words.
fn say(component: &mut Component, facts: &ArtifactFacts, at: &Occurrence) {
    let from = &facts.model;
    let types: Vec<String> = from.element_types.keys().cloned().collect();
    let said = [
        (
            Field::ParameterCount,
            from.parameter_count.map(|count| count.to_string()),
        ),
        (
            Field::ElementTypes,
            (!types.is_empty()).then(|| types.join(", ")),
        ),
        (
            Field::Architecture,
            from.architecture.clone().or_else(|| from.family.clone()),
        ),
        (Field::Tokenizer, from.tokenizer.clone()),
        (
            Field::InputOutput,
            from.context_length
                .map(|length| format!("context of {length} tokens")),
        ),
    ];
    for (field, value) in said {
        if let Some(value) = value {
            state(component, field, value, Standing::Observed, at);
        }
    }
}
