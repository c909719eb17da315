//! See `metadata_payload.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};
use waybill_formats::onnx::{Text, TextRole};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::tensors::payload::{Payload, payload};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "metadata-payload",
        summary: "the metadata of an artifact holds code, a path out of its folder, or orders to a language model",
        page: include_str!("metadata_payload.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "M-R3", "AML.T0011.000", "AML.T0051.001", "CWE-94"],
        help: "do not let a program evaluate or follow it; ask its supplier why it is there",
        incomplete: false,
    },
    check,
};

/// JSON documents up to this size are configuration; longer ones are data, in which code may be
/// what the data is about.
const CONFIGURATION_BYTES: u64 = 256 << 10;

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let pairs: Vec<(&str, &str, Option<u64>)> = match &subject.facts {
        Facts::Safetensors(facts) => facts
            .metadata
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str(), None))
            .collect(),
        Facts::Gguf(facts) => {
            let texts = facts
                .pairs
                .iter()
                .filter(|pair| !pair.key.contains("template"));
            texts
                .filter_map(|pair| {
                    Some((pair.key.as_str(), pair.value.as_text()?, Some(pair.offset)))
                })
                .collect()
        }
        Facts::Onnx(facts) => return onnx_texts(info, subject, &facts.texts, found),
        Facts::CoreMl(facts) | Facts::Paddle(facts) => facts
            .texts
            .iter()
            .map(|text| (text.name.as_str(), text.text.as_str(), Some(text.offset)))
            .collect(),
        Facts::TensorFlow(facts) => facts
            .texts
            .iter()
            .map(|text| (text.name.as_str(), text.text.as_str(), Some(text.offset)))
            .collect(),
        Facts::Json(facts) if subject.length <= CONFIGURATION_BYTES => {
            for expression in facts
                .expressions
                .iter()
                .filter(|expression| payload(&expression.value).is_some())
            {
                let message = format!(
                    "{} holds a call that runs code: {}",
                    quoted(&expression.path),
                    quoted(&expression.value)
                );
                found.add_with(
                    info,
                    subject,
                    Some(expression.offset as u64),
                    message,
                    Severity::Medium,
                );
            }
            return;
        }
        _ => return,
    };
    for (key, value, offset) in pairs {
        for text in [key, value] {
            let (severity, what) = match payload(text) {
                Some(Payload::Code(what)) => (info.severity, what),
                Some(Payload::Path(what) | Payload::Orders(what)) => (Severity::Medium, what),
                None => continue,
            };
            found.add_with(
                info,
                subject,
                offset,
                format!("{} {what}: {}", quoted(key), quoted(value)),
                severity,
            );
            break;
        }
    }
}

/// Texts of a model in which only code counts where an exporter notes what it saw.
fn onnx_texts(info: &RuleInfo, subject: &Subject<'_>, texts: &[Text], found: &mut Found) {
    for text in texts {
        let note = text.role == TextRole::Note;
        let what = payload(&text.text).or_else(|| payload(&text.name));
        let (severity, what) = match what {
            Some(Payload::Code(_)) if note && is_trace(&text.name, &text.text) => continue,
            Some(Payload::Code(what)) if note => (Severity::Medium, what),
            Some(Payload::Code(what)) => (info.severity, what),
            Some(Payload::Path(what) | Payload::Orders(what)) if !note => (Severity::Medium, what),
            _ => continue,
        };
        let message = format!("{} {what}: {}", quoted(&text.name), quoted(&text.text));
        found.add_with(info, subject, Some(text.offset), message, severity);
    }
}

/// True for the lines of source code that PyTorch's exporter notes at each node.
fn is_trace(name: &str, text: &str) -> bool {
    name.contains("stack_trace") || text.contains("File \"") || text.contains(".py(")
}
