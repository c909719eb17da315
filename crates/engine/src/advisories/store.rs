use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use waybill_advisories::{HeldError, HeldFeed, Holdings};
use waybill_domain::Date;
use waybill_domain::advisory::{FeedState, STORE_SCHEMA};

use super::{AdvisoriesError, age};
use crate::bytes::FileBytes;

const STATE: &str = "state.json";
const LOCK: &str = "lock";
const STATE_BYTES: u64 = 16 << 20;

/// A folder that holds feeds, on a day.
#[derive(Clone, Debug)]
pub struct AdvisoryStore {
    /// The folder; it need not exist.
    pub folder: PathBuf,
    /// The day by which ages are told.
    pub today: Date,
    /// The age in days past which a feed is stale.
    pub max_age_days: u32,
}

/// A feed as the state names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) state: FeedState,
    /// Name of its file in the folder.
    pub(super) file: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

#[derive(Serialize, Deserialize)]
struct State {
    schema: String,
    feeds: Vec<Entry>,
}

impl AdvisoryStore {
    /// The feeds with their ages, those that this build carries left out.
    ///
    /// # Errors
    /// [`AdvisoriesError`] if the state cannot be read.
    pub fn states(&self) -> Result<Vec<FeedState>, AdvisoriesError> {
        let entries = self.entries()?;
        Ok(entries
            .into_iter()
            .map(|entry| self.aged(entry.state))
            .collect())
    }

    pub(super) fn open(&self) -> Result<Holdings, AdvisoriesError> {
        // An update may take a file away between reading the state and opening it.
        match self.open_once() {
            Err(AdvisoriesError::Io { .. }) => self.open_once(),
            outcome => outcome,
        }
    }

    fn open_once(&self) -> Result<Holdings, AdvisoriesError> {
        let mut holdings = Holdings::default();
        for entry in self.entries()? {
            let path = self.folder.join(&entry.file);
            let bytes = open(&path)?;
            let feed = HeldFeed::open(bytes).map_err(|source| self.damaged(source))?;
            holdings.feeds.push((self.aged(entry.state), feed));
        }
        Ok(holdings)
    }

    pub(super) fn entries(&self) -> Result<Vec<Entry>, AdvisoriesError> {
        let path = self.folder.join(STATE);
        let bytes = match std::fs::metadata(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Ok(metadata) if metadata.len() > STATE_BYTES => {
                return Err(self.damaged(HeldError::Foreign));
            }
            _ => std::fs::read(&path).map_err(|error| failed("read", &path, &error))?,
        };
        let state: State =
            serde_json::from_slice(&bytes).map_err(|_| self.damaged(HeldError::Foreign))?;
        if state.schema != STORE_SCHEMA {
            return Err(self.damaged(HeldError::Foreign));
        }
        // The state names files in its own folder only.
        let inside = |entry: &Entry| !entry.file.contains(['/', '\\']) && entry.file != "..";
        if !state.feeds.iter().all(inside) {
            return Err(self.damaged(HeldError::Foreign));
        }
        Ok(state.feeds)
    }

    /// Puts new feeds in the place of those of the same name, and takes away what is not named any
    /// more.
    pub(super) fn replace(
        &self,
        _lock: &Lock,
        mut new: Vec<(Entry, tempfile::NamedTempFile)>,
        removed: &[String],
    ) -> Result<(), AdvisoriesError> {
        let old = self.entries()?;
        let mut feeds: Vec<Entry> = old
            .iter()
            .filter(|held| {
                !new.iter()
                    .any(|(entry, _)| entry.state.name == held.state.name)
            })
            .filter(|held| !removed.contains(&held.state.name))
            .cloned()
            .collect();
        for (entry, file) in new.drain(..) {
            let path = self.folder.join(&entry.file);
            file.as_file()
                .sync_all()
                .map_err(|error| failed("write", &path, &error))?;
            file.persist(&path)
                .map_err(|error| failed("write", &path, &error.error))?;
            feeds.push(entry);
        }
        feeds.sort_by(|one, other| one.state.name.cmp(&other.state.name));
        let path = self.folder.join(STATE);
        let state = State {
            schema: STORE_SCHEMA.to_owned(),
            feeds,
        };
        let written = || -> std::io::Result<()> {
            let mut aside = self.aside()?;
            serde_json::to_writer_pretty(&mut aside, &state)?;
            aside.write_all(b"\n")?;
            aside.as_file().sync_all()?;
            aside.persist(&path).map_err(|error| error.error)?;
            File::open(&self.folder)?.sync_all()
        };
        written().map_err(|error| failed("write", &path, &error))?;
        for held in old {
            if !state.feeds.iter().any(|entry| entry.file == held.file) {
                // What stays behind does no harm.
                let _ = std::fs::remove_file(self.folder.join(&held.file));
            }
        }
        Ok(())
    }

    /// Keeps other updates out until it is dropped.
    pub(super) fn lock(&self) -> Result<Lock, AdvisoriesError> {
        std::fs::create_dir_all(&self.folder)
            .map_err(|error| failed("create", &self.folder, &error))?;
        let path = self.folder.join(LOCK);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| failed("write", &path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(std::fs::TryLockError::WouldBlock) => {
                Err(AdvisoriesError::Locked(readable(&self.folder)))
            }
            Err(std::fs::TryLockError::Error(error)) => Err(failed("lock", &path, &error)),
        }
    }

    /// A new file in the folder, which goes away unless it is persisted.
    pub(super) fn aside(&self) -> std::io::Result<tempfile::NamedTempFile> {
        use std::os::unix::fs::PermissionsExt as _;
        tempfile::Builder::new()
            .prefix(".waybill-")
            // As of any new file; the process's mask takes away from it.
            .permissions(std::fs::Permissions::from_mode(0o666))
            .tempfile_in(&self.folder)
    }

    pub(super) fn damaged(&self, source: HeldError) -> AdvisoriesError {
        AdvisoriesError::Held {
            path: readable(&self.folder),
            source,
        }
    }

    fn aged(&self, mut state: FeedState) -> FeedState {
        state.age_days = age(&state.date, self.today);
        state.stale = state.age_days > i64::from(self.max_age_days);
        state
    }
}

/// That no other update is at work.
pub(super) struct Lock {
    _file: File,
}

pub(super) fn open(path: &Path) -> Result<waybill_formats::Bytes, AdvisoriesError> {
    let opened = || -> std::io::Result<waybill_formats::Bytes> {
        let file = crate::bytes::open_at_once(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(std::io::Error::other("it is not a regular file"));
        }
        Ok(Arc::new(FileBytes::new(file, metadata.len())))
    };
    opened().map_err(|error| failed("open", path, &error))
}

pub(super) fn failed(what: &'static str, path: &Path, error: &std::io::Error) -> AdvisoriesError {
    AdvisoriesError::Io {
        what,
        path: readable(path),
        reason: error.to_string(),
    }
}

pub(super) fn readable(path: &Path) -> String {
    crate::walk::readable(path.as_os_str().as_encoded_bytes())
}
