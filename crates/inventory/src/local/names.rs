//! What the path of a file says about its place in a system.

use super::artifact::{ArtifactFacts, Nature};

const DATA_FOLDERS: [&str; 20] = [
    "data",
    "dataset",
    "datasets",
    "corpus",
    "corpora",
    "raw",
    "processed",
    "interim",
    "train",
    "training",
    "training_data",
    "training-data",
    "eval",
    "evals",
    "evaluation",
    "evaluations",
    "benchmark",
    "benchmarks",
    "finetune",
    "goldens",
];
const EVALUATION_FOLDERS: [&str; 10] = [
    "eval",
    "evals",
    "evaluation",
    "evaluations",
    "benchmark",
    "benchmarks",
    "goldens",
    "golden",
    "eval_data",
    "eval-data",
];
const TEST_FOLDERS: [&str; 16] = [
    "tests",
    "test",
    "testing",
    "__tests__",
    "fixtures",
    "fixture",
    "testdata",
    "test_data",
    "test-data",
    "mocks",
    "__mocks__",
    "snapshots",
    "__snapshots__",
    "node_modules",
    "site-packages",
    "examples_test",
];
const MODEL_FOLDERS: [&str; 14] = [
    "model",
    "models",
    "checkpoint",
    "checkpoints",
    "weights",
    "saved_model",
    "saved_models",
    "artifacts",
    "model_store",
    "pretrained",
    "adapters",
    "adapter",
    "classifiers",
    "estimators",
];
const MODEL_WORDS: [&str; 24] = [
    "model",
    "clf",
    "classifier",
    "regressor",
    "regression",
    "estimator",
    "pipeline",
    "vectorizer",
    "vectoriser",
    "encoder",
    "scaler",
    "xgb",
    "lgbm",
    "lightgbm",
    "forest",
    "svm",
    "kmeans",
    "predictor",
    "ranker",
    "reranker",
    "embedder",
    "weights",
    "checkpoint",
    "detector",
];
const EVALUATION_WORDS: [&str; 19] = [
    "eval",
    "evals",
    "evaluation",
    "benchmark",
    "benchmarks",
    "golden",
    "goldens",
    "holdout",
    "mmlu",
    "gsm8k",
    "humaneval",
    "truthfulqa",
    "hellaswag",
    "arc_challenge",
    "mtbench",
    "mt_bench",
    "mbpp",
    "squad_v2_eval",
    "redteam",
];

fn folders(path: &str) -> impl DoubleEndedIterator<Item = String> + '_ {
    super::parent(path)
        .split('/')
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
}

/// The words of a file's name, lowercase.
fn words(path: &str) -> Vec<String> {
    super::file_name(path)
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// True below a folder that holds data.
pub(super) fn in_data_folder(path: &str) -> bool {
    folders(path).any(|folder| DATA_FOLDERS.contains(&folder.as_str()))
}

/// True for what belongs to tests; `data/test` is a part of the data, not a test.
pub(super) fn in_tests(path: &str) -> bool {
    let mut in_data = false;
    for folder in folders(path) {
        if TEST_FOLDERS.contains(&folder.as_str()) && !(in_data && folder == "test") {
            return true;
        }
        in_data |= DATA_FOLDERS.contains(&folder.as_str());
    }
    false
}

/// True for records that a run of the system or of its evaluation left behind.
pub(super) fn is_output(path: &str) -> bool {
    let by_folder = folders(path).any(|folder| {
        matches!(
            folder.as_str(),
            "results" | "result" | "logs" | "predictions"
        )
    });
    let names = words(path);
    let last = super::file_name(path).to_lowercase();
    by_folder
        || [
            "results",
            "result_",
            "result.",
            "metrics.",
            "predictions",
            "scores.",
        ]
        .iter()
        .any(|begin| last.starts_with(begin))
        || names.iter().any(|word| word == "results")
}

/// True for what is there to evaluate with.
pub(super) fn is_evaluation(path: &str) -> bool {
    let by_folder = folders(path).any(|folder| EVALUATION_FOLDERS.contains(&folder.as_str()));
    let name = super::file_name(path).to_lowercase();
    let by_name = words(path)
        .iter()
        .any(|word| EVALUATION_WORDS.contains(&word.as_str()))
        || [
            "arc_challenge",
            "mt_bench",
            "truthful_qa",
            "human_eval",
            "red_team",
        ]
        .iter()
        .any(|known| name.contains(known));
    by_folder || by_name
}

/// True if records of this name may be data, wherever they lie.
pub(super) fn has_data_name(path: &str) -> bool {
    const WORDS: [&str; 16] = [
        "train",
        "training",
        "valid",
        "validation",
        "val",
        "dev",
        "dataset",
        "data",
        "corpus",
        "samples",
        "labels",
        "labelled",
        "labeled",
        "annotations",
        "sft",
        "preferences",
    ];
    words(path)
        .iter()
        .any(|word| WORDS.contains(&word.as_str()))
        || is_evaluation(path)
}

fn has_model_place(path: &str) -> bool {
    let name = super::file_name(path).to_lowercase();
    folders(path).any(|folder| MODEL_FOLDERS.contains(&folder.as_str()))
        || MODEL_WORDS.iter().any(|word| name.contains(word))
}

/// True for `models/tone`: a folder of its own name among models, that holds no code.
pub(super) fn is_folder_of_one_model<'a>(
    folder: &str,
    mut files: impl Iterator<Item = &'a str>,
) -> bool {
    let above = super::file_name(super::parent(folder)).to_lowercase();
    let named = MODEL_FOLDERS.contains(&above.as_str())
        && !super::config::is_generic(super::file_name(folder));
    const CODE: [&str; 6] = [".py", ".ts", ".js", ".rs", ".ipynb", ".go"];
    named && !files.any(|path| CODE.iter().any(|ending| path.ends_with(ending)))
}

