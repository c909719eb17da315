use std::collections::{BTreeMap, HashSet};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use waybill_advisories::{
    BadRecord, Document, FeedBuilder, FeedError, Refused, read_document, recognise,
};
use waybill_domain::Date;
use waybill_domain::advisory::{FeedFormat, FeedState};

use super::collect::{Piece, documents};
use super::store::{AdvisoryStore, Entry, Lock, failed, readable};
use super::{AdvisoriesError, age};

/// Bad records that a refusal names.
const NAMED: usize = 20;

/// What to take in.
#[derive(Clone, Debug, Default)]
pub struct UpdateRequest {
    /// Files and folders, of any format.
    pub from: Vec<PathBuf>,
    /// Name of the feed, if only one is taken in.
    pub name: Option<String>,
    /// Ids of records to leave out.
    pub skip: Vec<String>,
    /// Leave out all records that cannot be used.
    pub skip_bad: bool,
    /// Take in feeds that are older than those held.
    pub allow_older: bool,
}

/// A feed that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Its state now.
    pub state: FeedState,
    /// Records that were held under the name before.
    pub records_before: Option<u64>,
}

/// What an update did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Updated {
    /// The feeds that were taken in, by name.
    pub imported: Vec<Imported>,
    /// Files that are of none of the formats, and were passed over.
    pub passed_over: u64,
    /// Id of the trusted key that signed the bundle they came in.
    pub signed_by: Option<String>,
}

/// Takes in all feeds, or none.
///
/// # Errors
/// [`AdvisoriesError`]; the store is as it was before.
pub fn update_advisories(
    store: &AdvisoryStore,
    request: &UpdateRequest,
) -> Result<Updated, AdvisoriesError> {
    let lock = store.lock()?;
    let mut intake = Intake {
        store,
        request,
        skip: request
            .skip
            .iter()
            .map(|id| id.to_ascii_uppercase())
            .collect(),
        feeds: BTreeMap::new(),
        passed_over: 0,
    };
    for path in &request.from {
        let found = intake.found();
        let passed_over = intake.passed_over;
        documents(path, &mut |piece| intake.take(path, piece))?;
        if intake.found() == found {
            intake.passed_over = passed_over;
            return Err(AdvisoriesError::Nothing(readable(path)));
        }
    }
    intake.finish(&lock)
}

type Out = BufWriter<Hashed>;

/// A file aside, and the digest of what was written to it.
struct Hashed {
    file: tempfile::NamedTempFile,
    digest: Sha256,
}

impl std::io::Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.digest.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// A feed while it is taken in.
struct Growing {
    format: FeedFormat,
    builder: FeedBuilder<Out>,
    /// Of the documents.
    digest: Sha256,
    documents: u64,
    bad: Vec<BadRecord>,
    bad_count: u64,
    skipped: u64,
}

struct Intake<'a> {
    store: &'a AdvisoryStore,
    request: &'a UpdateRequest,
    skip: HashSet<String>,
    feeds: BTreeMap<String, Growing>,
    passed_over: u64,
}

