//! A file written out of another: aside first, proven by reading it again, then put in its place. Whatever
//! fails, nothing is left and the source is as it was.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use sha2::{Digest as _, Sha256 as Hasher};
use thiserror::Error;
use waybill_domain::Sha256;
use waybill_formats::{Bytes, ReadAt, ReadFailed};
use waybill_tensors::TensorsError;

use crate::bytes::{FileBytes, Stamp, open_at_once};
use crate::digest::stream;
use crate::scan::Silent;

/// Bytes after which what was written is sent to the disk.
const SYNCED_BYTES: usize = 128 << 20;

/// Small writes are gathered; what is larger goes straight to the file.
const BUFFER_BYTES: usize = 64 << 10;

/// Why nothing was written. Nothing is left at the place of the output then, and the source is as
/// it was.
#[derive(Debug, Error)]
pub enum RewriteFailure {
    /// The source cannot be opened.
    #[error("open `{path}`: {reason}")]
    Open {
        /// The path.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The output cannot be written.
    #[error("write `{path}`: {reason}")]
    Write {
        /// The path.
        path: String,
        /// What the system said, or what stands there.
        reason: String,
    },
    /// Its tensors cannot be had.
    #[error("{verb} `{path}`")]
    Tensors {
        /// `convert` or `disarm`.
        verb: &'static str,
        /// The path.
        path: String,
        /// Why not.
        #[source]
        error: TensorsError,
    },
    /// It has none.
    #[error("{verb} `{path}`: it holds no tensors; {left} other things were found")]
    Nothing {
        /// `convert` or `disarm`.
        verb: &'static str,
        /// The path.
        path: String,
        /// How many.
        left: usize,
    },
    /// It was written to while it was read.
    #[error("read `{path}`: {how} while it was read; nothing was written")]
    Changed {
        /// The path.
        path: String,
        /// How.
        how: &'static str,
    },
    /// What was written is not what was read.
    #[error("prove `{name}` of `{path}` equal: {reason}; nothing was written")]
    Differs {
        /// The path.
        path: String,
        /// The tensor.
        name: String,
        /// How.
        reason: String,
    },
}

/// A file on its way to its place.
pub(crate) struct Aside<'a> {
    output: &'a Path,
    folder: PathBuf,
    replace: bool,
    file: tempfile::NamedTempFile,
    syncing: Option<JoinHandle<std::io::Result<()>>>,
}

impl<'a> Aside<'a> {
    /// Makes a file beside the place; `replace` says that what stands there may go, which the source
    /// may not.
    pub(crate) fn beside(
        output: &'a Path,
        source: &Path,
        replace: bool,
    ) -> Result<Self, RewriteFailure> {
        if !replace && output.symlink_metadata().is_ok() {
            return Err(unwritable(
                output,
                "a file stands there; `--force` takes its place",
            ));
        }
        // A file that is renamed over a device or a pipe takes it away from everybody.
        if output.metadata().is_ok_and(|there| !there.is_file()) {
            return Err(unwritable(
                output,
                "what stands there is no regular file, and is not replaced",
            ));
        }
        if let (Ok(one), Ok(other)) = (output.metadata(), source.metadata())
            && (one.dev(), one.ino()) == (other.dev(), other.ino())
        {
            return Err(unwritable(
                output,
                "it is the source, which stays as it is; `--output` names another place",
            ));
        }
        let folder = match output.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let file = tempfile::Builder::new()
            .prefix(".waybill-")
            .permissions(std::fs::Permissions::from_mode(0o666))
            .tempfile_in(folder)
            .map_err(|error| unwritable(output, &error.to_string()))?;
        Ok(Self {
            output,
            folder: folder.to_owned(),
            replace,
            file,
            syncing: None,
        })
    }

    /// Where it stands for now.
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Writes it. The disk takes it meanwhile and afterwards, while others read it again;
    /// [`Self::keep`] waits for that.
    pub(crate) fn fill<T>(
        &mut self,
        make: impl FnOnce(&mut dyn Write) -> Result<T, TensorsError>,
    ) -> Result<T, TensorsError> {
        let failed = |error: std::io::Error| TensorsError::Write(error.to_string());
        let (written, to_sync) = channel();
        let handle = self.file.as_file().try_clone().map_err(failed)?;
        self.syncing = Some(std::thread::spawn(move || synced(&handle, &to_sync)));
        let told = Told {
            file: self.file.as_file_mut(),
            waiting: 0,
            written,
        };
        let mut out = BufWriter::with_capacity(BUFFER_BYTES, told);
        let made = make(&mut out)?;
        out.flush().map_err(failed)?;
        Ok(made)
    }

