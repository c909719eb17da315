//! Digests over all bytes of an artifact, in one pass.

use std::ops::Range;
use std::sync::mpsc::sync_channel;

use sha2::{Digest as _, Sha256};
use waybill_domain::{Digests, Sha256 as Sha256Digest};
use waybill_formats::{ReadAt, ReadFailed};

use crate::scan::Progress;

/// Bytes read at once.
const PIECE_BYTES: usize = 256 << 10;
/// Pieces between the reading and the hashing thread.
const PIECES_AHEAD: usize = 4;
/// Artifacts above this size are read by a thread of their own, so that reading costs no time.
const THREADED_BYTES: u64 = 8 << 20;

struct Hashers {
    sha256: Sha256,
    blake3: Option<blake3::Hasher>,
}

impl Hashers {
    fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        if let Some(blake3) = self.blake3.as_mut() {
            blake3.update(bytes);
        }
    }

    fn finish(self) -> Digests {
        Digests {
            sha256: Some(Sha256Digest::from_bytes(&self.sha256.finalize().into())),
            blake3: self
                .blake3
                .map(|blake3| blake3.finalize().to_hex().to_string()),
        }
    }
}

/// The digests of `source`, and how many bytes they are over.
pub(crate) fn digest(
    source: &dyn ReadAt,
    with_blake3: bool,
    progress: &dyn Progress,
) -> Result<(Digests, u64), ReadFailed> {
    let mut hashers = Hashers {
        sha256: Sha256::new(),
        blake3: with_blake3.then(blake3::Hasher::new),
    };
    let all = 0..source.len();
    let ahead = source.len() > THREADED_BYTES;
    let read = stream(source, all, ahead, progress, &mut |piece| {
        hashers.update(piece);
    })?;
    Ok((hashers.finish(), read))
}

/// Gives the bytes of `range` to `sink`, in order and in pieces, and returns how many there were:
/// fewer if the source ends before. With `ahead`, a thread of its own reads meanwhile.
pub(crate) fn stream(
    source: &dyn ReadAt,
    range: Range<u64>,
    ahead: bool,
    progress: &dyn Progress,
    sink: &mut dyn FnMut(&[u8]),
) -> Result<u64, ReadFailed> {
    if ahead {
        threaded(source, range, progress, sink)
    } else {
        plain(source, range, progress, sink)
    }
}

fn plain(
    source: &dyn ReadAt,
    range: Range<u64>,
    progress: &dyn Progress,
    sink: &mut dyn FnMut(&[u8]),
) -> Result<u64, ReadFailed> {
    let mut piece = vec![0; wanted(&range, PIECE_BYTES).max(1)];
    let mut offset = range.start;
    loop {
        let length = wanted(&(offset..range.end), piece.len());
        let count = source.read_at(offset, &mut piece[..length])?;
        if count == 0 {
            return Ok(offset - range.start);
        }
        sink(&piece[..count]);
        progress.advance(count as u64);
        offset += count as u64;
    }
}

/// How much of a range is read at once.
fn wanted(range: &Range<u64>, most: usize) -> usize {
    let left = range.end.saturating_sub(range.start);
    usize::try_from(left).map_or(most, |left| left.min(most))
}

/// One thread reads, this one takes; pieces go round.
fn threaded(
    source: &dyn ReadAt,
    range: Range<u64>,
    progress: &dyn Progress,
    sink: &mut dyn FnMut(&[u8]),
) -> Result<u64, ReadFailed> {
    let (full, filled) = sync_channel::<Result<(Vec<u8>, usize), ReadFailed>>(PIECES_AHEAD);
    let (empty, emptied) = sync_channel::<Vec<u8>>(PIECES_AHEAD + 2);
    for _ in 0..PIECES_AHEAD {
        let _ = empty.send(vec![0; PIECE_BYTES]);
    }
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut offset = range.start;
            while let Ok(mut piece) = emptied.recv() {
                let length = wanted(&(offset..range.end), PIECE_BYTES);
                let outcome = source.read_at(offset, &mut piece[..length]);
                let last = !matches!(outcome, Ok(count) if count > 0);
                offset += *outcome.as_ref().unwrap_or(&0) as u64;
                if full.send(outcome.map(|count| (piece, count))).is_err() || last {
                    break;
                }
            }
        });
        let mut total = 0;
        for outcome in filled {
            let (piece, count) = outcome?;
            sink(&piece[..count]);
            progress.advance(count as u64);
            total += count as u64;
            let _ = empty.send(piece);
        }
        Ok(total)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Silent;

    #[test]
    fn both_ways_of_reading_give_the_same_digest() {
        let bytes: Vec<u8> = (0..20_000_003_u32)
            .map(|index| (index % 253) as u8)
            .collect();
        let (threaded, read) = digest(&bytes, true, &Silent).unwrap();
        assert_eq!(read, 20_000_003);
        let mut hashers = Hashers {
            sha256: Sha256::new(),
            blake3: Some(blake3::Hasher::new()),
        };
        plain(&bytes, 0..20_000_003, &Silent, &mut |piece| {
            hashers.update(piece);
        })
        .unwrap();
        assert_eq!(threaded, hashers.finish());
        for ahead in [false, true] {
            let mut taken = Vec::new();
            let read = stream(&bytes, 5..700_007, ahead, &Silent, &mut |piece| {
                taken.extend_from_slice(piece);
            });
            assert_eq!((read, taken.as_slice()), (Ok(700_002), &bytes[5..700_007]));
        }
    }

    #[test]
    fn the_empty_artifact_has_the_known_digest() {
        let (digests, _) = digest(&Vec::new(), false, &Silent).unwrap();
        let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digests.sha256.unwrap().as_str(), expected);
    }
}
