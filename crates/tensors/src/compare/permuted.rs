//! Rows and columns that changed places: told by prints that do not depend on the order within.

use std::collections::HashMap;

use super::sample::{Print, Sample};

/// The prints of an axis before and after.
pub(super) type Axis = (Vec<Print>, Vec<Print>);

/// Which axes of a tensor were put in another order.
pub(super) struct Permuted {
    pub(super) rows: Option<Axis>,
    pub(super) columns: Option<Axis>,
}

/// Tells whether a tensor is another one with its rows or columns (or both) in another order.
pub(super) fn find(before: &Sample, after: &Sample) -> Option<Permuted> {
    if before.rows.is_empty() || before.rows.len() != after.rows.len() {
        return None;
    }
    let sorted = |prints: &[Print]| {
        let mut prints = prints.to_vec();
        prints.sort_unstable();
        prints
    };
    let moved = |one: &[Print], other: &[Print]| {
        (one != other)
            .then(|| (sorted(one) == sorted(other)).then(|| (one.to_vec(), other.to_vec())))
    };
    // An axis in another order leaves the prints of the other axis as they are, each in its place or
    // in another.
    let rows = moved(&before.rows, &after.rows);
    let columns = moved(&before.columns, &after.columns);
    match (rows, columns) {
        (None, None) | (Some(None), _) | (_, Some(None)) => None,
        (rows, columns) => Some(Permuted {
            rows: rows.flatten(),
            columns: columns.flatten(),
        }),
    }
}

/// Whether every order that occurs is undone elsewhere: rows put in another order have to meet columns
/// in the same one, or the function is another.
pub(super) fn keep_the_function<'a>(all: impl Iterator<Item = &'a Permuted>) -> bool {
    let (mut rows, mut columns) = (Vec::new(), Vec::new());
    for permuted in all {
        rows.extend(permuted.rows.as_ref());
        columns.extend(permuted.columns.as_ref());
    }
    // Equal prints leave it open which went where: then the other axis says it.
    let fits = |one: &Axis, other: &Axis| order(one).is_some_and(|order| follows(other, &order));
    let meets = |axis: &Axis, others: &[&Axis]| {
        let mut others = others.iter();
        others.any(|other| fits(axis, other) || fits(other, axis))
    };
    rows.iter().all(|axis| meets(axis, &columns)) && columns.iter().all(|axis| meets(axis, &rows))
}

/// Where each place of the second stands in the first; equal prints come in the order they stand in.
fn order((before, after): &Axis) -> Option<Vec<usize>> {
    let mut places: HashMap<Print, std::collections::VecDeque<usize>> = HashMap::new();
    for (place, print) in before.iter().enumerate() {
        places.entry(*print).or_default().push_back(place);
    }
    after
        .iter()
        .map(|print| places.get_mut(print)?.pop_front())
        .collect()
}

/// True if an axis may be in this order.
fn follows((before, after): &Axis, order: &[usize]) -> bool {
    after.len() == order.len()
        && after
            .iter()
            .zip(order)
            .all(|(print, place)| before.get(*place) == Some(print))
}
