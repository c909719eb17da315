//! What changed from one tensor to another.

use super::pair::One;
use super::permuted::{self, Permuted};
use super::sample::Sample;
use super::singular::{Leading, leading};
use super::{Compared, grid, rank};
use crate::numbers::Float;
use crate::{Dtype, TensorsError};

/// Cosine below which two tensors have nothing in common that could be told.
pub(super) const REPLACED_BELOW: f64 = 0.3;
/// Share of the elements that has to have become zero to be called pruned.
pub(crate) const PRUNED: f64 = 0.02;
/// Elements that have to agree in their high bits before that says anything.
const TELLING: usize = 48;

/// What changed in a tensor.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Nothing: same type, shape, elements.
    Equal,
    /// How the values are stored only: the type, the sign of zeros.
    Retyped,
    /// Each value was rounded to what this type or number of bits can hold.
    Rounded(String),
    /// Only so many low bits of the mantissas are others.
    LowBits(u32),
    /// Elements became zero, all else is the same.
    Zeroed {
        /// Share of the elements.
        share: f64,
        /// True if the smallest ones did.
        smallest: bool,
    },
    /// The same rows or columns in another order.
    Permuted {
        /// Rows (or elements of a vector) changed places.
        rows: bool,
        /// Columns did.
        columns: bool,
    },
    /// A matrix of this rank was added.
    LowRank(usize),
    /// Moved, but still recognisably the same.
    Moved,
    /// Another content of the same shape.
    Replaced,
    /// Another shape.
    Reshaped,
}

/// A pair that was measured.
pub(super) struct Measured {
    pub(super) compared: Compared,
    /// How rows and columns changed places.
    pub(super) permuted: Option<Permuted>,
    /// True for a matrix, false for a vector or a number.
    pub(super) is_matrix: bool,
    /// Numbers in it.
    pub(super) numbers: u64,
}

/// The largest singular values of a tensor in both models, and of the difference. Where rows were
/// sampled, these are theirs, taken for those of the whole.
#[derive(Clone, Debug, PartialEq)]
pub struct SingularValues {
    /// In the first model.
    pub first: Vec<f64>,
    /// In the second.
    pub second: Vec<f64>,
    /// Of the difference.
    pub difference: Vec<f64>,
    /// How many directions hold all but a thousandth of the difference's energy; `None` if many.
    pub rank: Option<usize>,
}

impl SingularValues {
    fn of(before: &Sample, after: &Sample) -> Option<Self> {
        let width = before.width;
        if before.matrix.is_vector || before.matrix.width != width as u64 {
            return None;
        }
        let kept = before.numbers.len().checked_div(width)?.max(1);
        let scale = (before.matrix.rows as f64 / kept as f64).sqrt();
        let scaled = |told: Leading| -> Vec<f64> {
            let values = told.values.into_iter();
            values.map(|value| value * scale).collect()
        };
        let pairs = before.numbers.iter().zip(&after.numbers);
        let difference: Vec<f64> = pairs.map(|(before, after)| after - before).collect();
        let difference = leading(&difference, width)?;
        Some(Self {
            first: scaled(leading(&before.numbers, width)?),
            second: scaled(leading(&after.numbers, width)?),
            rank: difference.rank,
            difference: scaled(difference),
        })
    }

    /// True if both have the same, and enough of them for that to be no chance.
    pub(super) fn same(&self) -> bool {
        const WITHIN: f64 = 1e-3;
        let near = |(one, other): (&f64, &f64)| (one - other).abs() <= WITHIN * one.abs();
        self.first.len() >= super::SINGULAR_VALUES
            && self.first.len() == self.second.len()
            && self.first.iter().zip(&self.second).all(near)
    }
}

pub(super) fn measure(
    left: &One<'_>,
    right: &One<'_>,
    singular: bool,
) -> Result<Measured, TensorsError> {
    let (first, second) = (left.tensor, right.tensor);
    let renamed = (first.name != second.name).then(|| second.name.clone());
    let reshaped = (first.shape != second.shape).then(|| second.shape.clone());
    let mut measured = Measured {
        compared: Compared {
            name: first.name.clone(),
            renamed,
            dtypes: (first.dtype, second.dtype),
            shape: first.shape.clone(),
            reshaped,
            change: Change::Reshaped,
            cosine: None,
            distance: None,
            sampled: false,
            singular: None,
        },
        permuted: None,
        is_matrix: first.shape.len() > 1,
        numbers: first.elements()?,
    };
    if measured.compared.reshaped.is_some() {
        return Ok(measured);
    }
    if first.dtype == second.dtype && left.digest == right.digest {
        measured.compared.change = Change::Equal;
        return Ok(measured);
    }
    let (before, after) = (Sample::of(first)?, Sample::of(second)?);
    let sums = Sums::of(&before, &after);
    measured.compared.cosine = sums.cosine();
    measured.compared.distance = sums.distance();
    measured.compared.sampled = before.is_part;
    if before.matrix == after.matrix {
        if singular {
            measured.compared.singular = SingularValues::of(&before, &after);
        }
        measured.permuted = permuted::find(&before, &after);
        let dtypes = (first.dtype, second.dtype);
        measured.compared.change =
            change(dtypes, &before, &after, &sums, measured.permuted.as_ref());
    }
    Ok(measured)
}

