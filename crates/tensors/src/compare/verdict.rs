//! What the changes of all tensors make of the model.

use std::collections::BTreeMap;

use super::measure::{Change, Measured, SingularValues};
use super::permuted;

/// Numbers that a tensor needs for its cosine to tell anything.
const TELLING: u64 = 256;
/// Cosine from which on a tensor still is what it was.
pub(crate) const KEPT: f64 = 0.8;
/// Names that a reason lists.
const NAMED: usize = 4;

/// What one model is to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// The files are the same bytes.
    Identical,
    /// Every tensor is equal; the files are not.
    SameWeights,
    /// The values were rounded to a narrower type.
    Quantised,
    /// Nothing but low bits of mantissas differs.
    LowBitsChanged,
    /// Values became zero, and nothing else changed.
    Pruned,
    /// A matrix of low rank was added to some.
    AdapterMerged,
    /// Rows and columns changed places such that the function stays.
    SameFunctionPermuted,
    /// The values moved.
    FineTuned,
    /// Only some parts are of the first.
    Related,
    /// None that could be told.
    Unrelated,
}

/// How sure a relation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sureness {
    /// A hint.
    Low,
    /// Probable.
    Medium,
    /// The numbers say so.
    High,
}

pub(super) struct Seen<'a> {
    pub(super) measured: &'a [Measured],
    pub(super) shifted: &'a [(String, String)],
    pub(super) only_first: &'a [String],
    pub(super) only_second: &'a [String],
    pub(super) same_file: bool,
}

pub(super) struct Verdict {
    pub(super) relation: Relation,
    pub(super) sureness: Sureness,
    pub(super) reasons: Vec<String>,
}

/// True for a tensor whose cosine tells something: vectors, as the scales of normalisation, are near
/// each other in models that have nothing else in common.
pub(super) fn tells(one: &Measured) -> bool {
    one.is_matrix && one.numbers >= TELLING
}

pub(super) fn judge(seen: &Seen<'_>) -> Verdict {
    if seen.same_file {
        return Verdict {
            relation: Relation::Identical,
            sureness: Sureness::High,
            reasons: vec!["the files are the same bytes".to_owned()],
        };
    }
    let mut reasons = counted(seen);
    let (relation, sureness) = relation(seen, &mut reasons);
    turned(seen, &mut reasons);
    if seen.measured.iter().any(|one| one.compared.sampled) {
        reasons.push(
            "digests are of all elements; what changed in large tensors was measured on rows spread \
             evenly"
                .to_owned(),
        );
    }
    Verdict {
        relation,
        sureness,
        reasons,
    }
}

fn relation(seen: &Seen<'_>, reasons: &mut Vec<String>) -> (Relation, Sureness) {
    let changed: Vec<&Measured> = seen
        .measured
        .iter()
        .filter(|one| one.compared.change != Change::Equal)
        .collect();
    let whole = seen.only_first.is_empty() && seen.only_second.is_empty();
    let equal = seen.measured.len().saturating_sub(changed.len());
    if seen.measured.is_empty() {
        reasons.push("no tensor of one has the name or the content of one of the other".to_owned());
        return (Relation::Unrelated, Sureness::Medium);
    }
    if changed.is_empty() {
        return match (whole, most_of_both(seen)) {
            (true, _) => (Relation::SameWeights, Sureness::High),
            (false, true) => (Relation::SameWeights, Sureness::Medium),
            (false, false) => (Relation::Related, Sureness::Medium),
        };
    }
    // A kind of change is that of the model if nearly all that changed has it.
    if let Some(relation) = of_one_kind(seen, &changed, reasons) {
        let sure = match most_of_both(seen) {
            true if whole || equal > 0 => Sureness::High,
            true => Sureness::Medium,
            false => Sureness::Low,
        };
        return (relation, sure);
    }
    by_share(seen, reasons)
}

/// True if what only one of them has is little.
fn most_of_both(seen: &Seen<'_>) -> bool {
    let apart = seen.only_first.len().max(seen.only_second.len());
    apart <= seen.measured.len()
}

