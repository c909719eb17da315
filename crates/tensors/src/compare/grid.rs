//! Numbers that stand on a grid of few steps, as integers times a scale do.

/// Bits of the integers, and the largest of them.
const LEVELS: [(u32, f64); 5] = [(8, 127.0), (8, 128.0), (4, 7.0), (4, 8.0), (8, 255.0)];
/// Rows share a scale in groups of so many numbers; the first is the whole row.
const GROUPS: [usize; 5] = [usize::MAX, 32, 64, 128, 256];
/// How far from the grid rounding of the product takes a number, in steps.
const OFF_GRID: f64 = 0.02;
/// Rows that are looked at.
const ROWS: usize = 64;
/// Numbers that a group needs for it to say anything.
const LEAST: usize = 24;

/// Bits of the integers that the second rows are rounded to, if the first rows are what was rounded.
pub(crate) fn bits<'a>(rows: impl Iterator<Item = (&'a [f64], &'a [f64])> + Clone) -> Option<u32> {
    // With a scale for all: that of the largest number anywhere.
    let largest = |row: &[f64]| row.iter().fold(0.0, |most: f64, one| most.max(one.abs()));
    let whole = rows
        .clone()
        .fold(0.0, |most: f64, (_, row)| most.max(largest(row)));
    for (bits, levels) in LEVELS {
        for group in GROUPS {
            let mut groups = rows
                .clone()
                .take(ROWS)
                .flat_map(|(before, after)| {
                    let size = group.min(after.len()).max(1);
                    before.chunks(size).zip(after.chunks(size))
                })
                .peekable();
            let any = groups.peek().is_some();
            let mut telling = false;
            let all = groups.all(|(before, after)| {
                telling |= after.len() >= LEAST;
                on_grid(before, after, largest(after), levels)
            });
            if any && all && telling {
                return Some(bits);
            }
        }
        let mut all_rows = rows.clone().take(ROWS).peekable();
        if all_rows.peek().is_some_and(|(_, row)| row.len() >= LEAST)
            && all_rows.all(|(before, after)| on_grid(before, after, whole, levels))
        {
            return Some(bits);
        }
    }
    None
}

fn on_grid(before: &[f64], after: &[f64], largest: f64, levels: f64) -> bool {
    if largest == 0.0 {
        return before.iter().chain(after).all(|number| *number == 0.0);
    }
    // With 255 levels the least number stands at one end: rows of any offset.
    let (low, step) = match levels > 200.0 {
        true => {
            let low = after
                .iter()
                .fold(f64::INFINITY, |least, one| least.min(*one));
            let high = after
                .iter()
                .fold(f64::NEG_INFINITY, |most, one| most.max(*one));
            (low, (high - low) / levels)
        }
        false => (0.0, largest / levels),
    };
    if step <= 0.0 || !step.is_finite() {
        return false;
    }
    before.iter().zip(after).all(|(before, after)| {
        let steps = (after - low) / step;
        (steps - steps.round()).abs() <= OFF_GRID && (before - after).abs() <= 0.56 * step
    })
}

/// True if integers times one scale a row are the first rows, rounded: the scales stand elsewhere.
pub(super) fn integers<'a>(mut rows: impl Iterator<Item = (&'a [f64], &'a [f64])>) -> bool {
    let mut any = false;
    rows.all(|(before, after)| {
        let squares: f64 = after.iter().map(|number| number * number).sum();
        let product: f64 = before
            .iter()
            .zip(after)
            .map(|(one, other)| one * other)
            .sum();
        let size: f64 = before.iter().map(|number| number * number).sum();
        if squares == 0.0 {
            return size == 0.0 || before.len() == 1;
        }
        any |= before.len() >= LEAST;
        let scale = product / squares;
        before
            .iter()
            .zip(after)
            .all(|(before, after)| (before - after * scale).abs() <= 0.75 * scale.abs())
    }) && any
}
