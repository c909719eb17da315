//! Which known model another one comes from.

use super::fingerprint::{Content, Fingerprint};
use crate::TensorsError;
use crate::compare::{Change, KEPT, NARROW, PRUNED, Relation, Side, Sureness};

/// Cosine from which on rounding alone may be what was done.
const ROUNDED: f64 = 0.97;
/// How far singular values may be apart after rounding, by their size.
const SAME_SPECTRUM: f64 = 2e-3;
/// Matrices that make an answer sure.
const MANY: usize = 4;
/// Matrices among which content is looked for under other names.
const MATCHED: usize = 4096;
/// Names that a reason lists.
const NAMED: usize = 4;

/// A model of an index.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// [`Content::root`].
    pub root: [u8; 32],
    /// [`Content::named_root`].
    pub named_root: [u8; 32],
    /// [`Content::tensors`].
    pub tensors: u64,
    /// [`Content::numbers`].
    pub numbers: u64,
    /// Some of its matrices: [`Content::for_index`].
    pub matrices: Vec<Fingerprint>,
}

/// What became of a matrix of the known model.
#[derive(Clone, Debug, PartialEq)]
pub struct TracedMatrix {
    /// Its name in the known model.
    pub name: String,
    /// Its name in the other, if it has another there.
    pub renamed: Option<String>,
    /// What changed.
    pub change: Change,
    /// The cosine, as far as sketches tell.
    pub cosine: Option<f64>,
    /// The size of the difference by that of the known one, likewise.
    pub distance: Option<f64>,
}

/// What a model is to a known one.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced {
    /// What it is.
    pub relation: Relation,
    /// How sure that is.
    pub sureness: Sureness,
    /// Why.
    pub reasons: Vec<String>,
    /// The mean cosine of the matrices that both have.
    pub cosine: Option<f64>,
    /// The matrices that both have.
    pub matrices: Vec<TracedMatrix>,
    /// Matrices that only the known one has.
    pub missing: Vec<String>,
    /// How many known matrices stand under the name of another.
    pub displaced: usize,
}

/// Tells what a model is to a known one. `side` is the model of `content`: its singular values are
/// taken if nothing else tells.
///
/// # Errors
/// [`TensorsError`] if its tensors cannot be read.
pub fn trace(known: &Known, content: &mut Content, side: Side<'_>) -> Result<Traced, TensorsError> {
    let mut found = Found::of(known, content);
    let mut traced = Traced {
        relation: Relation::Unrelated,
        sureness: Sureness::High,
        reasons: Vec::new(),
        cosine: found.cosine(),
        matrices: Vec::new(),
        missing: std::mem::take(&mut found.missing),
        displaced: found.displaced.len(),
    };
    let all = known.matrices.len();
    let replaced = found.count(|change| !matches!(change, Change::Equal));
    let as_large = known.tensors == content.tensors && known.numbers == content.numbers;
    if as_large && known.named_root == content.named_root {
        traced.relation = Relation::SameWeights;
        let reason = "name, type, shape and content of every tensor are the same".to_owned();
        traced.reasons.push(reason);
    } else if as_large && known.root == content.root && replaced == 0 {
        traced.relation = Relation::SameWeights;
        traced.sureness = Sureness::Medium;
        let reason = "type, shape and content of every tensor are the same, some names are others";
        traced.reasons.push(reason.to_owned());
    } else {
        let here = content.matrices.len();
        (traced.relation, traced.sureness) = found.judge(all, here, &mut traced.reasons);
        if traced.relation == Relation::Unrelated
            && found.turned(all, content, side, &mut traced.reasons)?
        {
            traced.relation = Relation::SameFunctionPermuted;
            traced.sureness = Sureness::Low;
        }
    }
    traced.matrices = found.pairs.into_iter().map(|pair| pair.matrix).collect();
    Ok(traced)
}

struct Pair<'a> {
    known: &'a Fingerprint,
    /// Its place among the matrices of the other.
    here: usize,
    matrix: TracedMatrix,
}

struct Found<'a> {
    pairs: Vec<Pair<'a>>,
    missing: Vec<String>,
    /// Known matrices whose content stands under another's name.
    displaced: Vec<String>,
}

impl<'a> Found<'a> {
    /// Pairs by name; what has no namesake by content.
    fn of(known: &'a Known, content: &Content) -> Self {
        let mut found = Self {
            pairs: Vec::new(),
            missing: Vec::new(),
            displaced: Vec::new(),
        };
        for matrix in &known.matrices {
            let elsewhere = || elsewhere(matrix, content);
            let Some((place, here)) = named(matrix, content).or_else(elsewhere) else {
                found.missing.push(matrix.name.clone());
                continue;
            };
            let change = change(matrix, here);
            if change == Change::Replaced
                && let Some((_, at)) = elsewhere()
            {
                found
                    .displaced
                    .push(format!("`{}` holds the known `{}`", at.name, matrix.name));
            }
            let is_measured = !matches!(change, Change::Equal | Change::Permuted { .. });
            found.pairs.push(Pair {
                known: matrix,
                here: place,
                matrix: TracedMatrix {
                    name: matrix.name.clone(),
                    renamed: (here.name != matrix.name).then(|| here.name.clone()),
                    cosine: is_measured.then(|| matrix.cosine(here)),
                    distance: is_measured.then(|| matrix.distance(here)),
                    change,
                },
            });
        }
        found
    }

