//! Data sets in the tree: files of records, folders of shards, and the files that describe them.

use std::collections::BTreeMap;

use waybill_domain::inventory::{Component, ComponentId, Field, Occurrence, Pin, Role, Standing};
use waybill_source::document::Node;

use super::{
    Folders,
    artifact::{ArtifactFacts, Nature},
    artifact_of, card, croissant, document_of,
    folder::Roots,
    hashes, names, state,
};
use crate::{
    draft::Draft,
    reading::FileFacts,
    tree::{file_name, parent},
};

/// Adds data sets.
pub(super) fn add(folders: &Folders<'_>, roots: &Roots, draft: &mut Draft) {
    let mut described: BTreeMap<&str, ComponentId> = BTreeMap::new();
    for (path, folder) in &folders.by_folder {
        for file in &folder.files {
            if let Some(node) = document_of(file) {
                let id = croissant::read(draft, &file.path, node)
                    .or_else(|| frictionless(draft, &file.path, node))
                    .or_else(|| infos(draft, &file.path, node));
                if let Some(id) = id {
                    described.entry(path).or_insert(id);
                }
            }
        }
        for (file, facts) in folder.cards() {
            let is_dataset =
                facts.front_matter().is_some_and(card::is_dataset_card) || is_data_card(&file.path);
            if !is_dataset || roots.owner(&file.path).is_some() {
                continue;
            }
            let id = match described.get(path) {
                Some(id) => id.clone(),
                None => match only_file(path, folder, roots) {
                    Some(only) => {
                        let id = local(draft, only, Occurrence::at(&file.path, None));
                        card::describe_dataset(draft, &id, &file.path, facts);
                        continue;
                    }
                    None => local(
                        draft,
                        if path.is_empty() { "." } else { path },
                        Occurrence::at(&file.path, None),
                    ),
                },
            };
            card::describe_dataset(draft, &id, &file.path, facts);
            described.insert(path, id);
        }
    }
    for (path, folder) in &folders.by_folder {
        let files: Vec<&FileFacts> = folder
            .files
            .iter()
            .copied()
            .filter(|file| roots.owner(&file.path).is_none() && is_data(file))
            .collect();
        let mut groups: BTreeMap<String, Vec<&FileFacts>> = BTreeMap::new();
        for file in files {
            let name = file_name(&file.path);
            let stem = names::shard(name).map_or_else(|| name.to_owned(), |shard| shard.stem);
            groups.entry(stem).or_default().push(file);
        }
        let owner = above(path, &described);
        for files in groups.values() {
            group(draft, path, files, owner);
        }
    }
}

/// The one file of records in a folder whose name only says that it holds data; a card there speaks
/// of the file.
fn only_file<'a>(path: &str, folder: &super::Folder<'a>, roots: &Roots) -> Option<&'a str> {
    let generic = matches!(
        file_name(path),
        "" | "data" | "dataset" | "datasets" | "raw" | "eval" | "evals"
    );
    let mut files = folder
        .files
        .iter()
        .filter(|file| roots.owner(&file.path).is_none() && is_data(file));
    let only = files.next().filter(|_| generic)?;
    files.next().is_none().then_some(only.path.as_str())
}

/// The data set whose folder this is, or lies in.
fn above<'a>(path: &str, described: &'a BTreeMap<&str, ComponentId>) -> Option<&'a ComponentId> {
    let mut folder = path;
    loop {
        if let Some(id) = described.get(folder) {
            return Some(id).filter(|_| {
                !folder.is_empty() || path.is_empty() || names::in_data_folder(&format!("{path}/x"))
            });
        }
        if folder.is_empty() {
            return None;
        }
        folder = parent(folder);
    }
}

fn is_data_card(path: &str) -> bool {
    matches!(
        file_name(path).to_lowercase().as_str(),
        "datacard.md" | "data_card.md" | "data-card.md" | "dataset_card.md" | "datasheet.md"
    )
}

/// True for records that somebody keeps as data, and not for settings, fixtures or results.
fn is_data(file: &FileFacts) -> bool {
    let path = file.path.as_str();
    if names::in_tests(path) || names::is_output(path) {
        return false;
    }
    match artifact_of(file) {
        Some(facts) => match facts.nature {
            Nature::Data => {
                matches!(
                    facts.format.as_str(),
                    "parquet" | "arrow" | "tfrecord" | "feather" | "webdataset"
                ) || names::in_data_folder(path)
                    || names::has_data_name(path)
                    || file.size_bytes > 256 << 10
            }
            Nature::Array => names::in_data_folder(path),
            _ => false,
        },
        None => {
            names::in_data_folder(path)
                && document_of(file).is_some_and(|node| is_records(path, node))
        }
    }
}

/// True for a JSON file that is a list of records.
fn is_records(path: &str, node: &Node) -> bool {
    let records = match node.get("data") {
        Some(data) if node.entries().len() <= 3 => data.items(),
        _ => node.items(),
    };
    let maps = records
        .iter()
        .take(20)
        .filter(|record| record.is_map())
        .count();
    path.ends_with(".json") && records.len() >= 2 && maps == records.len().min(20)
}

