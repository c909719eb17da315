use std::collections::BTreeSet;

use waybill_domain::Date;
use waybill_domain::advisory::{ADVISORY_SCHEMA, Shown};

use super::{Holdings, join};
use crate::error::HeldError;
use crate::score;

/// All that is known under an id: the records that have it as their own, as an alias or as a related
/// one, and what is known of the same weakness under its other ids.
///
/// `None` if nothing is.
///
/// # Errors
/// [`HeldError`] if a feed is damaged.
pub fn show(id: &str, holdings: &Holdings, today: Date) -> Result<Option<Shown>, HeldError> {
    let mut records = Vec::new();
    let mut ids = BTreeSet::from([id.to_ascii_uppercase()]);
    for (state, feed) in &holdings.feeds {
        for advisory in feed.advisories(id)? {
            records.push((state.name.clone(), advisory));
        }
    }
    if let Some(advisory) = crate::embedded::by_id(id, today) {
        records.push((crate::embedded::NAME.to_owned(), advisory));
    }
    // A technique is named by many mitigations, a CVE by many related ones: its own record comes
    // first, and others follow only if there is none.
    let own = |record: &waybill_domain::advisory::Advisory| {
        std::iter::once(&record.id)
            .chain(&record.aliases)
            .any(|known| known.eq_ignore_ascii_case(id))
    };
    let exact: Vec<_> = records
        .iter()
        .filter(|(_, record)| own(record))
        .cloned()
        .collect();
    if !exact.is_empty() {
        records = exact;
    }
    records.sort_by(|one, other| {
        let first = |record: &(String, _)| record.0.clone();
        first(one)
            .cmp(&first(other))
            .then_with(|| one.1.id.cmp(&other.1.id))
    });
    for (_, record) in records.iter().filter(|(_, record)| own(record)) {
        ids.extend(
            record
                .aliases
                .iter()
                .map(|alias| alias.to_ascii_uppercase()),
        );
    }
    let mut vectors: Vec<&String> = Vec::new();
    for vector in records.iter().flat_map(|(_, record)| &record.vectors) {
        if !vectors.contains(&vector) {
            vectors.push(vector);
        }
    }
    let scores = vectors
        .iter()
        .filter_map(|vector| score::score(vector))
        .collect();
    let shown = Shown {
        schema: ADVISORY_SCHEMA.to_owned(),
        asked: id.to_owned(),
        scores,
        exploited: join::exploited(&ids, holdings)?,
        epss: join::epss(&ids, holdings)?,
        records,
    };
    let known = !shown.records.is_empty() || shown.exploited.is_some() || shown.epss.is_some();
    Ok(known.then_some(shown))
}
