//! The largest singular values of matrices: neither the order nor any rotation of rows or of columns
//! changes them.
//!
//! Found by block Lanczos bidiagonalisation (Golub, Luk and Overton, 1981) with every vector made
//! orthogonal to all before it. A matrix with no more rows or columns than [`STAGES`] blocks have
//! vectors is taken apart wholly; of a larger one the largest values are found, the better the farther
//! they stand apart. Work and memory are bounded by the size of the matrix, which is bounded already.

use super::vectors::{add, apart, dot, random};

/// Singular values that are told.
pub const SINGULAR_VALUES: usize = 6;
/// Share of the energy that may lie outside of what is counted as the rank.
const OUTSIDE: f64 = 1e-3;
/// Vectors that are followed at once: values that are equal are found as often.
const BLOCK: usize = 4;
/// Blocks that are followed.
const STAGES: usize = 24;
/// Blocks after which it is looked whether the values still change.
const LOOKED: usize = 6;
/// The change of a value that is none any more.
const SETTLED: f64 = 1e-9;
/// What is left of a vector that says nothing new, by the size of the matrix.
const NOTHING: f64 = 1e-12;
/// Rounds of rotations; six are enough for nearly all.
const ROUNDS: usize = 30;

/// What is told of a matrix.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Leading {
    /// The largest singular values, the largest first.
    pub values: Vec<f64>,
    /// How many of them hold all but a thousandth of the energy; `None` if more than were followed.
    pub rank: Option<usize>,
}

/// The largest singular values of a matrix of finite numbers, row by row.
#[must_use]
pub fn leading(numbers: &[f64], width: usize) -> Option<Leading> {
    let rows = numbers.len().checked_div(width)?;
    let numbers = numbers.get(..rows.checked_mul(width)?)?;
    let energy = dot(numbers, numbers);
    if numbers.is_empty() || !energy.is_finite() {
        return None;
    }
    if energy == 0.0 {
        return Some(Leading {
            values: Vec::new(),
            rank: Some(0),
        });
    }
    let values = followed(numbers, rows, width, energy.sqrt() * NOTHING);
    let mut held = 0.0;
    let enough = values.iter().position(|value| {
        held += value * value;
        held >= (1.0 - OUTSIDE) * energy
    });
    Some(Leading {
        rank: enough.map(|place| place.saturating_add(1)),
        values: values.into_iter().take(SINGULAR_VALUES).collect(),
    })
}

/// Values of what was followed; all of them, if there are no more.
fn followed(numbers: &[f64], rows: usize, width: usize, least: f64) -> Vec<f64> {
    let most = rows.min(width);
    let (mut left, mut right, mut back) = (Vec::new(), Vec::new(), Vec::new());
    let mut block: Vec<Vec<f64>> = Vec::new();
    let mut seed = 0_u64;
    let mut found: Vec<f64> = Vec::new();
    for stage in 1..=STAGES {
        let is_fresh = block.is_empty();
        if is_fresh {
            // The start, or what was followed is whole: whether there is anything beside it.
            for _ in 0..BLOCK {
                seed = seed.saturating_add(1);
                if let Some(vector) = apart(random(seed, width), &right, 1e-6) {
                    right.push(vector.clone());
                    block.push(vector);
                }
            }
        }
        let before = left.len();
        for image in times(numbers, width, &block) {
            if left.len() < most
                && let Some(unit) = apart(image, &left, least)
            {
                left.push(unit);
            }
        }
        let new = left.get(before..).unwrap_or_default();
        let ended = is_fresh && new.is_empty();
        let mapped = transposed(numbers, width, new);
        block.clear();
        for vector in &mapped {
            if let Some(vector) = apart(vector.clone(), &right, least) {
                right.push(vector.clone());
                block.push(vector);
            }
        }
        back.extend(mapped);
        if ended || left.len() >= most {
            break;
        }
        if stage.checked_rem(LOOKED) == Some(0) {
            let now = sizes(&back);
            let pairs = now.iter().zip(&found).take(SINGULAR_VALUES);
            let settled = pairs
                .filter(|(now, then)| (*now - *then).abs() <= SETTLED * *now)
                .count();
            found = now;
            // A rank that is low shows before: then there is nothing to follow any more.
            if settled == SINGULAR_VALUES {
                return found;
            }
        }
    }
    sizes(&back)
}

/// The matrix times each vector.
fn times(numbers: &[f64], width: usize, vectors: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut images: Vec<Vec<f64>> = vectors.iter().map(|_| Vec::new()).collect();
    for row in numbers.chunks_exact(width.max(1)) {
        for (image, vector) in images.iter_mut().zip(vectors) {
            image.push(dot(row, vector));
        }
    }
    images
}

/// Each vector times the matrix.
fn transposed(numbers: &[f64], width: usize, vectors: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut images: Vec<Vec<f64>> = vectors.iter().map(|_| vec![0.0; width]).collect();
    for (place, row) in numbers.chunks_exact(width.max(1)).enumerate() {
        for (image, vector) in images.iter_mut().zip(vectors) {
            add(image, row, vector.get(place).copied().unwrap_or_default());
        }
    }
    images
}

