//! Configurations of pipelines of spaCy: functions that are looked up by name.
//!
//! Format: sections with options, read by Python's `configparser`; a value goes on in lines that are
//! indented deeper than its option, and is JSON. An option or a key that begins with `@` names a
//! registry, its value what is called of it.

use waybill_knowledge::is_spacy_function;
use waybill_source::document::{DocumentLimits, Node, json};

/// Functions of spaCy whose names have no version.
const UNVERSIONED: [&str; 5] = [
    "spacy.ja.JapaneseTokenizer",
    "spacy.ko.KoreanTokenizer",
    "spacy.th.ThaiTokenizer",
    "spacy.vi.VietnameseTokenizer",
    "spacy.zh.ChineseTokenizer",
];

/// What the library below spaCy registers, by registry and without the version.
const THINC: [(&str, &[&str]); 6] = [
    ("optimizers", &["Adam", "RAdam", "SGD"]),
    (
        "schedules",
        &[
            "compounding",
            "constant",
            "constant_then",
            "cyclic_triangular",
            "decaying",
            "plateau",
            "slanted_triangular",
            "warmup_linear",
        ],
    ),
    (
        "initializers",
        &[
            "configure_normal_init",
            "glorot_normal_init",
            "glorot_uniform_init",
            "he_normal_init",
            "he_uniform_init",
            "lecun_normal_init",
            "lecun_uniform_init",
            "normal_init",
            "uniform_init",
            "zero_init",
        ],
    ),
    (
        "losses",
        &[
            "CategoricalCrossentropy",
            "CosineDistance",
            "L2Distance",
            "SequenceCategoricalCrossentropy",
        ],
    ),
    ("ops", &["AppleOps", "CupyOps", "MPSOps", "NumpyOps"]),
    ("layers", &LAYERS),
];

/// Layers of the library below spaCy.
const LAYERS: [&str; 73] = [
    "CauchySimilarity",
    "ClippedLinear",
    "Dish",
    "Dropout",
    "Embed",
    "Gelu",
    "HFWrapper",
    "HardSigmoid",
    "HardSwish",
    "HardSwishMobilenet",
    "HardTanh",
    "HashEmbed",
    "LSTM",
    "LayerNorm",
    "Linear",
    "Logistic",
    "MXNetWrapper",
    "Maxout",
    "Mish",
    "MultiSoftmax",
    "ParametricAttention",
    "PyTorchLSTM",
    "PyTorchRNNWrapper",
    "PyTorchWrapper",
    "Relu",
    "ReluK",
    "Sigmoid",
    "Softmax",
    "SparseLinear",
    "Swish",
    "TensorFlowWrapper",
    "TorchScriptWrapper",
    "add",
    "array_getitem",
    "bidirectional",
    "chain",
    "clone",
    "concatenate",
    "expand_window",
    "list2array",
    "list2padded",
    "list2ragged",
    "map_list",
    "noop",
    "padded2list",
    "premap_ids",
    "ragged2list",
    "reduce_first",
    "reduce_last",
    "reduce_max",
    "reduce_mean",
    "reduce_sum",
    "remap_ids",
    "residual",
    "resizable",
    "siamese",
    "sigmoid_activation",
    "softmax_activation",
    "strings2arrays",
    "tuplify",
    "uniqued",
    "with_array",
    "with_array2d",
    "with_cpu",
    "with_debug",
    "with_flatten",
    "with_getitem",
    "with_list",
    "with_nvtx_range",
    "with_padded",
    "with_ragged",
    "with_reshape",
    "with_signpost_interval",
];

/// Names that are told of one file.
const MOST: usize = 100;

/// Functions of a configuration that none of the known libraries registers, each with the offset of the
/// line of its option.
pub(super) fn foreign(text: &str) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for option in options(text) {
        named(&option, &mut |kind, name| {
            if !is_known(kind, name) && found.len() < MOST {
                let told: (String, u64) = (name.chars().take(200).collect(), option.at);
                if !found.contains(&told) {
                    found.push(told);
                }
            }
        });
    }
    found
}

/// One option of a section.
#[derive(Debug, PartialEq, Eq)]
struct Setting<'t> {
    key: &'t str,
    value: String,
    at: u64,
}

/// The options of all sections in their order.
fn options(text: &str) -> Vec<Setting<'_>> {
    let mut found: Vec<Setting<'_>> = Vec::new();
    let (mut at, mut indent, mut open) = (0_u64, 0_usize, false);
    for line in text.split_inclusive(['\n', '\r']) {
        let start = at;
        at = at.saturating_add(line.len() as u64);
        let line = line.trim_start_matches('\u{feff}');
        let written = line.trim();
        if written.is_empty() || written.starts_with(['#', ';']) {
            continue;
        }
        let deep = line.len().saturating_sub(line.trim_start().len());
        if open
            && deep > indent
            && let Some(last) = found.last_mut()
        {
            last.value.push('\n');
            last.value.push_str(written);
            continue;
        }
        indent = deep;
        open = false;
        if written.starts_with('[') && written.contains(']') {
            continue;
        }
        if let Some((key, value)) = written.split_once(['=', ':']) {
            open = true;
            found.push(Setting {
                key: key.trim(),
                value: value.trim().to_owned(),
                at: start,
            });
        }
    }
    found
}

