//! Compression around one stream of bytes: gzip, zlib, raw deflate, bzip2, xz, LZMA, zstd, LZ4.
//!
//! [`expand`] decompresses within limits: a shared [`Budget`] counts every byte that one artifact
//! expands to, and a bomb is told by its ratio before it is expanded. Formats: RFC 1950, 1951,
//! 1952, the xz and LZMA file formats, RFC 8878, the LZ4 frame format.

mod cab_blocks;
mod codec;
mod feed;
mod spool;

pub use cab_blocks::CabBlocks;
pub use codec::{Codec, SevenZip};
pub use spool::{InMemory, Scratch, Spool};

use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Bytes, Limits};
use feed::Feed;

/// Decompressed bytes of one artifact so far, over all its members and layers.
#[derive(Debug)]
pub struct Budget {
    expanded: AtomicU64,
    artifact_bytes: u64,
}

impl Budget {
    /// A fresh budget for an artifact of that size.
    #[must_use]
    pub fn new(artifact_bytes: u64) -> Self {
        Self {
            expanded: AtomicU64::new(0),
            artifact_bytes,
        }
    }

    /// Bytes expanded so far.
    #[must_use]
    pub fn expanded(&self) -> u64 {
        self.expanded.load(Ordering::Relaxed)
    }

    /// How the artifact already went beyond the limits, if it did: nothing more is then expanded.
    fn over(&self, limits: &Limits) -> Option<Ended> {
        self.spend(0, limits)
    }

    fn spend(&self, bytes: u64, limits: &Limits) -> Option<Ended> {
        let before = self.expanded.fetch_add(bytes, Ordering::Relaxed);
        let expanded = before.saturating_add(bytes);
        if expanded > limits.expanded_bytes {
            return Some(Ended::Limit("expanded_bytes"));
        }
        let ratio = expanded
            .checked_div(self.artifact_bytes)
            .unwrap_or(u64::MAX);
        (expanded > limits.bomb_bytes && ratio > limits.bomb_ratio).then_some(Ended::Bomb {
            produced: expanded,
            ratio,
        })
    }
}

/// What decompression came to.
pub struct Expanded {
    /// The decompressed bytes, as far as they go.
    pub bytes: Bytes,
    /// How it ended.
    pub ended: Ended,
    /// Compressed bytes that were used; what follows them is no part of the stream.
    pub used: u64,
    /// CRC-32 of the decompressed bytes.
    pub crc32: u32,
}

/// How decompression ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With the end of the stream.
    Whole,
    /// The stream is damaged or cut; the bytes before that are kept.
    Broken(String),
    /// The output is out of all proportion to the input.
    Bomb {
        /// Bytes produced until then.
        produced: u64,
        /// Produced bytes per compressed byte.
        ratio: u64,
    },
    /// A limit was reached.
    Limit(&'static str),
}

/// Output is read in pieces of this size.
const PIECE_BYTES: usize = 256 << 10;

/// Decompresses `input` into memory, or into `scratch` where it is long.
pub fn expand(
    codec: Codec,
    input: &Bytes,
    limits: &Limits,
    budget: &Budget,
    scratch: &dyn Scratch,
) -> Expanded {
    let mut feed = Feed::new(input.as_ref());
    let mut spool = spool::Growing::new(limits.spool_memory_bytes, scratch);
    let mut crc = crc32fast::Hasher::new();
    let mut produced = 0_u64;
    let ended = loop {
        if let Some(ended) = budget.over(limits) {
            break ended;
        }
        let outcome = codec.decode(&mut feed, &mut |reader| {
            pump(
                reader,
                input.len(),
                limits,
                budget,
                &mut spool,
                &mut crc,
                &mut produced,
            )
        });
        match outcome {
            // Compressed streams may be concatenated; loaders read them as one.
            Some(Ended::Whole) if codec.continues(&mut feed) => {}
            Some(ended) => break ended,
            None => break Ended::Broken("the stream's header cannot be read".into()),
        }
    };
    let used = feed.used();
    match spool.finish() {
        Ok(bytes) => Expanded {
            bytes,
            ended,
            used,
            crc32: crc.finalize(),
        },
        Err(reason) => Expanded {
            bytes: std::sync::Arc::new(Vec::new()),
            ended: Ended::Broken(reason.to_string()),
            used,
            crc32: 0,
        },
    }
}

/// Moves what `reader` gives into the spool until it ends or a limit is reached.
fn pump(
    reader: &mut dyn Read,
    input_bytes: u64,
    limits: &Limits,
    budget: &Budget,
    spool: &mut spool::Growing<'_>,
    crc: &mut crc32fast::Hasher,
    produced: &mut u64,
) -> Ended {
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let count = match reader.read(&mut piece) {
            Ok(0) => return Ended::Whole,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Ended::Broken(error.to_string()),
        };
        let fresh = piece.get(..count).unwrap_or_default();
        crc.update(fresh);
        if let Err(reason) = spool.append(fresh) {
            return Ended::Broken(reason.to_string());
        }
        *produced = produced.saturating_add(count as u64);
        let ratio = produced.checked_div(input_bytes).unwrap_or(u64::MAX);
        if *produced > limits.bomb_bytes && ratio > limits.bomb_ratio {
            return Ended::Bomb {
                produced: *produced,
                ratio,
            };
        }
        if let Some(ended) = budget.spend(count as u64, limits) {
            return ended;
        }
    }
}

#[cfg(test)]
mod tests;
