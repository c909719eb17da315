//! Formats of which only the signature is looked at, and pointers of Git LFS.

use super::{ArtifactFacts, Nature, tensors::weights};

/// A pointer that stands in place of the bytes.
pub(super) fn pointer(path: &str, head: &[u8]) -> Option<ArtifactFacts> {
    let text = head.strip_prefix(b"version https://git-lfs.github.com/spec/")?;
    let text = std::str::from_utf8(text.get(..1024).unwrap_or(text)).ok()?;
    let mut facts = weights(&by_name(path)?.0);
    facts.nature = by_name(path)?.1;
    for line in text.lines() {
        if let Some(digest) = line.strip_prefix("oid sha256:")
            && digest.len() == 64
            && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            facts.stands_for = Some(("sha-256".to_owned(), digest.to_lowercase()));
        }
        if let Some(size) = line.strip_prefix("size ") {
            facts
                .properties
                .insert("size.bytes".to_owned(), size.trim().to_owned());
        }
    }
    if facts.nature == Nature::Data {
        facts.dataset.formats = vec![facts.format.clone()];
    }
    facts
        .properties
        .insert("content".to_owned(), "git-lfs pointer".to_owned());
    Some(facts)
}

/// Format and nature by the ending alone, for bytes that are not here.
pub(crate) fn by_name(path: &str) -> Option<(String, Nature)> {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    let ending = name.rsplit_once('.')?.1.to_lowercase();
    let (format, nature) = match ending.as_str() {
        "safetensors" => ("safetensors", Nature::Weights),
        "gguf" => ("gguf", Nature::Weights),
        "ggml" => ("ggml", Nature::Weights),
        "onnx" => ("onnx", Nature::Weights),
        "pt" | "pth" | "ckpt" => ("pytorch", Nature::Weights),
        "bin" if name.starts_with("pytorch_model") => ("pytorch", Nature::Weights),
        "bin" if name.starts_with("adapter_model") => ("pytorch", Nature::AdapterWeights),
        "bin" if name.contains("model") => ("binary", Nature::Weights),
        "keras" => ("keras", Nature::Weights),
        "h5" | "hdf5" => ("hdf5", Nature::Weights),
        "tflite" => ("tflite", Nature::Weights),
        "mlmodel" => ("coreml", Nature::Weights),
        "llamafile" => ("llamafile", Nature::Weights),
        "pkl" | "pickle" => ("pickle", Nature::Objects),
        "joblib" => ("joblib", Nature::Objects),
        "npy" => ("npy", Nature::Array),
        "npz" => ("npz", Nature::Array),
        "csv" => ("csv", Nature::Data),
        "tsv" => ("tsv", Nature::Data),
        "jsonl" | "ndjson" => ("jsonl", Nature::Data),
        "parquet" => ("parquet", Nature::Data),
        "arrow" => ("arrow", Nature::Data),
        "feather" => ("feather", Nature::Data),
        "tfrecord" => ("tfrecord", Nature::Data),
        _ => return None,
    };
    Some((format.to_owned(), nature))
}

pub(super) fn read(path: &str, head: &[u8]) -> Option<ArtifactFacts> {
    let at = |offset: usize, magic: &[u8]| {
        head.get(offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    let ends = |ending: &str| path.to_lowercase().ends_with(ending);
    let (format, nature) = if at(4, b"TFL3") {
        ("tflite", Nature::Weights)
    } else if at(0, b"\x89HDF\r\n\x1a\n") {
        ("hdf5", Nature::Array)
    } else if at(0, b"PAR1") {
        ("parquet", Nature::Data)
    } else if at(0, b"ARROW1") {
        ("arrow", Nature::Data)
    } else if at(0, b"ggjt") || at(0, b"tjgg") || at(0, b"lmgg") || at(0, b"fmgg") {
        ("ggml", Nature::Weights)
    } else if at(0, b"binf") || at(0, b"fasttext") {
        return None;
    } else if at(0, b"\xba\x16\x4f\x2f") && (ends(".bin") || ends(".ftz")) {
        ("fasttext", Nature::Weights)
    } else if at(0, b"CBM1") {
        ("catboost", Nature::Weights)
    } else if at(0, b"tree\nversion=") {
        ("lightgbm", Nature::Weights)
    } else if ends(".ubj") && at(0, b"{L") {
        ("xgboost", Nature::Weights)
    } else if ends("saved_model.pb") {
        ("savedmodel", Nature::Weights)
    } else if ends(".mlmodel") && head.first() == Some(&0x08) {
        ("coreml", Nature::Weights)
    } else if ends(".engine") && at(0, b"ftrt") || ends(".plan") && at(0, b"ftrt") {
        ("tensorrt", Nature::Weights)
    } else if ends(".pdparams") {
        ("paddle", Nature::Weights)
    } else if ends(".caffemodel") {
        ("caffe", Nature::Weights)
    } else if ends(".msgpack") && ends("flax_model.msgpack") {
        ("flax", Nature::Weights)
    } else if ends(".spm") || ends("tokenizer.model") {
        return None;
    } else if ends(".tfrecord") || ends(".tfrecords") {
        ("tfrecord", Nature::Data)
    } else if ends(".mar") || ends(".nemo") {
        ("archive", Nature::Weights)
    } else {
        return None;
    };
    let mut facts = weights(format);
    facts.nature = nature;
    if matches!(nature, Nature::Data | Nature::Array) {
        facts.dataset.formats = vec![format.to_owned()];
    }
    Some(facts)
}
