//! Artifacts in the tree: models, adapters, data sets, their cards and metadata, and their lineage.

pub(crate) mod artifact;
mod card;
mod config;
mod croissant;
mod data;
mod disagreement;
mod dvc;
mod folder;
mod hub;
mod mlflow;
mod modelfile;
mod names;
mod private;
mod recipe;
mod sections;
mod shards;
#[cfg(test)]
mod tests;
mod training;
mod weights;

use std::collections::BTreeMap;

use waybill_domain::inventory::{Component, ComponentId, Field, Hash, Occurrence, Standing};
use waybill_source::{
    card::CardFacts,
    document::{self, DocumentLimits, Node},
};

use crate::{
    draft::Draft,
    reading::{FileFacts, Reading},
    tree::{Tree, file_name, join, parent},
};
pub use artifact::{ArtifactFacts, Named, Nature};
pub use modelfile::ModelfileFacts;

pub(crate) use artifact::{archive, artifact, in_document, in_text};

/// Reads a text that only this part understands: a card, or YAML whose name does not say so.
pub(crate) fn text(path: &str, text: &str) -> Option<Reading> {
    let name = file_name(path);
    let yaml = matches!(name, "MLmodel" | "Kitfile");
    if yaml {
        let document = document::yaml(text, &DocumentLimits::default());
        return Some(Reading::Document(document));
    }
    if modelfile::is_name(name) {
        return modelfile::parse(text).map(|facts| Reading::Modelfile(Box::new(facts)));
    }
    if name.to_lowercase().ends_with(".md") {
        let card = waybill_source::card::parse(text);
        let named = matches!(
            name.to_lowercase().as_str(),
            "readme.md"
                | "model_card.md"
                | "modelcard.md"
                | "model-card.md"
                | "datacard.md"
                | "data_card.md"
                | "data-card.md"
                | "dataset_card.md"
                | "datasheet.md"
                | "card.md"
        );
        let worth = named || card.front_matter().is_some_and(card::is_hub_front_matter);
        return worth.then(|| Reading::Card(Box::new(card)));
    }
    None
}

/// Adds what the tree says to the draft.
pub(crate) fn add(tree: &Tree, draft: &mut Draft) {
    let folders = Folders::new(tree);
    let roots = folder::add(&folders, draft);
    mlflow::add(&folders, &roots, draft);
    modelfile::add(&folders, &roots, draft);
    data::add(&folders, &roots, draft);
    dvc::add(&folders, &roots, draft);
    private::clean(draft);
}

/// The files of the tree by the folder they lie in.
pub(super) struct Folders<'a> {
    tree: &'a Tree,
    by_folder: BTreeMap<&'a str, Folder<'a>>,
}

/// The files of one folder.
#[derive(Default)]
pub(super) struct Folder<'a> {
    files: Vec<&'a FileFacts>,
}

impl<'a> Folders<'a> {
    fn new(tree: &'a Tree) -> Self {
        let mut by_folder: BTreeMap<&str, Folder<'a>> = BTreeMap::new();
        for file in tree.files() {
            let folder = by_folder.entry(parent(&file.path)).or_default();
            folder.files.push(file);
        }
        Self { tree, by_folder }
    }

    fn get(&self, folder: &str) -> Option<&Folder<'a>> {
        self.by_folder.get(folder)
    }
}

impl<'a> Folder<'a> {
    fn file(&self, name: &str) -> Option<&'a FileFacts> {
        self.files
            .iter()
            .copied()
            .find(|file| file_name(&file.path) == name)
    }

    /// The first value of a configuration file.
    fn document(&self, name: &str) -> Option<(&'a str, &'a Node)> {
        let file = self.file(name)?;
        document_of(file).map(|node| (file.path.as_str(), node))
    }

    fn artifacts(&self) -> impl Iterator<Item = (&'a FileFacts, &'a ArtifactFacts)> + '_ {
        self.files
            .iter()
            .filter_map(|file| artifact_of(file).map(|facts| (*file, facts)))
    }

    fn cards(&self) -> impl Iterator<Item = (&'a FileFacts, &'a CardFacts)> + '_ {
        self.files.iter().filter_map(|file| {
            file.readings.iter().find_map(|reading| match reading {
                Reading::Card(card) => Some((*file, card.as_ref())),
                _ => None,
            })
        })
    }
}

fn document_of(file: &FileFacts) -> Option<&Node> {
    file.readings.iter().find_map(|reading| match reading {
        Reading::Document(document) => document.root(),
        _ => None,
    })
}

fn artifact_of(file: &FileFacts) -> Option<&ArtifactFacts> {
    file.readings.iter().find_map(|reading| match reading {
        Reading::Artifact(facts) => Some(facts.as_ref()),
        _ => None,
    })
}

/// The digests of a file, or the one that stands in its place.
fn hashes(file: &FileFacts, facts: Option<&ArtifactFacts>) -> Vec<Hash> {
    match facts.and_then(|facts| facts.stands_for.as_ref()) {
        Some((algorithm, value)) => vec![Hash {
            algorithm: algorithm.clone(),
            value: value.clone(),
            standing: Standing::Claimed,
        }],
        None => file.hashes.clone(),
    }
}

/// Says who says what about a component, with its place.
fn state(
    component: &mut Component,
    field: Field,
    value: impl Into<String>,
    standing: Standing,
    at: &Occurrence,
) {
    let by = at.path.clone();
    component.state(field, value, standing, by, Some(at.clone()));
}

/// Takes a fact over if there is none yet.
fn first<T>(into: &mut Option<T>, value: Option<T>) {
    if into.is_none() {
        *into = value;
    }
}

/// The component of a model that metadata names: a folder or file of the tree, else one of the hub.
fn named_model(
    draft: &mut Draft,
    folder: &str,
    written: &str,
    revision: Option<&str>,
    at: &Occurrence,
) -> Option<ComponentId> {
    for start in [folder, ""] {
        let Some(path) = join(start, written.trim_end_matches('/')) else {
            continue;
        };
        for word in ["model", "adapter"] {
            let id = ComponentId(format!("{word}:{path}"));
            if draft.get(&id).is_some() {
                return Some(id);
            }
        }
    }
    hub::model(draft, written, revision, at.clone())
}
