//! Digests of many files and ranges, on all cores, in constant memory.

use std::ops::Range;

use blake2::Blake2b512;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use waybill_attest::manifest::FileHash;

use super::{Kept, SigningError};
use crate::bytes::{FileBytes, Stamp, open_at_once};
use crate::digest::stream;
use crate::scan::Progress;

/// Ranges above this size are read by a thread of their own where cores would be idle.
const AHEAD_BYTES: u64 = 32 << 20;

/// A range of a file to be hashed.
pub(crate) struct Job<'a> {
    pub(crate) file: &'a Kept,
    pub(crate) range: Range<u64>,
}

/// A digest in hexadecimal digits, or why there is none.
pub(crate) type Hashed = Result<String, String>;

enum Hasher {
    Sha256(Sha256),
    Blake2b(Blake2b512),
    Blake3(Box<blake3::Hasher>),
}

impl Hasher {
    fn new(hash: FileHash) -> Self {
        match hash {
            FileHash::Sha256 => Self::Sha256(Sha256::new()),
            FileHash::Blake2b => Self::Blake2b(Blake2b512::new()),
            FileHash::Blake3 => Self::Blake3(Box::default()),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Blake2b(hasher) => hasher.update(bytes),
            Self::Blake3(hasher) => {
                hasher.update(bytes);
            }
        }
    }

    fn finish(self) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Self::Sha256(hasher) => hex(&hasher.finalize()),
            Self::Blake2b(hasher) => hex(&hasher.finalize()),
            Self::Blake3(hasher) => hasher.finalize().to_hex().to_string(),
        }
    }
}

/// The digests of all jobs, in their order.
pub(crate) fn hash(
    jobs: &[Job<'_>],
    hash: FileHash,
    threads: Option<usize>,
    progress: &dyn Progress,
) -> Result<Vec<Hashed>, SigningError> {
    let length = |job: &Job<'_>| job.range.end.saturating_sub(job.range.start);
    progress.found(jobs.len() as u64, jobs.iter().map(length).sum());
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .build()
        .map_err(|error| SigningError::Threads(error.to_string()))?;
    let large = jobs.iter().filter(|job| length(job) > AHEAD_BYTES).count();
    let idle = large < pool.current_num_threads();
    // The largest first, so that no core waits for another that came to one last.
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(jobs.get(*index).map(length)));
    let mut done: Vec<(usize, Hashed)> = pool.install(|| {
        order
            .into_par_iter()
            .with_max_len(1)
            .filter_map(|index| {
                let job = jobs.get(index)?;
                let ahead = idle && length(job) > AHEAD_BYTES;
                Some((index, one(job, hash, ahead, progress)))
            })
            .collect()
    });
    done.sort_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, hashed)| hashed).collect())
}

fn one(job: &Job<'_>, hash: FileHash, ahead: bool, progress: &dyn Progress) -> Hashed {
    let changed = |how: &str| format!("it changed while it was read: {how}");
    let file = open_at_once(&job.file.location).map_err(|error| error.to_string())?;
    let stamp = |file: &std::fs::File| {
        file.metadata()
            .map(|metadata| Stamp::of(&metadata))
            .map_err(|error| error.to_string())
    };
    let before = stamp(&file)?;
    if let Some(how) = job.file.stamp.difference(&before) {
        return Err(changed(how));
    }
    let again = file.try_clone().map_err(|error| error.to_string())?;
    let source = FileBytes::new(file, before.size());
    let mut hasher = Hasher::new(hash);
    let read = stream(&source, job.range.clone(), ahead, progress, &mut |piece| {
        hasher.update(piece);
    })
    .map_err(|error| error.to_string())?;
    if read != job.range.end.saturating_sub(job.range.start) {
        return Err(changed("it became shorter"));
    }
    match before.difference(&stamp(&again)?) {
        Some(how) => Err(changed(how)),
        None => Ok(hasher.finish()),
    }
}
