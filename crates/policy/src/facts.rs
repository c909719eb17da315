//! What a verb found, as the facts that a policy judges.

use waybill_domain::advisory::{AdvisoryKind, FeedState, Match};
use waybill_domain::facts::{
    ArtifactFacts, ComponentFacts, FeedFacts, FindingFacts, MatchFacts, MatchKind, ScanFacts,
};
use waybill_domain::inventory::{Component, Inventory, Pin, Role, Standing};
use waybill_domain::{Artifact, Date, Finding};

/// The facts of an artifact at the gate `scan`. Findings that are excepted are left out.
#[must_use]
pub fn scan_facts(artifact: &Artifact, today: Option<Date>) -> ScanFacts {
    let digest = artifact.digests.sha256.as_ref();
    ScanFacts {
        today: today.map(|today| today.to_string()).unwrap_or_default(),
        artifact: ArtifactFacts {
            path: artifact.path.clone(),
            format: artifact.format.clone(),
            sha256: digest
                .map(|digest| digest.as_str().to_owned())
                .unwrap_or_default(),
            size_bytes: i64::try_from(artifact.size_bytes).unwrap_or(i64::MAX),
            complete: artifact.complete,
            ..ArtifactFacts::default()
        },
        findings: findings_facts(&artifact.findings),
        matches: artifact
            .matches
            .iter()
            .filter(|found| found.excepted.is_none())
            .map(|found| match_facts(&found.found, found.ends.as_deref()))
            .collect(),
        ..ScanFacts::default()
    }
}

/// Findings that count. Those that stand for a match are left out: the match is judged.
#[must_use]
pub fn findings_facts(findings: &[Finding]) -> Vec<FindingFacts> {
    findings
        .iter()
        .filter(|finding| finding.excepted.is_none() && finding.advisory.is_none())
        .map(|finding| FindingFacts {
            rule: finding.rule.clone(),
            severity: finding.severity,
            confidence: finding.confidence,
            message: finding.message.clone(),
            member: finding.place.member.clone().unwrap_or_default(),
            answers: finding.answers.clone(),
            incomplete: finding.incomplete,
        })
        .collect()
}

/// A match. `ends` is the last day of a retired hosted model, `YYYY-MM-DD`, if it is known.
#[must_use]
pub fn match_facts(found: &Match, ends: Option<&str>) -> MatchFacts {
    MatchFacts {
        component: found.component.as_str().to_owned(),
        name: found.name.clone(),
        version: found.version.clone().unwrap_or_default(),
        ecosystem: found.ecosystem.clone(),
        advisory: found.advisory.clone(),
        aliases: found.aliases.clone(),
        kind: match found.kind {
            AdvisoryKind::Malicious => MatchKind::Malicious,
            AdvisoryKind::Revoked => MatchKind::Revoked,
            AdvisoryKind::Retired => MatchKind::Retired,
            AdvisoryKind::Unmaintained => MatchKind::Unmaintained,
            AdvisoryKind::Vulnerable | AdvisoryKind::Technique | AdvisoryKind::Mitigation => {
                MatchKind::Vulnerable
            }
        },
        severity: found.severity,
        cvss: found.cvss.as_ref().map_or(0.0, |cvss| cvss.score),
        exploited: found.exploited.is_some(),
        epss: found.epss.as_ref().map_or(0.0, |epss| epss.probability),
        malicious: found.malicious,
        certain: found.certain,
        fixed: found.fixed.clone(),
        upgrade: found.upgrade.clone().unwrap_or_default(),
        feed: found.feed.clone(),
        ends: ends.unwrap_or_default().to_owned(),
    }
}

/// A feed.
#[must_use]
pub fn feed_facts(feed: &FeedState) -> FeedFacts {
    FeedFacts {
        name: feed.name.clone(),
        date: feed.date.clone(),
        age_days: feed.age_days,
        stale: feed.stale,
    }
}

/// The components of an inventory.
#[must_use]
pub fn components_facts(inventory: &Inventory) -> Vec<ComponentFacts> {
    let known = |component: &Component| {
        let id = component.supplier.as_ref()?;
        let at = inventory
            .suppliers
            .binary_search_by(|supplier| supplier.id.cmp(id))
            .ok()?;
        inventory.suppliers.get(at)
    };
    inventory
        .components
        .iter()
        .map(|component| {
            let supplier = known(component);
            ComponentFacts {
                id: component.id.as_str().to_owned(),
                role: component.role,
                name: component.name.clone(),
                owner: component.namespace.clone().unwrap_or_default(),
                version: component.version.clone().unwrap_or_default(),
                purl: component.purl.clone().unwrap_or_default(),
                pin: component.pin.unwrap_or(Pin::Floating),
                can_be_pinned: component.pin.is_some(),
                supplier: supplier
                    .map(|supplier| supplier.name.clone())
                    .unwrap_or_default(),
                supplier_known: supplier.is_some_and(|supplier| {
                    matches!(supplier.standing, Standing::Observed | Standing::Attested)
                }),
                licences: component
                    .licences
                    .iter()
                    .filter_map(|licence| licence.expression.clone())
                    .collect(),
                hashed: !component.hashes.is_empty(),
                direct: component.direct.unwrap_or(false),
                remote_code: component.remote_code.unwrap_or(false),
                ends: ends(component),
                ..ComponentFacts::default()
            }
        })
        .collect()
}

/// The last day of a hosted model.
fn ends(component: &Component) -> String {
    let hosted = component
        .hosted
        .as_ref()
        .filter(|_| component.role == Role::HostedModel);
    hosted
        .and_then(|hosted| hosted.retires.as_deref())
        .and_then(|time| Date::of_time(time).ok())
        .map(|day| day.to_string())
        .unwrap_or_default()
}
