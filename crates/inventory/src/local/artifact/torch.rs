//! What `torch`, `joblib`, scikit-learn and Keras write: zip archives and pickles, never loaded.

use std::collections::BTreeMap;

use waybill_formats::{
    Limits, ReadAt,
    pickle::{self, PickleFacts},
    zip::{self, Entry},
};
use waybill_source::document;

use super::{ArtifactFacts, Nature, put, tensors::weights};

/// Largest pickle that is executed symbolically to count tensors, in bytes.
const PICKLE_BYTES: u64 = 8 << 20;

pub(super) fn read(
    path: &str,
    bytes: &dyn ReadAt,
    head: &[u8],
    limits: &Limits,
) -> Option<ArtifactFacts> {
    if zip::recognises(head) {
        return archive(path, bytes, limits);
    }
    let named = has_pickle_name(path);
    let compressed = head.starts_with(b"\x78") || head.starts_with(b"\x1f\x8b");
    if compressed && path.ends_with(".joblib") {
        let mut facts = weights("joblib");
        facts.nature = Nature::Objects;
        return Some(facts);
    }
    if !named && !pickle::begins_torch_legacy(head) {
        return None;
    }
    if !pickle::recognises(bytes, 0, limits) {
        return None;
    }
    Some(stream(path, bytes, limits))
}

fn has_pickle_name(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    matches!(
        ending,
        "pkl"
            | "pickle"
            | "pt"
            | "pth"
            | "bin"
            | "ckpt"
            | "joblib"
            | "sav"
            | "model"
            | "p"
            | "dump"
    )
}

fn stream(path: &str, bytes: &dyn ReadAt, limits: &Limits) -> ArtifactFacts {
    let legacy = bytes
        .bytes_at(0, pickle::TORCH_LEGACY_HEAD_BYTES)
        .is_ok_and(|head| pickle::begins_torch_legacy(&head));
    let mut facts = weights(if legacy { "pytorch" } else { "pickle" });
    facts.nature = if legacy {
        Nature::Weights
    } else {
        Nature::Objects
    };
    if bytes.len() <= PICKLE_BYTES || legacy {
        let pickle = pickle::examine(bytes, 0, limits, None);
        describe(&pickle, &mut facts);
    }
    if path.ends_with(".joblib") {
        facts.format = "joblib".to_owned();
        facts.model.format = Some("joblib".to_owned());
    }
    facts
}

/// Counts storages, and says which library's objects a pickle holds.
fn describe(pickle: &PickleFacts, facts: &mut ArtifactFacts) {
    let mut storages = BTreeMap::new();
    for storage in &pickle.storages {
        storages.insert(
            storage.key.as_str(),
            (storage.class.as_str(), storage.elements),
        );
    }
    for (class, elements) in storages.values() {
        let sum = facts
            .model
            .element_types
            .entry(element_type(class).to_owned())
            .or_default();
        *sum = sum.saturating_add(*elements);
    }
    facts.tensor_count = storages.len() as u64;
    super::tensors::total(&mut facts.model);
    const LIBRARIES: [(&str, &str); 12] = [
        ("sklearn", "scikit-learn"),
        ("xgboost", "xgboost"),
        ("lightgbm", "lightgbm"),
        ("catboost", "catboost"),
        ("keras", "keras"),
        ("tensorflow", "tensorflow"),
        ("torch", "pytorch"),
        ("statsmodels", "statsmodels"),
        ("spacy", "spacy"),
        ("fastai", "fastai"),
        ("sentence_transformers", "sentence-transformers"),
        ("pandas", "pandas"),
    ];
    let top = |module: &str| module.split('.').next().unwrap_or_default().to_owned();
    let tops: Vec<String> = pickle.uses.iter().map(|used| top(&used.module)).collect();
    for (module, library) in LIBRARIES {
        if tops.iter().any(|top| top == module) {
            facts.model.library = Some(library.to_owned());
            break;
        }
    }
    if facts.model.library.as_deref() == Some("pandas") {
        facts.nature = Nature::Data;
        facts.dataset.formats = vec!["pickle".to_owned()];
    } else if facts.model.library.is_some() {
        facts.nature = Nature::Weights;
    }
    // The estimator itself is built before its parts.
    let estimator = pickle.uses.iter().find(|used| {
        matches!(
            top(&used.module).as_str(),
            "sklearn" | "xgboost" | "lightgbm" | "catboost"
        ) && used.name.starts_with(char::is_uppercase)
    });
    facts.model.architecture = estimator.map(|used| used.name.clone());
}

