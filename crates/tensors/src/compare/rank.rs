//! Whether the difference of two matrices is of low rank, as a merged adapter's is.

use super::sample::{Sample, mix};
use super::vectors::{add, dot};

/// Rows and columns of the difference that are looked at: a part of a matrix has at most its rank.
const SIDE: usize = 384;
/// The largest rank that is looked for.
const RANK: usize = 96;
/// Share of the energy that may lie outside.
const OUTSIDE: f64 = 1e-3;

/// The rank of the difference, if it is low. `rounding` is the distance of neighbouring numbers of
/// the coarser type, relative to their size.
pub(super) fn low(first: &Sample, second: &Sample, rounding: f64) -> Option<usize> {
    let width = first.width;
    let is_matrix = !first.matrix.is_vector && first.matrix.width == width as u64;
    if !is_matrix || width < 12 || first.numbers.len() < width.checked_mul(12)? {
        return None;
    }
    let rows = first.numbers.len().checked_div(width)?;
    let (row_step, column_step) = (rows.div_ceil(SIDE), width.div_ceil(SIDE));
    let mut energy = 0.0;
    let mut noise = 0.0;
    let difference: Vec<Vec<f64>> = first
        .kept_rows()
        .zip(second.kept_rows())
        .filter(|(row, _)| row.len() == width)
        .step_by(row_step)
        .map(|(before, after)| {
            let pairs = before.iter().zip(after).step_by(column_step);
            pairs
                .map(|(before, after)| {
                    let difference = after - before;
                    energy += difference * difference;
                    noise += (after * rounding).powi(2) / 12.0;
                    difference
                })
                .collect()
        })
        .collect();
    let columns = difference.first()?.len();
    let most = (difference.len().min(columns) / 3).min(RANK);
    if !energy.is_finite() || energy <= 4.0 * noise || most < 2 {
        return None;
    }
    // The range of the difference, by random combinations of its columns, sharpened once.
    let random = |row: usize, column: usize| {
        let bits = mix((row as u64)
            .wrapping_mul(0x1_0001)
            .wrapping_add(column as u64));
        (bits >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    let start: Vec<Vec<f64>> = (0..most)
        .map(|vector| (0..columns).map(|column| random(vector, column)).collect())
        .collect();
    let once = orthonormal(times(&difference, &start));
    let back = orthonormal(times_transposed(&difference, columns, &once.0));
    let (range, _) = orthonormal(times(&difference, &back.0));
    let within = times_transposed(&difference, columns, &range);
    let energies: Vec<f64> = within
        .iter()
        .map(|vector| vector.iter().map(|number| number * number).sum())
        .collect();
    let allowed = OUTSIDE * energy + 4.0 * noise;
    let mut left = energy;
    // The vectors come by no order of size; the fewest that hold it all are the rank.
    let mut sorted = energies;
    sorted.sort_by(|one, other| other.total_cmp(one));
    for (count, energy) in sorted.iter().enumerate() {
        left -= energy;
        if left <= allowed {
            let rank = count.saturating_add(1);
            // As many as were looked for would be no low rank.
            return (rank < most || rank == 1).then_some(rank.min(once.1.max(1)));
        }
    }
    None
}

/// The matrix times each vector.
fn times(matrix: &[Vec<f64>], vectors: &[Vec<f64>]) -> Vec<Vec<f64>> {
    vectors
        .iter()
        .map(|vector| matrix.iter().map(|row| dot(row, vector)).collect())
        .collect()
}

/// Each vector times the matrix.
fn times_transposed(matrix: &[Vec<f64>], columns: usize, vectors: &[Vec<f64>]) -> Vec<Vec<f64>> {
    vectors
        .iter()
        .map(|vector| {
            let mut sum = vec![0.0; columns];
            for (row, weight) in matrix.iter().zip(vector) {
                add(&mut sum, row, *weight);
            }
            sum
        })
        .collect()
}

/// An orthonormal basis of what the vectors span, and how many of them say something new.
fn orthonormal(vectors: Vec<Vec<f64>>) -> (Vec<Vec<f64>>, usize) {
    let mut basis: Vec<Vec<f64>> = Vec::with_capacity(vectors.len());
    for mut vector in vectors {
        let before = dot(&vector, &vector).sqrt();
        // Twice is enough.
        for _ in 0..2 {
            for known in &basis {
                let along = dot(known, &vector);
                add(&mut vector, known, -along);
            }
        }
        let norm = dot(&vector, &vector).sqrt();
        if norm > before * 1e-6 && norm > 0.0 {
            vector.iter_mut().for_each(|number| *number /= norm);
            basis.push(vector);
        }
    }
    let count = basis.len();
    (basis, count)
}
