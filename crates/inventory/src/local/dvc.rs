//! DVC: `*.dvc` files, pipelines and their locks.
//!
//! Formats: <https://dvc.org/doc/user-guide/project-structure>.

use std::collections::BTreeMap;

use waybill_domain::inventory::{
    Component, ComponentId, Hash, Occurrence, Pin, RelationKind, Role, Standing,
};
use waybill_source::document::Node;

use super::{
    Folders,
    artifact::{Nature, by_name},
    data, document_of,
    folder::Roots,
    names, training,
};
use crate::{
    draft::Draft,
    tree::{file_name, join, parent},
};

pub(super) fn add(folders: &Folders<'_>, roots: &Roots, draft: &mut Draft) {
    for file in folders.tree.files() {
        let name = file_name(&file.path);
        let Some(node) = document_of(file) else {
            continue;
        };
        if name.ends_with(".dvc") && name.len() > 4 {
            for out in node.get("outs").map(Node::items).unwrap_or_default() {
                tracked(draft, roots, &file.path, out, node.get("wdir"));
            }
            imported(draft, roots, &file.path, node);
        } else if name == "dvc.lock" || name == "dvc.yaml" {
            stages(draft, roots, &file.path, node);
        }
    }
}

/// What a path that DVC names is.
fn component(draft: &mut Draft, roots: &Roots, path: &str, at: Occurrence) -> Option<ComponentId> {
    if let Some(id) = roots.at(path).or_else(|| roots.owner(path)) {
        let id = id.clone();
        draft.get_mut(&id)?.seen(at);
        return Some(id);
    }
    let name = file_name(path);
    let nature = by_name(path).map(|(_, nature)| nature);
    let lower = name.to_lowercase();
    let is_folder = !name.contains('.');
    let model_place = matches!(
        nature,
        Some(Nature::Weights | Nature::AdapterWeights | Nature::Objects)
    ) || (is_folder
        && (lower.contains("model") || lower.contains("checkpoint") || lower.contains("weights")));
    if model_place {
        let mut model = Component::new(ComponentId(format!("model:{path}")), Role::Model, name);
        model.path = Some(path.to_owned());
        model.direct = Some(true);
        model.seen(at);
        if let Some((format, _)) = by_name(path) {
            model.model_mut().format = Some(format);
        }
        return Some(draft.add(model));
    }
    let data_place = matches!(nature, Some(Nature::Data | Nature::Array))
        || names::in_data_folder(path)
        || names::in_data_folder(&format!("{path}/x"));
    const NO_DATA: [&str; 9] = [
        ".py", ".ipynb", ".yaml", ".yml", ".toml", ".md", ".png", ".sh", ".html",
    ];
    (data_place && !NO_DATA.iter().any(|ending| lower.ends_with(ending)))
        .then(|| data::local(draft, path, at))
}

/// One entry of `outs`, with its digest.
fn tracked(
    draft: &mut Draft,
    roots: &Roots,
    file: &str,
    out: &Node,
    below: Option<&Node>,
) -> Option<ComponentId> {
    let written = out.get("path").and_then(Node::text)?;
    let folder = match below.and_then(Node::text) {
        Some(below) => join(parent(file), below)?,
        None => parent(file).to_owned(),
    };
    let path = join(&folder, written)?;
    let at = Occurrence {
        symbol: Some("outs".to_owned()),
        ..Occurrence::at(file, Some(out.line()))
    };
    let id = component(draft, roots, &path, at)?;
    hash(draft, &id, out);
    Some(id)
}

fn hash(draft: &mut Draft, id: &ComponentId, out: &Node) {
    let Some(component) = draft.get_mut(id) else {
        return;
    };
    let md5 = out.get("md5").and_then(Node::written);
    if let Some(value) = md5 {
        component.pin = Some(Pin::Digest);
        // The digest of a folder is of its list of files, not of its bytes.
        let (value, folder) = value
            .strip_suffix(".dir")
            .map_or((value, false), |value| (value, true));
        if folder {
            component
                .properties
                .insert("dvc.folder-md5".to_owned(), value.to_owned());
        } else if value.len() == 32 {
            let hash = Hash {
                algorithm: "md5".to_owned(),
                value: value.to_lowercase(),
                standing: Standing::Claimed,
            };
            if !component.hashes.contains(&hash) {
                component.hashes.push(hash);
            }
        }
    }
    for (key, name) in [("size", "dvc.size.bytes"), ("nfiles", "dvc.files")] {
        if let Some(value) = out.get(key).and_then(Node::written) {
            component
                .properties
                .insert(name.to_owned(), value.to_owned());
        }
    }
    let size = out
        .get("size")
        .and_then(Node::integer)
        .and_then(|size| u64::try_from(size).ok());
    if component.role == Role::Dataset || component.role == Role::EvaluationSet {
        let data = component.dataset_mut();
        data.size_bytes = data.size_bytes.or(size);
    }
}

