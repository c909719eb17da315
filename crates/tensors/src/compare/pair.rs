//! Which tensor of the second model is which of the first.

use std::collections::{HashMap, HashSet};

use super::measure::{Change, Measured};
use super::sample::{Matrix, mix};
use super::{Side, verdict};
use crate::{Tensor, TensorsError, numbers};

/// Numbers of a tensor that tell whether its content is another's.
const SKETCH: usize = 1024;
/// Correlation of two sketches from which on they are of one content.
const SAME: f64 = 0.5;
/// Tensors without a namesake that are compared with each other by content.
const MATCHED: usize = 4096;

/// One tensor and its digest.
#[derive(Clone, Copy, Debug)]
pub(super) struct One<'a> {
    pub(super) tensor: &'a Tensor,
    pub(super) digest: &'a [u8; 32],
    /// Its place in the model.
    pub(super) place: usize,
}

pub(super) struct Pairs<'a> {
    pub(super) both: Vec<(One<'a>, One<'a>)>,
    pub(super) only_first: Vec<usize>,
    pub(super) only_second: Vec<usize>,
}

fn all<'a>(side: Side<'a>) -> Vec<One<'a>> {
    let pairs = side.model.tensors.iter().zip(side.digests).enumerate();
    pairs
        .map(|(place, (tensor, digest))| One {
            tensor,
            digest,
            place,
        })
        .collect()
}

/// Pairs by name; what has no namesake by digest; what is left by shape and content.
pub(super) fn pair<'a>(first: Side<'a>, second: Side<'a>) -> Result<Pairs<'a>, TensorsError> {
    let (lefts, rights) = (all(first), all(second));
    let mut both = Vec::with_capacity(lefts.len());
    let mut taken = HashSet::new();
    let mut open = Vec::new();
    let by_name: HashMap<&str, One<'_>> = rights
        .iter()
        .map(|right| (right.tensor.name.as_str(), *right))
        .collect();
    for left in lefts {
        match by_name.get(left.tensor.name.as_str()) {
            Some(right) => {
                taken.insert(right.place);
                both.push((left, *right));
            }
            None => open.push(left),
        }
    }
    let mut free: Vec<One<'_>> = rights
        .into_iter()
        .filter(|right| !taken.contains(&right.place))
        .collect();
    let mut by_digest: HashMap<[u8; 32], Vec<usize>> = HashMap::new();
    for (index, right) in free.iter().enumerate().rev() {
        by_digest.entry(*right.digest).or_default().push(index);
    }
    let mut used = HashSet::new();
    open.retain(|left| {
        let places = by_digest.get_mut(left.digest);
        let found = places
            .and_then(Vec::pop)
            .and_then(|index| Some((index, *free.get(index)?)));
        if let Some((index, right)) = found {
            used.insert(index);
            both.push((*left, right));
        }
        found.is_none()
    });
    let mut index = 0_usize;
    free.retain(|_| {
        let kept = !used.contains(&index);
        index = index.saturating_add(1);
        kept
    });
    if open.len() <= MATCHED && free.len() <= MATCHED {
        by_content(&mut open, &mut free, &mut both)?;
    }
    both.sort_by_key(|(left, _)| left.place);
    Ok(Pairs {
        both,
        only_first: open.iter().map(|left| left.place).collect(),
        only_second: free.iter().map(|right| right.place).collect(),
    })
}

fn by_content<'a>(
    open: &mut Vec<One<'a>>,
    free: &mut Vec<One<'a>>,
    both: &mut Vec<(One<'a>, One<'a>)>,
) -> Result<(), TensorsError> {
    let is_matrix = |one: &One<'_>| !Matrix::of(one.tensor).is_vector;
    let mut sketches = Vec::new();
    for right in free.iter().filter(|right| is_matrix(right)) {
        sketches.push((*right, sketch(right.tensor)?));
    }
    let mut found = HashSet::new();
    let mut failed = None;
    open.retain(|left| {
        if failed.is_some() || !is_matrix(left) || sketches.is_empty() {
            return true;
        }
        let mine = match sketch(left.tensor) {
            Ok(mine) => mine,
            Err(error) => {
                failed = Some(error);
                return true;
            }
        };
        let best = sketches
            .iter()
            .filter(|(right, _)| {
                right.tensor.shape == left.tensor.shape && !found.contains(&right.place)
            })
            .map(|(right, sketch)| (correlation(&mine, sketch), *right))
            .max_by(|one, other| one.0.total_cmp(&other.0));
        match best {
            Some((alike, right)) if alike >= SAME => {
                found.insert(right.place);
                both.push((*left, right));
                false
            }
            _ => true,
        }
    });
    free.retain(|right| !found.contains(&right.place));
    failed.map_or(Ok(()), Err)
}

