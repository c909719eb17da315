//! See `graph_operation.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};
use waybill_knowledge::{Framework, OperatorEffect, is_tensorflow_operator, operator_effect};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "keras-graph-operation",
        summary: "a layer of the Keras model calls an operation of TensorFlow that does more than compute",
        page: include_str!("graph_operation.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-470"],
        help: "do not run it: operations that open files or call Python have no place in a model",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Keras(facts) = &subject.facts else {
        return;
    };
    for operation in &facts.operations {
        let place = quoted(&operation.spot.path);
        let name = quoted(&operation.name);
        let touches = if operation.in_graph {
            in_graph(&operation.name)
        } else {
            by_api(&operation.name)
        };
        match touches {
            Touches::More => found.add(
                info,
                subject,
                None,
                format!("{place} calls {name}, which does more than compute"),
            ),
            Touches::Unknown => found.add_with(
                info,
                subject,
                None,
                format!("{place} calls {name}, of which nothing is known"),
                Severity::Medium,
            ),
            Touches::Numbers => {}
        }
    }
}

/// What an operation of TensorFlow reaches.
pub(crate) enum Touches {
    Numbers,
    More,
    Unknown,
}

/// Parts of TensorFlow's interface that reach files, Python, libraries or the network.
const MORE: [&str; 24] = [
    "autograph.",
    "compat.v1.gfile",
    "compat.v1.io",
    "compat.v1.py_func",
    "compat.v1.saved_model",
    "compat.v1.train",
    "data.",
    "debugging.experimental",
    "distribute.",
    "experimental.",
    "io.",
    "keras.config",
    "keras.models",
    "keras.saving",
    "keras.utils",
    "load_library",
    "load_op_library",
    "numpy_function",
    "profiler.",
    "py_function",
    "raw_ops.",
    "saved_model.",
    "summary.",
    "train.",
];
/// Operations below those that only decode what they are given.
const DECODE: [&str; 3] = ["io.decode_", "io.parse_", "io.serialize_tensor"];
/// Parts of it that compute.
const NUMBERS: [&str; 21] = [
    "__operators__.",
    "audio.decode",
    "bitwise.",
    "compat.v1.math.",
    "compat.v1.nn.",
    "debugging.assert",
    "dtypes.",
    "image.",
    "keras.activations",
    "keras.backend.",
    "keras.losses",
    "keras.metrics",
    "keras.ops",
    "linalg.",
    "math.",
    "nn.",
    "ragged.",
    "random.",
    "signal.",
    "sparse.",
    "strings.",
];

fn by_api(name: &str) -> Touches {
    if DECODE.iter().any(|prefix| name.starts_with(prefix)) {
        return Touches::Numbers;
    }
    if MORE.iter().any(|prefix| name.starts_with(prefix)) || name.contains("__globals__") {
        return Touches::More;
    }
    // `reshape`, `concat`: what stands at the top computes, but for what is listed above.
    let top = name.strip_prefix("compat.v1.").unwrap_or(name);
    let plain = !top.is_empty() && !top.contains('.');
    // Classes of values, with one of their methods.
    let method = top.split_once('.').is_some_and(|(class, _)| {
        matches!(
            class,
            "Tensor" | "RaggedTensor" | "SparseTensor" | "TensorShape" | "Variable"
        )
    });
    if plain || method || NUMBERS.iter().any(|prefix| name.starts_with(prefix)) {
        Touches::Numbers
    } else {
        Touches::Unknown
    }
}

/// Of an operation by the name that graphs give it.
pub(crate) fn in_graph(name: &str) -> Touches {
    match operator_effect(Framework::TensorFlow, name) {
        Some((OperatorEffect::Table, _)) => Touches::Unknown,
        Some(_) => Touches::More,
        None if is_tensorflow_operator(name) => Touches::Numbers,
        // Of versions that are not listed.
        None if TELLING.iter().any(|word| name.contains(word)) => Touches::More,
        None => Touches::Unknown,
    }
}

/// Words in the names of operations that reach files, Python or libraries.
const TELLING: [&str; 6] = ["File", "PyFunc", "Save", "Restore", "Library", "Gcs"];
