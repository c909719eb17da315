//! MLmodel files of MLflow and Kitfiles of KitOps.

use waybill_domain::inventory::{
    Component, ComponentId, Field, LicenceSource, Occurrence, Pin, RelationKind, Role, Standing,
};
use waybill_source::document::Node;

use super::{Folders, data, document_of, first, folder::Roots, hub, state};
use crate::{
    draft::Draft,
    licences,
    tree::{Tree, file_name, join, parent},
};

pub(super) fn add(folders: &Folders<'_>, roots: &Roots, draft: &mut Draft) {
    for file in folders.tree.files() {
        match file_name(&file.path) {
            "MLmodel" => {
                if let (Some(node), Some(id)) = (document_of(file), roots.at(parent(&file.path)))
                    && let Some(component) = draft.get_mut(id)
                {
                    mlmodel(component, &file.path, node);
                }
            }
            "Kitfile" => {
                if let Some(node) = document_of(file) {
                    kitfile(folders.tree, draft, roots, &file.path, node);
                }
            }
            _ => {}
        }
    }
}

fn mlmodel(component: &mut Component, path: &str, node: &Node) {
    component.seen(Occurrence::at(path, None));
    for (key, name) in [
        ("run_id", "mlflow.run-id"),
        ("model_uuid", "mlflow.model-uuid"),
        ("mlflow_version", "mlflow.version"),
        ("artifact_path", "mlflow.artifact-path"),
        ("model_id", "mlflow.model-id"),
    ] {
        if let Some(value) = node.get(key).and_then(Node::written) {
            component
                .properties
                .insert(name.to_owned(), value.to_owned());
        }
    }
    // `2024-05-01 10:11:12.345678`, in UTC by the name of the key.
    let created = node.get("utc_time_created").and_then(Node::written);
    if let Some((date, time)) = created.and_then(|text| text.split_once([' ', 'T'])) {
        let seconds = time.split('.').next().unwrap_or(time);
        component.released = Some(format!("{date}T{seconds}Z"));
    }
    flavours(component, path, node);
    signature(component, path, node);
}

/// The libraries that the model can be loaded with.
fn flavours(component: &mut Component, path: &str, node: &Node) {
    let flavors = node.get("flavors").map(Node::entries).unwrap_or_default();
    let names: Vec<&str> = flavors.iter().map(|(name, _, _)| name.as_str()).collect();
    component
        .properties
        .insert("mlflow.flavours".to_owned(), names.join(", "));
    for (name, _, flavor) in flavors {
        let text = |key: &str| {
            flavor
                .get(key)
                .and_then(Node::written)
                .map(ToOwned::to_owned)
        };
        let version = flavor
            .entries()
            .iter()
            .find(|(key, _, _)| key.ends_with("_version"));
        let model = component.model_mut();
        if name != "python_function" {
            first(&mut model.library, Some(name.clone()));
            let version = version.and_then(|(_, _, value)| value.written());
            first(
                &mut model.written_by,
                version.map(|version| format!("{name} {version}")),
            );
            first(&mut model.task, text("task"));
            if let Some(base) = text("source_model_name") {
                let at = Occurrence::at(path, flavor.get("source_model_name").map(Node::line));
                state(component, Field::Lineage, base, Standing::Claimed, &at);
            }
        }
    }
}

/// What goes in and comes out, which is JSON in a text.
fn signature(component: &mut Component, path: &str, node: &Node) {
    for (key, inputs) in [("inputs", true), ("outputs", false)] {
        let Some(written) = node.at(&["signature", key]).and_then(Node::text) else {
            continue;
        };
        let read = waybill_source::document::json(
            written,
            &waybill_source::document::DocumentLimits::default(),
        );
        let columns = read.root().map(Node::items).unwrap_or_default();
        let columns: Vec<String> = columns
            .iter()
            .filter_map(|column| {
                let kind = column
                    .get("type")
                    .and_then(Node::written)
                    .unwrap_or("tensor");
                let name = column.get("name").and_then(Node::written).unwrap_or("");
                Some(format!("{name} {kind}").trim().to_owned()).filter(|text| !text.is_empty())
            })
            .take(500)
            .collect();
        let model = component.model_mut();
        if inputs {
            model.inputs = columns
        } else {
            model.outputs = columns
        }
        let at = Occurrence::at(path, node.at(&["signature", key]).map(Node::line));
        state(component, Field::InputOutput, key, Standing::Observed, &at);
    }
}

