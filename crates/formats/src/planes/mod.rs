//! What stands in the low bits of numbers: payloads written over the bits that a model can spare.
//!
//! EvilModel (Wang, Liu, Cui, 2021) keeps the first byte of each float and replaces the other three, or
//! two of them; `MaleficNet` (Hitaj et al., 2022) and ordinary steganography take one to eight of the
//! lowest bits. A payload that is not encrypted shows its header when the bits are put together
//! again; one that is encrypted cannot be told from weights, whose low bits are random too.

mod evenness;
mod stream;
#[cfg(test)]
mod tests;

pub use evenness::{BLOCK_VALUES, Precision, begins_uneven, is_uneven, precision};

use crate::executable::Image;

/// How numbers are stored, least byte first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// IEEE 754 double precision.
    F64,
    /// IEEE 754 single precision.
    F32,
    /// IEEE 754 half precision.
    F16,
    /// The upper half of a single.
    Bf16,
    /// Whole numbers of eight bits.
    Byte,
}

impl Element {
    /// Bytes of one number.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::F64 => 8,
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
            Self::Byte => 1,
        }
    }

    /// True for numbers with a fraction, whose low bits say next to nothing.
    #[must_use]
    pub const fn is_float(self) -> bool {
        !matches!(self, Self::Byte)
    }

    /// How many low bits a payload may take.
    const fn widths(self) -> &'static [u32] {
        match self {
            Self::F64 => &[1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32],
            Self::F32 => &[1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24],
            Self::F16 => &[1, 2, 3, 4, 5, 6, 7, 8],
            Self::Bf16 => &[1, 2, 3, 4, 5, 6, 7],
            Self::Byte => &[1, 2, 3, 4],
        }
    }
}

/// Which bit of a payload comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The highest bit of the first byte stands highest in the first number.
    HighFirst,
    /// The lowest bit of the first byte stands lowest in the first number.
    LowFirst,
}

/// What the low bits hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// Something with a header.
    Image(Image),
    /// Readable text, at least [`TEXT_BYTES`] of it.
    Text,
}

/// Bytes of readable text that are no chance.
pub const TEXT_BYTES: usize = 96;

/// A payload in low bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// What it is.
    pub payload: Payload,
    /// Index of the number that holds its first bits.
    pub index: usize,
    /// Low bits of each number that it takes.
    pub bits: u32,
    /// How they are put together.
    pub order: Order,
}

/// The first payload in the low bits of `numbers`, for each way to read them; `None` if none shows.
/// Looks at every number as a beginning. Takes about 100 ns a number: hand in what [`begins_uneven`] points at.
#[must_use]
pub fn find(numbers: &[u8], element: Element) -> Option<Hidden> {
    for &bits in element.widths() {
        for order in [Order::HighFirst, Order::LowFirst] {
            // One byte of each number reads the same either way.
            if bits == 8 && order == Order::LowFirst {
                continue;
            }
            let reading = stream::Reading {
                numbers,
                element,
                bits,
                order,
            };
            if let Some((index, payload)) = reading.find() {
                return Some(Hidden {
                    payload,
                    index,
                    bits,
                    order,
                });
            }
        }
    }
    None
}

/// True if these bytes are text that somebody wrote: printable, of many different letters.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    let mut seen = [false; 256];
    let mut different = 0_usize;
    let mut letters = 0_usize;
    for byte in bytes {
        if !matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t') {
            return false;
        }
        if byte.is_ascii_alphanumeric() || *byte == b' ' {
            letters = letters.saturating_add(1);
        }
        if let Some(seen) = seen.get_mut(usize::from(*byte))
            && !std::mem::replace(seen, true)
        {
            different = different.saturating_add(1);
        }
    }
    different >= 12 && letters.saturating_mul(2) >= bytes.len()
}

/// The first place of at least [`TEXT_BYTES`] of readable text in `bytes`.
#[must_use]
pub fn text(bytes: &[u8]) -> Option<usize> {
    // A run that long covers one of these steps and the one before it whole.
    const STEP: usize = TEXT_BYTES / 2;
    let printable = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t');
    let mut place = 0_usize;
    while let Some(step) = bytes.get(place..place.saturating_add(STEP)) {
        if step.first().is_some_and(printable) && step.iter().all(printable) {
            let before = bytes
                .get(..place)
                .unwrap_or_default()
                .iter()
                .rev()
                .take(STEP)
                .take_while(|byte| printable(byte))
                .count();
            let start = place.saturating_sub(before);
            if let Some(run) = bytes.get(start..start.saturating_add(TEXT_BYTES))
                && is_text(run)
            {
                return Some(start);
            }
        }
        place = place.saturating_add(STEP);
    }
    None
}
