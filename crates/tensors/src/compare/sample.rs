//! What of a tensor is compared: numbers of rows spread evenly, and a print of every row and column.

use super::ELEMENTS_COMPARED;
pub(super) use crate::numbers::mix;
use crate::{Tensor, TensorsError, numbers};

/// Numbers of a row that has no end of its own: of a vector, or of a row that is larger than all that
/// is compared.
const BLOCK: u64 = 4096;
/// Rows and columns that prints are taken of; a tensor with more has none.
const PRINTED: u64 = 1 << 20;

/// The shape of a tensor seen as a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Matrix {
    pub(super) rows: u64,
    /// Numbers in a row.
    pub(super) width: u64,
    /// Numbers of one column in a row: 1 but for kernels of convolutions and complex numbers.
    pub(super) inner: u64,
    /// True for a vector: it is one row, and compared in blocks.
    pub(super) is_vector: bool,
}

impl Matrix {
    pub(super) fn of(tensor: &Tensor) -> Self {
        let parts = if tensor.dtype.part() == tensor.dtype {
            1
        } else {
            2
        };
        let product = |extents: &[u64]| {
            extents
                .iter()
                .fold(1, |all: u64, one| all.saturating_mul(*one))
        };
        match tensor.shape.as_slice() {
            [] => Self {
                rows: 1,
                width: parts,
                inner: parts,
                is_vector: true,
            },
            [only] => Self {
                rows: *only,
                width: parts,
                inner: parts,
                is_vector: true,
            },
            [rows, _, rest @ ..] => Self {
                rows: *rows,
                width: product(tensor.shape.get(1..).unwrap_or_default()).saturating_mul(parts),
                inner: product(rest).saturating_mul(parts).max(1),
                is_vector: false,
            },
        }
    }

    pub(super) const fn numbers(self) -> u64 {
        self.rows.saturating_mul(self.width)
    }

    /// Numbers of what is kept or left out as one.
    const fn unit(self) -> u64 {
        match self.is_vector || self.width > ELEMENTS_COMPARED / 16 {
            true => BLOCK,
            false => {
                if self.width == 0 {
                    1
                } else {
                    self.width
                }
            }
        }
    }

    /// One unit of so many is kept.
    const fn of_how_many(self) -> u64 {
        self.numbers().div_ceil(ELEMENTS_COMPARED)
    }
}

/// A print of what stands in a row or a column, whatever its order is.
pub(super) type Print = u64;

/// What was read of one tensor.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) matrix: Matrix,
    /// The numbers that were kept.
    pub(super) numbers: Vec<f64>,
    /// Numbers of a row of what was kept.
    pub(super) width: usize,
    /// True if some were left out.
    pub(super) is_part: bool,
    /// Prints of all rows.
    pub(super) rows: Vec<Print>,
    /// Prints of all columns.
    pub(super) columns: Vec<Print>,
}

impl Sample {
    pub(super) fn of(tensor: &Tensor) -> Result<Self, TensorsError> {
        let matrix = Matrix::of(tensor);
        let columns = matrix.width.checked_div(matrix.inner).unwrap_or(0).max(1);
        let printed = matrix.rows <= PRINTED && columns <= PRINTED;
        let room = |wanted: u64| match printed {
            true => vec![0; usize::try_from(wanted).unwrap_or(0)],
            false => Vec::new(),
        };
        let mut sample = Self {
            matrix,
            numbers: Vec::new(),
            width: usize::try_from(matrix.unit()).unwrap_or(1),
            is_part: matrix.of_how_many() > 1,
            rows: room(matrix.rows),
            columns: room(columns),
        };
        let mut place = 0_u64;
        let mut piece = Vec::new();
        tensor.stream(&mut |bytes| {
            // A piece is some MiB; its numbers would be up to eight times that.
            for part in bytes.chunks(PART_BYTES) {
                piece.clear();
                numbers::append(tensor.dtype, part, &mut piece);
                sample.keep(place, &piece);
                sample.print(place, &piece);
                place = place.saturating_add(piece.len() as u64);
            }
            Ok(())
        })?;
        Ok(sample)
    }

    /// Keeps of a piece what belongs to every so many-th row.
    fn keep(&mut self, place: u64, piece: &[f64]) {
        let (unit, of) = (self.matrix.unit(), self.matrix.of_how_many());
        let mut at = place;
        let mut rest = piece;
        while !rest.is_empty() {
            let left = unit.saturating_sub(at.checked_rem(unit).unwrap_or(0));
            let count = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
            let (now, later) = rest.split_at(count);
            let row = at.checked_div(unit).unwrap_or(0);
            if row.checked_rem(of).unwrap_or(0) == 0 {
                self.numbers.extend_from_slice(now);
            }
            at = at.saturating_add(count as u64);
            rest = later;
        }
    }

    /// Adds a piece to the prints.
    fn print(&mut self, place: u64, piece: &[f64]) {
        if self.rows.is_empty() || self.matrix.width == 0 {
            return;
        }
        let (width, inner) = (self.matrix.width, self.matrix.inner.max(1));
        let mut row = place.checked_div(width).unwrap_or(0);
        let mut within = place.checked_rem(width).unwrap_or(0);
        let mut inside = within.checked_rem(inner).unwrap_or(0);
        let mut column = within.checked_div(inner).unwrap_or(0);
        for number in piece {
            // Both zeros have one print.
            let mixed = mix((number + 0.0).to_bits() ^ inside.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            for (prints, index) in [(&mut self.rows, row), (&mut self.columns, column)] {
                if let Some(print) = usize::try_from(index)
                    .ok()
                    .and_then(|index| prints.get_mut(index))
                {
                    *print = print.wrapping_add(mixed);
                }
            }
            within = within.saturating_add(1);
            inside = inside.saturating_add(1);
            if inside == inner {
                inside = 0;
                column = column.saturating_add(1);
            }
            if within == width {
                (within, inside, column) = (0, 0, 0);
                row = row.saturating_add(1);
            }
        }
    }

    /// The rows that were kept.
    pub(super) fn kept_rows(&self) -> std::slice::Chunks<'_, f64> {
        self.numbers.chunks(self.width.max(1))
    }
}

/// Bytes that become numbers at once.
const PART_BYTES: usize = 1 << 16;
