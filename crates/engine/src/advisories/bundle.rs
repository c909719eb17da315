use std::io::{Read as _, Write as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};
use waybill_advisories::{
    BUNDLE_SCHEMA, Bundle, BundleFeed, BundleManifest, HeldFeed, write_manifest,
};
use waybill_domain::Date;
use waybill_domain::advisory::FeedState;

use super::AdvisoriesError;
use super::import::{Imported, Updated, hexadecimal, judge};
use super::store::{AdvisoryStore, Entry, failed, readable};

/// The longest beginning that is looked at for a manifest.
const HEAD_BYTES: u64 = 4 << 20;
const PIECE_BYTES: usize = 1 << 20;

/// What to write.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    /// How many days the bundle may be imported, from today.
    pub valid_days: u32,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The manifest; a signature is over its line's bytes.
    pub manifest: BundleManifest,
    /// Bytes written.
    pub bytes: u64,
}

/// Writes all that the store holds as one stream.
///
/// # Errors
/// [`AdvisoriesError`] if the store cannot be read or the stream not be written to.
pub fn export_advisories(
    store: &AdvisoryStore,
    request: &ExportRequest,
    out: &mut dyn std::io::Write,
) -> Result<Exported, AdvisoriesError> {
    let entries = store.entries()?;
    let days = i32::try_from(request.valid_days).unwrap_or(i32::MAX);
    let manifest = BundleManifest {
        schema: BUNDLE_SCHEMA.to_owned(),
        created: store.today,
        valid_until: Date::from_days(store.today.days().saturating_add(days)),
        feeds: entries
            .iter()
            .map(|entry| BundleFeed {
                state: entry.state.clone(),
                bytes: entry.bytes,
                sha256: entry.sha256.clone(),
            })
            .collect(),
    };
    let head = write_manifest(&manifest);
    let wrote = |error: std::io::Error| failed("write", Path::new("the bundle"), &error);
    out.write_all(&head).map_err(wrote)?;
    let mut bytes = head.len() as u64;
    for entry in &entries {
        let path = store.folder.join(&entry.file);
        let read = |error: std::io::Error| failed("read", &path, &error);
        let mut file = std::fs::File::open(&path).map_err(read)?;
        let mut digest = Sha256::new();
        let mut piece = vec![0; PIECE_BYTES];
        let mut length = 0;
        loop {
            let count = file.read(&mut piece).map_err(read)?;
            let Some(read) = piece.get(..count).filter(|read| !read.is_empty()) else {
                break;
            };
            digest.update(read);
            length += count as u64;
            out.write_all(read).map_err(wrote)?;
        }
        if length != entry.bytes || hexadecimal(&digest.finalize()) != entry.sha256 {
            return Err(store.damaged(waybill_advisories::HeldError::Damaged(0)));
        }
        bytes += length;
    }
    Ok(Exported { manifest, bytes })
}

/// Takes in all feeds of a bundle, or none. `approve` sees the manifest and its bytes first: the place
/// for a signature to be judged.
///
/// # Errors
/// [`AdvisoriesError`]; the store is as it was before.
pub fn import_advisories(
    store: &AdvisoryStore,
    path: &Path,
    allow_older: bool,
    approve: &dyn Fn(&Bundle) -> Result<(), String>,
) -> Result<Updated, AdvisoriesError> {
    let refused = |reason: String| AdvisoriesError::Bundle {
        path: readable(path),
        reason,
    };
    let read = |error: std::io::Error| failed("read", path, &error);
    let mut file = crate::bytes::open_at_once(path).map_err(read)?;
    let mut head = Vec::new();
    (&mut file)
        .take(HEAD_BYTES)
        .read_to_end(&mut head)
        .map_err(read)?;
    let bundle =
        Bundle::read(&head).map_err(|_| refused("it is no bundle of advisories".into()))?;
    let manifest = &bundle.manifest;
    if store.today > manifest.valid_until {
        return Err(refused(format!(
            "it could be imported until {}",
            manifest.valid_until
        )));
    }
    approve(&bundle).map_err(refused)?;
    let lock = store.lock()?;
    let held = store.entries()?;
    let start = usize::try_from(bundle.feeds_start).unwrap_or(usize::MAX);
    let mut rest = head.get(start..).unwrap_or_default().chain(file);
    let mut updated = Updated::default();
    let mut new = Vec::new();
    for feed in &manifest.feeds {
        let before = held
            .iter()
            .find(|entry| entry.state.name == feed.state.name);
        if let Some(before) = before {
            judge(&feed.state, &before.state, allow_older)?;
        }
        let file = copy(store, feed, &mut rest)?.ok_or_else(|| {
            refused(format!(
                "the feed `{}` is damaged or cut short",
                feed.state.name
            ))
        })?;
        let bytes = super::store::open(file.path())?;
        HeldFeed::open(bytes)
            .map_err(|source| refused(format!("the feed `{}`: {source}", feed.state.name)))?;
        let state = FeedState {
            imported: store.today.to_string(),
            ..feed.state.clone()
        };
        updated.imported.push(Imported {
            state: state.clone(),
            records_before: before.map(|before| before.state.records),
        });
        let entry = Entry {
            state,
            file: format!("{}.feed", feed.sha256),
            bytes: feed.bytes,
            sha256: feed.sha256.clone(),
        };
        new.push((entry, file));
    }
    store.replace(&lock, new, &[])?;
    Ok(updated)
}

/// Copies a feed aside; `None` if it is not what the manifest says.
fn copy(
    store: &AdvisoryStore,
    feed: &BundleFeed,
    rest: &mut dyn std::io::Read,
) -> Result<Option<tempfile::NamedTempFile>, AdvisoriesError> {
    let wrote = |error: std::io::Error| failed("write in", &store.folder, &error);
    let mut aside = store.aside().map_err(wrote)?;
    let mut digest = Sha256::new();
    let mut piece = vec![0; PIECE_BYTES];
    let mut left = feed.bytes;
    while left > 0 {
        let wanted = left.min(PIECE_BYTES as u64) as usize;
        let Some(buffer) = piece.get_mut(..wanted) else {
            return Ok(None);
        };
        let Ok(count) = rest.read(buffer) else {
            return Ok(None);
        };
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else {
            return Ok(None);
        };
        digest.update(read);
        aside.write_all(read).map_err(wrote)?;
        left -= count as u64;
    }
    let holds = hexadecimal(&digest.finalize()) == feed.sha256;
    Ok(holds.then_some(aside))
}
