//! Matches of advisories as findings of an inventory, and as the vulnerabilities of a bill.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use waybill_advisories::finding;
use waybill_advisories::vex::{Statements, analysis};
use waybill_domain::advisory::{AdvisoryKind, Match, Matching};
use waybill_domain::inventory::{Component, Inventory, Noted};
use waybill_domain::vex::{StatementNote, StatementUse, VexDocument};
use waybill_domain::{Excepted, Place};

use crate::join::About;
use crate::known::without_known;
use crate::scan::stated_of;
use crate::{AdvisoriesError, AdvisoryStore, match_advisories};

/// What was matched, and what became of the statements.
#[derive(Debug)]
pub struct Noticed {
    /// The matches.
    pub matching: Matching,
    /// Every statement that was to be honoured.
    pub statements: Vec<StatementUse>,
    /// Components that an earlier bill lists.
    pub known: u64,
    /// The statement that settles a match, by component and advisory.
    settled: BTreeMap<(String, String), StatementNote>,
}

/// Adds the matches of an inventory's components to its findings; statements are honoured. Of
/// components that are known (by id) nothing is said, but they stay listed.
///
/// # Errors
/// [`AdvisoriesError`] if the store cannot be read.
pub fn note_matches(
    inventory: &mut Inventory,
    store: &AdvisoryStore,
    documents: impl IntoIterator<Item = (String, VexDocument)>,
    known: &BTreeSet<String>,
) -> Result<Noticed, AdvisoriesError> {
    let (matching, known) = match_new(inventory, store, known)?;
    let statements = Statements::new(documents).on_day(store.today);
    let components: BTreeMap<&str, &Component> = inventory
        .components
        .iter()
        .map(|component| (component.id.as_str(), component))
        .collect();
    let upgrades = matching.remedies();
    let mut settled = BTreeMap::new();
    let mut noted = Vec::new();
    for found in &matching.matches {
        let id = found.component.as_str();
        let place = found.places.first();
        let mut finding = finding(
            found,
            Place {
                member: place.map(|place| place.path.clone()),
                line: place.and_then(|place| place.line),
                offset: None,
            },
            upgrades.get(id).copied(),
        );
        finding.advisory = Some(found.advisory.clone());
        // Nobody can state that malicious code does not matter.
        if let Some(component) = components.get(id).filter(|_| !found.malicious) {
            let about = About::of(component, &inventory.subject);
            let names = std::iter::once(&found.advisory).chain(&found.aliases);
            let stated =
                statements.on_match(names.map(String::as_str), &about.target(), &about.system());
            stated_of(&mut finding, stated);
        }
        if let Some(Excepted::Statement(note)) = &finding.excepted {
            let key = (id.to_owned(), found.advisory.clone());
            settled.insert(key, (**note).clone());
        }
        noted.push(Noted {
            component: Some(found.component.clone()),
            occurrence: place.cloned(),
            finding,
        });
    }
    // The match says the same as the rule, and more.
    let retired: BTreeSet<&str> = matching
        .matches
        .iter()
        .filter(|found| found.kind == AdvisoryKind::Retired)
        .map(|found| found.component.as_str())
        .collect();
    inventory.findings.retain(|noted| {
        let id = noted.component.as_ref().map(|id| id.as_str());
        noted.finding.rule != "hosted-model-retired" || !id.is_some_and(|id| retired.contains(id))
    });
    inventory.findings.extend(noted);
    inventory.findings.sort_by(|one, other| {
        let key = |noted: &Noted| (noted.finding.excepted.is_some(), noted.component.clone());
        let worse = other.finding.severity.cmp(&one.finding.severity);
        worse.then_with(|| key(one).cmp(&key(other)))
    });
    Ok(Noticed {
        matching,
        statements: statements.uses(),
        known,
        settled,
    })
}

