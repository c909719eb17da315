//! What the names of members say: what an archive is, and what stands in it.

use waybill_formats::zip::ZipFacts;
use waybill_formats::{Limits, ReadAt, zip};

use super::Format;

/// What the names in a zip say that it is.
pub(super) fn kind(facts: &ZipFacts) -> Format {
    let names: Vec<&str> = facts
        .entries
        .iter()
        .map(|entry| entry.name.as_str())
        .take(10_000)
        .collect();
    let root = names.iter().find_map(|name| name.strip_suffix("data.pkl"));
    let has = |suffix: &str| {
        root.is_some_and(|root| {
            names
                .iter()
                .any(|name| name.strip_prefix(root) == Some(suffix))
        })
    };
    let below = |folder: &str| {
        root.is_some_and(|root| {
            names.iter().any(|name| {
                name.strip_prefix(root)
                    .is_some_and(|rest| rest.starts_with(folder))
            })
        })
    };
    if root.is_some() && (below("code/") || has("constants.pkl")) {
        return Format::TORCHSCRIPT;
    }
    let ends = |suffix: &str| {
        names.iter().any(|name| {
            *name == suffix
                || name
                    .strip_suffix(suffix)
                    .is_some_and(|rest| rest.ends_with('/'))
        })
    };
    let exported = ["archive_format", "serialized_exported_program.json"];
    if exported.iter().any(|name| ends(name))
        || names.iter().any(|name| name.contains("data/aotinductor/"))
    {
        return Format::PT2;
    }
    let served = ["MAR-INF/MANIFEST.json", "WAR-INF/MANIFEST.json"];
    if served.iter().any(|name| names.contains(name)) {
        return Format::MAR;
    }
    if root.is_some() && (has("version") || below("data/") || has("byteorder")) {
        return Format::TORCH_ZIP;
    }
    if names.contains(&"schema.json") && !names.contains(&"config.json") {
        return Format::SKOPS;
    }
    // The configuration alone is enough for `keras.saving.load_model` to begin.
    let weights = |name: &&str| name.starts_with("model") && name.contains(".weights.");
    if names.contains(&"config.json")
        && (names.contains(&"metadata.json") || names.iter().any(weights))
    {
        return Format::KERAS;
    }
    if !names.is_empty() && names.iter().all(|name| name.ends_with(".npy")) {
        return Format::NPZ;
    }
    Format::ZIP
}

/// True for the members of a `torch` archive that hold nothing but tensor data.
pub(super) fn is_storage(name: &str) -> bool {
    name.rsplit_once("/data/")
        .is_some_and(|(_, key)| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit()))
        || name
            .strip_prefix("data/")
            .is_some_and(|key| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit()))
}

/// True for the members of an exported program that hold the numbers of one tensor.
pub(super) fn is_exported_weight(name: &str) -> bool {
    let mut parts = name.rsplit('/');
    let (file, folder) = (parts.next().unwrap_or_default(), parts.next());
    let numbered = ["weight_", "tensor_", "param_", "buffer_"]
        .iter()
        .filter_map(|kind| file.strip_prefix(kind))
        .any(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    numbered && matches!(folder, Some("weights" | "constants"))
}

/// True for the members of a `torch` archive that hold its code.
pub(super) fn is_script(name: &str) -> bool {
    (name.contains("/code/") || name.starts_with("code/")) && name.ends_with(".py")
}

/// True if a zip behind a program holds a model: a llamafile.
pub(super) fn carries_model(source: &dyn ReadAt, limits: &Limits) -> bool {
    let Some(facts) = zip::parse(source, limits) else {
        return false;
    };
    let mut entries = facts.entries.iter().take(10_000);
    entries.any(|entry| {
        let last = entry.name.rsplit('/').next().unwrap_or(&entry.name);
        let named = last.ends_with(".gguf") || last.starts_with("ggml") && last.ends_with(".bin");
        let head = entry.data_start.filter(|_| named && entry.method == 0);
        let head = head.and_then(|start| source.bytes_at(start, 4).ok());
        head.is_some_and(|head| matches!(head.as_slice(), b"GGUF" | b"lmgg" | b"tjgg"))
    })
}