impl Intake<'_> {
    fn found(&self) -> u64 {
        self.feeds.values().map(|feed| feed.documents).sum()
    }

    fn take(&mut self, root: &Path, piece: &Piece<'_>) -> Result<(), AdvisoriesError> {
        let Some(format) = recognise(piece.bytes) else {
            // A document by itself was named for what it is; among others it may be anything.
            if root == piece.file && piece.member.is_none() {
                return Err(AdvisoriesError::Document {
                    path: piece.name(),
                    source: FeedError::Unrecognised,
                });
            }
            self.passed_over += 1;
            return Ok(());
        };
        let document =
            read_document(format, piece.bytes).map_err(|source| AdvisoriesError::Document {
                path: piece.name(),
                source,
            })?;
        let name = self.name(root, piece, format.feed());
        let feed = match self.feeds.entry(name.clone()) {
            std::collections::btree_map::Entry::Occupied(feed) => feed.into_mut(),
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(begin(self.store, format.feed())?)
            }
        };
        if feed.format != format.feed() {
            return Err(AdvisoriesError::Name {
                feed: name,
                format: format.feed().as_str(),
                held: feed.format.as_str(),
            });
        }
        feed.documents += 1;
        feed.digest.update(piece.bytes);
        let today = self.store.today;
        add(feed, document, piece, &self.skip, today).map_err(|source| AdvisoriesError::Document {
            path: piece.name(),
            source,
        })
    }

    /// Name of the feed that a document belongs to: what the user says, else what the format or the
    /// path says.
    fn name(&self, root: &Path, piece: &Piece<'_>, format: FeedFormat) -> String {
        if let Some(name) = &self.request.name {
            return name.clone();
        }
        match format {
            FeedFormat::Kev | FeedFormat::Epss | FeedFormat::Atlas => {
                return format.as_str().to_owned();
            }
            _ => {}
        }
        // An archive, or a document by itself, in a folder is a feed by itself.
        let named = if piece.member.is_some() || format == FeedFormat::Waybill {
            piece.file
        } else {
            root
        };
        let stem = |path: &Path| {
            let name = path.file_stem().unwrap_or_default().as_encoded_bytes();
            crate::walk::readable(name).to_lowercase()
        };
        let mut name = stem(named);
        // Archives of OSV are all called `all.zip`, in a folder of their ecosystem.
        let parent = named.parent().map(stem).filter(|parent| !parent.is_empty());
        if let (true, Some(parent)) = (matches!(name.as_str(), "all" | ""), parent) {
            name = parent;
        }
        let name = name.trim_matches('.');
        let name = if name.is_empty() {
            format.as_str()
        } else {
            name
        };
        match format {
            FeedFormat::Csaf => format!("{name}-csaf"),
            _ => name.to_owned(),
        }
    }

    fn finish(self, lock: &Lock) -> Result<Updated, AdvisoriesError> {
        let held = self.store.entries()?;
        let mut updated = Updated {
            passed_over: self.passed_over,
            ..Updated::default()
        };
        let mut new = Vec::new();
        for (name, feed) in self.feeds {
            if feed.bad_count > 0 && !self.request.skip_bad {
                return Err(AdvisoriesError::Records {
                    feed: name,
                    bad: feed.bad,
                    count: feed.bad_count,
                });
            }
            let before = held.iter().find(|entry| entry.state.name == name);
            let (entry, file) = close(self.store, &name, feed)?;
            if let Some(before) = before {
                judge(&entry.state, &before.state, self.request.allow_older)?;
            }
            updated.imported.push(Imported {
                state: entry.state.clone(),
                records_before: before.map(|before| before.state.records),
            });
            new.push((entry, file));
        }
        self.store.replace(lock, new, &[])?;
        Ok(updated)
    }
}

/// Whether a feed may take the place of the one that is held.
pub(super) fn judge(
    new: &FeedState,
    held: &FeedState,
    allow_older: bool,
) -> Result<(), AdvisoriesError> {
    if new.format != held.format {
        return Err(AdvisoriesError::Name {
            feed: new.name.clone(),
            format: new.format.as_str(),
            held: held.format.as_str(),
        });
    }
    if new.date < held.date && !allow_older {
        return Err(AdvisoriesError::Older {
            feed: new.name.clone(),
            date: new.date.clone(),
            held: held.date.clone(),
        });
    }
    Ok(())
}

fn begin(store: &AdvisoryStore, format: FeedFormat) -> Result<Growing, AdvisoriesError> {
    let file = store
        .aside()
        .map_err(|error| failed("write in", &store.folder, &error))?;
    let out = BufWriter::with_capacity(
        1 << 20,
        Hashed {
            file,
            digest: Sha256::new(),
        },
    );
    let builder = FeedBuilder::new(out).map_err(|source| AdvisoriesError::Document {
        path: readable(&store.folder),
        source,
    })?;
    Ok(Growing {
        format,
        builder,
        digest: Sha256::new(),
        documents: 0,
        bad: Vec::new(),
        bad_count: 0,
        skipped: 0,
    })
}

