//! Recipes of trainers and mergers: axolotl, LLaMA-Factory, TRL, torchtune, mergekit.

use waybill_domain::inventory::Role;
use waybill_source::document::Node;

use super::named::{Teller, either, text};

/// Keys by which a recipe names the model that it begins with.
const MODELS: [&str; 5] = [
    "base_model",
    "model_name_or_path",
    "pretrained_model_name_or_path",
    "base_model_name_or_path",
    "teacher_model_name_or_path",
];
/// Keys that make a file with one of them a recipe.
const SIGNS: [&str; 22] = [
    "datasets",
    "dataset",
    "dataset_name",
    "dataset_mixer",
    "dataset_mixture",
    "learning_rate",
    "num_train_epochs",
    "num_epochs",
    "max_steps",
    "output_dir",
    "micro_batch_size",
    "per_device_train_batch_size",
    "stage",
    "finetuning_type",
    "adapter",
    "template",
    "do_train",
    "lora_r",
    "sequence_len",
    "export_dir",
    "adapter_name_or_path",
    "quantization",
];

pub(super) fn read(teller: &mut Teller<'_>, name: &str, root: &Node) {
    if root.get("merge_method").is_some() {
        // The recipe in a folder of a model belongs to that model's lineage.
        if !name.starts_with("mergekit_config") {
            merge(teller, root);
        }
        return;
    }
    let inside = ["model", "model_args", "model_arguments", "ModelArguments"];
    let inside = inside.iter().filter_map(|key| root.get(key));
    for node in std::iter::once(root).chain(inside) {
        recipe(teller, name, root, node);
    }
}

fn recipe(teller: &mut Teller<'_>, name: &str, root: &Node, node: &Node) {
    let is_recipe = SIGNS
        .iter()
        .any(|key| root.get(key).is_some() || node.get(key).is_some());
    let in_folder = matches!(
        name,
        "adapter_config.json" | "config.json" | "tokenizer_config.json"
    );
    let Some((model, line, key)) = either(node, &MODELS) else {
        return;
    };
    if !is_recipe || in_folder {
        return;
    }
    let revision = either(node, &["model_revision", "revision_of_model", "revision"]);
    let id = teller.hub(
        Role::Model,
        model,
        revision.map(|(text, ..)| text),
        line,
        key,
    );
    let remote = node.get("trust_remote_code").and_then(Node::bool);
    if let (Some(component), Some(true)) = (id.and_then(|id| teller.draft.get_mut(&id)), remote) {
        component.remote_code = Some(true);
    }
    if let Some((adapter, line, key)) = either(
        node,
        &["adapter_name_or_path", "lora_model_dir", "peft_model_id"],
    ) {
        teller.hub(Role::Adapter, adapter, None, line, key);
    }
    if let Some((model, line, key)) = either(
        node,
        &[
            "reward_model",
            "reward_model_path",
            "teacher_model_name_or_path",
            "ref_model",
        ],
    ) {
        teller.hub(Role::Model, model, None, line, key);
    }
    for (key, role) in [
        ("datasets", Role::Dataset),
        ("pretraining_dataset", Role::Dataset),
        ("dataset_name", Role::Dataset),
        ("dataset", Role::Dataset),
        ("dataset_mixer", Role::Dataset),
        ("train_dataset", Role::Dataset),
        ("test_datasets", Role::EvaluationSet),
        ("eval_dataset", Role::EvaluationSet),
    ] {
        if let Some(value) = root.get(key) {
            data(teller, value, key, role);
        }
    }
}

/// A name, a list of names or of maps with `path`, a map of names and shares.
fn data(teller: &mut Teller<'_>, node: &Node, key: &str, role: Role) {
    for (name, line) in super::named::texts(node) {
        for name in name.split(',').map(str::trim) {
            teller.hub(role, name, None, line, key);
        }
    }
    for item in node.items().iter().map(AsRef::as_ref).chain([node]) {
        if let Some((name, line, _)) = either(item, &["path", "name", "hf_hub_url"]) {
            let revision = text(item, "revision");
            teller.hub(role, name, revision, line, key);
        }
    }
    for (name, line, share) in node.entries() {
        if share
            .written()
            .is_some_and(|share| share.parse::<f64>().is_ok())
        {
            teller.hub(role, name, None, *line, key);
        }
    }
}

/// Models that a recipe of mergekit names, wherever it names them.
fn merge(teller: &mut Teller<'_>, root: &Node) {
    let mut named: Vec<&Node> = root.get("base_model").into_iter().collect();
    for key in ["models", "slices", "experts"] {
        for item in root.get(key).map(Node::items).unwrap_or_default() {
            named.extend(item.get("model").or_else(|| item.get("source_model")));
            for source in item.get("sources").map(Node::items).unwrap_or_default() {
                named.extend(source.get("model"));
            }
        }
    }
    for model in named {
        let written = model
            .text()
            .or_else(|| model.at(&["model", "path"]).and_then(Node::text));
        // `model+adapter` applies an adapter first.
        for (index, part) in written.unwrap_or_default().split('+').enumerate() {
            let role = if index == 0 {
                Role::Model
            } else {
                Role::Adapter
            };
            teller.hub(role, part, None, model.line(), "merge_method");
        }
    }
}
