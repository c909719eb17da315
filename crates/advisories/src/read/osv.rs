//! The Open Source Vulnerability format, schema 1.7: <https://ossf.github.io/osv-schema/>.

mod record;

use serde_json::Value;
use waybill_domain::Severity;
use waybill_domain::advisory::{
    Advisory, AdvisoryKind, AffectedPackage, AffectedRange, RangeEvent,
};
use waybill_domain::version::Ecosystem;

use super::{Document, malformed, of_serde, without_place, yaml};
use crate::error::{BadRecord, FeedError};
use crate::place;
use crate::score::of_word;
use record::{Affected, Ranged, Record, Specific};

const FORMAT: &str = "OSV";

/// One record, a list of them, or one behind the other.
pub(super) fn json(bytes: &[u8]) -> Result<Document, FeedError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut found = Document::default();
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        let records: Vec<Record> =
            serde_json::from_slice(bytes).map_err(|error| of_serde(FORMAT, &error))?;
        for (index, record) in records.into_iter().enumerate() {
            take(record, format!("number {}", index + 1), &mut found);
        }
        return Ok(found);
    }
    let mut stream = serde_json::Deserializer::from_slice(bytes).into_iter::<Record>();
    let mut number = 0_usize;
    while let Some(record) = stream.next() {
        number += 1;
        match record {
            Ok(record) => {
                let alone = number == 1 && is_blank(bytes.get(stream.byte_offset()..));
                let place = if alone {
                    String::new()
                } else {
                    format!("number {number}")
                };
                take(record, place, &mut found);
            }
            Err(error) if error.is_data() && number == 1 => {
                found.bad.push(lone(bytes, &error)?);
                return Ok(found);
            }
            Err(error) => return Err(of_serde(FORMAT, &error)),
        }
    }
    if number == 0 {
        return Err(malformed(FORMAT, "line 1", "there is nothing in it"));
    }
    Ok(found)
}

fn is_blank(rest: Option<&[u8]>) -> bool {
    rest.is_none_or(|rest| rest.iter().all(u8::is_ascii_whitespace))
}

/// The record whose only fault is a value of the wrong form, by its id.
fn lone(bytes: &[u8], error: &serde_json::Error) -> Result<BadRecord, FeedError> {
    let said = || of_serde(FORMAT, error);
    let value: Value = serde_json::from_slice(bytes).map_err(|_| said())?;
    let id = value.get("id").and_then(Value::as_str).ok_or_else(said)?;
    Ok(BadRecord {
        id: id.to_owned(),
        place: format!("line {} column {}", error.line(), error.column()),
        reason: without_place(error),
    })
}

/// A record as the PyPA keeps them.
pub(super) fn yaml(bytes: &[u8]) -> Result<Document, FeedError> {
    let value = yaml::yaml("OSV in YAML", bytes)?;
    let id = value.get("id").and_then(Value::as_str);
    let id = id.unwrap_or_default().to_owned();
    let mut found = Document::default();
    match serde_json::from_value::<Record>(value) {
        Ok(record) => take(record, String::new(), &mut found),
        Err(error) => found.bad.push(BadRecord {
            id,
            place: String::new(),
            reason: error.to_string(),
        }),
    }
    Ok(found)
}

fn take(record: Record, place: String, found: &mut Document) {
    let id = record.id.clone().unwrap_or_default();
    match advisory(record) {
        Ok(advisory) => found.advisories.push(advisory),
        Err(reason) => found.bad.push(BadRecord { id, place, reason }),
    }
}

fn advisory(record: Record) -> Result<Advisory, String> {
    let id = record.id.unwrap_or_default();
    if !place::is_id(&id) {
        return Err("it has no id that can be used".to_owned());
    }
    let modified = record.modified.unwrap_or_default();
    for (name, time) in [
        ("modified", Some(&modified)),
        ("published", record.published.as_ref()),
        ("withdrawn", record.withdrawn.as_ref()),
    ] {
        if time.is_some_and(|time| !place::is_time(time)) {
            return Err(format!("its `{name}` is no date"));
        }
    }
    let specific = record.database_specific.unwrap_or_default();
    let affected = record.affected.unwrap_or_default();
    let details = record.details.unwrap_or_default();
    let weaknesses = specific.cwe_ids.texts().to_vec();
    let mut vectors: Vec<String> = Vec::new();
    let below = affected.iter().filter_map(|one| one.severity.as_ref());
    for scored in record.severity.iter().chain(below).flatten() {
        if let Some(vector) = &scored.score
            && !vectors.contains(vector)
        {
            vectors.push(vector.clone());
        }
    }
    let mut related = record.related.unwrap_or_default();
    let mut aliases = record.aliases.unwrap_or_default();
    for upstream in record.upstream.unwrap_or_default() {
        // `DEBIAN-CVE-2024-1` is what a distribution says of `CVE-2024-1` and of nothing else.
        let same = id
            .strip_suffix(&upstream)
            .is_some_and(|lead| !upstream.is_empty() && lead.ends_with('-'));
        let list = if same { &mut aliases } else { &mut related };
        if !list.contains(&upstream) {
            list.push(upstream);
        }
    }
    let kind = kind(&id, &aliases, &specific, &affected, &weaknesses);
    let severity = word(&specific, &affected, kind, &vectors);
    let links = record.references.into_iter().flatten();
    Ok(Advisory {
        kind,
        aliases,
        related,
        published: record.published,
        modified,
        withdrawn: record.withdrawn,
        summary: place::summary(record.summary.as_deref().unwrap_or_default(), &details),
        details: place::details(details),
        vectors,
        severity,
        weaknesses,
        replacement: specific.replacement.text().map(ToOwned::to_owned),
        affected: affected
            .into_iter()
            .filter_map(|one| package(one).transpose())
            .collect::<Result<_, _>>()?,
        references: links.filter_map(|link| link.url).collect(),
        id,
    })
}

