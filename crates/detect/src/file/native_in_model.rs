//! See `native_in_model.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "native-code-in-model",
        summary: "a native program stands where a model should",
        page: include_str!("native_in_model.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-434", "CWE-506"],
        help: "do not run or load it; ask its supplier for the weights alone",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    match &subject.facts {
        Facts::NativeMember(format) => {
            let message = format!(
                "a member of a {} archive is {}",
                subject.format.name, format.name
            );
            found.add(info, subject, None, message);
            found.would(subject, 0, format!("load {}", quoted(subject.name)));
        }
        Facts::Identity(formats) => {
            let Some(first) = formats.first() else {
                return;
            };
            let name = subject.name.to_ascii_lowercase();
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            let weights = WEIGHTS.contains(&extension);
            let named = (first.is_native() && (weights || BESIDE.contains(&extension)))
                || (SHELLS.contains(&first.name) && weights);
            if named {
                let message = format!("is named .{extension} but is {}", first.name);
                found.add(info, subject, None, message);
            }
        }
        _ => {}
    }
}

/// Languages of scripts that a shell runs.
const SHELLS: [&str; 3] = ["shell", "batch", "powershell"];

/// Extensions of files that hold numbers.
const WEIGHTS: [&str; 21] = [
    "bin",
    "pt",
    "pth",
    "ckpt",
    "pkl",
    "pickle",
    "joblib",
    "npy",
    "npz",
    "h5",
    "hdf5",
    "keras",
    "safetensors",
    "gguf",
    "ggml",
    "onnx",
    "pb",
    "tflite",
    "pte",
    "msgpack",
    "model",
];

/// Extensions of what else models are made of, and of data beside them.
const BESIDE: [&str; 21] = [
    "weights", "params", "mlmodel", "cbm", "ubj", "t7", "rds", "rda", "mar", "nemo", "skops",
    "json", "yaml", "txt", "csv", "parquet", "arrow", "pmml", "xml", "md", "engine",
];
