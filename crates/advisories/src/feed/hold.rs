use std::io::Read as _;
use std::sync::OnceLock;

use waybill_domain::advisory::{Advisory, AffectedPackage, Exploited};
use waybill_formats::{Bytes, ReadFailed};

use super::{
    BLOB_BYTES, MAGIC, ROW_BYTES, TRAILER_BYTES, hash, id_key, unpack_exploited, unpack_head,
    unpack_package,
};
use crate::error::HeldError;
use crate::pack::Unpacker;

/// The longest details that are shown.
const DETAILS_BYTES: u64 = 4 << 20;

/// A feed that is held. Opening it reads the trailer; the tables are read when they are first
/// needed, everything else by position.
pub struct HeldFeed {
    bytes: Bytes,
    tables: [Table; 3],
}

struct Table {
    offset: u64,
    rows: usize,
    crc32: u32,
    read: OnceLock<Result<Vec<u8>, HeldError>>,
}

/// A package of an advisory, and where that advisory is.
#[derive(Clone, Debug)]
pub(crate) struct PackageEntry {
    pub(crate) head: u64,
    pub(crate) package: AffectedPackage,
}

impl HeldFeed {
    /// Opens what [`super::FeedBuilder`] wrote.
    ///
    /// # Errors
    /// [`HeldError`] if it is something else, or damaged.
    pub fn open(bytes: Bytes) -> Result<Self, HeldError> {
        let length = bytes.len();
        let start = length
            .checked_sub(TRAILER_BYTES as u64)
            .filter(|start| *start >= MAGIC.len() as u64)
            .ok_or(HeldError::Foreign)?;
        let mut magic = [0_u8; MAGIC.len()];
        read(&bytes, 0, &mut magic)?;
        let mut trailer = [0_u8; TRAILER_BYTES];
        read(&bytes, start, &mut trailer)?;
        if &magic != MAGIC || !trailer.ends_with(MAGIC) {
            return Err(HeldError::Foreign);
        }
        let (said, rest) = trailer.split_at(3 * 20);
        let crc = rest
            .first_chunk::<4>()
            .map_or(0, |crc| u32::from_le_bytes(*crc));
        if crc32fast::hash(said) != crc {
            return Err(HeldError::Damaged(start));
        }
        let table = |index: usize| -> Option<Table> {
            let row = said.get(index * 20..index * 20 + 20)?;
            let offset = u64::from_le_bytes(*row.first_chunk()?);
            let rows = u64::from_le_bytes(*row.get(8..)?.first_chunk()?);
            let end = rows.checked_mul(ROW_BYTES as u64)?.checked_add(offset)?;
            Some(Table {
                offset,
                rows: usize::try_from(rows).ok().filter(|_| end <= start)?,
                crc32: u32::from_le_bytes(*row.get(16..)?.first_chunk()?),
                read: OnceLock::new(),
            })
        };
        let damaged = HeldError::Damaged(start);
        let tables = match (table(0), table(1), table(2)) {
            (Some(packages), Some(ids), Some(scores)) => [packages, ids, scores],
            _ => return Err(damaged),
        };
        Ok(Self { bytes, tables })
    }

    /// The packages under a key.
    pub(crate) fn packages(&self, key: &str) -> Result<Vec<PackageEntry>, HeldError> {
        let [packages, ..] = &self.tables;
        self.values(packages, hash(key))?
            .into_iter()
            .map(|at| {
                let blob = self.blob(at)?;
                let (head, package) =
                    unpack_package(&mut Unpacker::new(&blob)).ok_or(HeldError::Damaged(at))?;
                Ok(PackageEntry { head, package })
            })
            .collect()
    }

    /// Whether it has records of a family of ecosystems.
    pub(crate) fn covers(&self, family: &str) -> Result<bool, HeldError> {
        let [packages, ..] = &self.tables;
        let key = hash(&crate::names::family_key(family));
        Ok(self.values(packages, key)?.contains(&0))
    }

    /// An advisory by its place, without details and what it affects.
    pub(crate) fn head(&self, at: u64) -> Result<Advisory, HeldError> {
        let blob = self.blob(at)?;
        unpack_head(&mut Unpacker::new(&blob))
            .map(|(advisory, _)| advisory)
            .ok_or(HeldError::Damaged(at))
    }

    /// Every advisory that has the id, as its own, as an alias or as a related one, whole.
    pub(crate) fn advisories(&self, id: &str) -> Result<Vec<Advisory>, HeldError> {
        let [_, ids, _] = &self.tables;
        let mut found = Vec::new();
        for at in self.values(ids, hash(&id_key(id)))? {
            found.extend(self.whole(at)?);
        }
        found.retain(|advisory: &Advisory| {
            std::iter::once(&advisory.id)
                .chain(&advisory.aliases)
                .chain(&advisory.related)
                .any(|known| known.eq_ignore_ascii_case(id))
        });
        Ok(found)
    }