/// Hands on every registry of an option with what is named of it.
fn named(option: &Setting<'_>, tell: &mut dyn FnMut(&str, &str)) {
    let limits = DocumentLimits {
        depth: 64,
        values: 100_000,
    };
    let value = option.value.trim();
    let document = json(value, &limits);
    let root = document.root();
    if let Some(kind) = option.key.trim_matches('"').strip_prefix('@') {
        let text = root.and_then(Node::text).unwrap_or(value);
        return tell(kind, text);
    }
    let mut open: Vec<&Node> = root.into_iter().collect();
    while let Some(node) = open.pop() {
        open.extend(node.items().iter().map(AsRef::as_ref));
        for (key, _, held) in node.entries() {
            open.push(held.as_ref());
            // A key may be put together of other values.
            let kind = key
                .strip_prefix('@')
                .or_else(|| key.contains("${").then_some(key.as_str()));
            if let (Some(kind), Some(name)) = (kind, held.text()) {
                tell(kind, name);
            }
        }
    }
    if document.cut || !document.unread.is_empty() {
        let plain = value.replace("\\u0040", "@");
        for (at, _) in plain.match_indices('@') {
            if let Some((kind, name)) = plain.get(at..).and_then(written) {
                tell(kind, name);
            }
        }
    }
}

/// The kind and the name in `@tokenizers":"name"`, in a value that is no JSON.
fn written(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix('@')?;
    let kind = text.find(|letter: char| !(letter.is_ascii_lowercase() || letter == '_'))?;
    let (kind, rest) = text.split_at_checked(kind)?;
    let rest = rest.trim_start_matches(['"', '\'']).trim_start();
    let rest = rest.strip_prefix([':', '='])?.trim_start();
    let name = rest.strip_prefix(['"', '\''])?;
    let name = name.split(['"', '\'']).next()?;
    (!kind.is_empty() && !name.is_empty()).then_some((kind, name))
}

/// True for what spaCy and the libraries around it register.
fn is_known(kind: &str, name: &str) -> bool {
    if UNVERSIONED.contains(&name) {
        return true;
    }
    let (stem, version) = match name.rsplit_once(".v") {
        Some((stem, version)) => (stem, Some(version)),
        None => (name, None),
    };
    let versioned = version.is_some_and(|version| {
        (1..=2).contains(&version.len()) && version.bytes().all(|byte| byte.is_ascii_digit())
    });
    let below = THINC
        .iter()
        .any(|(known, names)| *known == kind && names.contains(&stem));
    if below {
        return versioned || kind == "ops";
    }
    versioned && is_spacy_function(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        foreign(text).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        for odd in [
            "[x]\n@callbacks = \"evil.run.v1\"\n",
            "[x]\n@callbacks: evil.run.v1\n",
            "[x]\r\n@callbacks =\r\n \"evil.run.v1\"\r\n",
            "[x]\n@callbacks =\n# more\n\n  \"evil.run.v1\"\n",
            "[x]\ny = {\"\\u0040callbacks\": \"evil.run.v1\"}\n",
            "[x]\ny = {\"a\": [\n  {\"@callbacks\":\n  \"evil\\u002erun.v1\"}]}\n",
            "[x]\ny = {\"${a.b}\": \"evil.run.v1\"}\n",
            "[x]\n@layers = \"evil.run.v1\"\n",
            "[x]\n@optimizers = \"evil.run.v1\"\n",
            "[x]\ny = {\"\\u0040callbacks\": \"evil.run.v1\", \n",
        ] {
            assert_eq!(names(odd), ["evil.run.v1"], "{odd}");
        }
        assert_eq!(names("[x]\n@misc = \"spacy.evil\"\n"), ["spacy.evil"]);
        assert_eq!(names("[x]\n@misc = \"spacy.run.v1\"\n"), ["spacy.run.v1"]);
        assert_eq!(names("[x]\n@misc = ${a.b}\n"), ["${a.b}"]);
        assert_eq!(names("[x]\n@misc = \"Adam.v1\"\n"), ["Adam.v1"]);
    }

    #[test]
    fn what_the_libraries_register_is_known() {
        let text = "[nlp]\nlang = \"en\"\ntokenizer = {\"@tokenizers\":\"spacy.Tokenizer.v1\"}\n\
             [components.ner.model]\n@architectures = \"spacy-transformers.TransformerModel.v3\"\n\
             pooling = {\"@layers\":\"reduce_mean.v1\"}\n[training.optimizer]\n@optimizers = \"Adam.v1\"\n\
             [training.optimizer.learn_rate]\n@schedules = \"warmup_linear.v1\"\n\
             [nlp.tokenizer]\n@tokenizers = \"spacy.ja.JapaneseTokenizer\"\nsplit_mode = null\n\
             [a]\n@initializers = \"glorot_uniform_init.v1\"\nmail = \"a@b.example\"\n\
             [initialize]\nvectors = ${paths.vectors}\n";
        assert!(names(text).is_empty(), "{:?}", names(text));
    }
}