    /// Puts it in its place, if the source is what it was and all of it is on the disk.
    pub(crate) fn keep(mut self, source: &Path, stamp: &Stamp) -> Result<(), RewriteFailure> {
        if let Some(syncing) = self.syncing.take() {
            syncing
                .join()
                .unwrap_or_else(|_| Err(broken_down()))
                .map_err(|error| unwritable(self.output, &error.to_string()))?;
        }
        let later = source.metadata().map(|metadata| Stamp::of(&metadata));
        let how = later.map_or(Some("it went away"), |later| stamp.difference(&later));
        if let Some(how) = how {
            return Err(RewriteFailure::Changed {
                path: source.display().to_string(),
                how,
            });
        }
        let kept = match self.replace {
            true => self.file.persist(self.output).map_err(|error| error.error),
            false => self
                .file
                .persist_noclobber(self.output)
                .map_err(|error| error.error),
        };
        kept.map_err(|error| unwritable(self.output, &error.to_string()))?;
        // The name has to last as well as the content.
        if let Ok(folder) = File::open(self.folder) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

/// Sends to the disk what is written, each time that it is told of more and when there is no more.
fn synced(file: &File, more: &Receiver<()>) -> std::io::Result<()> {
    while more.recv().is_ok() {
        // One time is enough for all that was told of while the disk worked.
        while more.try_recv().is_ok() {}
        file.sync_data()?;
    }
    file.sync_all()
}

fn broken_down() -> std::io::Error {
    std::io::Error::other("the writing thread broke down")
}

pub(crate) fn unreadable(path: &Path) -> RewriteFailure {
    RewriteFailure::Open {
        path: path.display().to_string(),
        reason: "the reading thread broke down".to_owned(),
    }
}

pub(crate) fn unwritable(path: &Path, reason: &str) -> RewriteFailure {
    RewriteFailure::Write {
        path: path.display().to_string(),
        reason: reason.to_owned(),
    }
}

/// A regular file, opened, and what tells that it changes.
pub(crate) fn opened(path: &Path) -> Result<(Bytes, Stamp), RewriteFailure> {
    let failed = |reason: String| RewriteFailure::Open {
        path: path.display().to_string(),
        reason,
    };
    let file = open_at_once(path).map_err(|error| failed(error.to_string()))?;
    let metadata = file.metadata().map_err(|error| failed(error.to_string()))?;
    if !metadata.is_file() {
        return Err(failed("not a regular file".to_owned()));
    }
    let bytes: Bytes = Arc::new(FileBytes::new(file, metadata.len()));
    Ok((bytes, Stamp::of(&metadata)))
}

/// A file whose bytes are on their way to the disk before all of them are written.
struct Told<'a> {
    file: &'a mut File,
    waiting: usize,
    written: Sender<()>,
}

impl Write for Told<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.waiting = self.waiting.saturating_add(count);
        if self.waiting >= SYNCED_BYTES {
            // Who takes this ends at a failure only, and says it at the end.
            let _ = self.written.send(());
            self.waiting = 0;
        }
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Bytes that are read until nobody wants them any more.
pub(crate) struct Until<'a> {
    pub(crate) bytes: &'a Bytes,
    pub(crate) ended: &'a AtomicBool,
}

impl ReadAt for Until<'_> {
    fn len(&self) -> u64 {
        self.bytes.len()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadFailed> {
        match self.ended.load(Ordering::Relaxed) {
            true => Err(ReadFailed::Device {
                offset,
                reason: "it is no longer wanted".to_owned(),
            }),
            false => self.bytes.read_at(offset, buffer),
        }
    }
}

/// The digest of a whole file.
pub(crate) fn of_file(bytes: &dyn ReadAt, path: &Path) -> Result<Sha256, RewriteFailure> {
    let failed = |reason: String| RewriteFailure::Differs {
        path: path.display().to_string(),
        name: "the file".to_owned(),
        reason,
    };
    let mut hasher = Hasher::new();
    // No thread of its own for the reading: other work keeps all cores busy meanwhile.
    let read = stream(bytes, 0..bytes.len(), false, &Silent, &mut |piece| {
        hasher.update(piece);
    });
    match read.map_err(|failure| failed(failure.to_string()))? {
        read if read == bytes.len() => Ok(Sha256::from_bytes(&hasher.finalize().into())),
        _ => Err(failed("it became shorter".to_owned())),
    }
}
