//! Classes and operators that a description of a model in JSON names, and that its reader looks up in
//! the program around it: MXNet, Spark.

use waybill_formats::graphs::GraphFacts;
use waybill_source::document::{DocumentLimits, Node, json};

use super::settings::last;
use super::{Facts, Format, Place, Walk, spacy};
use crate::repository::sketch::Holds;

/// Packages whose stages make up pipelines of Spark.
const SPARK: [&str; 8] = [
    "org.apache.spark.ml.",
    "pyspark.ml.",
    "com.microsoft.azure.synapse.ml.",
    "com.microsoft.ml.spark.",
    "synapse.ml.",
    "ml.dmlc.xgboost4j.",
    "xgboost.spark.",
    "com.johnsnowlabs.nlp.",
];

/// Steps of bundles that MLeap itself has.
const MLEAP: [&str; 78] = [
    "als",
    "aft_survival_regression",
    "binarizer",
    "bisecting_k_means",
    "bucketed_random_lsh",
    "bucketizer",
    "chi_sq_selector",
    "coalesce",
    "count_vectorizer",
    "dct",
    "decision_tree_classifier",
    "decision_tree_regression",
    "elementwise_product",
    "feature_hasher",
    "gaussian_mixture",
    "gbt_classifier",
    "gbt_regression",
    "generalized_linear_regression",
    "gmm",
    "hashing_term_frequency",
    "idf",
    "imputer",
    "interaction",
    "isotonic_regression",
    "k_means",
    "lda",
    "lightgbm.classifier",
    "lightgbm.regression",
    "linear_regression",
    "linear_svc",
    "logistic_regression",
    "map_entry_selector",
    "math_binary",
    "math_unary",
    "max_abs_scaler",
    "min_hash_lsh",
    "min_max_scaler",
    "minhash_lsh",
    "multi_layer_perceptron_classifier",
    "multinomial_labeler",
    "naive_bayes",
    "ngram",
    "normalizer",
    "one_hot_encoder",
    "one_vs_rest",
    "pca",
    "pipeline",
    "polynomial_expansion",
    "probability_binner",
    "quantile_discretizer",
    "random_forest_classifier",
    "random_forest_regression",
    "regex_indexer",
    "regex_tokenizer",
    "reverse_string_indexer",
    "robust_scaler",
    "sklearn_binarizer",
    "sklearn_imputer",
    "sklearn_label_binarizer",
    "sklearn_polynomial_expansion",
    "standard_scaler",
    "stop_words_remover",
    "string_concat",
    "string_index_to_string",
    "string_indexer",
    "string_map",
    "svm",
    "support_vector_machine",
    "tensorflow",
    "tokenizer",
    "vector_assembler",
    "vector_indexer",
    "vector_slicer",
    "word2vec",
    "word_to_vector",
    "word_filter",
    "xgboost.classifier",
    "xgboost.regression",
];

