use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::header::{self, HEADER_BYTES, Image, is_machine};
use crate::{ReadAt, ReadFailed};

/// Something that begins inside other bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Offset of its first byte.
    pub offset: u64,
    /// What begins there.
    pub image: Image,
}

/// Bytes that are searched at once; the next piece begins so much earlier that no header is cut.
const PIECE_BYTES: usize = 256 << 10;

/// How far the second header of a Windows program may be from the first: what `header::portable`
/// sees.
const REACH: usize = HEADER_BYTES - 8;

/// What is looked for: four bytes each, so that the search stays in wide registers. Windows
/// programs are looked for by their second header, which has more to tell than `MZ`.
const BEGINNINGS: [&[u8]; 12] = [
    b"\x7fELF",
    b"PE\0\0",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xfe\xed\xfa\xcf",
    b"\xfe\xed\xfa\xce",
    b"\xca\xfe\xba\xbe",
    b"dex\n",
    b"#!/",
    b"PK\x03\x04",
    b"7z\xbc\xaf",
    b"Rar!",
];

static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .build(BEGINNINGS)
        .ok()
});

/// Goes over all bytes of `source` once, hands each piece with its offset to `piece`, and each
/// program and archive that begins in it to `hit`, in the order of their offsets as far as one piece
/// goes. Pieces do not overlap and leave nothing out.
///
/// # Errors
/// [`ReadFailed::Device`] if the bytes cannot be read.
pub fn find(
    source: &dyn ReadAt,
    piece: &mut dyn FnMut(u64, &[u8]),
    hit: &mut dyn FnMut(Hit),
) -> Result<(), ReadFailed> {
    // What was read before the piece and what follows it, so that headers are seen whole.
    let mut buffer = vec![
        0;
        HEADER_BYTES
            .saturating_add(PIECE_BYTES)
            .saturating_add(HEADER_BYTES)
    ];
    let mut start: u64 = 0;
    while start < source.len() {
        let before = HEADER_BYTES.min(usize::try_from(start).unwrap_or(HEADER_BYTES));
        let from = start.saturating_sub(before as u64);
        let read = source.read_at(from, &mut buffer)?;
        let there = buffer.get(..read).unwrap_or_default();
        let end = before.saturating_add(PIECE_BYTES).min(read);
        let Some(own) = there.get(before..end).filter(|own| !own.is_empty()) else {
            break;
        };
        piece(start, own);
        search(there, before, end, &mut |place, image| {
            hit(Hit {
                offset: from.saturating_add(place as u64),
                image,
            });
        });
        start = start.saturating_add(own.len() as u64);
    }
    Ok(())
}

/// What is found by a beginning in `before..end`.
fn search(there: &[u8], before: usize, end: usize, hit: &mut dyn FnMut(usize, Image)) {
    let Some(automaton) = SEARCH.as_ref() else {
        return;
    };
    // A beginning may reach over the end of the piece.
    let last = end.saturating_add(3).min(there.len());
    let window = there.get(before..last).unwrap_or_default();
    // No beginning is the end of another, so matches that do not overlap are all.
    for found in automaton.find_iter(window) {
        let place = before.saturating_add(found.start());
        if place >= end {
            continue;
        }
        let head = there.get(place..).unwrap_or_default();
        if head.starts_with(b"PE\0\0") {
            if let Some(first) = first_header(there, place) {
                hit(first, Image::Pe);
            }
        } else if let Some(image) = header::recognise(head) {
            hit(place, image);
        }
    }
}

/// Where `MZ` stands whose second header is at `place`.
fn first_header(there: &[u8], place: usize) -> Option<usize> {
    let machine = there.get(place.checked_add(4)?..)?.first_chunk::<2>()?;
    if !is_machine(u16::from_le_bytes(*machine)) {
        return None;
    }
    let from = place.saturating_sub(REACH);
    let around = there.get(from..place)?;
    memchr::memmem::find_iter(around, b"MZ")
        .map(|found| from.saturating_add(found))
        .find(|first| {
            there
                .get(*first..)
                .is_some_and(|head| distance(head) == place.checked_sub(*first))
        })
}

fn distance(head: &[u8]) -> Option<usize> {
    let field = head.get(0x3c..)?.first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*field)).ok()
}
