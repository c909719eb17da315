//! See `xml_active_content.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};
use waybill_source::xml::{Told, XmlFacts};

use crate::examine::{Facts, Subject};
use crate::graph::operator_runs_code::sounds_like_command;
use crate::rule::quoted;
use crate::tensors::payload::{Payload, payload};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "xml-active-content",
        summary: "a model or picture in XML holds code, scripts or native libraries to load",
        page: include_str!("xml_active_content.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-94", "CWE-79"],
        help: "do not let a program evaluate it, and do not open it in a browser; ask for the model without it",
        incomplete: false,
    },
    check,
};

/// Findings of one sort that say something new.
const TOLD: usize = 16;

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Xml(facts) = &subject.facts else {
        return;
    };
    let is_model = is_model(subject, facts);
    scripts(info, subject, facts, is_model, found);
    if subject.format.name == "html" {
        return;
    }
    instructions(info, subject, facts, found);
    libraries(info, subject, facts, is_model, found);
    let mut told = 0_usize;
    for text in &facts.texts {
        let Some(Payload::Code(what)) = payload(&text.text) else {
            continue;
        };
        told = told.saturating_add(1);
        if told > TOLD {
            break;
        }
        let severity = match is_model {
            true => info.severity,
            false => Severity::Medium,
        };
        add(info, subject, text, what, severity, found);
    }
}

fn is_model(subject: &Subject<'_>, facts: &XmlFacts) -> bool {
    subject.format.name == "pmml" || matches!(facts.root.as_str(), "PMML" | "net" | "CustomLayer")
}

fn scripts(
    info: &RuleInfo,
    subject: &Subject<'_>,
    facts: &XmlFacts,
    is_model: bool,
    found: &mut Found,
) {
    for script in facts.scripts.iter().take(TOLD) {
        let severity = match subject.format.name {
            // What pages are there for.
            "html" => Severity::Low,
            _ if is_model => info.severity,
            _ => Severity::Medium,
        };
        add(info, subject, script, "is a script", severity, found);
    }
}

fn instructions(info: &RuleInfo, subject: &Subject<'_>, facts: &XmlFacts, found: &mut Found) {
    for instruction in facts.instructions.iter().take(TOLD) {
        let transforms = instruction.name == "xml-stylesheet" && !instruction.text.contains("css");
        if instruction.name.eq_ignore_ascii_case("php") {
            add(
                info,
                subject,
                instruction,
                "is code for a server",
                info.severity,
                found,
            );
        } else if transforms {
            let outside = instruction.text.contains("://");
            let severity = if outside {
                Severity::Medium
            } else {
                Severity::Low
            };
            let what = "has the document transformed";
            add(info, subject, instruction, what, severity, found);
        }
    }
}

/// Libraries that a layer names, and layers that run something.
fn libraries(
    info: &RuleInfo,
    subject: &Subject<'_>,
    facts: &XmlFacts,
    is_model: bool,
    found: &mut Found,
) {
    if !is_model {
        return;
    }
    for reference in facts.references.iter().take(TOLD) {
        if !reference.name.starts_with("include.") {
            let what = "names code to load with the model";
            add(info, subject, reference, what, info.severity, found);
        }
    }
    for ((kind, _), offset) in &facts.layers {
        if sounds_like_command(kind) {
            let message = format!(
                "a layer of the type {} runs code, by its name",
                quoted(kind)
            );
            found.add(info, subject, Some(*offset as u64), message);
        }
    }
}

fn add(
    info: &RuleInfo,
    subject: &Subject<'_>,
    told: &Told,
    what: &str,
    severity: Severity,
    found: &mut Found,
) {
    let name = if told.name.is_empty() {
        "a text".to_owned()
    } else {
        quoted(&told.name)
    };
    let message = format!("{name} {what}: {}", quoted(&told.text));
    found.add_with(info, subject, Some(told.offset as u64), message, severity);
}