impl Walk<'_> {
    /// A program of PaddlePaddle 3, which writes JSON: operators are objects whose kind stands under `#`,
    /// with a number before the dot for whose they are.
    fn paddle_json(&mut self, text: &str, length: u64, place: &Place<'_>) {
        const MOST: usize = 10_000;
        let limits = DocumentLimits {
            depth: 64,
            values: 2_000_000,
        };
        let document = json(text, &limits);
        let mut facts = GraphFacts::default();
        let mut open: Vec<&Node> = document.root().into_iter().collect();
        while let Some(node) = open.pop() {
            open.extend(node.items().iter().map(AsRef::as_ref));
            open.extend(node.entries().iter().map(|(_, _, held)| held.as_ref()));
            let Some((owner, name)) = node
                .get("#")
                .and_then(Node::text)
                .and_then(|kind| kind.split_once('.'))
            else {
                continue;
            };
            if matches!(owner, "3" | "custom_op") {
                let known = facts.classes.iter().any(|(_, known, _)| known == name);
                if !known && facts.classes.len() < MOST {
                    facts.classes.push(("an operator", name.to_owned(), 0));
                }
            } else if facts.operators.len() < MOST {
                facts.operators.entry(name.to_owned()).or_default().count += 1;
            }
        }
        self.judge(place, Format::JSON, length, Facts::Paddle(&facts));
        if !facts.classes.is_empty() {
            self.judge(place, Format::JSON, length, Facts::CoreMl(&facts));
        }
    }

    /// Functions that the configuration of a pipeline of spaCy has looked up by name.
    pub(super) fn registered(&mut self, text: &str, format: Format, place: &Place<'_>) {
        if !text.contains("[nlp]") && !text.contains("[nlp.") {
            return;
        }
        let mut facts = GraphFacts::default();
        let foreign = spacy::foreign(text).into_iter();
        facts.classes = foreign
            .map(|(name, at)| ("a pipeline of spaCy", name, at))
            .collect();
        if !facts.classes.is_empty() {
            self.judge(place, format, text.len() as u64, Facts::CoreMl(&facts));
        }
    }

    pub(super) fn class_names(&mut self, text: &str, length: u64, place: &Place<'_>) {
        let symbol = text.contains("\"arg_nodes\"") && text.contains("\"nodes\"");
        let stage = text.contains("\"sparkVersion\"") && text.contains("\"class\"");
        let served = last(place.name) == "MANIFEST.json"
            || text.contains("\"serializedFile\"")
            || text.contains("\"requirementsFile\"");
        let bundled = last(place.name) == "model.json"
            && text.contains("\"op\"")
            && text.contains("\"attributes\"");
        if text.contains("\"base_code\"") && text.contains("\"pir\"") {
            self.paddle_json(text, length, place);
        }
        if !symbol && !stage && !served && !bundled {
            return;
        }
        let limits = DocumentLimits {
            depth: 32,
            values: 500_000,
        };
        let document = json(text, &limits);
        let Some(root) = document.root() else {
            return;
        };
        let mut facts = GraphFacts::default();
        if symbol {
            facts.classes = custom_operators(root);
        }
        if served {
            facts.files = served_files(root);
            if let Some(named) = root.at(&["model", "requirementsFile"]).and_then(Node::text) {
                self.requirements.push(named.to_owned());
                self.sketch(place, Holds::Installs(named.to_owned()));
            }
        }
        if bundled
            && let Some(step) = root.get("op").and_then(Node::text)
            && root.get("attributes").is_some()
            && !MLEAP.contains(&step)
        {
            facts.classes.push(("a step", step.to_owned(), 0));
        }
        if stage && let Some(class) = root.get("class").and_then(Node::text) {
            let known = SPARK.iter().any(|package| class.starts_with(package));
            if !known {
                facts.classes.push(("a stage", class.to_owned(), 0));
            }
        }
        if !facts.classes.is_empty() || !facts.files.is_empty() {
            self.judge(place, Format::JSON, length, Facts::CoreMl(&facts));
        }
    }
}

/// Files that the manifest of an archive for `TorchServe` names as parts of the model.
fn served_files(root: &Node) -> Vec<(String, u64)> {
    const KEYS: [&str; 5] = [
        "serializedFile",
        "modelFile",
        "requirementsFile",
        "extraFiles",
        "configFile",
    ];
    let Some(model) = root.get("model") else {
        return Vec::new();
    };
    let named = KEYS.iter().filter_map(|key| model.get(key));
    let named = named.filter_map(Node::text);
    let names = named.flat_map(|named| named.split(','));
    names.map(|name| (name.trim().to_owned(), 0)).collect()
}

/// Nodes of a symbol of MXNet that Python code or a library of operators brings.
fn custom_operators(root: &Node) -> Vec<(&'static str, String, u64)> {
    const MOST: usize = 100;
    let nodes = root.get("nodes").map_or(&[][..], Node::items);
    let custom = nodes.iter().filter_map(|node| {
        let operator = node.get("op").and_then(|op| op.text())?;
        if operator != "Custom" && operator != "_Native" && operator != "_NDArray" {
            return None;
        }
        let attributes = ["attrs", "attr", "param"].iter();
        let class = attributes
            .filter_map(|key| node.get(key))
            .find_map(|held| held.get("op_type").or_else(|| held.get("info")))
            .and_then(|class| class.text())
            .unwrap_or(operator);
        Some(("a custom operator", class.to_owned(), 0))
    });
    custom.take(MOST).collect()
}
