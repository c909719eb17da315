//! Values of charts and settings of servers that name what is served.

use waybill_domain::inventory::Role;
use waybill_source::document::{self, DocumentLimits, Node};

use super::named::{Teller, either};

/// Most maps of one file that are looked at.
const MOST: usize = 100_000;

pub(super) fn read(teller: &mut Teller<'_>, name: &str, root: &Node) {
    if name.starts_with("values") {
        values(teller, root);
    }
    if root.get("applications").is_some() {
        served_by_ray(teller, root, 0);
    }
    // Ray writes the settings of Serve as a text.
    if let Some(inner) = root.at(&["spec", "serveConfigV2"])
        && let Some(text) = inner.text()
    {
        let mut document = document::yaml(text, &DocumentLimits::default());
        if let Some(root) = document.roots.pop() {
            served_by_ray(teller, &root, inner.line());
        }
    }
}

/// Values of a chart: a key that only a model's name is given to. Any other text is no name of the
/// hub, for a path or an alias has no owner.
fn values(teller: &mut Teller<'_>, root: &Node) {
    const KEYS: [&str; 12] = [
        "model",
        "modelId",
        "modelID",
        "model_id",
        "modelName",
        "model_name",
        "modelURL",
        "hfModel",
        "huggingfaceModel",
        "modelRepo",
        "hf_model_id",
        "HF_MODEL_ID",
    ];
    let mut open = vec![root];
    let mut seen = 0;
    while let Some(node) = open.pop() {
        seen += 1;
        if seen > MOST {
            return;
        }
        if let Some((model, line, key)) = either(node, &KEYS) {
            let revision = either(node, &["revision", "modelRevision", "model_revision"]);
            teller.hub(
                Role::Model,
                model,
                revision.map(|(text, ..)| text),
                line,
                key,
            );
        }
        open.extend(node.entries().iter().map(|(_, _, value)| value.as_ref()));
        open.extend(node.items().iter().map(AsRef::as_ref));
    }
}

/// `model_loading_config` of Ray Serve.
fn served_by_ray(teller: &mut Teller<'_>, root: &Node, offset: u32) {
    let mut open = vec![root];
    let mut seen = 0;
    while let Some(node) = open.pop() {
        seen += 1;
        if seen > MOST {
            return;
        }
        if let Some(given) = node.get("model_loading_config")
            && let Some((model, line, key)) = either(given, &["model_source", "model_id"])
        {
            teller.hub(Role::Model, model, None, line.saturating_add(offset), key);
        }
        open.extend(node.entries().iter().map(|(_, _, value)| value.as_ref()));
        open.extend(node.items().iter().map(AsRef::as_ref));
    }
}