    fn count(&self, is: impl Fn(&Change) -> bool) -> usize {
        let pairs = self.pairs.iter();
        pairs.filter(|pair| is(&pair.matrix.change)).count()
    }

    /// Of matrices in another order nothing is known but that.
    fn cosine(&self) -> Option<f64> {
        let mut cosines = Vec::new();
        for pair in &self.pairs {
            match pair.matrix.change {
                Change::Equal => cosines.push(1.0),
                _ => cosines.extend(pair.matrix.cosine),
            }
        }
        let sum: f64 = cosines.iter().sum();
        (!cosines.is_empty()).then(|| sum / cosines.len() as f64)
    }

    /// `all` matrices are known; the other model has `here`.
    fn judge(&self, all: usize, here: usize, reasons: &mut Vec<String>) -> (Relation, Sureness) {
        let equal = self.count(|change| matches!(change, Change::Equal | Change::Retyped));
        let reordered = self.count(|change| matches!(change, Change::Permuted { .. }));
        let rounded = self.count(|change| matches!(change, Change::Rounded(_)));
        let zeroed = self.count(|change| matches!(change, Change::Zeroed { .. }));
        let moved = self.count(|change| *change == Change::Moved);
        let lost = self.count(|change| *change == Change::Replaced);
        for (count, what) in [
            (equal, "equal"),
            (reordered, "with the same numbers in another order"),
            (rounded, "rounded to what a narrower type holds"),
            (zeroed, "with values that became zero"),
            (moved, "moved"),
            (lost, "with another content"),
            (all.saturating_sub(self.pairs.len()), "missing"),
        ] {
            if count > 0 {
                reasons.push(format!("{count} of {all} known matrices {what}"));
            }
        }
        if !self.displaced.is_empty() {
            let shown = self.displaced.iter().take(NAMED);
            let shown: Vec<&str> = shown.map(String::as_str).collect();
            reasons.push(format!(
                "{} stand at other places: {}; put together so it is another function",
                self.displaced.len(),
                shown.join(", ")
            ));
        }
        let changed = [rounded, zeroed, moved].into_iter().sum::<usize>();
        let kept = equal.saturating_add(changed);
        let sure = match (all < MANY, kept.saturating_mul(10) >= all.saturating_mul(9)) {
            (true, _) => Sureness::Low,
            (false, true) => Sureness::High,
            (false, false) => Sureness::Medium,
        };
        let most = |some: usize| {
            let others = changed.saturating_sub(some);
            some > 0 && others.saturating_mul(20) <= changed
        };
        if all > 0 && reordered > 0 && equal.saturating_add(reordered) == all {
            reasons.push(
                "whether the orders fit each other, so that the function is the same, an index does \
                 not tell"
                    .to_owned(),
            );
            return (Relation::SameFunctionPermuted, sure.min(Sureness::Medium));
        }
        match (kept.saturating_mul(2) > all, kept.saturating_mul(5) >= all) {
            (true, _) if most(rounded) => (Relation::Quantised, sure),
            (true, _) if most(zeroed) => (Relation::Pruned, sure),
            (true, _) if equal == all => beyond(all, here, sure, reasons),
            (true, _) => (Relation::FineTuned, self.tuned(equal, moved, sure, reasons)),
            (false, true) if kept > 0 => (Relation::Related, sure.min(Sureness::Medium)),
            _ if all < MANY => (Relation::Unrelated, Sureness::Low),
            _ => (Relation::Unrelated, Sureness::High),
        }
    }

    fn tuned(
        &self,
        equal: usize,
        moved: usize,
        sure: Sureness,
        reasons: &mut Vec<String>,
    ) -> Sureness {
        if equal > 0 && moved > 0 {
            reasons.push(
                "some matrices moved and others did not: an adapter was merged, or only these were \
                 trained"
                    .to_owned(),
            );
        }
        let distances = self.pairs.iter().filter_map(|pair| pair.matrix.distance);
        let most = distances.fold(0.0, f64::max);
        if most < 0.01 {
            reasons.push(format!(
                "by no more than {most:.1e} of their size: so it is after a disarm, too, and where \
                 a payload was put into low bits"
            ));
        }
        sure
    }

