//! Configuration files of a model's folder.

use waybill_domain::inventory::{Component, Field, Occurrence, Pin, RelationKind, Standing};
use waybill_source::document::Node;

use super::{
    Folder,
    disagreement::{Base, Observed},
    first, hub, state,
};
use crate::{
    purl::purl,
    tree::{file_name, parent},
};

/// True for the `config.json` of a model rather than of anything else.
pub(super) fn is_model(config: &Node) -> bool {
    let has = |key: &str| config.get(key).is_some();
    let listed = config
        .get("architectures")
        .is_some_and(|node| !node.items().is_empty());
    listed
        || (has("model_type")
            && (has("hidden_size")
                || has("vocab_size")
                || has("transformers_version")
                || has("d_model")
                || has("n_embd")
                || has("num_labels")))
        || (has("_class_name") && has("_diffusers_version"))
        || (has("architecture") && has("pretrained_cfg"))
}

/// The name of a model in a folder: the folder's own, unless that says nothing.
pub(super) fn folder_name(path: &str) -> String {
    let name = file_name(path);
    let generic = is_generic(name);
    let above = file_name(parent(path));
    match (generic, above) {
        _ if path.is_empty() => "model".to_owned(),
        // A server of models keeps versions in folders with numbers.
        (_, above) if is_number(name) && !above.is_empty() => above.to_owned(),
        (true, above) if !above.is_empty() && !is_generic(above) => format!("{above}/{name}"),
        _ => name.to_owned(),
    }
}

/// True for a folder that is called after a version of its model.
pub(super) fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// True for names of folders that any model may lie in.
pub(super) fn is_generic(name: &str) -> bool {
    matches!(
        name,
        "" | "model"
            | "models"
            | "weights"
            | "checkpoint"
            | "checkpoints"
            | "output"
            | "outputs"
            | "final"
            | "best"
            | "latest"
            | "artifacts"
            | "adapter"
            | "adapters"
            | "src"
            | "saved_model"
            | "merged"
    ) || name.starts_with("checkpoint-")
}

/// A folder of the hub's cache says what it holds: `models--owner--name/snapshots/commit`.
pub(super) fn cache(component: &mut Component, path: &str) {
    let mut parts = path.rsplit('/');
    let (Some(revision), Some("snapshots"), Some(entry)) =
        (parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    let Some(written) = entry.strip_prefix("models--") else {
        return;
    };
    let (namespace, name) = match written.split_once("--") {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, written),
    };
    component.purl = purl("huggingface", namespace, name, Some(revision), &[]);
    component.name = name.to_owned();
    component.namespace = namespace.map(ToOwned::to_owned);
    component.version = Some(revision.to_owned());
    if hub::pin(Some(revision)) == Pin::Digest {
        component.pin = Some(Pin::Digest);
    }
}

/// Takes over what the configuration files of a folder say.
pub(super) fn apply(folder: &Folder<'_>, component: &mut Component, observed: &mut Observed) {
    if let Some((path, node)) = folder.document("config.json") {
        component.seen(Occurrence::at(path, None));
        main(component, observed, path, node);
    }
    if let Some((path, node)) = folder.document("model_index.json") {
        component.seen(Occurrence::at(path, None));
        let model = component.model_mut();
        first(&mut model.architecture, text(node, "_class_name"));
        first(&mut model.library, Some("diffusers".to_owned()));
        first(
            &mut model.written_by,
            text(node, "_diffusers_version").map(|version| format!("diffusers {version}")),
        );
        base(
            observed,
            node,
            "_name_or_path",
            path,
            RelationKind::FineTunedFrom,
        );
    }
    if let Some((path, node)) = folder.document("adapter_config.json") {
        component.seen(Occurrence::at(path, None));
        adapter(component, observed, path, node);
    }
    tokenizer(folder, component);
    lengths(folder, component);
    for name in ["mergekit_config.yml", "mergekit_config.yaml"] {
        if let Some((path, node)) = folder.document(name) {
            component.seen(Occurrence::at(path, None));
            super::recipe::merge(component, observed, path, node);
        }
    }
}

