//! Files read by position. They are never mapped: a file cut short while mapped kills the process.

use std::fs::{File, Metadata};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use waybill_formats::{ReadAt, ReadFailed};

/// An open regular file.
pub(crate) struct FileBytes {
    file: File,
    length: u64,
}

impl FileBytes {
    pub(crate) fn new(file: File, length: u64) -> Self {
        Self { file, length }
    }
}

impl ReadAt for FileBytes {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadFailed> {
        let there = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = there.min(buffer.len());
        let mut filled = 0;
        while filled < wanted {
            match self
                .file
                .read_at(&mut buffer[filled..wanted], offset + filled as u64)
            {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(ReadFailed::Device {
                        offset,
                        reason: error.to_string(),
                    });
                }
            }
        }
        Ok(filled)
    }
}

/// Opens a file for reading without waiting: whatever took the place of a regular file since it was
/// found, a pipe that nobody writes to must not hold up the scan.
pub(crate) fn open_at_once(path: &Path) -> std::io::Result<File> {
    const O_NONBLOCK: i32 = if cfg!(target_os = "linux") { 0o4000 } else { 4 };
    File::options()
        .read(true)
        .custom_flags(O_NONBLOCK)
        .open(path)
}

/// What tells that a file changed: size, modification and change time, device and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
    identity: (u64, u64),
}

impl Stamp {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self {
            size: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            identity: (metadata.dev(), metadata.ino()),
        }
    }

    /// The size in bytes that the system gives.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// How `later` differs, as a phrase; `None` if it does not.
    pub(crate) fn difference(&self, later: &Self) -> Option<&'static str> {
        if self.size != later.size {
            return Some("its size is another");
        }
        if self.modified != later.modified || self.changed != later.changed {
            return Some("it was written to");
        }
        (self.identity != later.identity).then_some("another file took its place")
    }
}
