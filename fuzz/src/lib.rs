//! What each fuzz target does with its bytes. The targets in `fuzz_targets` hand them to libFuzzer; the tests
//! of `crates/dev` replay the seeds through the same functions.

pub mod ar;
pub mod arrow;
pub mod assemble;
pub mod bundle;
pub mod cab;
pub mod card;
pub mod catboost;
pub mod code;
pub mod commands;
pub mod cpio;
pub mod document;
pub mod examine;
pub mod executable;
pub mod flatbuffers;
pub mod gguf;
pub mod git;
pub mod graphs;
pub mod hdf5;
pub mod json;
pub mod keras;
pub mod lightgbm;
pub mod marshal;
pub mod msgpack;
pub mod numpy;
pub mod onnx;
pub mod packages;
pub mod parquet;
pub mod pickle;
pub mod planes;
pub mod policy;
pub mod r_data;
pub mod rknn;
pub mod rpm;
pub mod safetensors;
pub mod seven_zip;
pub mod tar;
pub mod template;
pub mod tensorflow;
pub mod tensorrt;
pub mod tensors;
pub mod text;
pub mod torch7;
pub mod ubjson;
pub mod unicode;
pub mod wrapper;
pub mod xml;
pub mod zip;

/// A target: its name, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("ar", ar::run),
    ("arrow", arrow::run),
    ("assemble", assemble::run),
    ("bundle", bundle::run),
    ("cab", cab::run),
    ("card", card::run),
    ("catboost", catboost::run),
    ("code", code::run),
    ("commands", commands::run),
    ("cpio", cpio::run),
    ("document", document::run),
    ("examine", examine::run),
    ("executable", executable::run),
    ("flatbuffers", flatbuffers::run),
    ("gguf", gguf::run),
    ("git", git::run),
    ("graphs", graphs::run),
    ("hdf5", hdf5::run),
    ("json", json::run),
    ("keras", keras::run),
    ("lightgbm", lightgbm::run),
    ("marshal", marshal::run),
    ("msgpack", msgpack::run),
    ("numpy", numpy::run),
    ("onnx", onnx::run),
    ("packages", packages::run),
    ("parquet", parquet::run),
    ("pickle", pickle::run),
    ("planes", planes::run),
    ("policy", policy::run),
    ("r_data", r_data::run),
    ("rknn", rknn::run),
    ("rpm", rpm::run),
    ("safetensors", safetensors::run),
    ("seven_zip", seven_zip::run),
    ("tar", tar::run),
    ("tensorflow", tensorflow::run),
    ("template", template::run),
    ("tensorrt", tensorrt::run),
    ("tensors", tensors::run),
    ("text", text::run),
    ("torch7", torch7::run),
    ("ubjson", ubjson::run),
    ("unicode", unicode::run),
    ("wrapper", wrapper::run),
    ("xml", xml::run),
    ("zip", zip::run),
];