/// The matches of what is not known, and how many components are. What is found of known ones is
/// left out too.
fn match_new(
    inventory: &mut Inventory,
    store: &AdvisoryStore,
    known: &BTreeSet<String>,
) -> Result<(Matching, u64), AdvisoriesError> {
    if known.is_empty() {
        return Ok((match_advisories(inventory, store)?, 0));
    }
    let all = inventory.components.clone();
    let count = without_known(inventory, known);
    let matching = match_advisories(inventory, store);
    inventory.components = all;
    inventory.findings.retain(|noted| {
        let id = noted.component.as_ref().map(|id| id.as_str());
        !id.is_some_and(|id| known.contains(id))
    });
    Ok((matching?, count))
}

/// Adds the matches to a bill in CycloneDX as its `vulnerabilities`, with what statements say as
/// their analysis. A text that is no JSON object comes back as it is.
#[must_use]
pub fn with_vulnerabilities(bill: &str, noticed: &Noticed) -> String {
    let Ok(Value::Object(mut document)) = serde_json::from_str(bill) else {
        return bill.to_owned();
    };
    let mut by_advisory: BTreeMap<&str, Vec<&Match>> = BTreeMap::new();
    for found in &noticed.matching.matches {
        by_advisory.entry(&found.advisory).or_default().push(found);
    }
    // An analysis holds for all that an entry affects: what is settled stands in one of its own.
    let mut list = Vec::new();
    for matches in by_advisory.values() {
        let note = |found: &&Match| {
            let key = (found.component.0.clone(), found.advisory.clone());
            noticed.settled.get(&key)
        };
        let open: Vec<&Match> = matches
            .iter()
            .filter(|found| note(found).is_none())
            .copied()
            .collect();
        if let Some(first) = open.first() {
            list.push(vulnerability(first, &open, None));
        }
        for found in matches.iter().filter(|found| note(found).is_some()) {
            list.push(vulnerability(found, &[found], note(found)));
        }
    }
    document.insert("vulnerabilities".to_owned(), list.into());
    let text = serde_json::to_string_pretty(&Value::Object(document));
    text.map_or_else(|_| bill.to_owned(), |text| text + "\n")
}

fn vulnerability(found: &Match, affected: &[&Match], note: Option<&StatementNote>) -> Value {
    let mut out = Map::new();
    out.insert("id".into(), found.advisory.clone().into());
    out.insert("source".into(), json!({ "name": found.feed }));
    let references: Vec<Value> = found
        .aliases
        .iter()
        .map(|alias| json!({ "id": alias, "source": { "name": found.feed } }))
        .collect();
    if !references.is_empty() {
        out.insert("references".into(), references.into());
    }
    let mut rating = json!({ "severity": found.severity.as_str() });
    if let (Some(cvss), Some(rating)) = (&found.cvss, rating.as_object_mut()) {
        rating.insert("score".into(), json!(cvss.score));
        rating.insert("vector".into(), cvss.vector.clone().into());
    }
    out.insert("ratings".into(), json!([rating]));
    let weaknesses: Vec<u32> = found
        .weaknesses
        .iter()
        .filter_map(|id| id.strip_prefix("CWE-")?.parse().ok())
        .collect();
    if !weaknesses.is_empty() {
        out.insert("cwes".into(), json!(weaknesses));
    }
    if !found.summary.is_empty() {
        out.insert("description".into(), found.summary.clone().into());
    }
    if let Some(upgrade) = &found.upgrade {
        let verb = match found.kind {
            AdvisoryKind::Retired => "move",
            _ => "go",
        };
        out.insert(
            "recommendation".into(),
            format!("{verb} to {upgrade}").into(),
        );
    }
    if let Some(note) = note {
        out.insert("analysis".into(), analysis(note));
    }
    let affects: Vec<Value> = affected
        .iter()
        .map(|found| json!({ "ref": found.component.as_str() }))
        .collect();
    out.insert("affects".into(), affects.into());
    out.into()
}
