use waybill_domain::vex::Justification;
use waybill_domain::{Artifact, Excepted, Finding, RuleInfo};

use crate::neutral::neutral;

use super::location;
use super::log::{
    Fingerprints, Location, LogicalLocation, Message, Notification, PhysicalLocation, Region,
    ResultProperties, RuleReference, SarifResult, Suppression,
};
use super::rule::level;

pub(super) fn results<'report>(
    index: usize,
    artifact: &'report Artifact,
    rules: &[&RuleInfo],
) -> Vec<SarifResult<'report>> {
    let result = |finding: &'report Finding| SarifResult {
        rule_id: &finding.rule,
        rule_index: position(finding, rules),
        level: level(finding.severity),
        message: Message::plain(&finding.message),
        locations: [place(index, artifact, Some(finding))],
        partial_fingerprints: (!finding.fingerprint.is_empty()).then_some(Fingerprints {
            waybill: &finding.fingerprint,
        }),
        suppressions: finding.excepted.iter().map(suppression).collect(),
        properties: ResultProperties {
            severity: finding.severity,
            confidence: finding.confidence,
            answers: &finding.answers,
            help: &finding.help,
            member: finding.place.member.as_deref(),
            offset: finding.place.offset,
        },
    };
    artifact.findings.iter().map(result).collect()
}

/// Says that bytes were not examined: once for each finding that says so, or once for the artifact
/// if none does.
pub(super) fn notifications(
    index: usize,
    artifact: &Artifact,
    rules: &[&RuleInfo],
) -> Vec<Notification> {
    let notification = |finding: Option<&Finding>| Notification {
        level: "warning",
        message: Message::plain(
            finding.map_or("some bytes were not examined", |finding| &finding.message),
        ),
        locations: [place(index, artifact, finding)],
        associated_rule: finding
            .and_then(|finding| position(finding, rules))
            .map(|index| RuleReference {
                id: rules[index].id,
                index,
            }),
    };
    let said: Vec<_> = artifact
        .findings
        .iter()
        .filter(|finding| finding.incomplete)
        .map(|finding| notification(Some(finding)))
        .collect();
    if said.is_empty() && !artifact.complete {
        return vec![notification(None)];
    }
    said
}

fn position(finding: &Finding, rules: &[&RuleInfo]) -> Option<usize> {
    rules.iter().position(|info| info.id == finding.rule)
}

/// An offset within a member is no offset of the artifact: it is only in the properties.
fn place(index: usize, artifact: &Artifact, finding: Option<&Finding>) -> Location {
    let member = finding.and_then(|finding| finding.place.member.as_deref());
    let region = finding
        .filter(|_| member.is_none())
        .map(|finding| Region {
            start_line: finding.place.line,
            byte_offset: finding.place.offset,
        })
        .filter(|region| region.start_line.is_some() || region.byte_offset.is_some());
    let logical = member.map(|member| LogicalLocation {
        name: member.rsplit("!/").next().unwrap_or(member).to_owned(),
        fully_qualified_name: format!("{}!/{member}", artifact.path),
        kind: "member",
    });
    Location {
        physical_location: PhysicalLocation {
            artifact_location: location(artifact, Some(index)),
            region,
        },
        logical_locations: logical.into_iter().collect(),
    }
}

fn suppression(excepted: &Excepted) -> Suppression {
    Suppression {
        kind: "external",
        status: "accepted",
        justification: match excepted {
            Excepted::Baseline => "it was in the baseline".to_owned(),
            Excepted::Allowed => "waybill.toml allows it by name".to_owned(),
            Excepted::Exception(note) => format!(
                "{} ({}, approved by {}, until {})",
                neutral(&note.reason),
                neutral(&note.owner),
                neutral(&note.approver),
                note.expires
            ),
            Excepted::Statement(note) => neutral(&format!(
                "{}: {} ({})",
                note.status,
                note.why
                    .as_deref()
                    .or(note.justification.map(Justification::as_str))
                    .unwrap_or_default(),
                note.author
            ))
            .into_owned(),
        },
    }
}
