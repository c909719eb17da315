//! CISA's catalogue of known exploited vulnerabilities, in JSON:
//! <https://www.cisa.gov/known-exploited-vulnerabilities-catalog>.

use serde::Deserialize;
use waybill_domain::Date;
use waybill_domain::advisory::Exploited;

use super::{Document, malformed, of_serde};
use crate::error::{BadRecord, FeedError};
use crate::place;

const FORMAT: &str = "CISA KEV";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Catalogue {
    #[serde(default)]
    date_released: Option<String>,
    #[serde(default)]
    count: Option<u64>,
    vulnerabilities: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default, rename = "cveID")]
    cve: String,
    #[serde(default)]
    date_added: String,
    #[serde(default)]
    due_date: Option<String>,
    #[serde(default)]
    known_ransomware_campaign_use: Option<String>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Document, FeedError> {
    let catalogue: Catalogue =
        serde_json::from_slice(bytes).map_err(|error| of_serde(FORMAT, &error))?;
    let there = catalogue.vulnerabilities.len() as u64;
    if let Some(count) = catalogue.count.filter(|count| *count != there) {
        let reason = format!("it counts {count} entries and has {there}");
        return Err(malformed(FORMAT, "count", reason));
    }
    let mut found = Document {
        date: catalogue.date_released.filter(|date| place::is_time(date)),
        ..Document::default()
    };
    for (index, entry) in catalogue.vulnerabilities.into_iter().enumerate() {
        let reason = if !place::is_id(&entry.cve) {
            "it has no CVE id"
        } else if Date::parse(&entry.date_added).is_err() {
            "its `dateAdded` is no date"
        } else {
            let used = entry.known_ransomware_campaign_use;
            found.exploited.push(Exploited {
                cve: entry.cve,
                since: entry.date_added,
                due: entry.due_date.filter(|date| Date::parse(date).is_ok()),
                ransomware: used.is_some_and(|used| used.eq_ignore_ascii_case("known")),
            });
            continue;
        };
        found.bad.push(BadRecord {
            id: entry.cve,
            place: format!("number {}", index + 1),
            reason: reason.to_owned(),
        });
    }
    if found.date.is_none() {
        let since = found.exploited.iter().map(|entry| &entry.since);
        found.date = since.max().cloned();
    }
    Ok(found)
}
