use waybill_domain::{Confidence, RuleInfo, Severity};

use super::log::{Configuration, Descriptor, DescriptorProperties, Message};

/// GitHub shows no more of a description than this.
const LONGEST_DESCRIPTION: usize = 1000;

/// What the standard calls a `reportingDescriptor`.
pub(super) fn descriptor(info: &RuleInfo) -> Descriptor {
    Descriptor {
        id: info.id,
        name: pascal_case(info.id),
        short_description: Message::plain(info.summary),
        full_description: Message::plain(&description(info)),
        help: Message {
            text: info.page.to_owned(),
            markdown: Some(info.page),
        },
        default_configuration: Configuration {
            level: level(info.severity),
        },
        properties: DescriptorProperties {
            tags: tags(info),
            precision: precision(info.confidence),
            security_severity: security_severity(info.severity),
        },
    }
}

pub(super) const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// GitHub sorts alerts into critical (from 9), high (from 7), medium (from 4) and low.
const fn security_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    }
}

const fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "very-high",
        Confidence::Medium => "high",
        Confidence::Low => "medium",
    }
}

/// `security` makes GitHub read the severity; it knows weaknesses as `external/cwe/cwe-502`.
fn tags(info: &RuleInfo) -> Vec<String> {
    let answers = info.answers.iter().map(|answer| (*answer).to_owned());
    let weaknesses = info.answers.iter().filter_map(|answer| {
        let number = answer.strip_prefix("CWE-")?;
        Some(format!("external/cwe/cwe-{number}"))
    });
    std::iter::once("security".to_owned())
        .chain(answers)
        .chain(weaknesses)
        .collect()
}

/// The first paragraph of the page, or the summary where the page has none.
fn description(info: &RuleInfo) -> String {
    let paragraph = info
        .page
        .split("\n\n")
        .map(str::trim)
        .find(|block| !block.is_empty() && !block.starts_with(['#', '`', '|', '-']));
    let text = paragraph
        .unwrap_or(info.summary)
        .replace('\n', " ")
        .replace("**", "");
    text.chars().take(LONGEST_DESCRIPTION).collect()
}

fn pascal_case(id: &str) -> String {
    id.split('-')
        .flat_map(|word| {
            let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
            [first.to_uppercase(), rest.to_owned()]
        })
        .collect()
}