/// One data set out of a file or of shards, or a part of the one that is described.
fn group(draft: &mut Draft, folder: &str, files: &[&FileFacts], owner: Option<&ComponentId>) {
    let Some(file) = files.first() else {
        return;
    };
    let path = match files.len() {
        1 => file.path.as_str(),
        _ if folder.is_empty() => file.path.as_str(),
        _ => folder,
    };
    let id = match owner {
        Some(id) => id.clone(),
        None => local(draft, path, Occurrence::at(&file.path, None)),
    };
    let Some(component) = draft.get_mut(&id) else {
        return;
    };
    for file in files {
        fill(component, file, artifact_of(file));
    }
}

fn fill(component: &mut Component, file: &FileFacts, facts: Option<&ArtifactFacts>) {
    let at = Occurrence::at(&file.path, None);
    component.seen(at.clone());
    let hashes = hashes(file, facts);
    // A name that holds a file is pinned by its bytes.
    component.pin = Some(Pin::Digest);
    for hash in hashes {
        if !component.hashes.contains(&hash) {
            component.hashes.push(hash);
        }
    }
    let data = component.dataset_mut();
    data.size_bytes = Some(data.size_bytes.unwrap_or(0).saturating_add(file.size_bytes));
    let split = ["train", "validation", "valid", "val", "dev", "test"]
        .into_iter()
        .find(|split| file_name(&file.path).to_lowercase().starts_with(split));
    if let Some(split) = split
        && !data.splits.iter().any(|known| known == split)
    {
        data.splits.push(split.to_owned());
    }
    let Some(facts) = facts else {
        if data.formats.is_empty() {
            data.formats.push("json".to_owned());
        }
        return;
    };
    for (into, from) in [
        (&mut data.formats, &facts.dataset.formats),
        (&mut data.kinds, &facts.dataset.kinds),
        (&mut data.fields, &facts.dataset.fields),
    ] {
        for value in from {
            if !into.contains(value) {
                into.push(value.clone());
            }
        }
    }
    // Records of some files are not the records of the whole.
    let counted = component.occurrences.len() <= 1;
    let data = component.dataset_mut();
    data.records = if counted {
        data.records.or(facts.dataset.records)
    } else {
        None
    };
    state(
        component,
        Field::Content,
        facts.format.clone(),
        Standing::Observed,
        &at,
    );
}

/// Finds or makes the data set of a file or folder of the tree.
pub(super) fn local(draft: &mut Draft, path: &str, at: Occurrence) -> ComponentId {
    let (role, word) = if names::is_evaluation(path)
        || (!path.contains('.') && names::is_evaluation(&format!("{path}/x")))
    {
        (Role::EvaluationSet, "evaluation-set")
    } else {
        (Role::Dataset, "dataset")
    };
    let id = ComponentId(format!("{word}:{path}"));
    let name = match file_name(path) {
        "." | "" => "data",
        name => name,
    };
    let mut component = Component::new(id.clone(), role, name);
    component.path = Some(path.to_owned());
    component.direct = Some(true);
    component.seen(at);
    draft.add(component)
}

/// `datapackage.json`: <https://datapackage.org/standard/data-package/>.
fn frictionless(draft: &mut Draft, path: &str, node: &Node) -> Option<ComponentId> {
    if !file_name(path).starts_with("datapackage.") {
        return None;
    }
    let resources = node.get("resources")?.items();
    let folder = parent(path);
    let id = local(
        draft,
        if folder.is_empty() { "." } else { folder },
        Occurrence::at(path, None),
    );
    let component = draft.get_mut(&id)?;
    croissant::plain(component, path, node);
    for resource in resources.iter().take(1000) {
        let fields = resource
            .at(&["schema", "fields"])
            .map(Node::items)
            .unwrap_or_default();
        let names = fields
            .iter()
            .filter_map(|field| field.get("name")?.written());
        let names: Vec<String> = names.map(ToOwned::to_owned).collect();
        let format = resource
            .get("format")
            .or_else(|| resource.get("mediatype"))
            .and_then(Node::text);
        let data = component.dataset_mut();
        for name in names {
            if !data.fields.contains(&name) {
                data.fields.push(name);
            }
        }
        if let Some(format) = format.map(str::to_lowercase)
            && !data.formats.contains(&format)
        {
            data.formats.push(format);
        }
    }
    Some(id)
}

/// `dataset_infos.json` and `dataset_info.json` of the hub's library.
fn infos(draft: &mut Draft, path: &str, node: &Node) -> Option<ComponentId> {
    let name = file_name(path);
    if !matches!(name, "dataset_infos.json" | "dataset_info.json") {
        return None;
    }
    let folder = parent(path);
    let id = local(
        draft,
        if folder.is_empty() { "." } else { folder },
        Occurrence::at(path, None),
    );
    let component = draft.get_mut(&id)?;
    let parts: Vec<&Node> = match name {
        "dataset_info.json" => vec![node],
        _ => node
            .entries()
            .iter()
            .map(|(_, _, value)| value.as_ref())
            .collect(),
    };
    for part in parts {
        croissant::plain(component, path, part);
        card::schema(component, part);
    }
    Some(id)
}
