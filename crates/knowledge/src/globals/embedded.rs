//! The data files that are built into the program.

use std::sync::OnceLock;

use sha2::{Digest, Sha256};

macro_rules! good {
    ($($package:literal),* $(,)?) => {
        /// The files of good names, by package.
        pub(super) const GOOD: &[(&str, &str)] = &[
            $(($package, include_str!(concat!("../../data/globals/", $package, ".globals")))),*
        ];
    };
}

good![
    "stdlib",
    "numpy",
    "torch",
    "scikit-learn",
    "transformers",
    "accelerate",
    "catboost",
    "chemprop",
    "cloudpickle",
    "diffusers",
    "dill",
    "fastai",
    "flair",
    "gensim",
    "joblib",
    "lightgbm",
    "lightning",
    "omegaconf",
    "pandas",
    "peft",
    "pyannote-audio",
    "scipy",
    "sentence-transformers",
    "setfit",
    "spacy",
    "timm",
    "torchaudio",
    "torchmetrics",
    "torchvision",
    "ultralytics",
    "xgboost",
];

/// The harmful names, by effect.
pub(super) const HARMFUL: &str = include_str!("../../data/globals/harmful.list");

/// The names that carry others.
pub(super) const CARRIERS: &str = include_str!("../../data/globals/carriers.list");

/// The digest of all the lists, `sha256:` and 64 hexadecimal digits. It changes
/// whenever a judgement by these lists may change.
pub fn digest() -> String {
    static DIGEST: OnceLock<String> = OnceLock::new();
    DIGEST.get_or_init(compute).clone()
}

fn compute() -> String {
    let mut hash = Sha256::new();
    let lists = [
        ("harmful", HARMFUL),
        ("carriers", CARRIERS),
        ("keras", crate::keras::NAMES),
        ("launchers", crate::programs::LAUNCHERS),
    ];
    let operators = crate::operators::LISTS.map(|list| ("operators", list));
    for (name, text) in GOOD.iter().copied().chain(lists).chain(operators) {
        // Lengths keep bytes from moving between files unnoticed.
        hash.update(format!("{name} {}\n", text.len()));
        hash.update(text);
    }
    let hex: String = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha256:{hex}")
}
