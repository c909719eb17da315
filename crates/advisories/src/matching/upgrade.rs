//! The nearest version that fixes all that can be fixed.

use std::collections::{BTreeSet, HashSet};

use waybill_domain::advisory::{AffectedPackage, Match, Upgrade};
use waybill_domain::inventory::Component;
use waybill_domain::version::{Affected, Ecosystem, Event, nearest_fix};

use super::found::{Found, fixed};
use crate::versions;

pub(super) fn upgrade(component: &Component, found: &Found, matches: &[Match]) -> Option<Upgrade> {
    let (mut fixable, mut leaves): (Vec<&Match>, Vec<&Match>) =
        matches.iter().partition(|found| found.upgrade.is_some());
    if fixable.is_empty() {
        return None;
    }
    let replaced = fixable
        .iter()
        .find(|found| found.fixed.is_empty())
        .and_then(|found| found.upgrade.clone());
    let to = replaced.or_else(|| {
        let order = found.order?;
        // Of what floats, the least version that is not affected is asked for.
        let version = component.version.as_deref().unwrap_or("0.0.0");
        // Records of one weakness may differ in its fix.
        let candidates: BTreeSet<String> = found
            .hits
            .iter()
            .flat_map(|hit| fixed(found.order, hit))
            .collect();
        let candidates: Vec<&str> = candidates.iter().map(String::as_str).collect();
        // Best is a version that no advisory is about, whether it matches now or not; else one that
        // none of those that can be fixed is about.
        let ended: Vec<&AffectedPackage> =
            found.entries.iter().filter(|entry| ends(entry)).collect();
        nearest(order, version, &ended, &candidates).or_else(|| {
            let matched: Vec<&AffectedPackage> = found
                .hits
                .iter()
                .map(|hit| &hit.package)
                .filter(|entry| ends(entry))
                .collect();
            nearest(order, version, &matched, &candidates)
        })
    });
    if to.is_none() {
        leaves.append(&mut fixable);
    }
    let ids = |list: &[&Match]| {
        let mut ids: Vec<String> = list.iter().map(|found| found.advisory.clone()).collect();
        ids.sort();
        ids
    };
    Some(Upgrade {
        component: component.id.clone(),
        name: component.full_name(),
        from: component.version.clone(),
        to,
        fixes: ids(&fixable),
        leaves: ids(&leaves),
    })
}

/// Whether every range comes to an end: what has no fix cannot be upgraded away.
fn ends(package: &AffectedPackage) -> bool {
    use waybill_domain::advisory::RangeEvent;
    package
        .ranges
        .iter()
        .filter(|range| range.kind != "GIT")
        .all(|range| {
            range
                .events
                .iter()
                .any(|event| !matches!(event, RangeEvent::Introduced(_)))
        })
}

fn nearest(
    order: Ecosystem,
    version: &str,
    packages: &[&AffectedPackage],
    candidates: &[&str],
) -> Option<String> {
    let ranges: Vec<Vec<Vec<Event<&str>>>> = packages
        .iter()
        .map(|package| {
            let ranges = package.ranges.iter().filter(|range| range.kind != "GIT");
            ranges.map(versions::events).collect()
        })
        .collect();
    let wanted: HashSet<&str> = candidates.iter().copied().collect();
    let listed: Vec<Vec<&str>> = packages
        .iter()
        .map(|package| {
            // Only a candidate can be chosen, so only those matter.
            let listed = package.versions.iter().map(String::as_str);
            listed.filter(|listed| wanted.contains(listed)).collect()
        })
        .collect();
    let affected: Vec<Affected<'_, &str>> = ranges
        .iter()
        .zip(&listed)
        .map(|(ranges, versions)| Affected { versions, ranges })
        .collect();
    nearest_fix(order, version, &affected, candidates)
        .ok()
        .flatten()
        .map(ToOwned::to_owned)
}