/// The singular values of a few rows, the largest first: roots of those of their products, which are
/// turned until they stand at right angles (Hestenes, 1958).
fn sizes(rows: &[Vec<f64>]) -> Vec<f64> {
    let mut products: Vec<Vec<f64>> = rows
        .iter()
        .map(|one| rows.iter().map(|other| dot(one, other)).collect())
        .collect();
    for _ in 0..ROUNDS {
        let mut turned = false;
        for first in 0..products.len() {
            for second in first.saturating_add(1)..products.len() {
                if let Ok([one, other]) = products.get_disjoint_mut([first, second]) {
                    turned |= turn(one, other);
                }
            }
        }
        if !turned {
            break;
        }
    }
    let mut sizes: Vec<f64> = products
        .iter()
        .map(|row| dot(row, row).sqrt().sqrt())
        .collect();
    sizes.sort_by(|one, other| other.total_cmp(one));
    sizes
}

/// Turns two vectors in their plane until they stand at right angles; false if they did.
fn turn(one: &mut [f64], other: &mut [f64]) -> bool {
    let (first, second, both) = (dot(one, one), dot(other, other), dot(one, other));
    if both == 0.0 || both.abs() <= 1e-15 * (first * second).sqrt() {
        return false;
    }
    let half = (second - first) / (2.0 * both);
    let tangent = half.signum() / (half.abs() + half.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = cosine * tangent;
    for (one, other) in one.iter_mut().zip(other) {
        (*one, *other) = (cosine * *one - sine * *other, sine * *one + cosine * *other);
    }
    true
}

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "what is computed here is small"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(numbers: &[f64], width: usize) -> Vec<f64> {
        leading(numbers, width).unwrap().values
    }

    fn near(one: &[f64], other: &[f64], within: f64) {
        assert_eq!(one.len(), other.len(), "{one:?} {other:?}");
        for (a, b) in one.iter().zip(other) {
            assert!(
                (a - b).abs() <= within * a.abs().max(1e-300),
                "{one:?} {other:?}"
            );
        }
    }

    #[test]
    fn values_of_matrices_that_are_known() {
        // A diagonal, in any order and with any sign.
        let mut diagonal = vec![0.0; 12 * 9];
        for (place, value) in [3.0, -7.0, 1.0, 0.5, 2.0, 7.0, 0.0, 4.0].iter().enumerate() {
            diagonal[place * 9 + place] = *value;
        }
        let told = leading(&diagonal, 9).unwrap();
        near(&told.values, &[7.0, 7.0, 4.0, 3.0, 2.0, 1.0], 1e-9);
        assert_eq!(told.rank, Some(7));
        // The same value more often than a block has vectors.
        let mut unit = vec![0.0; 200 * 200];
        for place in 0..200 {
            unit[place * 200 + place] = 5.0;
        }
        let told = leading(&unit, 200).unwrap();
        near(&told.values, &[5.0; 6], 1e-9);
        assert_eq!(told.rank, None);
        assert_eq!(leading(&[0.0; 8], 4).unwrap().rank, Some(0));
        near(&values(&[3.0, 4.0], 2), &[5.0], 1e-12);
        near(&values(&[3.0, 4.0], 1), &[5.0], 1e-12);
        assert_eq!(leading(&[], 4), None);
        assert_eq!(leading(&[1.0], 0), None);
        assert_eq!(leading(&[f64::NAN, 1.0], 2), None);
        assert_eq!(leading(&[f64::INFINITY], 1), None);
        assert_eq!(leading(&[1e300, 1.0], 2), None);
    }

    #[test]
    fn a_low_rank_is_found_in_a_large_matrix() {
        let (rows, width) = (700, 300);
        let mut numbers = vec![0.0; rows * width];
        for part in 0..8 {
            let (down, up) = (random(part, rows), random(part + 50, width));
            for (row, weight) in numbers.chunks_mut(width).zip(down) {
                add(row, &up, weight);
            }
        }
        assert_eq!(leading(&numbers, width).unwrap().rank, Some(8));
        let noise = random(99, rows * width);
        assert_eq!(leading(&noise, width).unwrap().rank, None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Neither the order of rows and columns, nor which are rows, changes anything; a factor
        /// changes all alike; and all together are the size of the matrix.
        #[test]
        fn order_does_not_count_and_scale_does(
            seed in any::<u64>(), rows in 1_usize..150, width in 1_usize..150, scale in 0.01_f64..100.0,
        ) {
            let numbers = random(seed, rows * width);
            let mut moved = vec![0.0; rows * width];
            let mut aslant = vec![0.0; rows * width];
            for row in 0..rows {
                for column in 0..width {
                    let number = numbers[row * width + column];
                    moved[(row + 7) % rows * width + (width - 1 - column)] = scale * number;
                    aslant[column * rows + row] = number;
                }
            }
            let told = values(&numbers, width);
            prop_assert_eq!(told.len(), rows.min(width).min(SINGULAR_VALUES));
            let scaled: Vec<f64> = told.iter().map(|value| value * scale).collect();
            near(&scaled, &values(&moved, width), 1e-4);
            near(&told, &values(&aslant, rows), 1e-4);
            let all: f64 = told.iter().map(|value| value * value).sum();
            let energy = dot(&numbers, &numbers);
            prop_assert!(all <= energy * (1.0 + 1e-9));
            if rows.min(width) <= SINGULAR_VALUES {
                prop_assert!((all - energy).abs() <= 1e-9 * energy);
            }
        }
    }
}
