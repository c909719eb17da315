//! Folders that are one model or adapter, and weights that lie alone.

use std::collections::BTreeMap;

use waybill_domain::inventory::{Component, ComponentId, Occurrence, Pin, Role, Standing};

use super::{
    Folder, Folders,
    artifact::Nature,
    card, config,
    disagreement::Observed,
    names, shards, training,
    weights::{Weights, fill, grouped},
};
use crate::{
    draft::Draft,
    tree::{file_name, parent},
};

/// The folders that are models, and whose the folders below them are.
#[derive(Default)]
pub(super) struct Roots {
    owners: BTreeMap<String, ComponentId>,
    files: BTreeMap<String, ComponentId>,
}

impl Roots {
    /// The model that a file belongs to.
    pub(super) fn owner(&self, path: &str) -> Option<&ComponentId> {
        self.files
            .get(path)
            .or_else(|| self.owners.get(parent(path)))
    }

    /// The model or adapter of exactly this folder or file.
    pub(super) fn at(&self, path: &str) -> Option<&ComponentId> {
        self.owners.get(path).or_else(|| self.files.get(path))
    }

    pub(super) fn own(&mut self, path: &str, id: &ComponentId) {
        self.files.insert(path.to_owned(), id.clone());
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// It owns the folders below it by their usual names.
    Usual,
    /// It owns everything below it.
    All,
}

/// Adds models and adapters.
pub(super) fn add(folders: &Folders<'_>, draft: &mut Draft) -> Roots {
    let mut roots = Roots::default();
    let mut deep: Vec<(&str, ComponentId)> = Vec::new();
    let mut groups: BTreeMap<ComponentId, (&str, Vec<&str>)> = BTreeMap::new();
    for (path, folder) in &folders.by_folder {
        let owner = deep
            .iter()
            .rev()
            .find(|(root, _)| is_below(path, root))
            .map(|(_, id)| id.clone())
            .or_else(|| usual_owner(path, &roots));
        if let Some(owner) = owner {
            if let Some((_, below)) = groups.get_mut(&owner) {
                below.push(path);
            }
            roots.owners.insert((*path).to_owned(), owner);
            continue;
        }
        let Some((role, depth)) = kind(path, folder) else {
            continue;
        };
        let shown = if path.is_empty() { "." } else { path };
        let id = ComponentId(format!("{}:{shown}", role.as_str()));
        if depth == Depth::All {
            deep.push((path, id.clone()));
        }
        roots.owners.insert((*path).to_owned(), id.clone());
        groups.insert(id, (path, Vec::new()));
    }
    let mut described = Vec::new();
    for (id, (path, below)) in groups {
        described.push(model(folders, &id, path, &below, draft, &mut roots));
    }
    described.extend(lone(folders, draft, &mut roots));
    // Names of bases are looked up among all components, so lineage comes last.
    for (id, observed) in described {
        observed.relate(draft, &id);
        describe(folders, draft, &id, &observed);
    }
    roots
}

/// Adds what the cards beside a model say.
fn describe(folders: &Folders<'_>, draft: &mut Draft, id: &ComponentId, observed: &Observed) {
    let Some(folder) = folders.get(&observed.folder) else {
        return;
    };
    for (file, facts) in folder.cards() {
        let own = file_name(&file.path).to_lowercase() != "readme.md"
            || facts.front_matter().is_some_and(card::is_hub_front_matter)
            || (observed.whole_folder && !observed.folder.is_empty());
        let is_dataset = facts.front_matter().is_some_and(card::is_dataset_card);
        if own && !is_dataset {
            card::describe_model(draft, id, &file.path, facts, observed);
        }
    }
}

fn is_below(path: &str, root: &str) -> bool {
    path.strip_prefix(root)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// `meta.json` of a pipeline of spaCy.
fn spacy<'a>(
    folder: &Folder<'a>,
) -> Option<(
    &'a crate::reading::FileFacts,
    &'a waybill_source::document::Node,
)> {
    let (_, node) = folder.document("meta.json")?;
    let is_pipeline = node.get("spacy_version").is_some() && node.get("lang").is_some();
    folder
        .file("meta.json")
        .filter(|_| is_pipeline)
        .zip(Some(node))
}

/// What a pipeline says of itself; its bytes have no format that anybody else reads.
fn pipeline(
    component: &mut Component,
    file: &crate::reading::FileFacts,
    node: &waybill_source::document::Node,
) {
    let text = |key: &str| node.get(key).and_then(|node| node.text());
    if let (Some(language), Some(name)) = (text("lang"), text("name")) {
        component.name = format!("{language}_{name}");
    }
    component.version = text("version").map(ToOwned::to_owned);
    component.description = text("description")
        .filter(|text| !text.is_empty())
        .map(ToOwned::to_owned);
    component.pin = Some(Pin::Digest);
    component.direct = Some(true);
    component.hashes.extend(file.hashes.iter().cloned());
    component.seen(Occurrence::at(&file.path, None));
    component.model_mut().library = Some("spacy".to_owned());
    component.model_mut().format = Some("spacy".to_owned());
}

/// The model above that owns folders of this name.
fn usual_owner(path: &str, roots: &Roots) -> Option<ComponentId> {
    let above = parent(path);
    let name = file_name(path);
    let layer = name.starts_with(|letter: char| letter.is_ascii_digit())
        && name.split_once('_').is_some_and(|(_, word)| {
            matches!(
                word,
                "Pooling" | "Dense" | "Normalize" | "Transformer" | "CNN" | "LSTM"
            )
        });
    let usual = layer
        || matches!(
            name,
            "onnx"
                | "openvino"
                | "coreml"
                | "tokenizer"
                | "original"
                | "variables"
                | "runs"
                | "tflite"
                | "metal"
        );
    (usual && !path.is_empty()).then(|| roots.owners.get(above).cloned())?
}

/// What a folder is, if it is a model or an adapter.
fn kind(path: &str, folder: &Folder<'_>) -> Option<(Role, Depth)> {
    let config = folder.document("config.json").map(|(_, node)| node);
    let has = |name: &str| folder.file(name).is_some();
    if folder
        .document("adapter_config.json")
        .is_some_and(|(_, node)| {
            node.get("peft_type").is_some() || node.get("base_model_name_or_path").is_some()
        })
    {
        return Some((Role::Adapter, Depth::Usual));
    }
    if folder
        .document("model_index.json")
        .is_some_and(|(_, node)| node.get("_class_name").is_some())
        || has("MLmodel")
        || has("saved_model.pb")
        || spacy(folder).is_some()
        || path.ends_with(".mlpackage")
        || folder
            .document("modules.json")
            .is_some_and(|(_, node)| is_modules(node))
    {
        return Some((Role::Model, Depth::All));
    }
    let weights: Vec<Weights<'_>> = weights(folder).collect();
    let mistral = folder
        .document("params.json")
        .is_some_and(|(_, node)| node.get("dim").is_some() && node.get("n_layers").is_some());
    if config.is_some_and(config::is_model)
        || has("model.safetensors.index.json")
        || has("pytorch_model.bin.index.json")
        || (mistral && !weights.is_empty())
        || (has("tokenizer_config.json") && !weights.is_empty())
    {
        return Some((Role::Model, Depth::Usual));
    }
    let carded = folder.cards().any(|(_, card)| {
        card.front_matter()
            .is_some_and(|front| card::is_hub_front_matter(front) && !card::is_dataset_card(front))
    });
    let own = carded
        || names::is_folder_of_one_model(path, folder.files.iter().map(|file| file.path.as_str()));
    if own && !path.is_empty() && grouped(&weights).len() == 1 {
        let adapter = weights
            .iter()
            .all(|(_, facts)| facts.nature == Nature::AdapterWeights);
        let role = if adapter { Role::Adapter } else { Role::Model };
        return Some((role, Depth::Usual));
    }
    None
}

fn is_modules(node: &waybill_source::document::Node) -> bool {
    node.items().iter().any(|item| {
        item.get("type")
            .and_then(|kind| kind.text())
            .is_some_and(|kind| kind.starts_with("sentence_transformers"))
    })
}

fn weights<'a>(folder: &Folder<'a>) -> impl Iterator<Item = Weights<'a>> {
    folder
        .artifacts()
        .filter(|(_, facts)| matches!(facts.nature, Nature::Weights | Nature::AdapterWeights))
        .collect::<Vec<_>>()
        .into_iter()
}

