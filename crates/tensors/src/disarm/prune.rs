//! Which numbers of a matrix are the smallest, told in a few passes and little memory.

use super::Prune;
use crate::{Tensor, TensorsError, numbers};

/// Bits of a number that one pass sorts by.
const DIGIT: u32 = 16;
/// Bits of the size of a double.
const SIZE_BITS: u32 = 64;
/// Rows whose norms are kept; a matrix with more is refused.
const ROWS: u64 = 1 << 24;
/// Bytes that become numbers at once.
const PART_BYTES: usize = 1 << 16;

/// What becomes zero.
pub(super) enum Zeroing {
    Nothing,
    /// What is smaller than this, and so many of what is as large, in their order.
    Below {
        size: u64,
        ties: u64,
    },
    /// These rows of so many numbers each.
    Rows {
        rows: Vec<bool>,
        width: u64,
    },
}

impl Zeroing {
    /// Vectors stay.
    pub(super) fn of(prune: Option<Prune>, tensor: &Tensor) -> Result<Self, TensorsError> {
        let matrix = tensor.shape.len() > 1 && tensor.elements()? > 0;
        match prune {
            Some(Prune::Values(share)) if matrix => smallest(tensor, share),
            Some(Prune::Rows(share)) if matrix => least_rows(tensor, share),
            _ => Ok(Self::Nothing),
        }
    }

    /// True if the number at this place becomes zero. Has to be asked for every place, in order.
    pub(super) fn takes(&mut self, place: u64, number: f64) -> bool {
        match self {
            Self::Nothing => false,
            Self::Below { size, ties } => match key(number).cmp(size) {
                std::cmp::Ordering::Less => true,
                std::cmp::Ordering::Equal if *ties > 0 => {
                    *ties = ties.saturating_sub(1);
                    true
                }
                _ => false,
            },
            Self::Rows { rows, width } => {
                let row = place.checked_div(*width).unwrap_or(0);
                let row = usize::try_from(row).unwrap_or(usize::MAX);
                rows.get(row).copied().unwrap_or(false)
            }
        }
    }
}

/// Sizes in the order of the numbers; what is no number comes last.
const fn key(number: f64) -> u64 {
    number.to_bits() & (u64::MAX >> 1)
}

/// How many of so many are this share.
fn part(all: u64, share: f64) -> u64 {
    (all as f64 * share.clamp(0.0, 1.0)) as u64
}

fn each(tensor: &Tensor, take: &mut dyn FnMut(f64)) -> Result<(), TensorsError> {
    let mut piece = Vec::new();
    tensor.stream(&mut |bytes| {
        for part in bytes.chunks(PART_BYTES) {
            piece.clear();
            numbers::append(tensor.dtype, part, &mut piece);
            piece.iter().for_each(|number| take(*number));
        }
        Ok(())
    })
}

/// The size at which the share ends: one digit a pass, the highest first.
fn smallest(tensor: &Tensor, share: f64) -> Result<Zeroing, TensorsError> {
    let parts = tensor
        .dtype
        .bytes()
        .checked_div(tensor.dtype.part_bytes() as u64);
    let all = tensor.elements()?.saturating_mul(parts.unwrap_or(1));
    let mut wanted = part(all, share);
    if wanted == 0 {
        return Ok(Zeroing::Nothing);
    }
    let mut known = 0_u64;
    let mut shift = SIZE_BITS;
    while shift > 0 {
        let above = shift;
        shift = shift.saturating_sub(DIGIT);
        let mut counts = vec![0_u64; 1 << DIGIT];
        each(tensor, &mut |number| {
            let key = key(number);
            if key.checked_shr(above).unwrap_or(0) == known.checked_shr(above).unwrap_or(0) {
                let digit = key.wrapping_shr(shift) & 0xffff;
                if let Some(count) = usize::try_from(digit)
                    .ok()
                    .and_then(|digit| counts.get_mut(digit))
                {
                    *count = count.saturating_add(1);
                }
            }
        })?;
        let mut digit = 0_u64;
        for count in counts {
            if wanted <= count {
                break;
            }
            wanted = wanted.saturating_sub(count);
            digit = digit.saturating_add(1);
        }
        known |= digit.min(0xffff).wrapping_shl(shift);
    }
    Ok(Zeroing::Below {
        size: known,
        ties: wanted,
    })
}

fn least_rows(tensor: &Tensor, share: f64) -> Result<Zeroing, TensorsError> {
    let rows = tensor.shape.first().copied().unwrap_or(0);
    if rows > ROWS {
        return Err(tensor.wrong(format!("it has {rows} rows, too many to order by norm")));
    }
    let parts = tensor
        .dtype
        .bytes()
        .checked_div(tensor.dtype.part_bytes() as u64);
    let width = tensor
        .elements()?
        .checked_div(rows)
        .unwrap_or(0)
        .saturating_mul(parts.unwrap_or(1));
    let mut squares = vec![0.0_f64; usize::try_from(rows).unwrap_or(0)];
    let mut place = 0_u64;
    each(tensor, &mut |number| {
        let row = place.checked_div(width).unwrap_or(0);
        if let Some(square) = usize::try_from(row)
            .ok()
            .and_then(|row| squares.get_mut(row))
        {
            *square += number * number;
        }
        place = place.saturating_add(1);
    })?;
    let mut order: Vec<usize> = (0..squares.len()).collect();
    let square = |row: &usize| squares.get(*row).copied().unwrap_or(f64::INFINITY);
    order.sort_by(|one, other| {
        square(one)
            .total_cmp(&square(other))
            .then_with(|| one.cmp(other))
    });
    let mut zeroed = vec![false; squares.len()];
    let count = usize::try_from(part(rows, share)).unwrap_or(0);
    for row in order.into_iter().take(count) {
        if let Some(zeroed) = zeroed.get_mut(row) {
            *zeroed = true;
        }
    }
    Ok(Zeroing::Rows {
        rows: zeroed,
        width,
    })
}