/// Lets the name decide where the bytes cannot.
pub(super) fn adjust(path: &str, facts: &mut ArtifactFacts) {
    let name = super::file_name(path).to_lowercase();
    let state = [
        "optimizer.",
        "scheduler.",
        "rng_state",
        "scaler.pt",
        "training_args.bin",
    ]
    .iter()
    .any(|start| name.starts_with(start))
        && !name.ends_with(".pkl")
        && !name.ends_with(".joblib");
    if state {
        facts.nature = Nature::TrainingState;
    } else if name.starts_with("adapter_model") || name.starts_with("pytorch_lora_weights") {
        facts.nature = Nature::AdapterWeights;
    } else if (facts.nature == Nature::Objects && has_model_place(path))
        || (facts.format == "hdf5" && (!in_data_folder(path) || has_model_place(path)))
    {
        facts.nature = Nature::Weights;
    }
}

/// A name whose number says that it is one of several: what they share, the number, and how many
/// there are if the name tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shard {
    pub(super) stem: String,
    pub(super) number: u64,
    pub(super) total: Option<u64>,
}

/// `model-00001-of-00003.safetensors`, `part-0007.parquet`, `shard_3.jsonl`, `000012.tar`.
pub(super) fn shard(name: &str) -> Option<Shard> {
    let (stem, ending) = name.split_once('.')?;
    if let Some((front, total)) = stem.rsplit_once("-of-") {
        let (front, number) = front.rsplit_once('-')?;
        return Some(Shard {
            stem: format!("{front}.{ending}"),
            number: number.parse().ok()?,
            total: total.split(['-', '_']).next()?.parse().ok(),
        });
    }
    let digits = stem.len()
        - stem
            .trim_end_matches(|letter: char| letter.is_ascii_digit())
            .len();
    let (front, number) = stem.split_at_checked(stem.len() - digits)?;
    let front = front.trim_end_matches(['-', '_']);
    let numbered = digits >= 3
        || ["part", "shard", "chunk", "split"]
            .iter()
            .any(|word| front.ends_with(word));
    (digits > 0 && numbered).then_some(Shard {
        stem: format!("{front}.{ending}"),
        number: number.parse().ok()?,
        total: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_tell_shards() {
        let shard_of =
            |name: &str| shard(name).map(|shard| (shard.stem, shard.number, shard.total));
        assert_eq!(
            shard_of("model-00002-of-00003.safetensors"),
            Some(("model.safetensors".into(), 2, Some(3)))
        );
        assert_eq!(
            shard_of("part-7.parquet"),
            Some(("part.parquet".into(), 7, None))
        );
        assert_eq!(
            shard_of("000012.tar.gz"),
            Some((".tar.gz".into(), 12, None))
        );
        assert_eq!(shard_of("reviews-v2.csv"), None);
        assert_eq!(shard_of("model.gguf"), None);
    }

    #[test]
    fn places_tell_tests_from_data() {
        assert!(in_tests("tests/data/a.csv"));
        assert!(!in_tests("data/test/a.csv"));
        assert!(in_data_folder("ml/data/raw/a.csv"));
        assert!(is_evaluation("eval/questions.jsonl"));
        assert!(is_evaluation("data/golden_questions.jsonl"));
        assert!(!is_evaluation("data/medieval.csv"));
    }
}