fn of_one_kind(
    seen: &Seen<'_>,
    changed: &[&Measured],
    reasons: &mut Vec<String>,
) -> Option<Relation> {
    let count = |is: fn(&Change) -> bool| {
        changed
            .iter()
            .filter(|one| is(&one.compared.change))
            .count()
    };
    let all = changed.len();
    // Besides, one tensor in twenty may have changed otherwise, if it still is what it was.
    let nearly = |some: usize| {
        let others = all.saturating_sub(some);
        some > 0 && others.saturating_mul(20) <= all
    };
    let rounded = count(|change| matches!(change, Change::Rounded(_) | Change::Retyped));
    if count(|change| *change == Change::Retyped) == all {
        reasons.push("the values are the same, they are stored otherwise".to_owned());
        return Some(Relation::SameWeights);
    }
    if nearly(rounded) {
        return Some(Relation::Quantised);
    }
    if nearly(count(|change| matches!(change, Change::Zeroed { .. }))) {
        let smallest = changed.iter().all(|one| match one.compared.change {
            Change::Zeroed { smallest, .. } => smallest,
            _ => true,
        });
        reasons.push(match smallest {
            true => {
                "in each tensor the smallest values became zero, and no others changed".to_owned()
            }
            false => "values became zero, not only the smallest, and no others changed".to_owned(),
        });
        return Some(Relation::Pruned);
    }
    if count(|change| matches!(change, Change::LowBits(_))) == all {
        reasons.push(
            "signs, exponents and high bits of the mantissas are the same: so it is after a disarm, \
             and where a payload was put into the low bits"
                .to_owned(),
        );
        return Some(Relation::LowBitsChanged);
    }
    let permuted = count(|change| matches!(change, Change::Permuted { .. }));
    if permuted == all {
        let orders = seen.measured.iter().filter_map(|one| one.permuted.as_ref());
        if permuted::keep_the_function(orders) {
            reasons.push("every order of rows is met by columns in the same order".to_owned());
            return Some(Relation::SameFunctionPermuted);
        }
        reasons.push(
            "the orders of rows and of columns do not fit: the values are the same, the function is not"
                .to_owned(),
        );
        return Some(Relation::Related);
    }
    let matrices = changed.iter().filter(|one| one.is_matrix).count();
    let low_rank = count(|change| matches!(change, Change::LowRank(_)));
    let lost = count(|change| matches!(change, Change::Replaced | Change::Reshaped));
    let most_matrices = low_rank.saturating_mul(10) >= matrices.saturating_mul(9);
    (low_rank > 0 && lost == 0 && most_matrices).then_some(Relation::AdapterMerged)
}

/// By how many of the matrices still are what they were.
fn by_share(seen: &Seen<'_>, reasons: &mut Vec<String>) -> (Relation, Sureness) {
    let mut telling: Vec<&Measured> = seen.measured.iter().filter(|one| tells(one)).collect();
    let few = telling.is_empty();
    if few {
        telling = seen.measured.iter().collect();
    }
    let is_kept = |one: &&&Measured| match one.compared.change {
        Change::Moved | Change::LowRank(_) | Change::Zeroed { .. } | Change::Rounded(_) => {
            one.compared.cosine.is_some_and(|cosine| cosine >= KEPT)
        }
        Change::Replaced | Change::Reshaped => false,
        _ => true,
    };
    let kept = telling.iter().filter(is_kept).count();
    let faint = telling
        .iter()
        .filter(|one| one.compared.change == Change::Moved)
        .count();
    let all = telling.len();
    let lost: Vec<&str> = telling
        .iter()
        .filter(|one| !is_kept(one))
        .map(|one| one.compared.name.as_str())
        .collect();
    if !lost.is_empty() {
        reasons.push(format!(
            "{} of {all} matrices have nothing or little in common with those of the same name: {}",
            lost.len(),
            some(&lost)
        ));
    }
    shifted(seen, reasons);
    let moved: Vec<&Measured> = seen
        .measured
        .iter()
        .filter(|one| one.compared.change == Change::Moved)
        .collect();
    if kept > 0 && !moved.is_empty() {
        let distances: Vec<f64> = moved
            .iter()
            .filter_map(|one| one.compared.distance)
            .collect();
        let (least, most) = distances
            .iter()
            .fold((f64::INFINITY, 0.0_f64), |(least, most), one| {
                (least.min(*one), most.max(*one))
            });
        reasons.push(format!(
            "{} tensors moved, by {} to {} of their size",
            moved.len(),
            percent(least),
            percent(most)
        ));
    }
    let sureness = match few || !most_of_both(seen) {
        true => Sureness::Low,
        false => Sureness::High,
    };
    // Layers that were kept are as telling as those that are lost: a new head is no new model.
    match (kept.saturating_mul(2) > all, kept.saturating_mul(5) >= all) {
        (true, _) => (Relation::FineTuned, sureness),
        (false, true) => (Relation::Related, sureness.min(Sureness::Medium)),
        (false, false) if faint.saturating_mul(2) > all => (Relation::Related, Sureness::Low),
        (false, false) => (Relation::Unrelated, sureness),
    }
}