/// One model out of a folder and those below it.
fn model(
    folders: &Folders<'_>,
    id: &ComponentId,
    path: &str,
    below: &[&str],
    draft: &mut Draft,
    roots: &mut Roots,
) -> (ComponentId, Observed) {
    let role = if id.0.starts_with("adapter:") {
        Role::Adapter
    } else {
        Role::Model
    };
    let mut component = Component::new(id.clone(), role, config::folder_name(path));
    component.path = Some(if path.is_empty() { "." } else { path }.to_owned());
    let mut observed = Observed::new(path, true);
    let mut held: Vec<Weights<'_>> = Vec::new();
    for part in std::iter::once(&path).chain(below) {
        held.extend(folders.get(part).into_iter().flat_map(weights));
    }
    separate(&mut held, draft, roots, id);
    fill(&mut component, &held, path, &mut observed);
    let Some(folder) = folders.get(path) else {
        return (draft.add(component), observed);
    };
    if let Some((file, node)) = spacy(folder) {
        pipeline(&mut component, file, node);
    }
    config::cache(&mut component, path);
    config::apply(folder, &mut component, &mut observed);
    training::apply(folder, &mut component);
    shards::compare(draft, &component, folder, &held);
    let id = draft.add(component);
    super::recipe::chat_template(folder, draft, &id);
    (id, observed)
}

