//! Classes and operators that a description of a model in JSON names, and that its reader looks up in
//! the program around it: MXNet, Spark.

use waybill_formats::graphs::GraphFacts;
use waybill_source::document::{DocumentLimits, Node, json};

use super::{Facts, Format, Place, Walk};

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

impl Walk<'_> {
    pub(super) fn class_names(&mut self, text: &str, length: u64, place: &Place<'_>) {
        let symbol = text.contains("\"arg_nodes\"") && text.contains("\"nodes\"");
        let stage = text.contains("\"sparkVersion\"") && text.contains("\"class\"");
        let served = text.contains("\"serializedFile\"") || text.contains("\"requirementsFile\"");
        if !symbol && !stage && !served {
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