/// Matrices that kept nothing but their singular values.
fn turned(seen: &Seen<'_>, reasons: &mut Vec<String>) {
    let is_turned = |one: &&Measured| {
        let values = one.compared.singular.as_ref();
        one.compared.change == Change::Replaced && values.is_some_and(SingularValues::same)
    };
    let names: Vec<&str> = seen
        .measured
        .iter()
        .filter(is_turned)
        .map(|one| one.compared.name.as_str())
        .collect();
    if !names.is_empty() {
        reasons.push(format!(
            "of those with another content, {} have the singular values that they had, as after a \
             rotation or another order with rounding: {}",
            names.len(),
            some(&names)
        ));
    }
}

fn shifted(seen: &Seen<'_>, reasons: &mut Vec<String>) {
    if seen.shifted.is_empty() {
        return;
    }
    let listed: Vec<String> = seen
        .shifted
        .iter()
        .take(NAMED)
        .map(|(second, first)| format!("`{second}` holds the first's `{first}`"))
        .collect();
    let more = seen.shifted.len().saturating_sub(NAMED);
    let more = if more > 0 {
        format!(", and {more} more")
    } else {
        String::new()
    };
    reasons.push(format!(
        "layers stand at other places: {}{more}; put together so it is another function",
        listed.join(", ")
    ));
}

/// How many tensors changed how.
fn counted(seen: &Seen<'_>) -> Vec<String> {
    let mut counts: BTreeMap<(u8, String), usize> = BTreeMap::new();
    for one in seen.measured {
        let count = counts.entry(words(&one.compared.change)).or_default();
        *count = count.saturating_add(1);
    }
    let mut reasons: Vec<String> = counts
        .into_iter()
        .map(|((_, what), count)| match count {
            1 => format!("1 tensor {what}"),
            count => format!("{count} tensors {what}"),
        })
        .collect();
    for (names, which) in [(seen.only_first, "first"), (seen.only_second, "second")] {
        if !names.is_empty() {
            let shown: Vec<&str> = names.iter().map(String::as_str).collect();
            reasons.push(format!(
                "{} only in the {which}: {}",
                names.len(),
                some(&shown)
            ));
        }
    }
    reasons
}

fn words(change: &Change) -> (u8, String) {
    match change {
        Change::Equal => (0, "equal".to_owned()),
        Change::Retyped => (1, "with the same values, stored otherwise".to_owned()),
        Change::Rounded(name) => (2, format!("rounded to {name}")),
        Change::LowBits(_) => (3, "with other low bits only".to_owned()),
        Change::Zeroed { .. } => (4, "with values that became zero".to_owned()),
        Change::Permuted { .. } => (
            5,
            "with the same rows or columns in another order".to_owned(),
        ),
        Change::LowRank(rank) => (6, format!("that a matrix of rank {rank} was added to")),
        Change::Moved => (7, "moved".to_owned()),
        Change::Replaced => (8, "with another content".to_owned()),
        Change::Reshaped => (9, "of another shape".to_owned()),
    }
}

fn some(names: &[&str]) -> String {
    let listed: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len().saturating_sub(NAMED) {
        0 => listed.join(", "),
        more => format!("{} and {more} more", listed.join(", ")),
    }
}

fn percent(share: f64) -> String {
    match share < 0.001 {
        true => format!("{share:.1e}"),
        false => format!("{:.1} %", share * 100.0),
    }
}