/// Takes out the GGUF files that are a variant of the model in other weights, or several variants.
fn separate(held: &mut Vec<Weights<'_>>, draft: &mut Draft, roots: &mut Roots, of: &ComponentId) {
    let (variants, rest): (Vec<_>, Vec<_>) =
        held.iter().partition(|(_, facts)| facts.format == "gguf");
    let variants = grouped(&variants);
    if variants.is_empty() || (rest.is_empty() && variants.len() == 1) {
        return;
    }
    for group in variants.values() {
        if let Some((id, observed)) = alone(group, draft, roots) {
            observed.relate(draft, &id);
            draft.relate(
                of,
                waybill_domain::inventory::RelationKind::Contains,
                &id,
                Standing::Observed,
                None,
            );
        }
    }
    *held = rest;
}

/// Weights that belong to no folder of their own.
fn lone(
    folders: &Folders<'_>,
    draft: &mut Draft,
    roots: &mut Roots,
) -> Vec<(ComponentId, Observed)> {
    let mut added = Vec::new();
    for (path, folder) in &folders.by_folder {
        if roots.owners.contains_key(*path) {
            continue;
        }
        let found: Vec<Weights<'_>> = weights(folder).collect();
        for group in grouped(&found).values() {
            added.extend(alone(group, draft, roots));
        }
    }
    added
}

fn alone(
    group: &[Weights<'_>],
    draft: &mut Draft,
    roots: &mut Roots,
) -> Option<(ComponentId, Observed)> {
    let (file, facts) = group.first()?;
    let role = if facts.nature == Nature::AdapterWeights {
        Role::Adapter
    } else {
        Role::Model
    };
    let id = ComponentId(format!("{}:{}", role.as_str(), file.path));
    let name = file_name(&file.path);
    let stem = names::shard(name)
        .filter(|shard| shard.total.is_some())
        .map_or_else(|| name.to_owned(), |shard| shard.stem);
    let stem = stem
        .rsplit_once('.')
        .map_or(stem.as_str(), |(stem, _)| stem)
        .to_owned();
    // `reader/1/model.onnx` as servers of models have it: the folder above the number names it.
    let folder = parent(&file.path);
    let above = file_name(parent(folder));
    let numbered = config::is_number(file_name(folder)) && config::is_generic(&stem);
    let name = if numbered && !above.is_empty() {
        above
    } else {
        &stem
    };
    let mut component = Component::new(id.clone(), role, name);
    component.path = Some(file.path.clone());
    let mut observed = Observed::new(parent(&file.path), false);
    fill(&mut component, group, parent(&file.path), &mut observed);
    shards::missing(draft, &id, group);
    for (file, _) in group {
        roots.own(&file.path, &id);
    }
    Some((draft.add(component), observed))
}
