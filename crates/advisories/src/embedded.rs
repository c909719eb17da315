//! What this build carries by itself: hosted models that are retired, out of the catalogue.

use waybill_domain::Date;
use waybill_domain::Severity;
use waybill_domain::advisory::{Advisory, AdvisoryKind, AffectedPackage, FeedFormat, FeedState};
use waybill_domain::inventory::Component;
use waybill_knowledge::usage::{KnownHosted, catalogue};

use crate::names::HOSTED;

/// Name of the feed.
pub(crate) const NAME: &str = "hosted-models";
const PREFIX: &str = "WAYBILL-RETIRED-";

/// The state of what is carried. It is as old as the build, and no feed replaces it, so it is never
/// stale: what it lacks is that a model was retired later.
pub(crate) fn state(today: Date) -> FeedState {
    let date = catalogue().date.clone();
    let retiring = catalogue()
        .all()
        .iter()
        .filter(|known| known.retires.is_some());
    FeedState {
        name: NAME.to_owned(),
        format: FeedFormat::Embedded,
        records: retiring.count() as u64,
        withdrawn: 0,
        skipped: 0,
        age_days: Date::of_time(&date).map_or(0, |date| today.days_since(date)),
        imported: date.clone(),
        date,
        digest: String::new(),
        stale: false,
    }
}

/// That a hosted model is or will be retired.
pub(crate) fn of(component: &Component) -> Option<Advisory> {
    let full = component.id.as_str().strip_prefix("hosted-model:")?;
    let (supplier, name) = full.split_once('/')?;
    if let Some(known) = catalogue().find(supplier, name) {
        return advisory(known);
    }
    // The inventory may know it under the name that the catalogue has.
    let hosted = component.hosted.as_ref()?;
    let name = hosted.catalogue_name.as_deref()?;
    advisory(catalogue().find(supplier, name)?)
}

/// By the id that [`of`] gives.
pub(crate) fn by_id(id: &str, _today: Date) -> Option<Advisory> {
    let head = id.get(..PREFIX.len())?;
    if !head.eq_ignore_ascii_case(PREFIX) {
        return None;
    }
    let (supplier, name) = id.get(PREFIX.len()..)?.split_once('/')?;
    advisory(catalogue().find(&supplier.to_lowercase(), name)?)
}

fn advisory(known: &KnownHosted) -> Option<Advisory> {
    let retires = known.retires.as_deref()?;
    let full = format!("{}/{}", known.supplier, known.name);
    Some(Advisory {
        id: format!("{PREFIX}{full}"),
        kind: AdvisoryKind::Retired,
        published: known.deprecated.clone(),
        modified: catalogue().date.clone(),
        summary: format!("retirement on {retires}, from when on requests to it fail"),
        severity: Some(Severity::Medium),
        replacement: known.replacement.clone(),
        affected: vec![AffectedPackage {
            ecosystem: HOSTED.to_owned(),
            name: full,
            ..AffectedPackage::default()
        }],
        references: vec![known.source.clone()],
        ..Advisory::default()
    })
}
