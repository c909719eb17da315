//! One feed as it is held: blobs, then three sorted tables, then a trailer that says where they are.
//!
//! ```text
//! magic | blob* | table of packages | table of ids | table of scores | trailer
//! blob    = length u32, crc32 u32, bytes         (all numbers little endian)
//! table   = rows of 16 bytes, sorted: hash u64, value u64
//! trailer = 3 x (offset u64, rows u64, crc32 u32), crc32 u32 of those, magic
//! ```
//!
//! A package's blob names the advisory it belongs to; the versions that it lists are read for
//! packages that are looked for, and summaries only for matches.

mod build;
mod hold;

pub use build::{Built, FeedBuilder, Refused};
pub use hold::HeldFeed;

use sha2::{Digest as _, Sha256};
use waybill_domain::Severity;
use waybill_domain::advisory::{
    Advisory, AdvisoryKind, AffectedPackage, AffectedRange, Exploited, RangeEvent,
};

use crate::pack::{Packer, Unpacker};

/// First and last bytes; the digit is the version of the layout.
pub(crate) const MAGIC: &[u8; 8] = b"WAYBADV1";
/// Three tables of 20 bytes, a checksum, the magic.
pub(crate) const TRAILER_BYTES: usize = 3 * 20 + 4 + 8;
/// Bytes of a row of a table.
pub(crate) const ROW_BYTES: usize = 16;
/// The largest blob: more than any advisory has.
pub(crate) const BLOB_BYTES: usize = 64 << 20;

/// What a key is looked up by.
pub(crate) fn hash(key: &str) -> u64 {
    let digest = Sha256::digest(key.as_bytes());
    let mut first = [0_u8; 8];
    for (to, from) in first.iter_mut().zip(digest.iter()) {
        *to = *from;
    }
    u64::from_le_bytes(first)
}

/// The key of an id: letters of both cases mean the same.
pub(crate) fn id_key(id: &str) -> String {
    format!("id\0{}", id.to_ascii_uppercase())
}

const KINDS: [AdvisoryKind; 7] = [
    AdvisoryKind::Vulnerable,
    AdvisoryKind::Malicious,
    AdvisoryKind::Revoked,
    AdvisoryKind::Retired,
    AdvisoryKind::Unmaintained,
    AdvisoryKind::Technique,
    AdvisoryKind::Mitigation,
];

const SEVERITIES: [Severity; 5] = [
    Severity::Info,
    Severity::Low,
    Severity::Medium,
    Severity::High,
    Severity::Critical,
];

/// An advisory without what it affects, and without its details.
pub(crate) fn pack_head(packer: &mut Packer, advisory: &Advisory) {
    packer.number(0);
    packer.text(&advisory.id);
    let kind = KINDS.iter().position(|kind| *kind == advisory.kind);
    packer.number(kind.unwrap_or(0) as u64);
    packer.texts(advisory.aliases.iter());
    packer.texts(advisory.related.iter());
    packer.option(advisory.published.as_deref());
    packer.text(&advisory.modified);
    packer.option(advisory.withdrawn.as_deref());
    packer.text(&advisory.summary);
    packer.texts(advisory.vectors.iter());
    let severity = advisory
        .severity
        .and_then(|severity| SEVERITIES.iter().position(|known| *known == severity));
    packer.number(severity.map_or(0, |at| at as u64 + 1));
    packer.texts(advisory.weaknesses.iter());
    packer.option(advisory.replacement.as_deref());
    packer.texts(advisory.references.iter());
    packer.number(advisory.affected.len() as u64);
}

/// The advisory, and how many packages follow it.
pub(crate) fn unpack_head(unpacker: &mut Unpacker<'_>) -> Option<(Advisory, u64)> {
    if unpacker.number()? != 0 {
        return None;
    }
    let index = |number: u64| usize::try_from(number).ok();
    let advisory = Advisory {
        id: unpacker.text()?,
        kind: *KINDS.get(index(unpacker.number()?)?)?,
        aliases: unpacker.texts()?,
        related: unpacker.texts()?,
        published: unpacker.option()?,
        modified: unpacker.text()?,
        withdrawn: unpacker.option()?,
        summary: unpacker.text()?,
        vectors: unpacker.texts()?,
        severity: match unpacker.number()? {
            0 => None,
            at => Some(*SEVERITIES.get(index(at - 1)?)?),
        },
        weaknesses: unpacker.texts()?,
        replacement: unpacker.option()?,
        references: unpacker.texts()?,
        ..Advisory::default()
    };
    Some((advisory, unpacker.number()?))
}

pub(crate) fn pack_package(packer: &mut Packer, head: u64, package: &AffectedPackage) {
    packer.number(head);
    packer.text(&package.ecosystem);
    packer.text(&package.name);
    packer.number(package.ranges.len() as u64);
    for range in &package.ranges {
        packer.text(&range.kind);
        packer.number(range.events.len() as u64);
        for event in &range.events {
            let (tag, version) = match event {
                RangeEvent::Introduced(version) => (0, version),
                RangeEvent::Fixed(version) => (1, version),
                RangeEvent::LastAffected(version) => (2, version),
                RangeEvent::Limit(version) => (3, version),
            };
            packer.number(tag);
            packer.text(version);
        }
    }
    packer.texts(package.versions.iter());
    packer.texts(package.digests.iter());
}

/// A package and the offset of its advisory.
pub(crate) fn unpack_package(unpacker: &mut Unpacker<'_>) -> Option<(u64, AffectedPackage)> {
    let head = unpacker.number()?;
    let package = AffectedPackage {
        ecosystem: unpacker.text()?,
        name: unpacker.text()?,
        ranges: unpacker.list(|unpacker| {
            Some(AffectedRange {
                kind: unpacker.text()?,
                events: unpacker.list(|unpacker| {
                    Some(match unpacker.number()? {
                        0 => RangeEvent::Introduced(unpacker.text()?),
                        1 => RangeEvent::Fixed(unpacker.text()?),
                        2 => RangeEvent::LastAffected(unpacker.text()?),
                        3 => RangeEvent::Limit(unpacker.text()?),
                        _ => return None,
                    })
                })?,
            })
        })?,
        versions: unpacker.texts()?,
        digests: unpacker.texts()?,
    };
    Some((head, package))
}

pub(crate) fn pack_exploited(packer: &mut Packer, exploited: &Exploited) {
    packer.number(1);
    packer.text(&exploited.cve);
    packer.text(&exploited.since);
    packer.option(exploited.due.as_deref());
    packer.number(u64::from(exploited.ransomware));
}

pub(crate) fn unpack_exploited(unpacker: &mut Unpacker<'_>) -> Option<Exploited> {
    if unpacker.number()? != 1 {
        return None;
    }
    Some(Exploited {
        cve: unpacker.text()?,
        since: unpacker.text()?,
        due: unpacker.option()?,
        ransomware: unpacker.number()? == 1,
    })
}

#[cfg(test)]
mod tests;
