//! See `metadata_payload.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

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
