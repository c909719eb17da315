use std::collections::{BTreeSet, HashSet};
use std::io::Write;

use waybill_domain::Date;
use waybill_domain::advisory::{Advisory, Exploited};

use super::{BLOB_BYTES, MAGIC, hash, id_key, pack_exploited, pack_head, pack_package};
use crate::error::{BadRecord, FeedError};
use crate::names::{digest_key, family_key, family_of, key_of};
use crate::pack::Packer;

/// What was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// Records held.
    pub records: u64,
    /// Of these, withdrawn ones.
    pub withdrawn: u64,
    /// The newest time at which a record was modified.
    pub newest: Option<Date>,
    /// Bytes written.
    pub bytes: u64,
}

/// Writes a feed as it is held: records one by one, in any order, then the tables.
pub struct FeedBuilder<W> {
    out: W,
    offset: u64,
    packages: Vec<(u64, u64)>,
    ids: Vec<(u64, u64)>,
    scores: Vec<(u64, u64)>,
    seen: HashSet<u64>,
    families: BTreeSet<String>,
    built: Built,
}

impl<W: Write> FeedBuilder<W> {
    /// Begins.
    ///
    /// # Errors
    /// [`FeedError::Write`].
    pub fn new(mut out: W) -> Result<Self, FeedError> {
        out.write_all(MAGIC).map_err(failed)?;
        Ok(Self {
            out,
            offset: MAGIC.len() as u64,
            packages: Vec::new(),
            ids: Vec::new(),
            scores: Vec::new(),
            seen: HashSet::new(),
            families: BTreeSet::new(),
            built: Built {
                records: 0,
                withdrawn: 0,
                newest: None,
                bytes: 0,
            },
        })
    }

    /// Adds an advisory.
    ///
    /// # Errors
    /// A record whose id was there already, or a failure to write.
    pub fn advisory(&mut self, advisory: &Advisory) -> Result<(), Refused> {
        let id = hash(&id_key(&advisory.id));
        if !self.seen.insert(id) {
            return Err(Refused::Record(BadRecord {
                id: advisory.id.clone(),
                place: String::new(),
                reason: "it is in the feed twice".to_owned(),
            }));
        }
        let mut packer = Packer::default();
        pack_head(&mut packer, advisory);
        packer.bytes.extend_from_slice(&deflated(&advisory.details));
        let head = self.blob(&packer.bytes)?;
        self.ids.push((id, head));
        for other in advisory.aliases.iter().chain(&advisory.related) {
            self.ids.push((hash(&id_key(other)), head));
        }
        for package in &advisory.affected {
            packer.bytes.clear();
            pack_package(&mut packer, head, package);
            let at = self.blob(&packer.bytes)?;
            if advisory.withdrawn.is_none() {
                let key = hash(&key_of(&package.ecosystem, &package.name));
                self.packages.push((key, at));
                self.families.insert(family_of(&package.ecosystem));
                for digest in &package.digests {
                    self.packages.push((hash(&digest_key(digest)), at));
                }
            }
        }
        self.built.records += 1;
        self.built.withdrawn += u64::from(advisory.withdrawn.is_some());
        self.date(&advisory.modified);
        Ok(())
    }

    /// Adds an entry of the catalogue of exploited vulnerabilities.
    ///
    /// # Errors
    /// A CVE that was there already, or a failure to write.
    pub fn exploited(&mut self, exploited: &Exploited) -> Result<(), Refused> {
        let id = hash(&id_key(&exploited.cve));
        if !self.seen.insert(id) {
            return Err(Refused::Record(BadRecord {
                id: exploited.cve.clone(),
                place: String::new(),
                reason: "it is in the feed twice".to_owned(),
            }));
        }
        let mut packer = Packer::default();
        pack_exploited(&mut packer, exploited);
        let at = self.blob(&packer.bytes)?;
        self.ids.push((id, at));
        self.built.records += 1;
        Ok(())
    }

    /// Adds a score, both figures in millionths.
    pub fn score(&mut self, cve: &str, probability: u32, percentile: u32) {
        let value = u64::from(probability) << 32 | u64::from(percentile);
        self.scores.push((hash(&id_key(cve)), value));
        self.built.records += 1;
    }

    /// Takes note of a date of the data.
    pub fn date(&mut self, time: &str) {
        let date = Date::of_time(time).ok();
        self.built.newest = self.built.newest.max(date);
    }

    /// Writes the tables and the trailer; gives the writer back.
    ///
    /// # Errors
    /// [`FeedError::Write`].
    pub fn finish(mut self) -> Result<(Built, W), FeedError> {
        let families = self.families.iter();
        self.packages
            .extend(families.map(|family| (hash(&family_key(family)), 0)));
        let mut trailer = Vec::with_capacity(super::TRAILER_BYTES);
        for mut rows in [
            std::mem::take(&mut self.packages),
            std::mem::take(&mut self.ids),
            std::mem::take(&mut self.scores),
        ] {
            rows.sort_unstable();
            rows.dedup();
            trailer.extend_from_slice(&self.offset.to_le_bytes());
            trailer.extend_from_slice(&(rows.len() as u64).to_le_bytes());
            let mut crc = crc32fast::Hasher::new();
            for piece in rows.chunks(4096) {
                let bytes: Vec<u8> = piece
                    .iter()
                    .flat_map(|(hash, value)| [hash.to_le_bytes(), value.to_le_bytes()])
                    .flatten()
                    .collect();
                crc.update(&bytes);
                self.write(&bytes)?;
            }
            trailer.extend_from_slice(&crc.finalize().to_le_bytes());
        }
        let crc = crc32fast::hash(&trailer);
        trailer.extend_from_slice(&crc.to_le_bytes());
        trailer.extend_from_slice(MAGIC);
        self.write(&trailer)?;
        self.out.flush().map_err(failed)?;
        self.built.bytes = self.offset;
        Ok((self.built, self.out))
    }

    fn blob(&mut self, bytes: &[u8]) -> Result<u64, FeedError> {
        let length = u32::try_from(bytes.len())
            .ok()
            .filter(|_| bytes.len() <= BLOB_BYTES)
            .ok_or(FeedError::TooLarge("a record of more than 64 MiB"))?;
        let at = self.offset;
        self.write(&length.to_le_bytes())?;
        self.write(&crc32fast::hash(bytes).to_le_bytes())?;
        self.write(bytes)?;
        Ok(at)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), FeedError> {
        self.out.write_all(bytes).map_err(failed)?;
        self.offset += bytes.len() as u64;
        Ok(())
    }
}

/// Why a record was not added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// For what it is.
    Record(BadRecord),
    /// Because it could not be written.
    Feed(FeedError),
}

impl From<FeedError> for Refused {
    fn from(error: FeedError) -> Self {
        Self::Feed(error)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failed(error: std::io::Error) -> FeedError {
    FeedError::Write(error.to_string())
}

/// Long prose is held compressed: nobody reads it before an advisory is shown.
fn deflated(text: &str) -> Vec<u8> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing into memory does not fail.
    let _ = encoder.write_all(text.as_bytes());
    encoder.finish().unwrap_or_default()
}