pub(super) fn text(node: &Node, key: &str) -> Option<String> {
    let text = node.get(key)?.text()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn natural(node: &Node, key: &str) -> Option<u64> {
    node.get(key)?
        .integer()
        .and_then(|number| u64::try_from(number).ok())
}

/// A number of the model that reads: those that also see keep it one level down.
fn reader_natural(node: &Node, key: &str) -> Option<u64> {
    let inner = node.get("text_config").unwrap_or(node);
    natural(node, key).or_else(|| natural(inner, key))
}

/// How many tokens the model takes, and the key that says so.
fn context(node: &Node) -> Option<(&'static str, u64)> {
    [
        "max_position_embeddings",
        "n_positions",
        "max_seq_len",
        "seq_length",
        "max_sequence_length",
        "model_max_length",
    ]
    .into_iter()
    .find_map(|key| reader_natural(node, key).map(|value| (key, value)))
    .filter(|(_, length)| *length > 1 && *length < 1 << 40)
}

fn main(component: &mut Component, observed: &mut Observed, path: &str, node: &Node) {
    let at = |key: &str| Occurrence {
        symbol: Some(key.to_owned()),
        ..Occurrence::at(path, node.get(key).map(Node::line))
    };
    let architecture = node
        .get("architectures")
        .and_then(|list| list.texts().first().map(|text| (*text).to_owned()))
        .or_else(|| text(node, "_class_name"))
        .or_else(|| text(node, "architecture"));
    let family = text(node, "model_type");
    if let Some(value) = architecture.clone().or_else(|| family.clone()) {
        state(
            component,
            Field::Architecture,
            value,
            Standing::Observed,
            &at("architectures"),
        );
    }
    let context = context(node);
    if let Some((key, length)) = context {
        state(
            component,
            Field::InputOutput,
            format!("context of {length} tokens"),
            Standing::Observed,
            &at(key),
        );
    }
    let dtype = text(node, "torch_dtype").or_else(|| text(node, "dtype"));
    if let Some(dtype) = &dtype {
        component
            .properties
            .insert("torch.dtype".to_owned(), dtype.clone());
    }
    let custom = custom_code(node);
    if !custom.is_empty() {
        component.remote_code = Some(true);
    }
    let written_by = ["transformers_version", "_diffusers_version"]
        .into_iter()
        .find_map(|key| {
            let library = key.trim_start_matches('_').trim_end_matches("_version");
            text(node, key).map(|version| format!("{library} {version}"))
        });
    let quantisation = node.get("quantization_config").and_then(quantisation);
    let model = component.model_mut();
    first(&mut model.architecture, architecture);
    first(&mut model.family, family);
    first(&mut model.context_length, context.map(|(_, length)| length));
    first(
        &mut model.vocabulary_size,
        reader_natural(node, "vocab_size"),
    );
    first(&mut model.quantisation, quantisation);
    first(&mut model.written_by, written_by);
    if node.get("transformers_version").is_some() || node.get("model_type").is_some() {
        first(&mut model.library, Some("transformers".to_owned()));
    }
    model.custom_code.extend(custom);
    model.custom_code.sort();
    model.custom_code.dedup();
    base(
        observed,
        node,
        "_name_or_path",
        path,
        RelationKind::FineTunedFrom,
    );
}

/// A base model that a configuration names; a name with a path of some other machine is none.
fn base(observed: &mut Observed, node: &Node, key: &str, path: &str, kind: RelationKind) {
    if let Some(name) = text(node, key) {
        let at = Occurrence {
            symbol: Some(key.to_owned()),
            ..Occurrence::at(path, node.get(key).map(Node::line))
        };
        observed.bases.push(Base {
            written: name,
            revision: None,
            kind,
            standing: Standing::Claimed,
            at,
        });
    }
}

/// Files that `auto_map` tells a loader to import; what stands before `--` is another repository.
fn custom_code(node: &Node) -> Vec<String> {
    let entries = node.get("auto_map").map(Node::entries).unwrap_or_default();
    let mut files: Vec<String> = entries
        .iter()
        .flat_map(|(_, _, value)| value.texts())
        .filter_map(|written| {
            let (repository, class) = written
                .split_once("--")
                .map_or((None, written), |(repository, class)| {
                    (Some(repository), class)
                });
            let file = format!("{}.py", class.split('.').next()?);
            Some(repository.map_or(file.clone(), |repository| format!("{repository}/{file}")))
        })
        .collect();
    files.sort();
    files.dedup();
    files
}

fn quantisation(node: &Node) -> Option<String> {
    let flag = |key: &str| node.get(key).and_then(Node::bool) == Some(true);
    let method = text(node, "quant_method").or_else(|| text(node, "quant_type"));
    let bits = node
        .get("bits")
        .or_else(|| node.get("w_bit"))
        .and_then(Node::written)
        .map(ToOwned::to_owned);
    let bits = bits.or_else(|| {
        if flag("load_in_4bit") || flag("_load_in_4bit") {
            Some("4".to_owned())
        } else if flag("load_in_8bit") || flag("_load_in_8bit") {
            Some("8".to_owned())
        } else {
            None
        }
    });
    let method = method.or_else(|| bits.as_ref().map(|_| "bitsandbytes".to_owned()))?;
    Some(bits.map_or(method.clone(), |bits| format!("{method} {bits} bit")))
}

fn adapter(component: &mut Component, observed: &mut Observed, path: &str, node: &Node) {
    for key in [
        "peft_type",
        "r",
        "lora_alpha",
        "lora_dropout",
        "bias",
        "task_type",
        "target_modules",
        "modules_to_save",
        "use_rslora",
        "use_dora",
        "num_virtual_tokens",
        "init_lora_weights",
    ] {
        let Some(value) = node.get(key) else { continue };
        let value = match value.written() {
            Some(value) => value.to_owned(),
            None => value.texts().join(", "),
        };
        if !value.is_empty() {
            component
                .model_mut()
                .hyperparameters
                .insert(key.to_owned(), value);
        }
    }
    let model = component.model_mut();
    first(&mut model.library, Some("peft".to_owned()));
    first(
        &mut model.written_by,
        text(node, "peft_version").map(|version| format!("peft {version}")),
    );
    let Some(name) = text(node, "base_model_name_or_path") else {
        return;
    };
    let key = "base_model_name_or_path";
    let at = Occurrence {
        symbol: Some(key.to_owned()),
        ..Occurrence::at(path, node.get(key).map(Node::line))
    };
    state(
        component,
        Field::Lineage,
        format!("adapter of {name}"),
        Standing::Observed,
        &at,
    );
    observed.bases.push(Base {
        written: name,
        revision: text(node, "revision"),
        kind: RelationKind::AdapterOf,
        standing: Standing::Observed,
        at,
    });
}

fn tokenizer(folder: &Folder<'_>, component: &mut Component) {
    let class = folder
        .document("tokenizer_config.json")
        .and_then(|(path, node)| text(node, "tokenizer_class").map(|class| (path, class, node)));
    if let Some((path, class, node)) = class {
        let at = Occurrence::at(path, node.get("tokenizer_class").map(Node::line));
        state(
            component,
            Field::Tokenizer,
            class.clone(),
            Standing::Observed,
            &at,
        );
        first(&mut component.model_mut().tokenizer, Some(class));
    }
    if let Some((path, node)) = folder.document("tokenizer.json") {
        let kind = node.at(&["model", "type"]).and_then(|kind| kind.text());
        if let Some(kind) = kind {
            component
                .properties
                .insert("tokenizer.algorithm".to_owned(), kind.to_owned());
            state(
                component,
                Field::Tokenizer,
                kind,
                Standing::Observed,
                &Occurrence::at(path, None),
            );
            first(&mut component.model_mut().tokenizer, Some(kind.to_owned()));
        }
    }
    for name in ["preprocessor_config.json", "processor_config.json"] {
        let class = folder.document(name).and_then(|(_, node)| {
            text(node, "processor_class")
                .or_else(|| text(node, "image_processor_type"))
                .or_else(|| text(node, "feature_extractor_type"))
        });
        if let Some(class) = class {
            component
                .properties
                .insert("preprocessor".to_owned(), class);
        }
    }
    if let Some((_, node)) = folder.document("generation_config.json") {
        for key in [
            "temperature",
            "top_p",
            "top_k",
            "repetition_penalty",
            "max_new_tokens",
            "max_length",
            "do_sample",
        ] {
            if let Some(value) = node.get(key).and_then(Node::written) {
                component.properties.insert(
                    format!("generation.{}", key.replace('_', "-")),
                    value.to_owned(),
                );
            }
        }
    }
}

/// Sentence Transformers cut their input earlier than the network would have to.
fn lengths(folder: &Folder<'_>, component: &mut Component) {
    if let Some((path, node)) = folder.document("sentence_bert_config.json")
        && let Some(length) = natural(node, "max_seq_length")
    {
        let at = Occurrence::at(path, node.get("max_seq_length").map(Node::line));
        state(
            component,
            Field::InputOutput,
            format!("input of {length} tokens"),
            Standing::Observed,
            &at,
        );
        component.model_mut().context_length = Some(length);
    }
    let is_sentence = folder.file("modules.json").is_some()
        || folder.file("config_sentence_transformers.json").is_some();
    if is_sentence {
        component.model_mut().library = Some("sentence-transformers".to_owned());
    }
}
