//! Waybill's own advisories (`waybill.advisories/1`, TOML or JSON): models, data sets and hosted
//! models that were retired, revoked or found to be malicious, by name, revision or digest.

use serde::Deserialize;
use serde_json::Value;
use waybill_domain::advisory::{Advisory, AdvisoryKind, AffectedPackage};

use super::{Document, malformed, yaml};
use crate::error::{BadRecord, FeedError};
use crate::place;
use crate::score::of_word;

const FORMAT: &str = "waybill.advisories/1";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    id: String,
    kind: String,
    summary: String,
    modified: String,
    published: Option<String>,
    withdrawn: Option<String>,
    #[serde(default)]
    details: String,
    severity: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    references: Vec<String>,
    replacement: Option<String>,
    #[serde(default)]
    affects: Vec<Affects>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Affects {
    /// `HuggingFace`, `hosted`, or another ecosystem as OSV writes it.
    ecosystem: String,
    name: String,
    #[serde(default)]
    revisions: Vec<String>,
    #[serde(default)]
    digests: Vec<String>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Document, FeedError> {
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(_) => yaml::toml(FORMAT, bytes)?,
    };
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    if text("schema") != Some(FORMAT) {
        return Err(malformed(FORMAT, "schema", "it is of another version"));
    }
    let records = value
        .get("advisory")
        .and_then(Value::as_array)
        .ok_or_else(|| malformed(FORMAT, "advisory", "there are no advisories in it"))?;
    let date = text("date").filter(|date| place::is_time(date));
    let mut found = Document {
        date: date.map(ToOwned::to_owned),
        ..Document::default()
    };
    for (index, record) in records.iter().enumerate() {
        let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
        let read = Record::deserialize(record)
            .map_err(|error| error.to_string())
            .and_then(advisory);
        match read {
            Ok(advisory) => found.advisories.push(advisory),
            Err(reason) => found.bad.push(BadRecord {
                id: id.to_owned(),
                place: format!("number {}", index + 1),
                reason,
            }),
        }
    }
    Ok(found)
}

fn advisory(record: Record) -> Result<Advisory, String> {
    if !place::is_id(&record.id) {
        return Err("it has no id that can be used".to_owned());
    }
    for time in std::iter::once(&record.modified)
        .chain(&record.published)
        .chain(&record.withdrawn)
    {
        if !place::is_time(time) {
            return Err(format!("`{time}` is no date"));
        }
    }
    let kind = kind(&record.kind).ok_or_else(|| {
        let known = "vulnerable, malicious, revoked, retired, unmaintained";
        format!("its kind `{}` is none of {known}", record.kind)
    })?;
    let severity = match &record.severity {
        Some(word) => Some(of_word(word).ok_or_else(|| format!("`{word}` is no severity"))?),
        None => None,
    };
    let affected = record.affects.into_iter().map(package);
    let affected = affected.collect::<Result<Vec<_>, String>>()?;
    if affected.is_empty() {
        return Err("it does not say what it affects".to_owned());
    }
    Ok(Advisory {
        id: record.id,
        kind,
        aliases: record.aliases,
        published: record.published,
        modified: record.modified,
        withdrawn: record.withdrawn,
        summary: place::summary(&record.summary, &record.details),
        details: place::details(record.details),
        severity,
        replacement: record.replacement,
        affected,
        references: record.references,
        ..Advisory::default()
    })
}

fn package(affects: Affects) -> Result<AffectedPackage, String> {
    if affects.name.trim().is_empty() && affects.digests.is_empty() {
        return Err("it affects something without name and digest".to_owned());
    }
    let digests = affects.digests.iter().map(|text| digest(text));
    Ok(AffectedPackage {
        digests: digests.collect::<Result<_, _>>()?,
        ecosystem: affects.ecosystem,
        name: affects.name,
        ranges: Vec::new(),
        versions: affects.revisions,
    })
}

/// What an advisory says, by its word.
pub(super) fn kind(word: &str) -> Option<AdvisoryKind> {
    [
        AdvisoryKind::Vulnerable,
        AdvisoryKind::Malicious,
        AdvisoryKind::Revoked,
        AdvisoryKind::Retired,
        AdvisoryKind::Unmaintained,
    ]
    .into_iter()
    .find(|kind| kind.as_str() == word)
}

/// A digest as components have it.
pub(super) fn digest(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let valid = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if valid {
        Ok(format!("sha256:{}", digits.to_ascii_lowercase()))
    } else {
        let shown: String = text.chars().take(80).collect();
        Err(format!("`{shown}` is no SHA-256 digest"))
    }
}
