use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use waybill_advisories::{
    BUNDLE_LINE_BYTES, BUNDLE_PAYLOAD_TYPE, BUNDLE_SCHEMA, BundleFeed, BundleManifest, HeldFeed,
    bundle_line,
};
use waybill_attest::{Envelope, PrivateKey, PublicKey};
use waybill_domain::Date;
use waybill_domain::advisory::FeedState;

use super::AdvisoriesError;
use super::import::{Imported, Updated, hexadecimal, is_early, judge};
use super::store::{AdvisoryStore, Entry, failed, readable};

const PIECE_BYTES: usize = 1 << 20;

/// What to write.
#[derive(Debug)]
pub struct ExportRequest {
    /// How many days the bundle may be imported, from today.
    pub valid_days: u32,
    /// The key that signs it; none: it is not signed.
    pub key: Option<PrivateKey>,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The manifest.
    pub manifest: BundleManifest,
    /// Bytes written.
    pub bytes: u64,
    /// Id of the key that signed it.
    pub signed_by: Option<String>,
}

/// Whose bundles are taken in.
#[derive(Clone, Debug)]
pub enum Trust {
    /// Those signed by one of these keys.
    Keys(Vec<PublicKey>),
    /// Those that nobody signed.
    Unsigned,
}

/// What to take in.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// The bundle.
    pub file: PathBuf,
    /// Take in feeds that are older than those held.
    pub allow_older: bool,
    /// Whose.
    pub trust: Trust,
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
    let manifest = manifest(store, request, &entries);
    let bundle = Path::new("the bundle");
    let wrote = |error: std::io::Error| failed("write", bundle, &error);
    let mut line = manifest.to_line();
    if let Some(key) = &request.key {
        let envelope = Envelope::sign(BUNDLE_PAYLOAD_TYPE, &line, key)
            .map_err(|error| wrote(std::io::Error::other(error)))?;
        let signed = envelope.to_line().map_err(std::io::Error::other);
        line = signed.map_err(wrote)?.into_bytes();
    }
    line.push(b'\n');
    out.write_all(&line).map_err(wrote)?;
    let mut bytes = line.len() as u64;
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
    Ok(Exported {
        manifest,
        bytes,
        signed_by: request.key.as_ref().map(|key| key.public().id()),
    })
}

fn manifest(store: &AdvisoryStore, request: &ExportRequest, entries: &[Entry]) -> BundleManifest {
    let days = i32::try_from(request.valid_days).unwrap_or(i32::MAX);
    BundleManifest {
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
    }
}

/// Takes in all feeds of a bundle, or none. Who signed it, and for which days, is judged before
/// anything of it is used.
///
/// # Errors
/// [`AdvisoriesError`]; the store is as it was before.
pub fn import_advisories(
    store: &AdvisoryStore,
    request: &ImportRequest,
) -> Result<Updated, AdvisoriesError> {
    let path = request.file.as_path();
    let refused = |reason: String| AdvisoriesError::Bundle {
        path: readable(path),
        reason,
    };
    let read = |error: std::io::Error| failed("read", path, &error);
    let mut file = crate::bytes::open_at_once(path).map_err(read)?;
    let mut head = Vec::new();
    (&mut file)
        .take(BUNDLE_LINE_BYTES as u64)
        .read_to_end(&mut head)
        .map_err(read)?;
    let line = bundle_line(&head).ok_or_else(|| refused(FOREIGN.to_owned()))?;
    let (manifest, signed_by) = approved(line, &request.trust).map_err(refused)?;
    in_time(store.today, &manifest).map_err(refused)?;
    let lock = store.lock()?;
    let start = line.len().saturating_add(1);
    let mut rest = head.get(start..).unwrap_or_default().chain(file);
    let mut updated = Updated {
        signed_by,
        ..Updated::default()
    };
    let held = store.entries()?;
    let mut new = Vec::new();
    for feed in &manifest.feeds {
        let before = held
            .iter()
            .find(|entry| entry.state.name == feed.state.name);
        if is_early(&feed.state.date, store.today) {
            let (name, date) = (&feed.state.name, &feed.state.date);
            return Err(refused(format!(
                "the feed `{name}` is of {date}, which is still to come"
            )));
        }
        if let Some(before) = before {
            judge(&feed.state, &before.state, request.allow_older)?;
        }
        let (entry, file) = taken(store, feed, &mut rest, &refused)?;
        updated.imported.push(Imported {
            state: entry.state.clone(),
            records_before: before.map(|before| before.state.records),
        });
        new.push((entry, file));
    }
    if rest.read(&mut [0]).map_err(read)? > 0 {
        return Err(refused("it holds more than its manifest names".to_owned()));
    }
    store.replace(&lock, new, &[])?;
    Ok(updated)
}

const FOREIGN: &str = "it is no bundle of advisories";

/// The manifest, and the id of the trusted key that signed it.
fn approved(line: &[u8], trust: &Trust) -> Result<(BundleManifest, Option<String>), String> {
    let read = |bytes: &[u8]| BundleManifest::read(bytes).map_err(|_| FOREIGN.to_owned());
    if BundleManifest::recognises(line) {
        return match trust {
            Trust::Unsigned => Ok((read(line)?, None)),
            Trust::Keys(_) => Err(
                "nobody has signed it; --unsigned instead of --trust takes it in all the same"
                    .to_owned(),
            ),
        };
    }
    let text = std::str::from_utf8(line).map_err(|_| FOREIGN.to_owned())?;
    let envelope = Envelope::parse(text).map_err(|_| FOREIGN.to_owned())?;
    let Trust::Keys(keys) = trust else {
        return Err("it is signed: name the public key that you trust with --trust".to_owned());
    };
    let (payload, by) = envelope
        .verify(BUNDLE_PAYLOAD_TYPE, keys)
        .map_err(|error| error.to_string())?;
    Ok((read(&payload)?, Some(by.id())))
}

/// Whether it may be imported on this day.
fn in_time(today: Date, manifest: &BundleManifest) -> Result<(), String> {
    let (created, until) = (manifest.created, manifest.valid_until);
    if today < created {
        return Err(format!(
            "it was made on {created}, which is after today, {today}: one of the two clocks is wrong"
        ));
    }
    if today > until {
        return Err(format!("it could be imported until {until}"));
    }
    Ok(())
}

/// A feed copied aside, if it is what the manifest says.
fn taken(
    store: &AdvisoryStore,
    feed: &BundleFeed,
    rest: &mut dyn std::io::Read,
    refused: &dyn Fn(String) -> AdvisoriesError,
) -> Result<(Entry, tempfile::NamedTempFile), AdvisoriesError> {
    let name = &feed.state.name;
    let file = copy(store, feed, rest)?
        .ok_or_else(|| refused(format!("the feed `{name}` is damaged or cut short")))?;
    let bytes = super::store::open(file.path())?;
    HeldFeed::open(bytes).map_err(|source| refused(format!("the feed `{name}`: {source}")))?;
    let entry = Entry {
        state: FeedState {
            imported: store.today.to_string(),
            ..feed.state.clone()
        },
        file: format!("{}.feed", feed.sha256),
        bytes: feed.bytes,
        sha256: feed.sha256.clone(),
    };
    Ok((entry, file))
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
