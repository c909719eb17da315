//! CSAF 2.0 documents, those of the VEX profile among them, read as advisories:
//! <https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html>.
//!
//! Every vulnerability becomes an advisory. Products are followed to the package URLs that identify
//! them; a product without one cannot be matched and is left out.

mod products;
mod status;

use serde_json::Value;
use waybill_domain::advisory::Advisory;

use super::{Document, malformed, of_serde};
use crate::error::{BadRecord, FeedError};
use crate::place;
use crate::score::of_word;
use products::Products;

const FORMAT: &str = "CSAF 2.0";

pub(super) fn read(bytes: &[u8]) -> Result<Document, FeedError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| of_serde(FORMAT, &error))?;
    let at = |path: &str| value.pointer(path).and_then(Value::as_str);
    let wanted = |path: &'static str, reason: &str, holds: fn(&str) -> bool| {
        at(path)
            .filter(|text| holds(text))
            .ok_or_else(|| malformed(FORMAT, path, reason))
    };
    wanted(
        "/document/csaf_version",
        "it is of another version",
        |text| text == "2.0",
    )?;
    let head = Head {
        tracking: wanted("/document/tracking/id", "it has no id", place::is_id)?,
        modified: wanted(
            "/document/tracking/current_release_date",
            "it has no date",
            place::is_time,
        )?,
        title: at("/document/title").unwrap_or_default(),
        severity: at("/document/aggregate_severity/text"),
    };
    let products = products::of(&value)
        .ok_or_else(|| malformed(FORMAT, "/product_tree", "it is nested too deeply"))?;
    let mut found = Document::default();
    let list = value.get("vulnerabilities").and_then(Value::as_array);
    for (index, vulnerability) in list.into_iter().flatten().enumerate() {
        match advisory(vulnerability, index, &head, &products) {
            Ok(advisory) => found.advisories.push(advisory),
            Err(reason) => found.bad.push(BadRecord {
                id: head.tracking.to_owned(),
                place: format!("/vulnerabilities/{index}"),
                reason,
            }),
        }
    }
    found.date = Some(head.modified.to_owned());
    Ok(found)
}

struct Head<'a> {
    tracking: &'a str,
    modified: &'a str,
    title: &'a str,
    severity: Option<&'a str>,
}

fn advisory(
    vulnerability: &Value,
    index: usize,
    head: &Head<'_>,
    products: &Products,
) -> Result<Advisory, String> {
    let text = |path: &str| vulnerability.pointer(path).and_then(Value::as_str);
    let list = |path: &str| {
        let list = vulnerability.pointer(path).and_then(Value::as_array);
        list.into_iter().flatten()
    };
    // The same CVE may stand in many documents of one feed.
    let cve = text("/cve").filter(|id| place::is_id(id));
    let id = format!(
        "{}#{}",
        head.tracking,
        cve.map_or_else(|| (index + 1).to_string(), ToOwned::to_owned)
    );
    let note = list("/notes").find_map(|note| {
        let of = |key: &str| note.get(key).and_then(Value::as_str);
        matches!(of("category"), Some("description" | "summary"))
            .then(|| of("text"))
            .flatten()
    });
    let note = note.unwrap_or_default();
    let mut vectors: Vec<String> = list("/scores")
        .filter_map(|score| {
            ["cvss_v4", "cvss_v3", "cvss_v2"]
                .iter()
                .find_map(|version| {
                    let vector = score.get(*version)?.get("vectorString")?;
                    vector.as_str().map(ToOwned::to_owned)
                })
        })
        .collect();
    vectors.dedup();
    let released = text("/release_date").filter(|date| place::is_time(date));
    Ok(Advisory {
        id,
        aliases: cve.map(ToOwned::to_owned).into_iter().collect(),
        related: vec![head.tracking.to_owned()],
        published: released.map(ToOwned::to_owned),
        modified: head.modified.to_owned(),
        summary: place::summary(text("/title").unwrap_or(head.title), note),
        details: place::details(note.to_owned()),
        vectors,
        severity: head.severity.and_then(of_word),
        weaknesses: text("/cwe/id").map(ToOwned::to_owned).into_iter().collect(),
        affected: status::affected(vulnerability, products)?,
        references: list("/references")
            .filter_map(|reference| reference.get("url")?.as_str().map(ToOwned::to_owned))
            .collect(),
        ..Advisory::default()
    })
}
