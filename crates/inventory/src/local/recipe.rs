//! Recipes of merges, and templates of conversations.

use waybill_domain::inventory::{Component, ComponentId, Occurrence, RelationKind, Role, Standing};
use waybill_source::document::Node;

use super::{
    Folder,
    config::text,
    disagreement::{Base, Observed},
};
use crate::draft::Draft;

/// Models that a recipe of mergekit names, wherever it names them.
pub(super) fn merge(component: &mut Component, observed: &mut Observed, path: &str, node: &Node) {
    if let Some(method) = text(node, "merge_method") {
        component
            .model_mut()
            .hyperparameters
            .insert("merge_method".to_owned(), method);
    }
    let mut named: Vec<(&Node, &str)> = Vec::new();
    let lists = [node.get("models"), node.get("slices"), node.get("experts")];
    for item in lists.into_iter().flatten().flat_map(Node::items) {
        named.extend(
            item.get("model")
                .or_else(|| item.get("source_model"))
                .map(|model| (model, "model")),
        );
        for source in item.get("sources").map(Node::items).unwrap_or_default() {
            named.extend(source.get("model").map(|model| (model, "model")));
        }
    }
    named.extend(node.get("base_model").map(|model| (model, "base_model")));
    for (model, key) in named {
        let written = model
            .text()
            .or_else(|| model.at(&["model", "path"]).and_then(|path| path.text()));
        let Some(written) = written else { continue };
        // `model+adapter` applies an adapter first.
        for part in written.split('+') {
            observed.bases.push(Base {
                written: part.to_owned(),
                revision: None,
                kind: RelationKind::MergedFrom,
                standing: Standing::Claimed,
                at: Occurrence {
                    symbol: Some(key.to_owned()),
                    ..Occurrence::at(path, Some(model.line()))
                },
            });
        }
    }
}

/// The template that a tokenizer's configuration holds, or the file that takes its place.
pub(super) fn chat_template(folder: &Folder<'_>, draft: &mut Draft, of: &ComponentId) {
    let file = ["chat_template.jinja", "chat_template.json"]
        .into_iter()
        .find_map(|name| folder.file(name))
        .map(|file| (file.path.as_str(), None));
    let inside = folder
        .document("tokenizer_config.json")
        .and_then(|(path, node)| {
            let template = node.get("chat_template")?;
            let there = template.text().is_some_and(|text| !text.is_empty())
                || !template.items().is_empty();
            there.then(|| (path, Some(template.line())))
        });
    let Some((path, line)) = file.or(inside) else {
        return;
    };
    let name = draft.get(of).map_or_else(
        || path.to_owned(),
        |model| format!("chat template of {}", model.name),
    );
    let mut template = Component::new(
        ComponentId(format!("chat-template:{path}")),
        Role::ChatTemplate,
        name,
    );
    template.path = Some(path.to_owned());
    let at = Occurrence {
        symbol: line.map(|_| "chat_template".to_owned()),
        ..Occurrence::at(path, line)
    };
    template.seen(at.clone());
    let id = draft.add(template);
    draft.relate(
        of,
        RelationKind::DescribedBy,
        &id,
        Standing::Observed,
        Some(at),
    );
}