/// The element type of a storage class, in the words of safetensors.
fn element_type(class: &str) -> &str {
    match class {
        "DoubleStorage" => "F64",
        "FloatStorage" => "F32",
        "HalfStorage" => "F16",
        "BFloat16Storage" => "BF16",
        "LongStorage" => "I64",
        "IntStorage" => "I32",
        "ShortStorage" => "I16",
        "CharStorage" => "I8",
        "ByteStorage" | "UntypedStorage" => "U8",
        "BoolStorage" => "BOOL",
        other => other.strip_suffix("Storage").unwrap_or(other),
    }
}

fn archive(path: &str, bytes: &dyn ReadAt, limits: &Limits) -> Option<ArtifactFacts> {
    let archive = zip::parse(bytes, limits)?;
    let entry =
        |found: &dyn Fn(&str) -> bool| archive.entries.iter().find(|entry| found(&entry.name));
    if let Some(data) = entry(&|name| name == "data.pkl" || name.ends_with("/data.pkl")) {
        let scripted = entry(&|name| name.ends_with("/constants.pkl")).is_some();
        let mut facts = weights(if scripted { "torchscript" } else { "pytorch" });
        if let Some(body) = stored(bytes, data, PICKLE_BYTES) {
            let pickle = pickle::examine(&body, 0, limits, None);
            describe(&pickle, &mut facts);
        }
        facts.nature = Nature::Weights;
        return Some(facts);
    }
    if let Some(config) = entry(&|name| name == "config.json")
        && entry(&|name| name.ends_with(".weights.h5")).is_some()
    {
        return Some(keras(bytes, config));
    }
    let arrays = archive
        .entries
        .iter()
        .filter(|entry| entry.name.ends_with(".npy"));
    let names: Vec<String> = arrays
        .map(|entry| entry.name.trim_end_matches(".npy").to_owned())
        .collect();
    if !names.is_empty() && (path.ends_with(".npz") || names.len() == archive.entries.len()) {
        let mut facts = weights("npz");
        facts.nature = Nature::Array;
        facts.dataset.formats = vec!["npz".to_owned()];
        facts.dataset.fields = names.into_iter().take(200).collect();
        return Some(facts);
    }
    None
}

/// The body of a member that was stored as it is.
fn stored(bytes: &dyn ReadAt, entry: &Entry, most: u64) -> Option<Vec<u8>> {
    if entry.method != 0 || entry.compressed_bytes > most || entry.encrypted() {
        return None;
    }
    let length = usize::try_from(entry.compressed_bytes).ok()?;
    bytes.bytes_at(entry.data_start?, length).ok()
}

/// A `.keras` archive.
fn keras(bytes: &dyn ReadAt, config: &Entry) -> ArtifactFacts {
    let mut facts = weights("keras");
    facts.model.library = Some("keras".to_owned());
    let body = stored(bytes, config, PICKLE_BYTES).unwrap_or_default();
    let read = document::json(
        &String::from_utf8_lossy(&body),
        &document::DocumentLimits::default(),
    );
    if let Some(root) = read.root() {
        let text = |keys: &[&str]| {
            root.at(keys)
                .and_then(|node| node.text())
                .map(ToOwned::to_owned)
        };
        facts.model.architecture = text(&["class_name"]);
        facts.name = text(&["config", "name"]);
        let layers = root
            .at(&["config", "layers"])
            .map_or(0, |layers| layers.items().len());
        if layers > 0 {
            put(&mut facts.properties, "keras.layers", layers.to_string());
        }
        let custom = root.at(&["registered_name"]).and_then(|node| node.text());
        if let Some(custom) = custom {
            put(&mut facts.properties, "keras.registered-name", custom);
        }
    }
    facts
}