fn add(
    feed: &mut Growing,
    document: Document,
    piece: &Piece<'_>,
    skip: &HashSet<String>,
    today: Date,
) -> Result<(), FeedError> {
    let skipped = |id: &str| !skip.is_empty() && skip.contains(&id.to_ascii_uppercase());
    let place = |bad: BadRecord| {
        let name = piece
            .member
            .map_or_else(|| readable(piece.file), ToOwned::to_owned);
        let place = match bad.place.as_str() {
            "" => name,
            place => format!("{name}, {place}"),
        };
        BadRecord { place, ..bad }
    };
    let refused = |feed: &mut Growing, bad: BadRecord| {
        if skipped(&bad.id) {
            feed.skipped += 1;
            return;
        }
        feed.bad_count += 1;
        if feed.bad.len() < NAMED {
            feed.bad.push(place(bad));
        }
    };
    if let Some(date) = &document.date {
        if is_early(date, today) {
            return Err(FeedError::Early(date.clone()));
        }
        feed.builder.date(date);
    }
    for bad in document.bad {
        refused(feed, bad);
    }
    for advisory in &document.advisories {
        if skipped(&advisory.id) {
            feed.skipped += 1;
            continue;
        }
        if is_early(&advisory.modified, today) {
            let bad = BadRecord {
                id: advisory.id.clone(),
                place: String::new(),
                reason: format!("its date, {}, is still to come", advisory.modified),
            };
            refused(feed, bad);
            continue;
        }
        match feed.builder.advisory(advisory) {
            Ok(()) => {}
            Err(Refused::Record(bad)) => refused(feed, bad),
            Err(Refused::Feed(error)) => return Err(error),
        }
    }
    for exploited in &document.exploited {
        match feed.builder.exploited(exploited) {
            Ok(()) => {}
            Err(Refused::Record(bad)) => refused(feed, bad),
            Err(Refused::Feed(error)) => return Err(error),
        }
    }
    for scored in &document.scores {
        feed.builder
            .score(&scored.cve, scored.probability, scored.percentile);
    }
    Ok(())
}

/// Whether data says that it is of a day to come. Its feed would never grow old, and keep every later
/// one out. Clocks may differ by a day.
pub(super) fn is_early(time: &str, today: Date) -> bool {
    Date::of_time(time).is_ok_and(|date| date > today.plus_days(1))
}

fn close(
    store: &AdvisoryStore,
    name: &str,
    feed: Growing,
) -> Result<(Entry, tempfile::NamedTempFile), AdvisoriesError> {
    let unusable = |source| AdvisoriesError::Document {
        path: name.to_owned(),
        source,
    };
    let (built, out) = feed.builder.finish().map_err(unusable)?;
    let hashed = out
        .into_inner()
        .map_err(|error| failed("write in", &store.folder, error.error()))?;
    let empty = |reason: &str| AdvisoriesError::Unusable {
        path: name.to_owned(),
        reason: reason.to_owned(),
    };
    if built.records == 0 {
        return Err(empty("there is no record in it"));
    }
    let date = built
        .newest
        .as_ref()
        .map(Date::to_string)
        .ok_or_else(|| empty("it does not say of which day it is"))?;
    let sha256 = hexadecimal(&hashed.digest.finalize());
    let state = FeedState {
        name: name.to_owned(),
        format: feed.format,
        records: built.records,
        withdrawn: built.withdrawn,
        skipped: feed.skipped + feed.bad_count,
        age_days: age(&date, store.today),
        date,
        imported: store.today.to_string(),
        digest: format!("sha256:{}", hexadecimal(&feed.digest.finalize())),
        stale: false,
    };
    let entry = Entry {
        state,
        file: format!("{sha256}.feed"),
        bytes: built.bytes,
        sha256,
    };
    Ok((entry, hashed.file))
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