/// Parts of a ModelKit: <https://kitops.org/docs/kitfile/format/>.
fn kitfile(tree: &Tree, draft: &mut Draft, roots: &Roots, path: &str, node: &Node) {
    let folder = parent(path);
    let model = node
        .get("model")
        .and_then(|model| kit_model(draft, roots, path, model));
    for dataset in node.get("datasets").map(Node::items).unwrap_or_default() {
        let Some(written) = dataset.get("path").and_then(Node::text) else {
            continue;
        };
        let Some(place) = join(folder, written) else {
            continue;
        };
        let at = Occurrence {
            symbol: Some("datasets".to_owned()),
            ..Occurrence::at(path, Some(dataset.line()))
        };
        let id = data::local(draft, &place, at.clone());
        if let Some(component) = draft.get_mut(&id) {
            describe(component, dataset, &at);
            if let Some(file) = tree.get(&place) {
                component.pin = Some(Pin::Digest);
                component.hashes.extend(file.hashes.iter().cloned());
                component.hashes.sort();
                component.hashes.dedup();
            }
        }
        if let Some(model) = &model {
            draft.relate(
                model,
                RelationKind::TrainedOn,
                &id,
                Standing::Claimed,
                Some(at),
            );
        }
    }
    for prompt in node.get("prompts").map(Node::items).unwrap_or_default() {
        let Some(place) = prompt
            .get("path")
            .and_then(Node::text)
            .and_then(|written| join(folder, written))
        else {
            continue;
        };
        let mut component = Component::new(
            ComponentId(format!("prompt:{place}")),
            Role::Prompt,
            file_name(&place),
        );
        component.path = Some(place);
        component.seen(Occurrence::at(path, Some(prompt.line())));
        draft.add(component);
    }
}

fn kit_model(draft: &mut Draft, roots: &Roots, path: &str, model: &Node) -> Option<ComponentId> {
    let written = model.get("path").and_then(Node::text)?;
    let at = Occurrence {
        symbol: Some("model".to_owned()),
        ..Occurrence::at(path, Some(model.line()))
    };
    let place = join(parent(path), written.trim_end_matches('/'))?;
    let id = match roots.at(&place).or_else(|| roots.owner(&place)) {
        Some(id) => id.clone(),
        None if file_name(&place).contains('.') || written.starts_with('.') => {
            let mut component = Component::new(
                ComponentId(format!("model:{place}")),
                Role::Model,
                file_name(&place),
            );
            component.path = Some(place);
            draft.add(component)
        }
        None => hub::model(draft, written, None, at.clone())?,
    };
    if let Some(component) = draft.get_mut(&id) {
        component.seen(at.clone());
        describe(component, model, &at);
        let framework = model.get("framework").and_then(Node::text);
        first(
            &mut component.model_mut().library,
            framework.map(ToOwned::to_owned),
        );
        for (name, value) in model
            .get("parameters")
            .map(Node::entries)
            .unwrap_or_default()
            .iter()
            .map(|(name, _, value)| (name, value))
        {
            if let Some(value) = value.written() {
                component
                    .model_mut()
                    .hyperparameters
                    .entry(name.clone())
                    .or_insert_with(|| value.to_owned());
            }
        }
    }
    for part in model.get("parts").map(Node::items).unwrap_or_default() {
        let Some(written) = part.get("path").and_then(Node::text) else {
            continue;
        };
        let part = join(parent(path), written).and_then(|place| roots.at(&place).cloned());
        if let Some(part) = part {
            draft.relate(
                &id,
                RelationKind::Contains,
                &part,
                Standing::Claimed,
                Some(at.clone()),
            );
        }
    }
    Some(id)
}

/// What a part says of itself.
fn describe(component: &mut Component, node: &Node, at: &Occurrence) {
    let text = |key: &str| node.get(key).and_then(Node::written).map(ToOwned::to_owned);
    if let Some(name) = text("name") {
        state(component, Field::Name, name, Standing::Claimed, at);
    }
    first(&mut component.version, text("version"));
    first(&mut component.description, text("description"));
    if let Some(licence) = text("license") {
        licences::claim(
            component,
            &licence,
            LicenceSource::Metadata,
            Standing::Claimed,
            at.clone(),
        );
    }
}
