//! What each fuzz target does with its bytes. The targets in `fuzz_targets` hand them to libFuzzer; the tests
//! of `crates/dev` replay the seeds through the same functions.

pub mod assemble;
pub mod card;
pub mod code;
pub mod commands;
pub mod document;
pub mod examine;
pub mod executable;
pub mod flatbuffers;
pub mod gguf;
pub mod git;
pub mod hdf5;
pub mod json;
pub mod keras;
pub mod marshal;
pub mod numpy;
pub mod onnx;
pub mod packages;
pub mod pickle;
pub mod planes;
pub mod policy;
pub mod rpm;
pub mod safetensors;
pub mod tar;
pub mod template;
pub mod text;
pub mod unicode;
pub mod wrapper;
pub mod zip;

/// A target: its name, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("assemble", assemble::run),
    ("card", card::run),
    ("code", code::run),
    ("commands", commands::run),
    ("document", document::run),
    ("examine", examine::run),
    ("executable", executable::run),
    ("flatbuffers", flatbuffers::run),
    ("gguf", gguf::run),
    ("git", git::run),
    ("hdf5", hdf5::run),
    ("json", json::run),
    ("keras", keras::run),
    ("marshal", marshal::run),
    ("numpy", numpy::run),
    ("onnx", onnx::run),
    ("packages", packages::run),
    ("pickle", pickle::run),
    ("planes", planes::run),
    ("policy", policy::run),
    ("rpm", rpm::run),
    ("safetensors", safetensors::run),
    ("tar", tar::run),
    ("template", template::run),
    ("text", text::run),
    ("unicode", unicode::run),
    ("wrapper", wrapper::run),
    ("zip", zip::run),
];
