//! Arithmetic of vectors, in an order that is the same everywhere.

use super::sample::mix;

/// Sums that are kept side by side, so that the processor can add several numbers at once.
const LANES: usize = 8;

/// The sum of the products of two vectors.
pub(super) fn dot(one: &[f64], other: &[f64]) -> f64 {
    let (mut lanes, mut rest) = ([0.0; LANES], 0.0);
    let (ones, last) = one.as_chunks::<LANES>();
    let (others, other_last) = other.as_chunks::<LANES>();
    for (one, other) in ones.iter().zip(others) {
        for ((lane, one), other) in lanes.iter_mut().zip(one).zip(other) {
            *lane += one * other;
        }
    }
    for (one, other) in last.iter().zip(other_last) {
        rest += one * other;
    }
    lanes.iter().sum::<f64>() + rest
}

/// Adds so much of a vector.
pub(super) fn add(sum: &mut [f64], vector: &[f64], weight: f64) {
    for (sum, number) in sum.iter_mut().zip(vector) {
        *sum += number * weight;
    }
}

/// What of a vector stands at right angles to vectors of length 1, made that length; `None` if that is
/// no more than `least`.
pub(super) fn apart(mut vector: Vec<f64>, basis: &[Vec<f64>], least: f64) -> Option<Vec<f64>> {
    // Twice is enough.
    for _ in 0..2 {
        for known in basis {
            let along = dot(known, &vector);
            add(&mut vector, known, -along);
        }
    }
    let length = dot(&vector, &vector).sqrt();
    if length <= least || length == 0.0 {
        return None;
    }
    vector.iter_mut().for_each(|number| *number /= length);
    Some(vector)
}

/// A vector that is the same for the same seed: numbers spread evenly between -1 and 1.
pub(super) fn random(seed: u64, length: usize) -> Vec<f64> {
    let start = mix(seed);
    (0..length as u64)
        .map(|index| (mix(start ^ index) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0)
        .collect()
}
