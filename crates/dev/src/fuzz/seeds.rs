//! Seeds: every artifact that the repository describes as text, assembled.
//!
//! fuzz/seeds.md, rule pages, the corpus of `selftest` and the documentation of `fixtures` describe artifacts in
//! fences (```` ```pickle ````). Each is a seed of its own parser, of the whole examination, and, as text, of the
//! assembler.

use anyhow::{Context as _, Result};
use std::collections::{BTreeMap, BTreeSet};

use crate::workspace::Workspace;

/// Languages of `waybill_fixtures::assemble`, and the targets whose parsers read what they describe.
const LANGUAGES: [(&str, &[&str]); 16] = [
    ("pickle", &["pickle", "tensors"]),
    ("zip", &["tensors", "zip"]),
    ("tar", &["tar"]),
    ("safetensors", &["safetensors", "tensors"]),
    ("flatbuffer", &["flatbuffers", "rknn"]),
    ("bytes", &["r_data", "rknn", "tensorrt", "torch7"]),
    ("gguf", &["gguf", "tensors"]),
    ("hdf5", &["hdf5", "tensors"]),
    ("npy", &["numpy", "tensors"]),
    ("wrapper", &["wrapper"]),
    ("jinja", &["template", "unicode"]),
    ("json", &["json", "keras"]),
    ("text", &["lightgbm", "text", "unicode"]),
    ("xml", &["text", "xml"]),
    ("protobuf", &["graphs", "onnx", "tensorflow"]),
    ("hex", &["text", "unicode"]),
];

/// Descriptions that are there for fuzzing alone.
const OWN: &str = "fuzz/seeds.md";

/// Policies and their cases.
const POLICIES: &str = "crates/policy/src/built_in/";

/// Bundles of signatures.
const BUNDLES: &str = "crates/attest/tests/data/model-signing-spec/";

/// Seeds of each target.
pub(super) type Seeds = BTreeMap<&'static str, BTreeSet<Vec<u8>>>;

/// Everything that the tree describes.
pub(super) fn seeds(workspace: &Workspace) -> Result<Seeds> {
    let mut seeds = Seeds::new();
    for file in workspace.files()? {
        if file.starts_with(POLICIES) && file.ends_with(".toml") {
            let bytes = workspace.read(&file)?.into_bytes();
            seeds.entry("policy").or_default().insert(bytes);
        }
        if file.starts_with(BUNDLES) && file.ends_with(".json") {
            let bytes = workspace.read(&file)?.into_bytes();
            seeds.entry("bundle").or_default().insert(bytes);
        }
        let described = file == OWN
            || (file.starts_with("crates/") && (file.ends_with(".md") || file.ends_with(".rs")));
        if !described {
            continue;
        }
        for (language, description) in fences(&workspace.read(&file)?) {
            let Some((language, targets)) = LANGUAGES.iter().find(|(name, _)| *name == language)
            else {
                continue;
            };
            seeds
                .entry("assemble")
                .or_default()
                .insert(format!("{language}\n{description}").into_bytes());
            // What does not assemble is the business of the test of that page.
            let Ok(bytes) = waybill_fixtures::assemble(language, &description) else {
                continue;
            };
            for target in *targets {
                seeds.entry(target).or_default().insert(bytes.clone());
            }
            seeds.entry("examine").or_default().insert(bytes);
        }
    }
    Ok(seeds)
}

/// Writes the seeds of a target into its corpus and returns their number.
pub(super) fn write(workspace: &Workspace, target: &str, seeds: &Seeds) -> Result<usize> {
    let folder = super::corpus(workspace, target);
    std::fs::create_dir_all(&folder)?;
    let seeds: Vec<&Vec<u8>> = seeds.get(target).into_iter().flatten().collect();
    for (number, bytes) in seeds.iter().enumerate() {
        let path = folder.join(format!("seed-{number:04}"));
        std::fs::write(&path, bytes).with_context(|| format!("write {}", path.display()))?;
    }
    Ok(seeds.len())
}

/// Language and content of each fence in Markdown, or in Markdown within doc comments.
fn fences(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let line = ["//! ", "/// ", "//!", "///"]
            .iter()
            .find_map(|mark| trimmed.strip_prefix(mark))
            .unwrap_or(line);
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(information), None) => {
                let language = information.split_whitespace().next().unwrap_or_default();
                open = Some((language.to_owned(), String::new()));
            }
            (None, Some((_, content))) => {
                content.push_str(line);
                content.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_seeds_assemble() {
        let workspace = Workspace::find().unwrap();
        let fences = fences(&workspace.read(OWN).unwrap());
        assert!(fences.len() > 20);
        for (language, description) in fences {
            if let Err(error) = waybill_fixtures::assemble(&language, &description) {
                panic!("{error}\n```{language}\n{description}```");
            }
        }
    }

    #[test]
    fn fences_are_found_in_pages_and_in_doc_comments() {
        let page = "# A\n```pickle\nSTOP\n```\ntext\n```\nnone\n```\n";
        let found = fences(page);
        assert_eq!(found[0], ("pickle".into(), "STOP\n".into()));
        assert_eq!(found[1].0, "");
        let source = "//! Like\n//! ```zip\n//! member a\n//!   STOP\n//! ```\nfn x() {}\n";
        assert_eq!(
            fences(source),
            [("zip".into(), "member a\n  STOP\n".into())]
        );
    }
}