    /// True if the singular values are the same although nothing else is: another order, or a rotation,
    /// and rounding.
    fn turned(
        &self,
        all: usize,
        content: &mut Content,
        side: Side<'_>,
        reasons: &mut Vec<String>,
    ) -> Result<bool, TensorsError> {
        let telling = || self.pairs.iter().filter(|pair| pair.known.is_shaped());
        let count = telling().count();
        if count < MANY || count.saturating_mul(2) < all || content.matrices.is_empty() {
            return Ok(false);
        }
        let mut same = 0_usize;
        for (looked, pair) in telling().enumerate() {
            // One in ten may be another; then there is nothing more to look for.
            if looked.saturating_sub(same).saturating_mul(10) > count {
                return Ok(false);
            }
            let Some(here) = content.matrices.get_mut(pair.here) else {
                continue;
            };
            // It stays for the next known model.
            if here.spectrum.is_empty() {
                here.take_spectrum(side)?;
            }
            let near =
                |(one, other): (&f64, &f64)| (one - other).abs() <= SAME_SPECTRUM * one.abs();
            let is_same = here.spectrum.len() == pair.known.spectrum.len()
                && pair.known.spectrum.iter().zip(&here.spectrum).all(near);
            same = same.saturating_add(usize::from(is_same));
        }
        let enough = same.saturating_mul(10) >= count.saturating_mul(9);
        if enough {
            reasons.push(format!(
                "{same} of {count} matrices have the singular values of the known ones: their rows \
                 or columns are in another order, or turned, and rounded; whether the function is \
                 the same an index does not tell"
            ));
        }
        Ok(enough)
    }
}

/// What a model is that has `all` known matrices as they were, and yet is another. What its other
/// matrices are, if it has some, nothing tells: whoever copies the known ones into a new model gets this.
fn beyond(
    all: usize,
    here: usize,
    sure: Sureness,
    reasons: &mut Vec<String>,
) -> (Relation, Sureness) {
    reasons.push("something that the index does not keep was changed or added".to_owned());
    if here <= all {
        return (Relation::FineTuned, sure.min(Sureness::Medium));
    }
    reasons.push(format!(
        "the index tells about {all} of {here} matrices: whether the others come from the known model \
         takes its weights"
    ));
    (Relation::Related, Sureness::Low)
}

/// The matrix of the same name and shape, and its place.
fn named<'a>(known: &Fingerprint, content: &'a Content) -> Option<(usize, &'a Fingerprint)> {
    let all = &content.matrices;
    let found = all.binary_search_by(|here| here.name.as_str().cmp(&known.name));
    let place = found.ok()?;
    let here = all.get(place).filter(|here| here.shape == known.shape)?;
    Some((place, here))
}

/// The matrix of another name that is most like it, and its place.
fn elsewhere<'a>(known: &Fingerprint, content: &'a Content) -> Option<(usize, &'a Fingerprint)> {
    if content.matrices.len() > MATCHED {
        return None;
    }
    let all = content.matrices.iter().enumerate();
    let (_, found) = all
        .filter(|(_, here)| here.shape == known.shape && here.name != known.name)
        .map(|(place, here)| (likeness(known, here), (place, here)))
        .filter(|(alike, _)| *alike >= KEPT)
        .max_by(|one, other| one.0.total_cmp(&other.0))?;
    Some(found)
}

/// How near the content of two matrices is: 1 for the same numbers in any order.
fn likeness(known: &Fingerprint, here: &Fingerprint) -> f64 {
    match known.unordered == here.unordered {
        true => 1.0,
        false => known.cosine(here).min(1.0),
    }
}

fn change(known: &Fingerprint, here: &Fingerprint) -> Change {
    if known.digest == here.digest && known.dtype == here.dtype {
        return Change::Equal;
    }
    if known.unordered == here.unordered {
        return match known.sketch == here.sketch {
            true => Change::Retyped,
            false => Change::Permuted {
                rows: true,
                columns: true,
            },
        };
    }
    let cosine = known.cosine(here);
    if cosine < KEPT {
        return Change::Replaced;
    }
    if cosine >= ROUNDED && narrowness(&here.held) < narrowness(&known.held) {
        return Change::Rounded(here.held.clone());
    }
    let share = here.zeros - known.zeros;
    // What is left if nothing but small values went.
    let gone = 1.0 - (here.norm / known.norm).powi(2);
    let told = known.distance(here).powi(2);
    if share >= PRUNED && gone > 0.0 && told <= 3.0 * gone && gone <= 3.0 * told {
        return Change::Zeroed {
            share,
            smallest: false,
        };
    }
    Change::Moved
}

/// Place of a type among all, the narrowest first.
fn narrowness(held: &str) -> usize {
    let integers = ["int4", "i8", "u8", "int8"];
    let place = integers.iter().position(|name| *name == held);
    place.unwrap_or_else(|| {
        let place = NARROW.iter().position(|(name, _)| *name == held);
        let place = place.unwrap_or(NARROW.len());
        place.saturating_add(integers.len())
    })
}