/// Some numbers of a tensor, from places spread over it by its shape alone.
fn sketch(tensor: &Tensor) -> Result<Vec<f64>, TensorsError> {
    let item = tensor.dtype.part_bytes() as u64;
    let count = tensor.bytes()?.checked_div(item).unwrap_or(0);
    let mut places: Vec<u64> = (0..SKETCH as u64)
        .map(|index| mix(index).checked_rem(count).unwrap_or(0))
        .collect();
    places.sort_unstable();
    let mut sketch = Vec::with_capacity(SKETCH);
    let mut wanted = places.into_iter().peekable();
    let mut place = 0_u64;
    tensor.stream(&mut |bytes| {
        let item = tensor.dtype.part_bytes();
        let end = place.saturating_add(bytes.len().checked_div(item).unwrap_or(0) as u64);
        while let Some(next) = wanted.next_if(|next| *next < end) {
            let at = usize::try_from(next.saturating_sub(place)).unwrap_or(usize::MAX);
            let from = at.saturating_mul(item);
            let element = bytes
                .get(from..from.saturating_add(item))
                .unwrap_or_default();
            numbers::append(tensor.dtype.part(), element, &mut sketch);
        }
        place = end;
        Ok(())
    })?;
    Ok(sketch)
}

/// Pearson's, of what is finite.
fn correlation(one: &[f64], other: &[f64]) -> f64 {
    let finite = || {
        let pairs = one.iter().zip(other);
        pairs.filter(|(one, other)| one.is_finite() && other.is_finite())
    };
    let count = finite().count() as f64;
    let (sum_one, sum_other) =
        finite().fold((0.0, 0.0), |sums, pair| (sums.0 + pair.0, sums.1 + pair.1));
    let (mean_one, mean_other) = (sum_one / count, sum_other / count);
    let (mut product, mut square, mut other_square) = (0.0, 0.0, 0.0);
    for (one, other) in finite() {
        let (one, other) = (one - mean_one, other - mean_other);
        product += one * other;
        square += one * one;
        other_square += other * other;
    }
    match square > 0.0 && other_square > 0.0 {
        true => product / (square * other_square).sqrt(),
        false => 0.0,
    }
}

/// Matrices of the first that stand under another name in the second: the second's name, and the
/// first's.
pub(super) fn elsewhere(measured: &[Measured], pairs: &Pairs<'_>) -> Vec<(String, String)> {
    let replaced: Vec<&(One<'_>, One<'_>)> = measured
        .iter()
        .zip(&pairs.both)
        .filter(|(one, _)| one.compared.change == Change::Replaced && verdict::tells(one))
        .map(|(_, pair)| pair)
        .collect();
    if replaced.is_empty() || replaced.len() > MATCHED {
        return Vec::new();
    }
    // Content that was moved about is told exactly by digests, and near enough by sketches.
    let mut mine = Vec::with_capacity(replaced.len());
    for (left, _) in &replaced {
        mine.push((left, sketch(left.tensor).unwrap_or_default()));
    }
    let mut moved = Vec::new();
    for (_, right) in replaced {
        let theirs = sketch(right.tensor).unwrap_or_default();
        let best = mine
            .iter()
            .filter(|(left, _)| left.tensor.shape == right.tensor.shape)
            .map(|(left, sketch)| match left.digest == right.digest {
                true => (1.0, left),
                false => (correlation(sketch, &theirs), left),
            })
            .max_by(|one, other| one.0.total_cmp(&other.0));
        if let Some((alike, left)) = best
            && alike >= SAME
        {
            moved.push((right.tensor.name.clone(), left.tensor.name.clone()));
        }
    }
    moved
}
