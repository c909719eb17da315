//! See `xml_external_entity.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};
use waybill_source::xml::{DocumentType, XmlFacts};

use crate::examine::{Facts, Subject};
use crate::graph::paths::{Leaves, is_sensitive, leaves};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "xml-external-entity",
        summary: "an XML document has its reader load another file or address, or expand without end",
        page: include_str!("xml_external_entity.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "CWE-611", "CWE-776", "CWE-918"],
        help: "do not let a program read it; a model has no need of entities: ask for the document without a document type",
        incomplete: false,
    },
    check,
};

/// Bytes to which entities may expand.
const EXPANDED_BYTES: u64 = 1 << 20;
/// Hosts of document types that browsers and readers know without loading them.
const KNOWN_TYPES: [&str; 5] = [
    "w3.org/",
    "www.dmg.org/",
    "www.apple.com/dtds/",
    "java.sun.com/",
    "www.oasis-open.org/",
];

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Xml(facts) = &subject.facts else {
        return;
    };
    if let Some(document_type) = &facts.document_type {
        declared(info, subject, document_type, found);
    }
    included(info, subject, facts, found);
}

fn declared(info: &RuleInfo, subject: &Subject<'_>, declared: &DocumentType, found: &mut Found) {
    let at = Some(declared.offset as u64);
    for entity in &declared.entities {
        if let Some(address) = &entity.external {
            let (name, place) = (quoted(&entity.name), quoted(address));
            found.add(
                info,
                subject,
                at,
                format!("the entity {name} is loaded from {place}"),
            );
            found.would(subject, declared.offset as u64, format!("reads {place}"));
        }
    }
    if let Some(bytes) = expansion(declared) {
        let message = format!("its entities expand to {bytes} bytes or more");
        found.add(info, subject, at, message);
    }
    let Some(address) = declared
        .external
        .as_ref()
        .filter(|address| !address.is_empty())
    else {
        return;
    };
    let lower = address.to_ascii_lowercase();
    let host = lower
        .split_once("://")
        .map_or(lower.as_str(), |(_, host)| host);
    if !KNOWN_TYPES.iter().any(|known| host.contains(known)) && leaves(address).is_some() {
        // Old documents name one that nobody fetches; a model has no need of any.
        let model = subject.format.name == "pmml" || is_sensitive(address);
        let severity = if model {
            Severity::Medium
        } else {
            Severity::Low
        };
        let message = format!("the document type is loaded from {}", quoted(address));
        found.add_with(info, subject, at, message, severity);
    }
}

/// To how many bytes entities expand at least, if that is too many: each is taken to refer to the
/// longest one before it.
fn expansion(declared: &DocumentType) -> Option<u64> {
    let mut longest = 0_u64;
    for entity in &declared.entities {
        let own = entity.length as u64;
        let size = own.saturating_add(entity.references.saturating_mul(longest));
        longest = longest.max(size);
    }
    (longest > EXPANDED_BYTES).then_some(longest)
}

fn included(info: &RuleInfo, subject: &Subject<'_>, facts: &XmlFacts, found: &mut Found) {
    for reference in facts.references.iter().take(16) {
        let includes = reference.name.starts_with("include.");
        let outside = matches!(
            leaves(&reference.text),
            Some(Leaves::Machine(_) | Leaves::Folder)
        );
        let severity = match (includes, outside, subject.format.name) {
            (_, _, "html") | (false, false, _) => continue,
            (true, true, _) => info.severity,
            _ => Severity::Medium,
        };
        let message = format!(
            "{} names {}",
            quoted(&reference.name),
            quoted(&reference.text)
        );
        found.add_with(
            info,
            subject,
            Some(reference.offset as u64),
            message,
            severity,
        );
    }
}