/// The severity in a word: of the database, of what it says of a package, or what follows from the
/// kind.
fn word(
    specific: &Specific,
    affected: &[Affected],
    kind: AdvisoryKind,
    vectors: &[String],
) -> Option<Severity> {
    let below = affected.iter().flat_map(|one| {
        [&one.database_specific, &one.ecosystem_specific]
            .into_iter()
            .flatten()
    });
    std::iter::once(specific)
        .chain(below)
        .flat_map(|specific| [&specific.severity, &specific.urgency])
        .find_map(|word| of_word(word.text()?))
        .or(match kind {
            AdvisoryKind::Malicious => Some(Severity::Critical),
            AdvisoryKind::Unmaintained => Some(Severity::Low),
            _ => None,
        })
        // Ubuntu states its own word as the score.
        .or_else(|| vectors.iter().find_map(|vector| of_word(vector)))
}

fn kind(
    id: &str,
    aliases: &[String],
    specific: &Specific,
    affected: &[Affected],
    weaknesses: &[String],
) -> AdvisoryKind {
    let malicious = std::iter::once(id)
        .chain(aliases.iter().map(String::as_str))
        .any(|id| id.starts_with("MAL-"));
    // CWE-506 is embedded malicious code.
    if malicious || weaknesses.iter().any(|weakness| weakness == "CWE-506") {
        return AdvisoryKind::Malicious;
    }
    if let Some(kind) = specific.kind.text().and_then(super::own::kind) {
        return kind;
    }
    let unmaintained = affected.iter().any(|one| {
        let specific = one.database_specific.as_ref();
        specific.and_then(|specific| specific.informational.text()) == Some("unmaintained")
    });
    if unmaintained {
        AdvisoryKind::Unmaintained
    } else {
        AdvisoryKind::Vulnerable
    }
}

/// What is said of a package; nothing if there is no package but only commits.
fn package(affected: Affected) -> Result<Option<AffectedPackage>, String> {
    let Some(package) = affected.package else {
        return Ok(None);
    };
    if package.name.trim().is_empty() || package.ecosystem.trim().is_empty() {
        return Err("it affects a package without name or ecosystem".to_owned());
    }
    let digests = [&affected.database_specific, &affected.ecosystem_specific]
        .into_iter()
        .flatten()
        .flat_map(|specific| specific.digests.texts())
        .map(|digest| super::own::digest(digest))
        .collect::<Result<_, _>>()?;
    let found = AffectedPackage {
        ranges: affected.ranges.into_iter().flatten().map(range).collect(),
        versions: affected.versions.unwrap_or_default(),
        digests,
        ecosystem: package.ecosystem,
        name: package.name,
    };
    judge(&found)?;
    Ok(Some(found))
}

fn range(range: Ranged) -> AffectedRange {
    let events = range.events.into_iter().flat_map(|event| {
        [
            event.introduced.map(RangeEvent::Introduced),
            event.fixed.map(RangeEvent::Fixed),
            event.last_affected.map(RangeEvent::LastAffected),
            event.limit.map(RangeEvent::Limit),
        ]
    });
    AffectedRange {
        kind: range.kind.unwrap_or_else(|| "ECOSYSTEM".to_owned()),
        events: events.flatten().collect(),
    }
}

/// Whether its ranges can be held against versions.
pub(super) fn judge(package: &AffectedPackage) -> Result<(), String> {
    let (order, _) = Ecosystem::of_osv(&package.ecosystem);
    crate::versions::ranges(order, package)
        .map(drop)
        .map_err(|reason| {
            format!(
                "a range of {} {}: {reason}",
                package.ecosystem, package.name
            )
        })
}