fn change(
    dtypes: (Dtype, Dtype),
    before: &Sample,
    after: &Sample,
    sums: &Sums,
    permuted: Option<&Permuted>,
) -> Change {
    let floats = (Float::of(dtypes.0), Float::of(dtypes.1));
    let same_prints = before.rows == after.rows && before.columns == after.columns;
    let same_rest = !before.is_part || (same_prints && !before.rows.is_empty());
    if sums.different == 0 && same_rest {
        return Change::Retyped;
    }
    if let Some(permuted) = permuted {
        return Change::Permuted {
            rows: permuted.rows.is_some(),
            columns: permuted.columns.is_some(),
        };
    }
    // Whether it was rounded is asked first: pruning by hand leaves numbers that are not.
    if let (Some(first), Some(_)) = floats
        && let Some(name) = rounded(first, before, after)
    {
        return Change::Rounded(name.to_owned());
    }
    let share = sums.zeroed as f64 / before.numbers.len().max(1) as f64;
    let few = before.numbers.len() < TELLING;
    if sums.zeroed == sums.different && (share >= PRUNED || few) {
        return Change::Zeroed {
            share,
            smallest: sums.most_zeroed <= sums.least_kept,
        };
    }
    let rows = before.kept_rows().zip(after.kept_rows());
    if floats.0.is_some() && floats.1.is_some() {
        if let Some(bits) = grid::bits(rows) {
            return Change::Rounded(format!("int{bits}"));
        }
    } else if floats.0.is_some() && grid::integers(rows) {
        let bits = dtypes.1.bytes().saturating_mul(8);
        return Change::Rounded(format!("int{bits}"));
    }
    if dtypes == (Dtype::F32, Dtype::F32)
        && let Some(bits) = low_bits(before, after)
    {
        return Change::LowBits(bits);
    }
    let rounding = [floats.0, floats.1]
        .into_iter()
        .flatten()
        .map(|float| float.step(1.0))
        .fold(0.0, f64::max);
    match rank::low(before, after, rounding) {
        Some(rank) => Change::LowRank(rank),
        None if sums.cosine().is_some_and(|cosine| cosine < REPLACED_BELOW) => Change::Replaced,
        None => Change::Moved,
    }
}

/// Types that numbers are rounded to, the narrowest first.
pub(crate) const NARROW: [(&str, Dtype); 5] = [
    ("float8 e5m2", Dtype::F8E5M2),
    ("float8 e4m3", Dtype::F8E4M3),
    ("bf16", Dtype::Bf16),
    ("fp16", Dtype::F16),
    ("fp32", Dtype::F32),
];

/// The narrowest type that holds every number of the second, each within a step of the first's.
fn rounded(first: Float, before: &Sample, after: &Sample) -> Option<&'static str> {
    let found = NARROW.into_iter().find(|(_, dtype)| {
        Float::of(*dtype).is_some_and(|narrow| {
            narrow.mantissa < first.mantissa
                && before
                    .numbers
                    .iter()
                    .zip(&after.numbers)
                    .all(|(before, after)| {
                        narrow.holds(*after) && (before - after).abs() <= narrow.step(*before)
                    })
        })
    });
    found.map(|(name, _)| name)
}

/// How many low bits of the mantissas differ, if no others do.
fn low_bits(before: &Sample, after: &Sample) -> Option<u32> {
    if before.numbers.len() < TELLING {
        return None;
    }
    let mut differing = 0_u32;
    for (before, after) in before.numbers.iter().zip(&after.numbers) {
        // Both were single precision, and are it again.
        differing |= (*before as f32).to_bits() ^ (*after as f32).to_bits();
    }
    let bits = u32::BITS.saturating_sub(differing.leading_zeros());
    (1..=18).contains(&bits).then_some(bits)
}

/// Sums over the numbers of both.
#[derive(Default)]
struct Sums {
    product: f64,
    first: f64,
    second: f64,
    difference: f64,
    different: u64,
    zeroed: u64,
    /// The largest number that became zero.
    most_zeroed: f64,
    /// The smallest that stayed.
    least_kept: f64,
}

impl Sums {
    fn of(before: &Sample, after: &Sample) -> Self {
        let mut sums = Self {
            least_kept: f64::INFINITY,
            ..Self::default()
        };
        for (before, after) in before.numbers.iter().zip(&after.numbers) {
            let (before, after) = (*before, *after);
            if before == after || (before.is_nan() && after.is_nan()) {
                if after != 0.0 {
                    sums.least_kept = sums.least_kept.min(after.abs());
                }
            } else {
                sums.different = sums.different.saturating_add(1);
                if after == 0.0 {
                    sums.zeroed = sums.zeroed.saturating_add(1);
                    sums.most_zeroed = sums.most_zeroed.max(before.abs());
                }
            }
            if before.is_finite() && after.is_finite() {
                sums.product += before * after;
                sums.first += before * before;
                sums.second += after * after;
                sums.difference += (before - after) * (before - after);
            }
        }
        sums
    }

    fn cosine(&self) -> Option<f64> {
        let norms = (self.first * self.second).sqrt();
        (norms > 0.0).then(|| (self.product / norms).clamp(-1.0, 1.0))
    }

    fn distance(&self) -> Option<f64> {
        (self.first > 0.0).then(|| (self.difference / self.first).sqrt())
    }
}