    /// That a CVE is exploited.
    pub(crate) fn exploited(&self, cve: &str) -> Result<Option<Exploited>, HeldError> {
        let [_, ids, _] = &self.tables;
        for at in self.values(ids, hash(&id_key(cve)))? {
            let blob = self.blob(at)?;
            let found = unpack_exploited(&mut Unpacker::new(&blob));
            if let Some(exploited) = found.filter(|found| found.cve.eq_ignore_ascii_case(cve)) {
                return Ok(Some(exploited));
            }
        }
        Ok(None)
    }

    /// Probability and percentile of a CVE, in millionths.
    pub(crate) fn score(&self, cve: &str) -> Result<Option<(u32, u32)>, HeldError> {
        let [_, _, scores] = &self.tables;
        let value = self.values(scores, hash(&id_key(cve)))?.pop();
        Ok(value.map(|value| ((value >> 32) as u32, value as u32)))
    }

    fn whole(&self, at: u64) -> Result<Option<Advisory>, HeldError> {
        let damaged = || HeldError::Damaged(at);
        let blob = self.blob(at)?;
        let mut unpacker = Unpacker::new(&blob);
        let Some((mut advisory, packages)) = unpack_head(&mut unpacker) else {
            return Ok(None);
        };
        let mut details = Vec::new();
        flate2::read::DeflateDecoder::new(unpacker.rest())
            .take(DETAILS_BYTES)
            .read_to_end(&mut details)
            .or_else(|error| {
                if unpacker.rest().is_empty() {
                    Ok(0)
                } else {
                    Err(error)
                }
            })
            .map_err(|_| damaged())?;
        advisory.details = String::from_utf8_lossy(&details).into_owned();
        let mut next = at + 8 + blob.len() as u64;
        for _ in 0..packages {
            let blob = self.blob(next)?;
            let (head, package) = unpack_package(&mut Unpacker::new(&blob)).ok_or_else(damaged)?;
            if head != at {
                return Err(HeldError::Damaged(next));
            }
            advisory.affected.push(package);
            next += 8 + blob.len() as u64;
        }
        Ok(Some(advisory))
    }

    fn blob(&self, at: u64) -> Result<Vec<u8>, HeldError> {
        let mut lead = [0_u8; 8];
        read(&self.bytes, at, &mut lead)?;
        let [l0, l1, l2, l3, c0, c1, c2, c3] = lead;
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        if length > BLOB_BYTES || at.saturating_add(length as u64) > self.bytes.len() {
            return Err(HeldError::Damaged(at));
        }
        let mut blob = vec![0; length];
        read(&self.bytes, at + 8, &mut blob)?;
        if crc32fast::hash(&blob) != u32::from_le_bytes([c0, c1, c2, c3]) {
            return Err(HeldError::Damaged(at));
        }
        Ok(blob)
    }

    /// The values of a hash.
    fn values(&self, table: &Table, hash: u64) -> Result<Vec<u64>, HeldError> {
        let rows = table
            .read
            .get_or_init(|| self.load(table))
            .as_ref()
            .map_err(Clone::clone)?;
        let row = |index: usize| -> Option<(u64, u64)> {
            let row = rows.get(index * ROW_BYTES..)?.first_chunk::<ROW_BYTES>()?;
            let (hash, value) = row.split_first_chunk::<8>()?;
            Some((
                u64::from_le_bytes(*hash),
                u64::from_le_bytes(*value.first_chunk()?),
            ))
        };
        let (mut low, mut high) = (0, table.rows);
        while low < high {
            let middle = low.midpoint(high);
            if row(middle).is_some_and(|(found, _)| found < hash) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let mut values = Vec::new();
        while let Some((_, value)) = row(low).filter(|(found, _)| *found == hash) {
            values.push(value);
            low += 1;
        }
        Ok(values)
    }

    fn load(&self, table: &Table) -> Result<Vec<u8>, HeldError> {
        let mut rows = vec![0; table.rows * ROW_BYTES];
        read(&self.bytes, table.offset, &mut rows)?;
        if crc32fast::hash(&rows) != table.crc32 {
            return Err(HeldError::Damaged(table.offset));
        }
        Ok(rows)
    }
}

fn read(bytes: &Bytes, at: u64, buffer: &mut [u8]) -> Result<(), HeldError> {
    bytes
        .read_exact_at(at, buffer)
        .map_err(|failed| match failed {
            ReadFailed::Ended { .. } => HeldError::Damaged(at),
            failed => HeldError::Read(failed.to_string()),
        })
}
