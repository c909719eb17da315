//! Digests of what components of the tree consist of, so that a bill can be held against the bytes.

use waybill_domain::inventory::{Component, ComponentId, Hash, Role};

use crate::draft::Draft;
use crate::tree::Tree;

/// Files of one component that are listed with their digests.
const FILES_LISTED: usize = 2000;
/// Before the path of a file of a folder, in the name of the property that holds its digest.
pub(crate) const FILE_PROPERTY: &str = "file.";

/// Name of the property of a component that is a folder without artifacts.
pub(crate) const FOLDER_PROPERTY: &str = "folder.without-artifacts";

/// Gives every component that is a file its digest, and every component that is a folder those of
/// the artifacts in it. A path that is not in the tree (data that is kept elsewhere) is no path.
pub(crate) fn add(tree: &Tree, draft: &mut Draft) {
    let placed: Vec<(ComponentId, String)> = draft
        .components()
        .filter_map(|component| Some((component.id.clone(), component.path.clone()?)))
        .collect();
    for (id, path) in placed {
        let Some(component) = draft.get_mut(&id) else {
            continue;
        };
        if let Some(file) = tree.get(&path) {
            if component.hashes.is_empty() && is_bytes(component) {
                component.hashes.clone_from(&file.hashes);
            }
            continue;
        }
        let mut files = tree.below(&path).peekable();
        if files.peek().is_none() {
            component.path = None;
            let elsewhere = component.properties.entry("path.elsewhere".to_owned());
            elsewhere.or_insert_with(|| path.clone());
            continue;
        }
        let mut listed = 0;
        for file in files.filter(|file| !file.hashes.is_empty()) {
            let is_artifact = file.readings.iter().any(crate::Reading::is_artifact);
            let digest = file.hashes.iter().find(|hash| hash.algorithm == "sha-256");
            let (true, Some(digest)) = (is_artifact, digest) else {
                continue;
            };
            if listed == FILES_LISTED {
                let more = component.properties.entry("files.more".to_owned());
                more.or_insert_with(|| "true".to_owned());
                break;
            }
            listed += 1;
            component
                .properties
                .insert(format!("{FILE_PROPERTY}{}", file.path), written(digest));
        }
        if listed == 0 {
            let empty = component.properties.entry(FOLDER_PROPERTY.to_owned());
            empty.or_insert_with(|| "true".to_owned());
        }
    }
}

/// True for components that are the bytes at their path, not something said in them.
pub(crate) fn is_bytes(component: &Component) -> bool {
    match component.role {
        Role::Model | Role::Adapter | Role::Dataset | Role::EvaluationSet | Role::File => true,
        Role::Prompt | Role::ChatTemplate | Role::AgentInstructions => {
            !component.id.as_str().contains('#')
        }
        _ => false,
    }
}

fn written(hash: &Hash) -> String {
    format!("{}:{}", hash.algorithm, hash.value)
}
