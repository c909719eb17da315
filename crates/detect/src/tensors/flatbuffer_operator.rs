//! See `flatbuffer_operator.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::keras::graph_operation::{Touches, in_graph};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "flatbuffer-operator",
        summary: "the model calls an operator that its runtime does not bring",
        page: include_str!("flatbuffer_operator.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-829"],
        help: "find out which library brings it and whether you trust that library; it runs native code",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    match &subject.facts {
        Facts::Tflite(facts) => {
            for operator in &facts.operators {
                let Some(name) = operator.custom.as_deref() else {
                    continue;
                };
                if let Some((does, severity)) = custom(name) {
                    let message = format!("calls {}, {does}", quoted(name));
                    found.add_with(info, subject, Some(operator.offset), message, severity);
                }
            }
            for file in &facts.external_files {
                let message = format!("takes data from the file {}", quoted(file));
                found.add_with(info, subject, None, message, Severity::High);
            }
        }
        Facts::Executorch(facts) => {
            for name in &facts.operators {
                let namespace = name.split_once("::").map_or("", |(space, _)| space);
                if !NAMESPACES.contains(&namespace) {
                    let message = format!("calls {}, which no known library brings", quoted(name));
                    found.add(info, subject, None, message);
                }
            }
            for delegate in &facts.delegates {
                if !BACKENDS.contains(&delegate.backend.as_str()) {
                    let name = quoted(&delegate.backend);
                    let message = format!("hands a part to the backend {name}, which is not known");
                    found.add(info, subject, Some(delegate.offset), message);
                }
            }
        }
        _ => {}
    }
}

/// What to say of a custom operator, if anything.
fn custom(name: &str) -> Option<(&'static str, Severity)> {
    if let Some(operation) = name.strip_prefix("Flex") {
        return match in_graph(operation) {
            Touches::More => Some((
                "an operation of TensorFlow that does more than compute",
                Severity::High,
            )),
            Touches::Unknown => Some(("of which nothing is known", Severity::Medium)),
            Touches::Numbers => None,
        };
    }
    let known = KNOWN.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    (!known).then_some(("which no known library brings", Severity::Medium))
}

/// Operators of the task libraries, of MediaPipe, and of the text and audio libraries around them.
const KNOWN: [&str; 52] = [
    "AssignVariable",
    "Atan2",
    "AudioSpectrogram",
    "AvgPool3D",
    "Bucketize",
    "ComplexAbs",
    "Convolution2DTransposeBias",
    "DETECTION_POSTPROCESS",
    "FFT",
    "HashTable",
    "HashTableFind",
    "HashTableImport",
    "HashTableSize",
    "Imag",
    "Irfft2D",
    "Landmarks2TransformMatrix",
    "LandmarksToTransformMatrix",
    "MaxPool3D",
    "MaxPoolingWithArgmax2D",
    "MaxUnpooling2D",
    "Mfcc",
    "Multinomial",
    "NumericVerify",
    "RandomStandardNormal",
    "RandomUniform",
    "ReadVariable",
    "Real",
    "Resampler",
    "Rfft2D",
    "Roll",
    "Sign",
    "StablehloPad",
    "Table",
    "TFLite_Detection_PostProcess",
    "TFSentencepieceDetokenizeOp",
    "TFSentencepieceTokenizeOp",
    "TransformLandmarks",
    "TransformTensor",
    "TransformTensorBilinear",
    "UnsortedSegmentProd",
    "VarHandle",
    "WhitespaceTokenize",
    "WhitespaceTokenizeWithOffsets",
    "WordpieceTokenize",
    "custom_call.GroupNorm",
    "edgetpu-custom-op",
    "ethos-u",
    "microphone",
    "preprocess",
    "RaggedTensorToTensor",
    "VhloCustomCall",
    "DISPATCH_OP",
];
/// Families of them.
const PREFIXES: [&str; 8] = [
    "Lce", "NGrams", "Ragged", "Signal", "TFText>", "aeq.", "odml.", "tftext:",
];

/// Namespaces of the operators that ExecuTorch and its libraries bring.
const NAMESPACES: [&str; 18] = [
    "aten",
    "aten_mlir",
    "cadence",
    "cortex_m",
    "dim_order_ops",
    "et_vk",
    "executorch_prim",
    "kv_cache",
    "llama",
    "mps",
    "prim",
    "prims",
    "qnn",
    "quantized",
    "quantized_decomposed",
    "torchao",
    "torchvision",
    "xnnpack",
];
/// Backends that come with it.
const BACKENDS: [&str; 16] = [
    "AotiBackend",
    "ArmBackend",
    "CadenceBackend",
    "CoreMLBackend",
    "CudaBackend",
    "EnnBackend",
    "EthosUBackend",
    "MPSBackend",
    "MetalBackend",
    "NeuropilotBackend",
    "NeutronBackend",
    "OpenvinoBackend",
    "QnnBackend",
    "VgfBackend",
    "VulkanBackend",
    "XnnpackBackend",
];