/// `dvc import` and `dvc import-url`: where the data comes from.
fn imported(draft: &mut Draft, roots: &Roots, file: &str, node: &Node) {
    let Some(dependency) = node.get("deps").and_then(|deps| deps.items().first()) else {
        return;
    };
    let url = dependency
        .at(&["repo", "url"])
        .or_else(|| dependency.get("path"))
        .and_then(Node::text);
    let Some(url) = url
        .filter(|url| url.contains("://"))
        .and_then(super::card::link)
    else {
        return;
    };
    for out in node.get("outs").map(Node::items).unwrap_or_default() {
        if let Some(id) = tracked(draft, roots, file, out, None)
            && let Some(component) = draft.get_mut(&id)
        {
            let kind = waybill_domain::inventory::ReferenceKind::Distribution;
            super::card::refer(component, kind, url.clone());
        }
    }
}

/// Stages: what goes out was trained on or made from what comes in.
fn stages(draft: &mut Draft, roots: &Roots, file: &str, node: &Node) {
    let folder = parent(file);
    let locked = file_name(file) == "dvc.lock";
    for (_, _, stage) in node.get("stages").map(Node::entries).unwrap_or_default() {
        let stage = stage.get("do").unwrap_or(stage);
        let mut sides: BTreeMap<&str, Vec<ComponentId>> = BTreeMap::new();
        for key in ["deps", "outs"] {
            for entry in stage.get(key).map(Node::items).unwrap_or_default() {
                let written = entry
                    .get("path")
                    .and_then(Node::text)
                    .or_else(|| entry.text())
                    .or_else(|| {
                        entry
                            .entries()
                            .first()
                            .filter(|_| !locked)
                            .map(|(name, _, _)| name.as_str())
                    });
                let Some(path) = written
                    .filter(|text| !text.contains("${"))
                    .and_then(|written| join(folder, written))
                else {
                    continue;
                };
                let at = Occurrence {
                    symbol: Some(key.to_owned()),
                    ..Occurrence::at(file, Some(entry.line()))
                };
                if let Some(id) = component(draft, roots, &path, at) {
                    hash(draft, &id, entry);
                    sides.entry(key).or_default().push(id);
                }
            }
        }
        edges(draft, file, stage, &sides);
    }
}

fn edges(draft: &mut Draft, file: &str, stage: &Node, sides: &BTreeMap<&str, Vec<ComponentId>>) {
    let none = Vec::new();
    let outs = sides.get("outs").unwrap_or(&none);
    for out in outs {
        let is_model = draft
            .get(out)
            .is_some_and(|out| matches!(out.role, Role::Model | Role::Adapter));
        for dependency in sides.get("deps").unwrap_or(&none) {
            let from_model = draft
                .get(dependency)
                .is_some_and(|from| matches!(from.role, Role::Model | Role::Adapter));
            let kind = match (is_model, from_model) {
                (true, false) => RelationKind::TrainedOn,
                (true, true) => RelationKind::FineTunedFrom,
                (false, _) => RelationKind::DerivedFrom,
            };
            let at = Occurrence::at(file, Some(stage.line()));
            draft.relate(out, kind, dependency, Standing::Claimed, Some(at));
        }
        if !is_model {
            continue;
        }
        let mut kept = Vec::new();
        if let Some(parameters) = stage.get("params") {
            for (_, _, values) in parameters.entries() {
                training::flatten(values, "", 0, &mut kept);
                kept.extend(values.entries().iter().filter_map(|(name, _, value)| {
                    Some((name.clone(), value.written()?.to_owned()))
                }));
            }
        }
        if let Some(component) = draft.get_mut(out) {
            component.model_mut().hyperparameters.extend(kept);
        }
    }
}
